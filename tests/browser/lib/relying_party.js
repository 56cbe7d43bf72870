// A relying party made of npm's openid-client, given an issuer, a client id and a key, and no more.

import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as client from 'openid-client'

/** The sample service's own key, found in the demo's data directory by what the service publishes. */
export async function keyOf(service, data) {
  const { keys } = await (await fetch(`${service}/jwks`)).json()
  for (const name of await readdir(data, { recursive: true })) {
    const file = join(data, name)
    if (!(await stat(file)).isFile() || (await stat(file)).size > 4096) continue
    const der = await readFile(file)
    const found = published(der, keys)
    if (found) return { der, kid: found.kid }
  }
  throw new Error(`no key of ${service} in ${data}`)
}

function published(der, keys) {
  try {
    const { x } = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' })
    return keys.find((key) => key.x === x)
  } catch {
    // Some other file.
    return undefined
  }
}

export async function freshKey(kid) {
  const { privateKey } = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  return { der: Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)), kid }
}

const imported = (der) =>
  webcrypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])

/** The client as the library sees it after discovery. */
export async function relyingParty(issuer, clientId, { der, kid }) {
  const key = await imported(der)
  // The demo's issuer is plain http on loopback.
  const options = { execute: [client.allowInsecureRequests] }
  return client.discovery(new URL(issuer), clientId, undefined, client.PrivateKeyJwt({ key, kid }), options)
}

/** An authorization request, in the address or signed by the client or pushed, and what its answer must fit. */
export async function request(config, redirectUri, { more = {}, signed = false, pushed = false, key } = {}) {
  const scope = 'openid profile email'
  const verifier = client.randomPKCECodeVerifier()
  const [state, nonce] = [client.randomState(), client.randomNonce()]
  let parameters = new URLSearchParams({
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  })
  if (signed) {
    const by = { key: await imported(key.der), kid: key.kid }
    parameters = (await client.buildAuthorizationUrlWithJAR(config, parameters, by)).searchParams
  }
  const url = pushed
    ? await client.buildAuthorizationUrlWithPAR(config, parameters)
    : client.buildAuthorizationUrl(config, parameters)
  return { url: url.href, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce } }
}

export const redeem = (config, answer, checks) => client.authorizationCodeGrant(config, new URL(answer), checks)
/** As `redeem`, for an answer that came as a form. */
export function redeemPosted(config, callback, body, checks) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return client.authorizationCodeGrant(config, new Request(callback, { method: 'POST', headers, body }), checks)
}
export const userInfo = (config, tokens) => client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
