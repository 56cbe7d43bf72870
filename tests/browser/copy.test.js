// The copy of everything that is held: asked for in the account, made by an officer piece by piece, and fetched; wide and narrow, in
// both languages, without scripts too.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { desktop, launch, narrow, openBrowser } from './lib/chromium.js'
import { startDemo, until } from './lib/demo.js'
import * as resident from './lib/resident.js'

let browser
let demo
let imogen
before(async () => {
  browser = await launch()
  demo = await startDemo()
  imogen = await officer(demo.said().match(/^Staff, Imogen Vaughan: (\S+)$/m)[1])
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor()

/** Somebody who was invited, enrolled with the browser's own authenticator, and signed in. */
async function officer(link) {
  const context = await openBrowser(browser)
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto(link)
  await page.locator('#continue').click()
  await heading(page, 'Sign in to the staff pages')
  await page.locator('#continue').click()
  await heading(page, 'What you can do here')
  return { context, page }
}

/** Looks at the page that somebody has before them as it is, and narrow, in Welsh and without scripts. */
async function everyWay({ context, page }, name) {
  await accessible(page, `copy-${name}`)
  for (const [way, options, lang] of [
    ['narrow', { viewport: narrow }, 'en'],
    ['welsh-no-scripts', { viewport: narrow, scripts: false }, 'cy'],
    ['welsh', { viewport: desktop }, 'cy'],
  ]) {
    const other = await openBrowser(browser, options)
    await other.addCookies((await context.cookies()).filter(({ name }) => name !== 'portreeve-lang'))
    const there = await other.newPage()
    const address = new URL(page.url())
    address.searchParams.set('lang', lang)
    await there.goto(address.href)
    assert.equal(await there.locator('html').getAttribute('lang'), lang, `${name} ${way}`)
    await accessible(there, `copy-${name}-${way}`)
    await other.close()
  }
}

const send = (page, button) => Promise.all([page.waitForLoadState(), page.locator(`#${button}`).first().click()])

test('a copy is asked for, made piece by piece, and fetched', async () => {
  const context = await openBrowser(browser)
  const hers = await context.newPage()
  const person = resident.someone()
  await resident.chooseSignIn(hers, demo.garden)
  await resident.createAccount(hers, demo, person)
  await resident.goOn(hers, demo.garden, person)
  await hers.goto(`${demo.issuer}/account/rights`)
  await hers.locator('input[name=kind][value=access]').check()
  await resident.press(hers, '#send')
  const mine = resident.path(hers)

  const { page } = imogen
  await page.goto(`${demo.staff}/rights`)
  await page.locator('main a[href^="/rights/"]').last().click()
  await page.locator('input[name=purpose][value=help]').check()
  await page.locator('input[name=reason][value=rights_request]').check()
  await send(page, 'open')
  await page.locator('a[href$="/copy"]').click()
  await heading(page, 'Copy of everything we hold')
  await everyWay(imogen, 'before')
  const here = page.url()
  await send(page, 'note-coercion')
  await page.getByText('Select one').first().waitFor()
  await accessible(page, 'copy-empty')
  await page.locator('input[name=identity][value=session]').check()
  await send(page, 'note-identity')
  await page.getByText('They asked while signed in to the account').first().waitFor()
  await page.locator('input[name=coercion][value=clear]').check()
  await page.locator('[name=coercion_words]').fill('Alone, by phone. To her account.')
  await send(page, 'note-coercion')
  await page.getByText('They ask freely').first().waitFor()
  await send(page, 'order')
  await until(20_000, async () => {
    await page.goto(here)
    return (await page.locator('#decide').count()) === 1 || undefined
  })
  await everyWay(imogen, 'pieces')
  await send(page, 'decide')
  await page.getByText('Decide every piece').first().waitFor()
  await accessible(page, 'copy-undecided')
  for (const piece of await page.locator('input[type=radio][value=hide_person]').all()) await piece.check()
  await send(page, 'decide')
  await until(20_000, async () => {
    await page.goto(here)
    return (await page.locator('#release').count()) === 1 || undefined
  })
  await everyWay(imogen, 'made')
  await send(page, 'release')
  await page.getByText('It was released to the account').first().waitFor()
  await everyWay(imogen, 'released')

  await hers.goto(`${demo.issuer}${mine}`)
  await everyWay({ context, page: hers }, 'hers')
  await resident.press(hers, 'a[href$="/copy"]')
  await everyWay({ context, page: hers }, 'fetch')
  await resident.press(hers, '#fetch')
  await resident.problem(hers, 'copy-fetch-empty')
  await hers.locator('input[name=current_password]').fill(person.password)
  const [download] = await Promise.all([hers.waitForEvent('download'), hers.locator('#fetch').click()])
  assert.match(download.suggestedFilename(), /^DP-.*\.zip$/)
  const bytes = await readFile(await download.path())
  assert.equal(bytes.subarray(0, 2).toString(), 'PK')
  await page.goto(here)
  await page.getByText('It was fetched in the account').first().waitFor()
  await context.close()
})
