// What a service shows of itself before a resident goes there: links to its own pages, its logo from our own address.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { desktop, narrow, openBrowser } from './lib/chromium.js'
import { until } from './lib/demo.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

/** The address of an authorization request of a service that registers itself with these members. */
async function asked(members) {
  const redirect = `${demo.garden}/callback`
  const answer = await fetch(`${demo.issuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [redirect], client_name: 'Allotments', 'client_name#cy': 'Rhandiroedd', ...members }),
  })
  assert.equal(answer.status, 201)
  const { client_id } = await answer.json()
  const challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url')
  const query = new URLSearchParams({
    client_id,
    redirect_uri: redirect,
    response_type: 'code',
    scope: 'openid email',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  return `${demo.issuer}/authorize?${query}`
}

for (const [name, options] of Object.entries({
  desktop: { viewport: desktop },
  'narrow, no scripts': { viewport: narrow, scripts: false },
})) {
  test(`a service's own pages and its logo: ${name}`, async () => {
    const address = await asked({
      policy_uri: 'https://allotments.example.gov.uk/privacy',
      tos_uri: 'https://allotments.example.gov.uk/terms',
      logo_uri: `${demo.garden}/logo.png`,
    })
    const context = await openBrowser(browser, options)
    const page = await context.newPage()
    const origins = new Set()
    page.on('request', (request) => origins.add(new URL(request.url()).origin))
    await page.goto(address)
    await resident.signIn(page, demo)
    await resident.at(page, '/continue')
    // The first page does not wait for it.
    const logo = page.locator('img.app-logo')
    await until(10_000, async () => {
      await page.reload()
      return (await logo.count()) === 1
    })
    assert.equal(await logo.evaluate((image) => image.naturalWidth), 96, 'the picture is drawn')
    assert.deepEqual(await logo.evaluate((image) => [image.clientWidth, image.clientHeight, image.alt]), [64, 64, ''])
    for (const [lang, words] of [
      ['en', 'Privacy policy at allotments.example.gov.uk (opens in new tab)'],
      ['cy', 'Polisi preifatrwydd ar allotments.example.gov.uk (yn agor mewn tab newydd)'],
    ]) {
      const url = new URL(page.url())
      url.searchParams.set('lang', lang)
      await page.goto(url.href)
      await accessible(page, `service-pages-${lang} ${name}`)
      const link = page.getByRole('link', { name: words })
      assert.equal(await link.getAttribute('rel'), 'noopener noreferrer')
      assert.equal(await link.getAttribute('target'), '_blank')
    }
    assert.deepEqual([...origins], [demo.issuer], 'nobody else was called')
    await context.close()
  })
}

test('a logo that cannot be had leaves no picture of a broken one', async () => {
  const context = await openBrowser(browser, { viewport: narrow })
  const page = await context.newPage()
  await page.goto(await asked({ logo_uri: 'https://10.0.0.1/logo.png' }))
  await resident.signIn(page, demo)
  await resident.at(page, '/continue')
  await page.reload()
  assert.equal(await page.locator('img').count(), 0)
  await context.close()
})
