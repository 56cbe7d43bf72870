// Services made of npm's openid-client, oauth4webapi and jose, which keep the key set as each does by itself: jose for ten
// minutes, asking for a key it lacks no sooner than half a minute after; the others for five minutes and one.
//
// Reads one JSON object a line. First {issuer, api, clients: [{id, secret, method, alg, refresh: [tokens]}]}, then, each
// with `now` in milliseconds, which is the time that the libraries see:
//   {opens}    one more service of each kind
//   {access}   every service is shown this access token for the API
//   {refresh}  the openid-client of this number refreshes; every jose is shown the ID token too
//   {tell}     answers when all that is done: what failed and was refreshed since the last time, and all that was counted
// What was shown at one time is shown again at the next. tests/it/oidc/rotation.rs is the rest.

import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

// The libraries see the house's time; they are as they are published, with their own settings.
let now = 0
const Wall = Date
globalThis.Date = class extends Wall {
  constructor(...at) {
    super(...(at.length > 0 ? at : [now]))
  }
  static now() {
    return now
  }
}

const { resolve } = createRequire(new URL('../browser/package.json', import.meta.url))
const jose = await import(resolve('jose'))
const oauth = await import(resolve('oauth4webapi'))
const openid = await import(resolve('openid-client'))

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const read = async () => JSON.parse((await lines.next()).value ?? 'null')
const asked = await read()

/** How often each library verified a token, and how often it fetched the key set. */
const verified = { jose: 0, oauth4webapi: 0, 'openid-client': 0 }
const fetched = { ...verified }
/** For one service. What it fetches at one time counts once: openid-client does not wait for a fetch under way. */
function counting(name) {
  let at
  return (url, options) => {
    if (new URL(url).pathname === '/jwks' && at !== now) {
      fetched[name] += 1
      at = now
    }
    return fetch(url, options)
  }
}

/** With as many of each as its copies last steps of the clock, some copy is fresh and some about to lapse at each step. */
const most = { jose: 4, others: 2 }
const services = { jose: [], oauth4webapi: [], 'openid-client': [] }
for (const client of asked.clients) client.grants = client.refresh.map((token) => Promise.resolve(token))

async function opens() {
  if (services.jose.length < most.jose) {
    const keys = new URL(`${asked.issuer}/jwks`)
    services.jose.push(jose.createRemoteJWKSet(keys, { timeoutDuration: 60_000, [jose.customFetch]: counting('jose') }))
  }
  if (services.oauth4webapi.length >= most.others) return
  const issuer = new URL(asked.issuer)
  const itsOwn = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: counting('oauth4webapi') }
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, itsOwn))
  services.oauth4webapi.push({ server, itsOwn })
  for (const client of asked.clients) {
    const metadata = { id_token_signed_response_alg: client.alg }
    const execute = [openid.allowInsecureRequests, openid.enableNonRepudiationChecks]
    const options = { execute, [openid.customFetch]: counting('openid-client') }
    const config = await openid.discovery(issuer, client.id, metadata, openid[client.method](client.secret), options)
    services['openid-client'].push({ client, config })
  }
}

let failed = []
let ids = []
let again = 0
function noted(name, { code, error, message, cause }) {
  failed.push(`${name}: ${[code, error, message, cause?.message, cause?.status].filter(Boolean).join(', ')}`)
}
const counted = (name, verifies) => verifies.then(() => (verified[name] += 1), (reason) => noted(name, reason))

const byJose = (token, rules) =>
  services.jose.map((keys) => counted('jose', jose.jwtVerify(token, keys, { issuer: asked.issuer, ...rules })))

function showAccess(token) {
  const called = () => new Request(asked.api, { headers: { authorization: `Bearer ${token}` } })
  return Promise.all([
    ...byJose(token, { audience: asked.api, typ: 'at+jwt', requiredClaims: ['exp', 'sub', 'client_id'] }),
    ...services.oauth4webapi.map(({ server, itsOwn }) =>
      counted('oauth4webapi', oauth.validateJwtAccessToken(server, called(), asked.api, itsOwn))),
  ])
}

const showId = ({ id, alg, token }) =>
  Promise.all(byJose(token, { audience: id, algorithms: [alg], requiredClaims: ['exp', 'iat', 'sub'] }))

async function refresh({ client, config }, token) {
  let tokens
  for (let tries = 0; !tokens; tries += 1) {
    try {
      tokens = await openid.refreshTokenGrant(config, token)
    } catch (reason) {
      // Short of a connection or the like, and said so. The library hands on an answer that is no error of OAuth's as it came.
      if (reason.cause?.status !== 503 || tries === 5) {
        noted(`openid-client of ${client.id}`, reason)
        return token
      }
      again += 1
      await wait(200)
    }
  }
  verified['openid-client'] += 1
  const said = { id: client.id, alg: client.alg, token: tokens.id_token }
  ids.push(said)
  lately.push(() => showId(said))
  underWay.push(showId(said))
  return tokens.refresh_token
}

/** The grants take turns, and each waits for its own last refresh: a refresh token is used once. */
function refreshes(number) {
  const all = services['openid-client']
  const service = all[number % all.length]
  const { grants } = service.client
  grants.push(grants.shift().then((token) => refresh(service, token)))
  return grants.at(-1)
}

/** What is being done, and what is shown again when the clock moves on. */
const underWay = []
const lately = []
async function settled() {
  while (underWay.length > 0) await Promise.all(underWay.splice(0))
}

for (let line = await read(); line; line = await read()) {
  if (line.now !== now) {
    await settled()
    now = line.now
    underWay.push(...lately.splice(0).map((show) => show()))
  }
  if (line.opens) await opens()
  if (line.access) {
    lately.push(() => showAccess(line.access))
    underWay.push(showAccess(line.access))
  }
  if (line.refresh !== undefined) underWay.push(refreshes(line.refresh))
  if (line.tell) {
    await settled()
    process.stdout.write(`${JSON.stringify({ failed, ids, again, verified, fetched })}\n`)
    failed = []
    ids = []
    again = 0
  }
}
