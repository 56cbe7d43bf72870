// Step: keys
// A whole service on Node.js 20: npm install openid-client@6 jose@6 && sh keys.sh && node relying-party.mjs
import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { calculateJwkThumbprint, createRemoteJWKSet, jwtVerify } from 'jose'
import * as oidc from 'openid-client'

const issuer = new URL(process.env.ISSUER ?? 'http://localhost:8080')
const clientId = process.env.CLIENT_ID ?? 'my-service'
const home = process.env.HOME_URL ?? 'http://localhost:3000/'

const pem = createPrivateKey(readFileSync(process.env.KEY_FILE ?? 'key.pem'))
const publicJwk = createPublicKey(pem).export({ format: 'jwk' })
const kid = await calculateJwkThumbprint(publicJwk)
const jwks = { keys: [{ ...publicJwk, kid, use: 'sig', alg: 'ES256' }] }
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' }
const key = await crypto.subtle.importKey('pkcs8', pem.export({ format: 'der', type: 'pkcs8' }), ecdsa, false, ['sign'])

const onLoopback = issuer.protocol === 'http:' ? { execute: [oidc.allowInsecureRequests] } : {}
const config = await oidc.discovery(issuer, clientId, {}, oidc.PrivateKeyJwt({ key, kid }), onLoopback)
const providerKeys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri))

const sessions = new Map() // by cookie; yours lie in a database

// Step: request
async function signIn(session) {
  const verifier = oidc.randomPKCECodeVerifier()
  session.checks = { pkceCodeVerifier: verifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() }
  return oidc.buildAuthorizationUrl(config, {
    redirect_uri: new URL('callback', home).href,
    scope: 'openid profile email',
    state: session.checks.expectedState,
    nonce: session.checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
}

// Step: token
async function redeem(session, url) {
  const checks = session.checks
  delete session.checks // an answer is taken once
  const tokens = await oidc.authorizationCodeGrant(config, url, checks)
  const { sub, sid } = tokens.claims()
  Object.assign(session, { sub, sid, idToken: tokens.id_token })
  return tokens
}

// Step: userinfo
async function whoIsIt(session, tokens) {
  const { name, email } = await oidc.fetchUserInfo(config, tokens.access_token, session.sub)
  Object.assign(session, { name, email })
}

// Step: sessions
function signOut(session) {
  sessions.delete(session.id)
  return oidc.buildEndSessionUrl(config, { id_token_hint: session.idToken, post_logout_redirect_uri: home })
}

const ended = 'http://schemas.openid.net/event/backchannel-logout'
async function backchannelLogout(form) {
  const rules = { issuer: config.serverMetadata().issuer, audience: clientId, typ: 'logout+jwt', maxTokenAge: '3 min' }
  const { payload } = await jwtVerify(form.get('logout_token') ?? '', providerKeys, rules)
  if (!payload.events?.[ended] || 'nonce' in payload) throw new Error('not a logout token')
  for (const [id, { sub, sid }] of sessions) {
    if (payload.sid ? sid === payload.sid : sub === payload.sub) sessions.delete(id)
  }
}

// Step: go-live
const text = (value) => String(value).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
const page = ({ sub, name }) =>
  sub ? `<h1>Hello ${text(name ?? sub)}</h1><a href="/sign-out">Sign out</a>` : '<h1>My service</h1><a href="/sign-in">Sign in</a>'

async function body(request) {
  let all = ''
  for await (const part of request.setEncoding('utf8')) if ((all += part).length > 16384) throw new Error('too long')
  return new URLSearchParams(all)
}

async function answer(request, response) {
  const url = new URL(request.url, home)
  const to = (place) => response.writeHead(303, { location: place }).end()
  const say = (status, type, words) => response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(words)
  if (request.method === 'POST' && url.pathname === '/backchannel-logout') {
    await backchannelLogout(await body(request))
    return say(200, 'text/plain', '')
  }
  if (url.pathname === '/jwks') return say(200, 'application/jwk-set+json', JSON.stringify(jwks))
  const cookie = /(?:^|; )session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
  const session = sessions.get(cookie) ?? { id: randomUUID() }
  if (url.pathname === '/sign-in') {
    sessions.set(session.id, session)
    const secure = home.startsWith('https:') ? '; Secure' : ''
    response.setHeader('set-cookie', `session=${session.id}; Path=/; HttpOnly; SameSite=Lax${secure}`)
    return to((await signIn(session)).href)
  }
  if (url.pathname === '/callback' && session.checks) {
    await whoIsIt(session, await redeem(session, url))
    // A new name for the session, so that nobody who knew the old one is signed in with her.
    sessions.delete(session.id)
    session.id = randomUUID()
    sessions.set(session.id, session)
    const secure = home.startsWith('https:') ? '; Secure' : ''
    response.setHeader('set-cookie', `session=${session.id}; Path=/; HttpOnly; SameSite=Lax${secure}`)
    return to('/')
  }
  if (url.pathname === '/sign-out' && session.idToken) return to(signOut(session).href)
  if (url.pathname === '/') return say(200, 'text/html; charset=utf-8', `<!DOCTYPE html><title>My service</title>${page(session)}`)
  return say(404, 'text/plain', 'Not found')
}

createServer((request, response) =>
  answer(request, response).catch((error) => {
    console.error(error.error ?? error.message, error.error_description ?? '')
    if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/plain', 'cache-control': 'no-store' })
    response.end('There is a problem. Start again.')
  }),
).listen(Number(new URL(home).port || 3000), 'localhost', () => console.log(`My service: ${home}`))
