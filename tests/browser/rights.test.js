// Data protection rights: asked for in the account and without one, and complained of without one; in both languages, without
// scripts too.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { desktop, narrow, openBrowser } from './lib/chromium.js'
import { until } from './lib/demo.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

/** Looks at a page in both languages; leaves it in English. */
async function look(page, path, name) {
  for (const lang of ['cy', 'en']) {
    await page.goto(`${demo.issuer}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`)
    await accessible(page, `${name}-${lang}`)
  }
}

for (const [name, options] of Object.entries({
  desktop: { viewport: desktop },
  'narrow-no-scripts': { viewport: narrow, scripts: false },
})) {
  test(`she asks for a copy and reads by when it is answered: ${name}`, async () => {
    const context = await openBrowser(browser, options)
    const page = await context.newPage()
    const person = resident.someone()
    await resident.chooseSignIn(page, demo.garden)
    await resident.createAccount(page, demo, person)
    await resident.goOn(page, demo.garden, person)
    await page.goto(`${demo.issuer}/account`)
    await resident.press(page, 'a[href="/account/rights"]')
    await resident.at(page, '/account/rights')
    await look(page, '/account/rights', `rights ${name}`)
    await resident.press(page, '#send')
    await resident.problem(page, `rights-empty ${name}`)
    await page.getByRole('link', { name: 'Select what you want to ask for' }).click()
    await page.locator('input[name=kind][value=rectification]').check()
    await page.locator('#words').fill('My name is not right.')
    await resident.press(page, '#send')
    await page.getByText('We have received this').waitFor()
    await page.getByText('We answer by').waitFor()
    await look(page, resident.path(page), `rights-one ${name}`)
    await page.getByText('My name is not right.').waitFor()
    await page.getByText('ask a court to decide').waitFor()
    await look(page, '/account/rights', `rights-list ${name}`)
    assert.equal(await page.locator('a[href^="/account/rights/DP-"]').count(), 1)

    // What the account shows, as a file: made in a moment, fetched once, with the password.
    await resident.press(page, 'a[href="/account/download"]')
    await resident.at(page, '/account/download')
    await look(page, '/account/download', `download ${name}`)
    await resident.press(page, '#make')
    await until(20_000, async () => {
      await page.goto(`${demo.issuer}/account/download`)
      return (await page.locator('#fetch').count()) === 1 || undefined
    })
    await look(page, '/account/download', `download-ready ${name}`)
    await resident.press(page, '#fetch')
    await resident.problem(page, `download-empty ${name}`)
    await page.locator('input[name=current_password]').fill(person.password)
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#fetch').click()])
    assert.match(download.suggestedFilename(), /^account-\d{4}-\d{2}-\d{2}\.zip$/)
    const bytes = await readFile(await download.path())
    assert.equal(bytes.subarray(0, 2).toString(), 'PK')
    await page.goto(`${demo.issuer}/account/download`)
    await page.getByText('You have downloaded your file').waitFor()
    await look(page, '/account/download', `download-fetched ${name}`)
    await context.close()
  })

  test(`anybody complains about how data is used: ${name}`, async () => {
    const context = await openBrowser(browser, options)
    const page = await context.newPage()
    await page.goto(`${demo.issuer}/complain`)
    await resident.press(page, 'a[href="/data-protection-complaint"]')
    await resident.at(page, '/data-protection-complaint')
    await look(page, '/data-protection-complaint', `data-complaint ${name}`)
    await resident.press(page, '#send')
    await resident.problem(page, `data-complaint-empty ${name}`)
    await page.locator('#full_name').fill('Cai Morgan')
    await page.locator('#address').fill('1 Mill Lane, Havenbrook')
    await page.locator('#words').fill('You wrote to my old address.')
    await resident.press(page, '#send')
    await resident.at(page, '/data-protection-complaint/received')
    await page.getByRole('heading', { level: 1, name: 'We have received your complaint' }).waitFor()
    await page.getByText(/DP-[2-9A-Z]{4}-[2-9A-Z]{4}/).first().waitFor()
    const { pathname, search } = new URL(page.url())
    await look(page, `${pathname}${search}`, `data-complaint-received ${name}`)
    assert.equal(await page.getByText('Cai Morgan').count(), 0)
    await context.close()
  })

  test(`she uses a right without an account, in Welsh: ${name}`, async () => {
    const context = await openBrowser(browser, options)
    const page = await context.newPage()
    await page.goto(`${demo.issuer}/privacy?lang=cy`)
    await resident.press(page, 'a[href="/your-data-rights"]')
    await resident.at(page, '/your-data-rights')
    await page.getByRole('heading', { level: 2, name: 'Os oes gennych gyfrif' }).waitFor()
    // Signing in is shown before the form.
    const before = await page.locator('main a, main form').evaluateAll(all => all.map(one => one.getAttribute('href') ?? 'form'))
    assert.ok(before.indexOf('/account/rights') < before.indexOf('form'), before.join())
    await accessible(page, `ask ${name}-cy`)
    await resident.press(page, '#send')
    await resident.problem(page, `ask-empty ${name}-cy`, 'Mae problem')
    await page.getByRole('link', { name: 'Dewiswch beth rydych am ofyn amdano' }).click()
    await page.keyboard.press('Space')
    assert.ok(await page.locator('input[name=kind][value=access]').isChecked(), 'the link of the summary leads to the radios')
    await page.locator('input[name=kind][value=objection]').check()
    await page.locator('#full_name').fill('Cai Morgan')
    await page.locator('#email').fill('cai')
    await page.locator('#words').fill('Dim llythyrau am ddigwyddiadau, os gwelwch yn dda.')
    await resident.press(page, '#send')
    await resident.problem(page, `ask-malformed ${name}-cy`, 'Mae problem')
    assert.ok(await page.locator('input[name=kind][value=objection]').isChecked())
    await page.locator('#email').fill('cai@example.org')
    await resident.press(page, '#send')
    await resident.at(page, '/your-data-rights/received')
    await page.getByRole('heading', { level: 1, name: 'Rydym wedi derbyn eich cais' }).waitFor()
    await page.getByText('Atal defnydd o fanylion').waitFor()
    await page.getByText(/DP-[2-9A-Z]{4}-[2-9A-Z]{4}/).first().waitFor()
    assert.equal(await page.getByText('Cai Morgan').count(), 0)
    const { pathname, search } = new URL(page.url())
    await look(page, `${pathname}${search}`, `ask-received ${name}`)
    await page.getByRole('heading', { level: 1, name: 'We have received your request' }).waitFor()
    await look(page, '/your-data-rights', `ask ${name}`)
    await resident.press(page, 'a[href="/data-protection-complaint"]')
    await resident.press(page, 'a[href="/your-data-rights"]')
    await resident.at(page, '/your-data-rights')
    await context.close()
  })
}
