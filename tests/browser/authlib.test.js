// PyPI's Authlib (tests/conformance/relying_party.py) signs a resident in; this is her browser.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openBrowser } from './lib/chromium.js'
import { keyOf } from './lib/relying_party.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

const folder = fileURLToPath(new URL('../conformance/', import.meta.url))
const python = `${folder}.venv/bin/python`

/** The script, and what it says a line at a time. */
function relyingParty(t) {
  assert.ok(existsSync(python), 'tests/run browser makes tests/conformance/.venv; there is none')
  const child = spawn(python, [`${folder}relying_party.py`], { stdio: ['pipe', 'pipe', 'pipe'] })
  t.after(() => child.kill())
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return async (said) => {
    child.stdin.write(`${JSON.stringify(said)}\n`)
    const { value, done } = await lines.next()
    if (done) throw new Error(`the relying party ended:\n${log}`)
    return JSON.parse(value)
  }
}

test('Authlib signs in, refreshes, asks and gives back', async (t) => {
  const context = await openBrowser(browser)
  const page = await context.newPage()
  const tell = relyingParty(t)
  const { der, kid } = await keyOf(demo.garden, demo.data)
  const pem = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' })
  const callback = `${demo.garden}/callback`
  const { url } = await tell({ issuer: demo.issuer, client_id: 'garden-waste', callback, key: { pem, kid } })

  const answered = page.waitForRequest((sent) => sent.url().startsWith(callback))
  await page.goto(url)
  await resident.signIn(page, demo)
  if (resident.path(page) === '/continue') await resident.press(page, '#continue')

  const told = await tell({ answer: (await answered).url() })
  assert.deepEqual([told.claims.iss, told.claims.aud], [demo.issuer, 'garden-waste'])
  assert.equal(told.info.email, demo.email)
  assert.deepEqual(told.active, [true, false])
  assert.equal(told.reused, 'invalid_grant')
  await context.close()
})
