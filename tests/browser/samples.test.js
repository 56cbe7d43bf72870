// The samples of "Set up your service", as they lie in the repository, against the demo.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openBrowser } from './lib/chromium.js'
import { binary, freePort, until } from './lib/demo.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

const samples = fileURLToPath(new URL('../../deploy/samples/', import.meta.url))
// tests/run browser makes it, with what the sample wants.
const python = fileURLToPath(new URL('../conformance/.venv/bin/python', import.meta.url))
// From here Node finds the packages that the sample wants.
const among = fileURLToPath(new URL('./node_modules/.samples/', import.meta.url))
const run = promisify(execFile)

let folder
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-samples-'))
  await mkdir(among, { recursive: true })
  await copyFile(join(samples, 'relying-party.mjs'), join(among, 'relying-party.mjs'))
})
after(async () => {
  await rm(folder, { recursive: true, force: true })
  await rm(among, { recursive: true, force: true })
})

/** Registers a service at this address with the key of keys.sh. */
async function register(home, key) {
  const jwk = createPublicKey(createPrivateKey(await readFile(key))).export({ format: 'jwk' })
  const answer = await fetch(`${demo.issuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'My service',
      redirect_uris: [`${home}callback`],
      post_logout_redirect_uris: [home],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [jwk] },
    }),
  })
  assert.equal(answer.status, 201, await answer.clone().text())
  return (await answer.json()).client_id
}

test('the sample on Node.js signs in, greets and signs out', async (t) => {
  const [key, home] = [join(folder, 'key.pem'), `http://localhost:${await freePort()}/`]
  await run('sh', [join(samples, 'keys.sh')], { env: { ...process.env, KEY_FILE: key } })
  const clientId = await register(home, key)
  const env = { ...process.env, ISSUER: demo.issuer, CLIENT_ID: clientId, HOME_URL: home, KEY_FILE: key }
  const service = spawn(process.execPath, [join(among, 'relying-party.mjs')], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => service.kill())
  let said = ''
  for (const stream of [service.stdout, service.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  await until(15_000, () => {
    assert.equal(service.exitCode, null, said)
    return said.includes('My service: ')
  })

  const context = await openBrowser(browser)
  const page = await context.newPage()
  await page.goto(home)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await resident.at(page, '/sign-in')
  await resident.signIn(page, demo)
  await resident.reach(page, new URL(home).origin)
  await page.getByRole('heading', { level: 1 }).getByText('Hello ').waitFor()
  const published = await (await fetch(`${home}jwks`)).json()
  assert.ok(published.keys.every((one) => one.x && !('d' in one)), 'only the public half')
  // What anybody could have made up ends no session.
  const forged = await fetch(`${home}backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: 'a.b.c' }) })
  assert.equal(forged.status, 400)
  await page.reload()
  await page.getByRole('link', { name: 'Sign out' }).click()
  await page.waitForURL((url) => url.href === home || url.pathname === '/signed-out' || url.pathname === '/logout')
  await page.goto(home)
  await page.getByRole('link', { name: 'Sign in' }).waitFor()
  await context.close()
})

test('the sample in Python signs in by hand', async (t) => {
  const [key, home] = [join(folder, 'python.pem'), `http://localhost:${await freePort()}/`]
  await run('sh', [join(samples, 'keys.sh')], { env: { ...process.env, KEY_FILE: key } })
  const env = { ...process.env, ISSUER: demo.issuer, CLIENT_ID: await register(home, key), HOME_URL: home, KEY_FILE: key }
  const script = spawn(python, [join(samples, 'relying_party.py')], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  t.after(() => script.kill())
  let said = ''
  for (const stream of [script.stdout, script.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const url = await until(15_000, () => {
    assert.equal(script.exitCode, null, said)
    return said.match(/^https?:\S+$/m)?.[0]
  })

  const context = await openBrowser(browser)
  const page = await context.newPage()
  const answered = page.waitForRequest((sent) => sent.url().startsWith(`${home}callback`))
  await page.goto(url)
  await resident.signIn(page, demo)
  if (resident.path(page) === '/continue') await resident.press(page, '#continue')
  script.stdin.write(`${(await answered).url()}\n`)
  await until(15_000, () => script.exitCode !== null)
  assert.equal(script.exitCode, 0, said)
  assert.ok(said.includes(demo.email), said)
  await context.close()
})

test('the service file of the pages works against the demo, and its sign-out is confirmed', async (t) => {
  const [key, port] = [join(folder, 'my-service.pem'), await freePort()]
  const home = `http://localhost:${port}/`
  await run('sh', [join(samples, 'keys.sh')], { env: { ...process.env, KEY_FILE: key } })
  const text = await readFile(join(samples, 'service.toml'), 'utf8')
  const file = join(demo.data, 'policies/services/my-service.toml')
  await writeFile(file, text.replaceAll('http://localhost:3000/', home))
  const apply = ['client', 'apply', '--data', demo.data, '--by', 'Ada Reed', '--approved-by', 'Ben Oak']
  await run(binary, apply)
  t.after(() => rm(file))
  const env = { ...process.env, ISSUER: demo.issuer, CLIENT_ID: 'my-service', HOME_URL: home, KEY_FILE: key }
  const service = spawn(process.execPath, [join(among, 'relying-party.mjs')], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => service.kill())
  let said = ''
  for (const stream of [service.stdout, service.stderr]) stream.setEncoding('utf8').on('data', (more) => (said += more))
  await until(15_000, () => said.includes('My service: '))
  const checked = { env: { ...process.env, ISSUER: demo.issuer, JWKS_URI: `${home}jwks` }, cwd: folder }
  assert.match((await run('sh', [join(samples, 'check.sh')], checked)).stdout, /all is well/)

  const context = await openBrowser(browser)
  const page = await context.newPage()
  await page.goto(home)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await resident.at(page, '/sign-in')
  await resident.signIn(page, demo)
  await resident.reach(page, new URL(home).origin)
  await page.getByRole('heading', { level: 1 }).getByText('Hello ').waitFor()
  // She signs out at the account: the service hears of it and confirms.
  await page.goto(`${demo.issuer}/logout`)
  await resident.press(page, '#logout-confirm')
  await page.getByText('You have signed out').first().waitFor()
  await until(15_000, async () => {
    await page.reload()
    return /My service\s+Signed out/.test(await page.locator('main').innerText())
  })
  await page.goto(home)
  await page.getByRole('link', { name: 'Sign in' }).waitFor()
  await context.close()
})

test('the sample that checks an installation does not say that all is well without keys', async () => {
  for (const JWKS_URI of [`http://localhost:${await freePort()}/jwks`, '']) {
    const checking = run('sh', [join(samples, 'check.sh')], { env: { ...process.env, ISSUER: demo.issuer, JWKS_URI }, cwd: folder })
    await assert.rejects(checking, (failed) => failed.code === 1 && !failed.stdout.includes('all is well'))
  }
})

test('the sample that checks an installation finds the demo well', async () => {
  const env = { ...process.env, ISSUER: demo.issuer, JWKS_URI: `${demo.garden}/jwks` }
  const { stdout } = await run('sh', [join(samples, 'check.sh')], { env, cwd: folder })
  assert.match(stdout, /"acr_values_supported":\["A0","A1"\]/)
  assert.match(stdout, /all is well/)
  await assert.rejects(run('sh', [join(samples, 'check.sh')], { env: { ...env, ISSUER: `${demo.issuer}/` }, cwd: folder }))
})
