// What a service's own software meets: a library it did not write for us, and a callback that goes on elsewhere.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { openBrowser } from './lib/chromium.js'
import { landed, redirectInPlaceOf, serve } from './lib/origins.js'
import { freshKey, keyOf, redeem, relyingParty, request, userInfo } from './lib/relying_party.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

/** The address the browser is sent to with the code. The sample service behind it does not know the state. */
async function authorize(page, url, callback) {
  const answered = page.waitForRequest((sent) => sent.url().startsWith(callback))
  await page.goto(url)
  if (resident.path(page) === '/sign-in') await resident.signIn(page, demo)
  if (resident.path(page) === '/continue') await resident.press(page, '#continue')
  return (await answered).url()
}

test('openid-client signs in, given issuer, client id and key', async () => {
  const context = await openBrowser(browser)
  const page = await context.newPage()
  const subjects = []
  for (const [clientId, service] of [['garden-waste', demo.garden], ['parking-permits', demo.parking]]) {
    const config = await relyingParty(demo.issuer, clientId, await keyOf(service, demo.data))
    const callback = `${service}/callback`
    const { url, checks } = await request(config, callback)
    const answer = await authorize(page, url, callback)
    assert.equal(new URL(answer).searchParams.get('iss'), demo.issuer)
    // The sample got a state that is not its own, and says so.
    await page.getByText('There is a problem').first().waitFor()
    await accessible(page, `problem-at-${clientId}`)

    const tokens = await redeem(config, answer, checks)
    const { iss, aud, sub } = tokens.claims()
    assert.deepEqual([iss, aud], [demo.issuer, clientId])
    const info = await userInfo(config, tokens)
    assert.equal(info.sub, sub)
    assert.equal(info.email, demo.email)
    subjects.push(sub)

    // A code that is used twice is a stolen code: the answer is no, and what it gave is taken back.
    await assert.rejects(redeem(config, answer, checks), { error: 'invalid_grant' })
    await assert.rejects(userInfo(config, tokens))
  }
  assert.notEqual(subjects[0], subjects[1], 'the two services cannot compare their residents')
  await context.close()
})

test('a client that signs with another key gets nothing', async () => {
  const context = await openBrowser(browser)
  const page = await context.newPage()
  const { kid } = await keyOf(demo.garden, demo.data)
  const config = await relyingParty(demo.issuer, 'garden-waste', await freshKey(kid))
  const callback = `${demo.garden}/callback`
  const { url, checks } = await request(config, callback)
  const answer = await authorize(page, url, callback)
  await assert.rejects(redeem(config, answer, checks), { error: 'invalid_client' })
  await context.close()
})

test('an answer may only go to an address the client has named', async () => {
  const context = await openBrowser(browser)
  const page = await context.newPage()
  const config = await relyingParty(demo.issuer, 'garden-waste', await keyOf(demo.garden, demo.data))
  const { url } = await request(config, `${demo.garden}/callback/elsewhere`)
  await page.goto(url)
  assert.equal(new URL(page.url()).origin, demo.issuer)
  await resident.problem(page, 'unknown-redirect-uri')
  await context.close()
})

test('a callback that redirects to a third origin is reached from a form (CSP form-action)', async (t) => {
  const third = await serve(() => ({ body: landed }))
  t.after(() => third.close())
  const context = await openBrowser(browser)
  const page = await context.newPage()
  await redirectInPlaceOf(page, `${demo.garden}/callback*`, `${third.origin}/landed`)
  await resident.chooseSignIn(page, demo.garden)
  // The form's post goes to us, then to the service, then to a third origin: Chromium checks each against the page.
  await resident.signIn(page, demo)
  if (resident.path(page) === '/continue') await resident.press(page, '#continue')
  await page.waitForURL(`${third.origin}/landed`)
  await context.close()
})
