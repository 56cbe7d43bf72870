// Front-channel logout: a service's own sign-out page, opened in a frame of ours, and the way back to the service; with
// scripts and without, and where that page never answers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as client from 'openid-client'
import { accessible } from './lib/accessible.js'
import { desktop, narrow, openBrowser } from './lib/chromium.js'
import { until } from './lib/demo.js'
import { landed, serve } from './lib/origins.js'
import { redeem, request } from './lib/relying_party.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

/** Of the sign-out page; its address has a query of its own, which stays. */
const path = '/signed-out-here'

/** A service with a sign-out page, which it has registered; `framed` is what was asked of that page. */
async function service(t, { answers = true } = {}) {
  const framed = []
  const { origin, close } = await serve(({ url, headers }) => {
    if (!url.startsWith(path)) return { body: landed }
    framed.push({ url: new URL(url, origin), headers })
    return answers && { body: landed }
  })
  t.after(close)
  const metadata = {
    client_name: 'Allotments',
    token_endpoint_auth_method: 'client_secret_post',
    redirect_uris: [`${origin}/callback`],
    post_logout_redirect_uris: [`${origin}/out`],
    frontchannel_logout_uri: `${origin}${path}?of=hers`,
    frontchannel_logout_session_required: true,
  }
  const loopback = { execute: [client.allowInsecureRequests] }
  const config = await client.dynamicClientRegistration(new URL(demo.issuer), metadata, undefined, loopback)
  return { origin, framed, config, back: `${origin}/out?state=of+hers` }
}

/** She signs in at the service: its tokens. */
async function signIn(tab, { origin, config }) {
  const callback = `${origin}/callback`
  const { url, checks } = await request(config, callback)
  const answered = tab.waitForRequest((sent) => sent.url().startsWith(callback))
  await tab.goto(url)
  if (resident.path(tab) === '/sign-in') await resident.signIn(tab, demo)
  if (resident.path(tab) === '/continue') await resident.press(tab, '#continue')
  return redeem(config, (await answered).url(), checks)
}

/** She signs out at the service, which wants her back. No page has to have loaded yet: not every one does. */
function signOut(tab, { origin, config }, { id_token }) {
  const parameters = { id_token_hint: id_token, post_logout_redirect_uri: `${origin}/out`, state: 'of hers' }
  return tab.goto(client.buildEndSessionUrl(config, parameters).href, { waitUntil: 'commit' })
}

/** The browser itself has opened the service's page, in a frame, once, for the session of this ID token. */
async function opened({ framed }, tokens) {
  await until(10_000, () => framed.length > 0)
  const [{ url, headers }] = framed
  const { sid } = tokens.claims()
  assert.ok(sid, 'the ID token names its session')
  assert.deepEqual([...url.searchParams], [['of', 'hers'], ['iss', demo.issuer], ['sid', sid]])
  assert.deepEqual([headers['sec-fetch-dest'], headers['sec-fetch-mode']], ['iframe', 'navigate'])
  assert.equal(framed.length, 1)
}

const wayBack = (tab, { back }) => tab.locator(`main a[href="${back}"]`)

async function signedOut(tab) {
  await tab.goto(`${demo.issuer}/account`)
  await resident.at(tab, '/sign-in')
}

test('the service signs her out in a frame, and as soon as it has, she is back there', async (t) => {
  const context = await openBrowser(browser)
  const tab = await context.newPage()
  const hers = await service(t)
  const tokens = await signIn(tab, hers)
  // The clock stands still, so that it is not the time that leads her back.
  await context.clock.install()
  await context.clock.pauseAt(Date.now() + 1_000)
  await signOut(tab, hers, tokens)
  await tab.waitForURL(hers.back)
  await opened(hers, tokens)
  await signedOut(tab)
  await context.close()
})

test('a sign-out page that never answers does not keep her', async (t) => {
  const context = await openBrowser(browser)
  const tab = await context.newPage()
  const hers = await service(t, { answers: false })
  const tokens = await signIn(tab, hers)
  const answered = []
  tab.on('response', (answer) => answered.push(new URL(answer.url()).pathname))
  await signOut(tab, hers, tokens)
  await opened(hers, tokens)
  await tab.waitForURL(hers.back)
  assert.ok(!answered.includes(path), 'it never did')
  await signedOut(tab)
  await context.close()
})

for (const answers of [true, false]) {
  test(`without scripts a link leads back, where the sign-out page ${answers ? 'answers' : 'never does'}`, async (t) => {
    const context = await openBrowser(browser, { scripts: false })
    const tab = await context.newPage()
    const hers = await service(t, { answers })
    const tokens = await signIn(tab, hers)
    await signOut(tab, hers, tokens)
    await opened(hers, tokens)
    await tab.getByRole('heading', { level: 1, name: 'You have signed out' }).waitFor()
    for (const [screen, viewport] of Object.entries({ narrow, desktop })) {
      await tab.setViewportSize(viewport)
      await accessible(tab, `front-channel-${answers ? 'answered' : 'held'}-${screen}`)
    }
    assert.equal(resident.path(tab), '/signed-out', 'she stays until she goes')
    assert.equal(await wayBack(tab, hers).innerText(), 'Return to Allotments')
    await wayBack(tab, hers).click()
    await tab.waitForURL(hers.back)
    await signedOut(tab)
    await context.close()
  })
}

test('where other services are told too, she reads which, and goes when she likes', async (t) => {
  const context = await openBrowser(browser)
  const tab = await context.newPage()
  await resident.chooseSignIn(tab, demo.garden)
  await resident.signIn(tab, demo)
  await resident.reach(tab, demo.garden)
  const hers = await service(t)
  const tokens = await signIn(tab, hers)
  await context.clock.install()
  await signOut(tab, hers, tokens)
  await tab.waitForLoadState()
  await opened(hers, tokens)
  await context.clock.fastForward('01:00')
  await resident.confirmedBy(tab, ['Garden waste'])
  await wayBack(tab, hers).click()
  await tab.waitForURL(hers.back)
  await resident.signedOutAt(tab, demo.garden)
  await context.close()
})
