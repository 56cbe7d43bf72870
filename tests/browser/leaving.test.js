// The end of an account: closed and opened again, then deleted; by hand, in both languages, with scripts and without.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { narrow, openBrowser } from './lib/chromium.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'
import { linkFor } from './lib/tray.js'

for (const scripts of [false, true]) {
  const how = `phone-${scripts ? 'scripts' : 'no-scripts'}`
  test(`a resident closes her account, opens it again and deletes it: ${how}`, async () => {
    const context = await openBrowser(browser, { scripts, viewport: narrow })
    const page = await context.newPage()
    const person = resident.someone()
    await resident.chooseSignIn(page, demo.garden)
    await resident.createAccount(page, demo, person)
    await resident.goOn(page, demo.garden, person)

    await page.goto(`${demo.issuer}/account`)
    await resident.press(page, 'a[href="/account/delete"]')
    await accessible(page, `${how}-leave`)
    const told = await page.locator('main').innerText()
    assert.match(told, /Garden waste/)
    assert.match(told, /What we have to keep/)
    await resident.press(page, '#continue')
    await resident.problem(page, `${how}-leave-wrong`)
    await page.goto(`${demo.issuer}/account/delete?lang=cy`)
    await accessible(page, `${how}-leave-cy`)
    await page.goto(`${demo.issuer}/account/delete?lang=en`)

    await page.locator('#when-later').check()
    await page.locator('input[name=current_password]').fill(person.password)
    await resident.press(page, '#continue')
    await page.getByRole('heading', { level: 1, name: 'Your account is closed' }).waitFor()
    await accessible(page, `${how}-left-closed`)

    const link = await linkFor(browser, demo, person.email, /http\S+\/account\/reopen\?token=\S+/)
    await page.goto(link)
    await accessible(page, `${how}-reopen`)
    await resident.press(page, '#continue')
    await page.getByRole('heading', { level: 1, name: 'Your account is open again' }).waitFor()
    await accessible(page, `${how}-reopened`)
    await page.goto(link)
    await resident.problem(page, `${how}-reopen-lapsed`)

    await page.goto(`${demo.issuer}/sign-in`)
    await resident.signIn(page, person)
    await page.goto(`${demo.issuer}/account/delete`)
    await page.locator('#when-now').check()
    await page.locator('input[name=current_password]').fill(person.password)
    await resident.press(page, '#continue')
    await page.getByRole('heading', { level: 1, name: 'Your account is deleted' }).waitFor()
    await accessible(page, `${how}-left-deleted`)

    await page.goto(`${demo.issuer}/sign-in`)
    await resident.signIn(page, person)
    await resident.problem(page, `${how}-gone`)
    await context.close()
  })
}
