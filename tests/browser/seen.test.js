// "Who has seen my data": an operator looks, a resident reads it, takes the receipt and asks about it.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { accessible } from './lib/accessible.js'
import { desktop, narrow, openBrowser } from './lib/chromium.js'
import { until } from './lib/demo.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

const binary = process.env.PORTREEVE ?? fileURLToPath(new URL('../../target/debug/portreeve', import.meta.url))
const run = promisify(execFile)

/** An operator looks at an account, as somebody at a terminal does: the address is typed, not an argument. */
async function look(email, reason, ...more) {
  const args = ['resident', 'show', '--data', demo.data, '--by', 'Bea Lloyd', '--reason', reason, '--case', 'C-17', ...more]
  const running = run(binary, ['--json', ...args])
  running.child.stdin.end(`${email}\n`)
  const { stdout } = await running
  return JSON.parse(stdout)
}

const looks = (page) => page.getByText('A member of council staff looked at your record').count()

for (const [name, options] of Object.entries({
  desktop: { viewport: desktop },
  'narrow-no-scripts': { viewport: narrow, scripts: false },
})) {
  test(`she sees who looked, checks the receipt and asks: ${name}`, async () => {
    const context = await openBrowser(browser, options)
    const person = resident.someone()
    const page = await context.newPage()
    await resident.chooseSignIn(page, demo.garden)
    await resident.createAccount(page, demo, person)
    await resident.goOn(page, demo.garden, person)

    await page.goto(`${demo.issuer}/account`)
    await resident.press(page, 'a[href="/account/seen"]')
    assert.equal(await looks(page), 0)
    const shown = await look(person.email, 'fault')
    assert.equal(shown.name, person.name)
    await look(person.email, 'crime_prevention', '--approved-by', 'Cai Morgan')
    await page.reload()
    assert.equal(await looks(page), 1, 'one is shown, the other is kept from her')
    await page.getByText('We put a fault right').waitFor()
    await page.getByText('Garden waste received your details').waitFor()
    await accessible(page, `seen ${name}`)
    await page.goto(`${demo.issuer}/account/seen?lang=cy`)
    await page.getByText('Edrychodd aelod o staff').waitFor()
    await accessible(page, `seen-cy ${name}`)
    await page.goto(`${demo.issuer}/account/seen?lang=en`)

    await resident.press(page, ':nth-match(a[href^="/account/seen/"], 1)')
    const entry = resident.path(page)
    await until(15_000, async () => {
      await page.reload()
      return (await page.locator('a[download]').count()) > 0
    })
    await accessible(page, `seen-one ${name}`)
    const key = await page.locator('code').innerText()
    const answer = await page.request.get(`${demo.issuer}${entry}/receipt`)
    const folder = await mkdtemp(join(tmpdir(), 'portreeve-receipt-'))
    try {
      const file = join(folder, 'receipt.txt')
      await writeFile(file, await answer.text())
      const { stdout } = await run(binary, ['audit', 'verify', file, '--key', key, '--without-witness'])
      assert.match(stdout, /is in the log\./)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }

    await resident.press(page, '#ask')
    await page.getByText('The council has your question').waitFor()
    await page.getByText('What happens next').waitFor()
    assert.equal(await page.locator('#ask').count(), 0)
    await accessible(page, `seen-asked ${name}`)
    await page.goto(`${demo.issuer}${entry}?lang=cy`)
    await accessible(page, `seen-asked-cy ${name}`)
    await page.goto(`${demo.issuer}/account/seen?lang=en`)
    await page.getByText('We will answer by').waitFor()
    await context.close()
  })
}
