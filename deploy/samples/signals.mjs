// Step: signals
// Takes signals, on Node.js 20 and nothing else: node signals.mjs, with the key of keys.sh beside it.
import { createHash, createPrivateKey, createPublicKey, randomUUID, sign, verify } from 'node:crypto'
import { existsSync, readFileSync, appendFileSync } from 'node:fs'
import { createServer } from 'node:http'

const issuer = process.env.ISSUER ?? 'http://localhost:8080'
const clientId = process.env.CLIENT_ID ?? 'my-service'
const key = createPrivateKey(readFileSync(process.env.KEY_FILE ?? 'key.pem'))
const seenFile = process.env.SEEN_FILE ?? 'signals.seen' // yours lie in a database
const seen = new Set(existsSync(seenFile) ? readFileSync(seenFile, 'utf8').split('\n') : [])

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'))
const { crv, kty, x, y } = createPublicKey(key).export({ format: 'jwk' })
const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url') // RFC 7638

class Refused extends Error {} // its message is an error code of RFC 8935 §2.4

async function check(token) {
  const [head, body, signature, ...more] = token.split('.')
  let header, claims
  try {
    ;[header, claims] = [decode(head), decode(body)]
  } catch {
    throw new Refused('invalid_request')
  }
  if (more.length || header.typ !== 'secevent+jwt' || header.alg !== 'ES256' || header.crit) throw new Refused('invalid_request')
  const { keys } = await (await fetch(`${issuer}/jwks`)).json() // keep them for as long as Cache-Control says
  const jwk = keys.find((one) => one.kid === header.kid)
  if (!jwk) throw new Error('a key we do not know yet') // not refused: we are sent it again
  const by = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }
  if (!verify('sha256', Buffer.from(`${head}.${body}`), by, Buffer.from(signature, 'base64url'))) throw new Refused('invalid_key')
  if (claims.iss !== issuer) throw new Refused('invalid_issuer')
  if (claims.aud !== clientId) throw new Refused('invalid_audience')
  return claims
}

async function done(jti, outcome) {
  const now = Math.floor(Date.now() / 1000)
  const header = encode({ alg: 'ES256', typ: 'JWT', kid })
  const body = encode({ iss: clientId, sub: clientId, aud: issuer, iat: now, exp: now + 60, jti: randomUUID() })
  const signature = sign('sha256', Buffer.from(`${header}.${body}`), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  const form = new URLSearchParams({
    jti,
    ...outcome,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: `${header}.${body}.${signature}`,
  })
  const answer = await fetch(`${issuer}/signals/done`, { method: 'POST', body: form })
  if (!answer.ok) console.error('not noted:', await answer.text())
}

// What your service does about it. Answer once it is done, be it days later.
async function act({ jti, sub_id: { sub }, events }) {
  const [[type, { shares }]] = Object.entries(events)
  console.log(type.slice(type.lastIndexOf('/') + 1), sub, JSON.stringify(shares))
  await done(jti, { outcome: 'done' }) // or { outcome: 'refused', reason: 'legal_obligation' }
}

async function take(request) {
  if (request.method !== 'POST' || request.url !== '/signals') return [404]
  let token = ''
  for await (const part of request.setEncoding('utf8')) if ((token += part).length > 16384) return [413]
  try {
    const claims = await check(token.trim())
    if (!seen.has(claims.jti)) {
      appendFileSync(seenFile, `${claims.jti}\n`) // written down before it is answered
      seen.add(claims.jti)
      setImmediate(() => act(claims).catch((error) => console.error(error.message)))
    }
    return [202]
  } catch (error) {
    if (error instanceof Refused) return [400, JSON.stringify({ err: error.message, description: 'see RFC 8935' })]
    console.error(error.message)
    return [503]
  }
}

createServer(async (request, response) => {
  const [status, body] = await take(request)
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body)
}).listen(Number(process.env.PORT ?? 3001), 'localhost', () => console.log('Taking signals'))
