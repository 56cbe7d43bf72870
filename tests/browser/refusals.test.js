// What a resident meets when she is turned away: too many tries, too many people, a fault of ours, a form that is not
// taken, a link or a sign-in that is over. In English and in Welsh, at 320 pixels and on a desktop, each looked at by
// axe; and each says what to do next and how else to reach the council.

import assert from 'node:assert/strict'
import { stat, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { desktop, narrow, openBrowser } from './lib/chromium.js'
import { startDemo } from './lib/demo.js'
import { serve } from './lib/origins.js'
import { Caller } from './lib/raw_http.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'
import { linkFor } from './lib/tray.js'

const languages = { en: 0, cy: 1 }
/** What the pages say, in English and in Welsh. */
const words = {
  ways: ['Other ways to do this', 'Ffyrdd eraill o wneud hyn'],
  problem: ['There is a problem', 'Mae problem'],
  error: ['Error: ', 'Gwall: '],
  until: ['You can try again at ', 'Gallwch roi cynnig arall arni am '],
  network: ['Too many accounts have been started from your internet', "Mae gormod o gyfrifon wedi'u dechrau o'ch cysylltiad"],
  account: ['There have been too many wrong passwords for this account', 'Bu gormod o gyfrineiriau anghywir ar gyfer y cyfrif'],
  busy: ['Too many people are using this service right now.', "Mae gormod o bobl yn defnyddio'r gwasanaeth hwn ar hyn o bryd."],
  busyDo: ['Wait a minute and try again. Nothing you did was lost.', 'Arhoswch funud a rhowch gynnig arall arni. Ni chollwyd dim'],
  ours: ['Something went wrong on our side.', "Aeth rhywbeth o'i le ar ein hochr ni."],
  oursDo: ['Try again later. What you entered may not have been saved.', 'Rhowch gynnig arall arni yn nes ymlaen. Efallai na'],
  notFound: ['We cannot find this page.', "Ni allwn ddod o hyd i'r dudalen hon."],
  unusable: ['The service you came from sent us a request we cannot use.', 'Anfonodd y gwasanaeth y daethoch ohono gais na allwn'],
  cannot: ['We could not use what your browser sent us.', "Ni allem ddefnyddio'r hyn a anfonodd eich porwr atom."],
  tooLarge: ['What you sent is too large.', "Mae'r hyn a anfonoch yn rhy fawr."],
  tooLargeDo: ['Go back and send less.', 'Ewch yn ôl ac anfonwch lai.'],
  stale: ['This form came from another website', 'Daeth y ffurflen hon o wefan arall'],
  staleDo: ['If you did not send it, close this page.', "Os nad chi a'i hanfonodd, caewch y dudalen hon."],
  notMine: ['Sign out a device you do not know', 'Allgofnodi dyfais nad ydych yn ei hadnabod'],
  notMineLead: ['Other devices stay signed in.', 'Bydd dyfeisiau eraill yn aros wedi mewngofnodi.'],
  notMineDone: ['That device is signed out', "Mae'r ddyfais honno wedi'i hallgofnodi"],
  notMineDo: ['Someone else may know your password. Choose a new one', 'Efallai fod rhywun arall yn gwybod eich cyfrinair. Dewiswch'],
  link: ['This link has been used or is too old.', "Mae'r ddolen hon wedi'i defnyddio neu'n rhy hen."],
  notHere: ['a sign-in that is over. Nothing is wrong with your account.', "wedi dod i ben. Does dim o'i le ar eich cyfrif."],
  restart: ['Start Parking permits again', 'Dechrau Trwyddedau parcio eto'],
  consent: ['Share your details with Parking permits', 'Rhannu eich manylion â Trwyddedau parcio'],
  choose: ['Select whether you agree to share these details', "Dewiswch a ydych yn cytuno i rannu'r manylion hyn"],
  saidNo: ['The answer was no', 'Na oedd yr ateb'],
}
// The telephone numbers of the sample policies: the council's own, and each service's.
const phones = { council: '01632 960000', garden: '01632 960002', parking: '01632 960001' }
// A reference that is well formed and no flow's, and a password that is nobody's.
const nobodys = 'A'.repeat(43)
const wrong = 'not this one, not at all'

/** A new browser whose owner has chosen this language. */
async function visitor(lang, { issuer }) {
  const page = await (await openBrowser(browser)).newPage()
  await page.goto(`${issuer}/?lang=${lang}`)
  return page
}

/** The same in each language, in a browser of its own; `said` gives words in it. */
async function inEach(meet, at = demo) {
  for (const [lang, nth] of Object.entries(languages)) {
    await meet(await visitor(lang, at), lang, (key) => words[key][nth])
    for (const context of browser.contexts()) await context.close()
  }
}

/** Does something that leads to a page, and gives the answer that this page came with. */
async function answered(page, act) {
  const isPage = (answer) => answer.request().isNavigationRequest() && ![302, 303].includes(answer.status())
  const [answer] = await Promise.all([page.waitForResponse(isPage), act()])
  await page.waitForLoadState()
  return answer
}
const pressed = (page, button = '#continue') => answered(page, () => resident.press(page, button))
const visited = (page, url) => answered(page, () => page.goto(url))

/** The page is in this language under this heading, says all that, leads there, and names whom else to turn to. */
async function meets(page, answer, name, lang, { status = 410, heading = 'problem', says = [], leads = [], of = 'council' }) {
  const said = (key) => words[key][languages[lang]]
  assert.equal(answer.status(), status, name)
  assert.equal(await page.locator('html').getAttribute('lang'), lang, name)
  assert.deepEqual(await page.locator('h1').allInnerTexts(), [said(heading)], name)
  assert.ok((await page.title()).includes(`${said(heading)} – `), `${name}: ${await page.title()}`)
  const main = await page.locator('main').innerText()
  for (const key of says) assert.ok(main.includes(said(key)), `${name} says "${said(key)}":\n${main}`)
  for (const href of leads) assert.equal(await page.locator(`main a[href="${href}"]`).count(), 1, `${name} leads to ${href}`)
  const ways = page.locator('section[aria-labelledby=other-ways]')
  assert.equal(await ways.locator('h2').innerText(), said('ways'), name)
  assert.equal(await ways.locator('dd').count(), 3, `${name}: by phone, in person, by post`)
  assert.ok((await ways.innerText()).includes(phones[of]), `${name}: the phone number of ${of}`)
  for (const [screen, viewport] of Object.entries({ narrow, desktop })) {
    await page.setViewportSize(viewport)
    await accessible(page, `refusals-${name}-${lang}-${screen}`)
  }
}

/** The same page is there in the other language, and from there in this one again. */
async function turns(page, lang, heading) {
  const other = lang === 'en' ? 'cy' : 'en'
  for (const to of [other, lang]) {
    await page.getByRole('link', { name: { en: 'English', cy: 'Cymraeg' }[to] }).click()
    await page.waitForLoadState()
    assert.equal(await page.locator('html').getAttribute('lang'), to)
    assert.equal(await page.locator('h1').innerText(), words[heading][languages[to]])
  }
}

test('where too many accounts were started, the next is told until when to wait, and may sign in', async (t) => {
  // A demo of its own: from here on nobody can create an account there.
  const crowded = await startDemo()
  t.after(() => crowded.stop())
  // `localhost` is two networks, and the crowd has to come from the one that the browser comes from.
  const { ipAddress, port } = await (await visited(await visitor('en', crowded), crowded.issuer)).serverAddr()
  const [caller, headers] = [new Caller(), { host: new URL(crowded.issuer).host, origin: crowded.issuer }]
  let starts = 0
  for (let status = 303; status === 303 && starts < 400; starts += 1) {
    const fields = { full_name: 'Ada Wrenfield', email: `ada.${starts}@example.com` }
    status = (await caller.post(`http://${ipAddress}:${port}/create-account`, fields, headers)).status
  }
  assert.equal(starts, 301, 'as many as the policy says, and one more')
  await inEach(async (page, lang) => {
    await resident.chooseSignIn(page, crowded.garden)
    await resident.press(page, 'a[href^="/create-account"]')
    const leads = [`/sign-in${new URL(page.url()).search}`]
    await page.locator('#full_name').fill('Bea Wrenfield')
    await page.locator('#email').fill(resident.someone().email)
    const expected = { status: 429, says: ['network', 'until'], leads, of: 'garden' }
    await meets(page, await pressed(page), 'crowded-network', lang, expected)
    // Whoever has an account does not have to wait, and the way leads on to the service.
    await resident.press(page, `a[href="${leads[0]}"]`)
    await resident.signIn(page, crowded)
    await resident.reach(page, crowded.garden)
  }, crowded)
})

test('after too many wrong passwords she is told until when to wait, and that a new password is sooner', async () => {
  await inEach(async (page, lang) => {
    const person = { email: resident.someone().email, password: wrong }
    await page.goto(`${demo.issuer}/sign-in`)
    for (let tries = 0; tries < 5; tries += 1) await resident.signIn(page, person)
    const answer = await answered(page, () => resident.signIn(page, person))
    await meets(page, answer, 'locked-account', lang, { status: 429, says: ['account', 'until'] })
    await resident.press(page, 'main a[href="/forgotten-password"]')
    await resident.at(page, '/forgotten-password')
  })
})

/** While more people sign in than the bench takes: a hash for each core, and 64 that wait. */
async function atRushHour(during) {
  let over = false
  const guess = async (_, nth) => {
    const caller = new Caller()
    for (let n = 0; !over && n < 1_000; n += 1) {
      const fields = { email: `rush.${nth}.${n}@example.com`, password: wrong }
      const { status } = await caller.post(`${demo.issuer}/sign-in`, fields, { origin: demo.issuer })
      if (status === 503) await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const crowd = Promise.all(Array.from({ length: 100 + availableParallelism() }, guess))
  try {
    return await during()
  } finally {
    over = true
    await crowd
  }
}

for (const of of ['council', 'garden']) {
  test(`while too many people sign in, the next is asked to wait and has lost nothing: ${of}`, async () => {
    await inEach(async (page, lang) => {
      // On the way to a service its own other ways are named.
      await (of === 'garden' ? resident.chooseSignIn(page, demo.garden) : page.goto(`${demo.issuer}/sign-in`))
      const [form, { email }] = [page.url(), resident.someone()]
      const answer = await atRushHour(async () => {
        // Somebody leaves the bench now and then, and she may be the next; so she has more than one try.
        for (let tries = 1; ; tries += 1) {
          const got = await answered(page, () => resident.signIn(page, { email: `${tries}.${email}`, password: wrong }))
          if (got.status() === 503 || tries === 20) return got
          await page.goto(form)
        }
      })
      assert.equal(await answer.headerValue('retry-after'), '5')
      await meets(page, answer, `busy-${of}`, lang, { status: 503, says: ['busy', 'busyDo'], of })
      await page.goto(form)
      await resident.signIn(page, demo)
      await resident.at(page, of === 'garden' ? '/continue' : '/account')
    })
  })
}

test('a fault of ours is called one, with a reference for the help desk and no word of what it is', async (t) => {
  // A demo of its own, whose database becomes nothing but zeros while it runs.
  const broken = await startDemo()
  t.after(() => broken.stop())
  for (const file of ['portreeve.db', 'portreeve.db-wal'].map((name) => join(broken.data, name))) {
    await writeFile(file, Buffer.alloc((await stat(file)).size), { flag: 'r+' })
  }
  await inEach(async (page, lang) => {
    await page.goto(`${broken.issuer}/sign-in`)
    const answer = await answered(page, () => resident.signIn(page, broken))
    await meets(page, answer, 'fault', lang, { status: 500, says: ['ours', 'oursDo'] })
    assert.equal(await page.locator('main .app-code').innerText(), await answer.headerValue('x-request-id'))
    assert.doesNotMatch(await page.locator('body').innerText(), /sqlite|database|disk|malformed/i)
  }, broken)
})

const addresses = {
  'no-such-page': () => ['/no-such-page', { status: 404, says: ['notFound'], leads: ['/'] }],
  'unknown-service': () => ['/authorize?client_id=nobody', { status: 400, says: ['unusable'] }],
  // A service that we know, and a way back that we do not: what leads on is what we know.
  'wrong-way-back': () => [
    '/authorize?client_id=garden-waste&redirect_uri=https://elsewhere.example/',
    { status: 400, says: ['unusable'], leads: [`${demo.garden}/`], of: 'garden' },
  ],
  // What takes only a button, opened as an address.
  'button-by-itself': () => ['/not-me', { status: 405, says: ['cannot'], leads: ['/'] }],
}
for (const [name, of] of Object.entries(addresses)) {
  test(`an address that is of no use is a page that says so: ${name}`, async () => {
    const [path, expected] = of()
    await inEach(async (page, lang) => {
      await meets(page, await visited(page, demo.issuer + path), name, lang, expected)
      assert.equal(await page.locator('a[href^="https://elsewhere"]').count(), 0)
    })
  })
}

test('a form that is too large is not taken, and she is told to send less', async () => {
  await inEach(async (page, lang) => {
    await page.goto(`${demo.issuer}/data-protection-complaint`)
    await page.locator('#words').fill('They wrote to the wrong house. '.repeat(2_500))
    await meets(page, await pressed(page, '#send'), 'too-large', lang, { status: 413, says: ['tooLarge', 'tooLargeDo'] })
  })
})

test("another site's form is not taken, and nobody is signed in by it", async (t) => {
  const body = `<!doctype html><html lang="en"><title>Elsewhere</title><form method="post" action="${demo.issuer}/sign-in">
    <input name="email" value="${demo.email}"><input name="password" value="${demo.password}">
    <button id="continue">Win a prize</button></form></html>`
  const site = await serve(() => ({ body }))
  t.after(() => site.close())
  await inEach(async (_, lang) => {
    // A form from another site brings no cookie of ours, so the language is her browser's.
    const page = await (await browser.newContext({ locale: lang })).newPage()
    await page.goto(site.origin)
    await meets(page, await pressed(page), 'another-site', lang, { status: 403, says: ['stale', 'staleDo'], leads: ['/'] })
    await page.goto(`${demo.issuer}/account`)
    await resident.at(page, '/sign-in')
  })
})

test('the link of the letter ends the sign-in it told of, after a question, once, and no other', async () => {
  const over = { says: ['link'], leads: ['/'] }
  const leadsTo = async (page) => new URL((await visited(page, `${demo.issuer}/account`)).url()).pathname
  await inEach(async (page, lang) => {
    const [hers, strangers] = [await visitor(lang, demo), await visitor(lang, demo)]
    const person = resident.someone()
    await resident.chooseSignIn(hers, demo.garden)
    await resident.createAccount(hers, demo, person)
    await strangers.goto(`${demo.issuer}/sign-in`)
    await resident.signIn(strangers, person)

    // The letter is read where she is not signed in, and its link is opened twice.
    const letter = await linkFor(browser, demo, person.email, /https?:\S+\/account\/sessions\/not-me\?token=[\w-]+/)
    const again = await page.context().newPage()
    await again.goto(letter)
    const asks = { status: 200, heading: 'notMine', says: ['notMineLead'] }
    await meets(page, await visited(page, letter), 'not-me-asks', lang, asks)
    assert.equal(await leadsTo(strangers), '/account', 'the question ends nothing')
    const done = { status: 200, heading: 'notMineDone', says: ['notMineDo'], leads: ['/forgotten-password'] }
    await meets(page, await pressed(page), 'not-me-done', lang, done)
    await turns(page, lang, 'notMineDone')
    assert.equal(await leadsTo(strangers), '/sign-in', 'the stranger is signed out')
    assert.equal(await leadsTo(hers), '/account', 'she is not')

    await meets(again, await pressed(again), 'not-me-pressed-again', lang, over)
    await meets(page, await visited(page, letter), 'not-me-used', lang, over)
    await meets(page, await visited(page, letter.slice(0, -1)), 'not-me-cut-off', lang, over)
  })
})

/** Writes another value into a hidden field of the form that `#continue` sends. */
async function tamper(page, name, value) {
  const form = page.locator('form', { has: page.locator('#continue') })
  await form.locator(`input[name=${name}]`).evaluate((field, to) => (field.value = to), value)
}
const notHers = { status: 400, says: ['notHere'], leads: ['/sign-in', '/account', '/forgotten-password'] }
const answeredBefore = () => ({ says: ['restart'], leads: [`${demo.parking}/`], of: 'parking' })

test('a yes that is not chosen, not to these words, not in her browser or too late is no yes', async () => {
  await inEach(async (page, lang, said) => {
    await resident.chooseSignIn(page, demo.parking)
    await resident.createAccount(page, demo, resident.someone())
    await resident.reach(page, demo.parking)
    await resident.asked(page)
    const place = page.url()
    const asks = { status: 200, heading: 'consent', of: 'parking' }

    await meets(page, await pressed(page), 'consent-not-chosen', lang, { ...asks, says: ['problem', 'choose'] })
    assert.ok((await page.title()).startsWith(said('error')), await page.title())
    await page.locator('.govuk-error-summary a').click()
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'consent-allow')
    await turns(page, lang, 'consent')

    // The page says something else by now than when she read it: she is asked again, with nothing chosen.
    await page.locator('#consent-allow').check()
    await tamper(page, 'seen', '0'.repeat(64))
    await meets(page, await pressed(page), 'consent-asked-again', lang, asks)
    assert.equal(await page.locator('input[name=consent]:checked').count(), 0)

    await page.locator('#consent-allow').check()
    await tamper(page, 'flow', nobodys)
    await meets(page, await pressed(page), 'consent-tampered', lang, notHers)
    const other = await visitor(lang, demo)
    await meets(other, await visited(other, place), 'consent-another-browser', lang, notHers)

    // In one window she says no, and in the other, which is still open, yes.
    const late = await page.context().newPage()
    for (const tab of [late, page]) await tab.goto(place)
    await page.locator('#consent-deny').check()
    await resident.press(page, '#continue')
    await page.waitForURL((url) => url.origin === demo.parking)
    await late.locator('#consent-allow').check()
    await meets(late, await pressed(late), 'consent-too-late', lang, answeredBefore())
    await late.goto(`${demo.issuer}/account/sharing`)
    assert.ok((await late.locator('main').innerText()).includes(said('saidNo')))
  })
})

test('the page that informs lets nobody past unread, and says nothing of her where it is not her flow', async () => {
  await inEach(async (page, lang) => {
    const person = resident.someone()
    await resident.chooseSignIn(page, demo.parking)
    await resident.createAccount(page, demo, person)
    const place = page.url()
    await tamper(page, 'seen', '')
    await pressed(page)
    assert.equal(page.url(), place)
    await tamper(page, 'flow', nobodys)
    await meets(page, await pressed(page), 'inform-tampered', lang, notHers)
    assert.ok(!(await page.locator('main').innerText()).includes(person.email))

    // "Back" to what was answered.
    await page.goto(place)
    await resident.reach(page, demo.parking)
    await meets(page, await answered(page, () => page.goBack()), 'inform-answered', lang, answeredBefore())
    await resident.press(page, `main a[href="${demo.parking}/"]`)
    await page.locator('#sign-out').waitFor()
  })
})
