// Every endpoint that discovery lists does what it is for, called by npm's openid-client. One that this file does not
// know is a failure: whoever adds it adds its happy path here.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as client from 'openid-client'
import { openBrowser } from './lib/chromium.js'
import { landed, serve } from './lib/origins.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

let service
before(async () => {
  service = await serve(() => ({ body: landed }))
})
after(async () => {
  await service?.close()
})

const loopback = { execute: [client.allowInsecureRequests] }

/** Her way to the service's callback, with a code of a request made by `build`. */
async function signIn(page, config, callback, build) {
  const verifier = client.randomPKCECodeVerifier()
  const parameters = new URLSearchParams({
    redirect_uri: callback,
    scope: 'openid profile email offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const answered = page.waitForRequest((sent) => sent.url().startsWith(callback))
  await page.goto((await build(config, parameters)).href)
  if (resident.path(page) === '/sign-in') await resident.signIn(page, demo)
  if (resident.path(page) === '/continue') await resident.press(page, '#continue')
  return client.authorizationCodeGrant(config, new URL((await answered).url()), { pkceCodeVerifier: verifier })
}

/** What each endpoint is for. They run in this order, each with what those before it found. */
const happy = {
  async registration_endpoint(all) {
    const metadata = {
      client_name: 'Every endpoint',
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [all.callback],
      post_logout_redirect_uris: [`${service.origin}/out`],
    }
    all.config = await client.dynamicClientRegistration(new URL(demo.issuer), metadata, undefined, loopback)
    assert.ok(all.config.clientMetadata().client_id)
  },
  async authorization_endpoint(all) {
    // The library then checks the ID token's signature, with keys it fetches.
    client.enableNonRepudiationChecks(all.config)
    all.tokens = await signIn(all.page, all.config, all.callback, client.buildAuthorizationUrl)
  },
  token_endpoint(all) {
    assert.equal(all.tokens.claims().aud, all.config.clientMetadata().client_id)
    assert.ok(all.tokens.access_token)
  },
  jwks_uri(all) {
    // Filled by the check above, and by nothing else.
    const { jwks } = client.getJwksCache(all.config)
    assert.deepEqual(jwks.keys.map(({ alg }) => alg).sort(), ['ES256', 'RS256'])
  },
  async userinfo_endpoint(all) {
    const info = await client.fetchUserInfo(all.config, all.tokens.access_token, all.tokens.claims().sub)
    assert.equal(info.email, demo.email)
  },
  async pushed_authorization_request_endpoint(all) {
    const { url, tokens } = await pushed(all)
    assert.deepEqual([...new URL(url).searchParams.keys()].sort(), ['client_id', 'request_uri'])
    assert.equal(tokens.claims().sub, all.tokens.claims().sub)
  },
  async introspection_endpoint(all) {
    const seen = await client.tokenIntrospection(all.config, all.tokens.access_token)
    assert.deepEqual([seen.active, seen.client_id], [true, all.config.clientMetadata().client_id])
  },
  async revocation_endpoint(all) {
    await client.tokenRevocation(all.config, all.tokens.access_token)
    assert.deepEqual(await client.tokenIntrospection(all.config, all.tokens.access_token), { active: false })
  },
  async end_session_endpoint(all) {
    const parameters = { id_token_hint: all.tokens.id_token, post_logout_redirect_uri: `${service.origin}/out`, state: 's1' }
    await all.page.goto(client.buildEndSessionUrl(all.config, parameters).href)
    await all.page.waitForURL(`${service.origin}/out?state=s1`)
    await all.page.goto(`${demo.issuer}/account`)
    assert.equal(resident.path(all.page), '/sign-in')
  },
}

async function pushed(all) {
  let url
  const tokens = await signIn(all.page, all.config, all.callback, async (config, parameters) => {
    url = await client.buildAuthorizationUrlWithPAR(config, parameters)
    return url
  })
  return { url, tokens }
}

test('every endpoint that discovery lists completes its happy path', async () => {
  const document = await (await fetch(`${demo.issuer}/.well-known/openid-configuration`)).json()
  const listed = Object.keys(document).filter((name) => name.endsWith('_endpoint') || name === 'jwks_uri')
  assert.deepEqual(listed.toSorted(), Object.keys(happy).toSorted(), 'each that is listed has its path here, and no other')
  const context = await openBrowser(browser)
  const all = { page: await context.newPage(), callback: `${service.origin}/callback` }
  for (const [name, path] of Object.entries(happy)) {
    assert.ok(document[name].startsWith(`${demo.issuer}/`), name)
    try {
      await path(all)
    } catch (error) {
      error.message = `${name}: ${error.message}`
      throw error
    }
  }
  await context.close()
})
