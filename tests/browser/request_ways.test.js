// The ways a request may come and its answer may go, with npm's openid-client: the answer by form, with scripts and
// without; the request signed, pushed, and both.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { narrow, openBrowser } from './lib/chromium.js'
import { keyOf, redeem, redeemPosted, relyingParty, request, userInfo } from './lib/relying_party.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

const byForm = { response_mode: 'form_post' }

/** Her way through our pages to the answer; the sample service behind the callback does not know the state. */
async function goThrough(page, url) {
  await page.goto(url)
  if (resident.path(page) === '/sign-in') await resident.signIn(page, demo)
  if (resident.path(page) === '/continue') await resident.press(page, '#continue')
}

for (const scripts of [true, false]) {
  test(`the answer by form ${scripts ? 'is sent by the script' : 'waits for the button without scripts'}`, async () => {
    const context = await openBrowser(browser, { scripts, viewport: narrow })
    const page = await context.newPage()
    const config = await relyingParty(demo.issuer, 'garden-waste', await keyOf(demo.garden, demo.data))
    const callback = `${demo.garden}/callback`
    const { url, checks } = await request(config, callback, { more: byForm })
    const posted = page.waitForRequest((sent) => sent.url() === callback && sent.method() === 'POST')
    await goThrough(page, url)
    if (!scripts) {
      await page.getByRole('heading', { name: 'Returning you to the service' }).waitFor()
      await accessible(page, 'form-post-without-scripts')
      await page.locator('#continue').click()
    }
    const answer = await posted
    const fields = new URLSearchParams(answer.postData())
    assert.deepEqual([...fields.keys()].sort(), ['code', 'iss', 'state'])
    assert.equal(fields.get('iss'), demo.issuer)
    const tokens = await redeemPosted(config, callback, answer.postData(), checks)
    assert.equal((await userInfo(config, tokens)).email, demo.email)
    await context.close()
  })
}

test('an error by form reaches the service too', async () => {
  const context = await openBrowser(browser)
  const page = await context.newPage()
  const config = await relyingParty(demo.issuer, 'garden-waste', await keyOf(demo.garden, demo.data))
  const callback = `${demo.garden}/callback`
  const { url, checks } = await request(config, callback, { more: { ...byForm, prompt: 'none' } })
  const posted = page.waitForRequest((sent) => sent.url() === callback && sent.method() === 'POST')
  await page.goto(url)
  const body = (await posted).postData()
  await assert.rejects(redeemPosted(config, callback, body, checks), { error: 'login_required' })
  await context.close()
})

for (const [way, how] of Object.entries({
  signed: { signed: true },
  pushed: { pushed: true },
  'signed and pushed': { signed: true, pushed: true },
})) {
  test(`a request that is ${way}`, async () => {
    const context = await openBrowser(browser)
    const page = await context.newPage()
    const key = await keyOf(demo.garden, demo.data)
    const config = await relyingParty(demo.issuer, 'garden-waste', key)
    const callback = `${demo.garden}/callback`
    const { url, checks } = await request(config, callback, { ...how, key })
    assert.equal(new URL(url).searchParams.has('state'), false, 'nothing of the request lies open')
    const answered = page.waitForRequest((sent) => sent.url().startsWith(callback))
    await goThrough(page, url)
    const tokens = await redeem(config, (await answered).url(), checks)
    assert.equal((await userInfo(config, tokens)).email, demo.email)
    // A pushed request is used once: gone back to, it says so, with a way on.
    if (how.pushed) {
      await page.goto(url)
      assert.equal(new URL(page.url()).origin, demo.issuer)
      await resident.problem(page, `used-request-${way}`)
    }
    await context.close()
  })
}
