// The sample that takes signals, as it lies in the repository, against a provider that is nothing but keys and an ear.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort, until } from './lib/demo.js'

const samples = fileURLToPath(new URL('../../deploy/samples/', import.meta.url))
const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'))

const ours = pair()
const answers = []
let folder
let provider
let sample
let issuer
let place
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-signals-'))
  const jwk = { ...ours.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'ES256' }
  provider = createServer(async (request, response) => {
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += part
    if (request.url === '/signals/done') answers.push(new URLSearchParams(body))
    response.writeHead(request.url === '/jwks' ? 200 : 204).end(request.url === '/jwks' ? JSON.stringify({ keys: [jwk] }) : '')
  })
  await new Promise((open) => provider.listen(0, '127.0.0.1', open))
  issuer = `http://127.0.0.1:${provider.address().port}`
  const key = join(folder, 'key.pem')
  await promisify(execFile)('sh', [join(samples, 'keys.sh')], { env: { ...process.env, KEY_FILE: key } })
  const port = await freePort()
  place = `http://localhost:${port}/signals`
  const env = { ...process.env, ISSUER: issuer, KEY_FILE: key, PORT: port, SEEN_FILE: join(folder, 'seen') }
  sample = spawn(process.execPath, [join(samples, 'signals.mjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  sample.stdout.setEncoding('utf8').on('data', (more) => (said += more))
  await until(15_000, () => said.includes('Taking signals'))
})
after(async () => {
  sample?.kill()
  provider?.close()
  await rm(folder, { recursive: true })
})

function token(other = {}, { key = ours.privateKey, header = {} } = {}) {
  const claims = {
    iss: issuer,
    aud: 'my-service',
    iat: 1,
    toe: 1,
    jti: 'one',
    txn: 'x',
    sub_id: { format: 'iss_sub', iss: issuer, sub: 's' },
    events: { [`${issuer}/events/consent_withdrawn`]: { shares: [{ purpose: 'p', record: 'r', claims: ['email'] }] } },
    ...other,
  }
  const input = `${encode({ alg: 'ES256', typ: 'secevent+jwt', kid: 'k1', ...header })}.${encode(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

async function send(body) {
  const answer = await fetch(place, { method: 'POST', body, headers: { 'content-type': 'application/secevent+jwt' } })
  return [answer.status, answer.status === 400 ? (await answer.json()).err : '']
}

test('a signal is taken once, and its answer is signed', async () => {
  assert.deepEqual(await send(token()), [202, ''])
  await until(5_000, () => answers.length === 1)
  assert.deepEqual(await send(token()), [202, ''])
  assert.deepEqual([answers.length, answers[0].get('jti'), answers[0].get('outcome')], [1, 'one', 'done'])
  const [head, body, signature] = answers[0].get('client_assertion').split('.')
  const key = createPublicKey(await readFile(join(folder, 'key.pem')))
  const by = { key, dsaEncoding: 'ieee-p1363' }
  assert.ok(verify('sha256', Buffer.from(`${head}.${body}`), by, Buffer.from(signature, 'base64url')))
  assert.deepEqual([decode(body).iss, decode(body).aud], ['my-service', issuer])
})

test('what is not for this service, or not signed by its provider, is refused by the codes of RFC 8935', async () => {
  assert.deepEqual(await send('x'), [400, 'invalid_request'])
  assert.deepEqual(await send(token({}, { header: { typ: 'JWT' } })), [400, 'invalid_request'])
  assert.deepEqual(await send(token({ iss: 'http://else.test' })), [400, 'invalid_issuer'])
  assert.deepEqual(await send(token({ aud: 'another' })), [400, 'invalid_audience'])
  assert.deepEqual(await send(token({}, { key: pair().privateKey })), [400, 'invalid_key'])
  // A key that it has not heard of yet may be a new one: it wants the signal again.
  assert.deepEqual(await send(token({}, { header: { kid: 'k2' } })), [503, ''])
})
