// npm's oidc-client-ts in a page of a service: a client without a secret, which calls our endpoints from the browser.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { openBrowser } from './lib/chromium.js'
import { serve } from './lib/origins.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

const entry = createRequire(import.meta.url).resolve('oidc-client-ts/package.json')
const library = await readFile(entry.replace('package.json', 'dist/browser/oidc-client-ts.min.js'), 'utf8')

const html = `<!doctype html><html lang="en"><title>A service</title><h1>A service</h1>
<script src="/library.js"></script>`

/** A service that is nothing but a page with the library. */
function service() {
  return serve(({ url }) =>
    url === '/library.js' ? { headers: { 'content-type': 'text/javascript' }, body: library } : { body: html },
  )
}

/** Registers it as an app, which has no secret (RFC 7591). */
async function register(origin) {
  const answer = await fetch(`${demo.issuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'A page with a script',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [`${origin}/callback`],
      post_logout_redirect_uris: [`${origin}/out`],
    }),
  })
  assert.equal(answer.status, 201, await answer.clone().text())
  return (await answer.json()).client_id
}

/** The library's manager in the page that is open. */
async function manage(page, origin, clientId, authority = demo.issuer) {
  await page.evaluate(
    (settings) => {
      globalThis.oidc.Log.setLogger(console)
      globalThis.manager = new globalThis.oidc.UserManager({
        ...settings,
        response_type: 'code',
        loadUserInfo: true,
        automaticSilentRenew: false,
        userStore: new globalThis.oidc.WebStorageStateStore({ store: sessionStorage }),
      })
    },
    {
      authority,
      client_id: clientId,
      redirect_uri: `${origin}/callback`,
      post_logout_redirect_uri: `${origin}/out`,
      scope: 'openid profile email offline_access',
    },
  )
}

test('oidc-client-ts signs in, refreshes and signs out from a page', async (t) => {
  const { origin, close } = await service()
  t.after(close)
  const clientId = await register(origin)
  const context = await openBrowser(browser)
  const page = await context.newPage()
  await page.goto(`${origin}/`)
  await manage(page, origin, clientId)
  await Promise.all([
    page.waitForURL((url) => url.pathname === '/sign-in'),
    page.evaluate(() => void globalThis.manager.signinRedirect()),
  ])
  await resident.signIn(page, demo)
  if (resident.path(page) === '/continue') await resident.press(page, '#continue')
  await page.waitForURL((url) => url.href.startsWith(`${origin}/callback`))

  await manage(page, origin, clientId)
  const user = await page.evaluate(async () => {
    const { profile, access_token, refresh_token } = await globalThis.manager.signinRedirectCallback()
    return { profile, access_token, refresh_token }
  })
  assert.deepEqual([user.profile.iss, user.profile.aud], [demo.issuer, clientId])
  assert.equal(user.profile.email, demo.email)

  const renewed = await page.evaluate(async () => {
    const { profile, access_token } = await globalThis.manager.signinSilent()
    return { profile, access_token }
  })
  assert.equal(renewed.profile.sub, user.profile.sub)
  assert.notEqual(renewed.access_token, user.access_token)
  await page.evaluate(() => globalThis.manager.revokeTokens(['access_token']))
  const headers = { authorization: `Bearer ${renewed.access_token}` }
  assert.equal((await fetch(`${demo.issuer}/userinfo`, { headers })).status, 401)

  await page.evaluate(() => void globalThis.manager.signoutRedirect())
  await page.waitForURL((url) => url.href.startsWith(`${origin}/out`))
  await manage(page, origin, clientId)
  await page.evaluate(() => globalThis.manager.signoutRedirectCallback())
  await page.goto(`${demo.issuer}/account`)
  assert.equal(resident.path(page), '/sign-in', 'nobody is signed in any more')
  await context.close()
})

test('a page of another origin reads no tokens', async (t) => {
  const [mine, other] = [await service(), await service()]
  t.after(() => Promise.all([mine.close(), other.close()]))
  const clientId = await register(mine.origin)
  // Registered too, so that it may ask; it may not read what is another's.
  await register(other.origin)
  const context = await openBrowser(browser)
  const page = await context.newPage()
  await page.goto(`${other.origin}/`)
  const read = await page.evaluate(
    async ([issuer, id]) => {
      const body = new URLSearchParams({ grant_type: 'authorization_code', code: 'x', client_id: id })
      const ask = () => fetch(`${issuer}/token`, { method: 'POST', body })
      return ask().then(
        () => 'read',
        () => 'refused',
      )
    },
    [demo.issuer, clientId],
  )
  assert.equal(read, 'refused')
  await context.close()
})
