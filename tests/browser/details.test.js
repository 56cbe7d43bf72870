// What a resident gives once: asked for on the way to a service that needs it, and kept in her account.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { narrow, openBrowser } from './lib/chromium.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

const row = (page, claim) => page.locator(`tr[data-claim="${claim}"] td`)

for (const scripts of [false, true]) {
  const how = `phone-${scripts ? 'scripts' : 'no-scripts'}`
  test(`a service learns that she is 18, and not when she was born: ${how}`, async () => {
    const context = await openBrowser(browser, { scripts, viewport: narrow })
    const page = await context.newPage()
    const person = resident.someone()
    await resident.chooseSignIn(page, demo.garden)
    await resident.createAccount(page, demo, person)
    await resident.goOn(page, demo.garden, person)

    // Not at the door: when she comes to order.
    await resident.press(page, '#task')
    await resident.at(page, '/continue/details')
    await page.getByRole('heading', { level: 1, name: 'Garden waste asks for your date of birth' }).waitFor()
    await accessible(page, `${how}-asked-birthdate`)
    await page.locator('input[name=day]').fill('31')
    await resident.press(page, '#continue')
    await resident.problem(page, `${how}-asked-birthdate-incomplete`)
    assert.equal(await page.locator('input[name=day]').inputValue(), '31')
    await page.locator('input[name=month]').fill('jan')
    await page.locator('input[name=year]').fill('1990')
    await resident.press(page, '#continue')
    await resident.at(page, '/continue')
    await accessible(page, `${how}-told-over-18`)
    const told = await page.locator('main').innerText()
    assert.match(told, /Aged 18 or over\s+Yes/)
    assert.ok(!told.includes('1990'), told)
    await resident.press(page, '#continue')
    await page.waitForURL((url) => url.origin === demo.garden)
    assert.equal(await row(page, 'over_18').innerText(), 'Yes')
    assert.equal(await row(page, 'birthdate').count(), 0)
    assert.ok(!(await page.locator('body').innerText()).includes('1990'))

    // The other service's task needs where she lives, and she would rather not say it here.
    await resident.chooseSignIn(page, demo.parking)
    await resident.reach(page, demo.parking)
    await resident.press(page, '#task')
    await resident.at(page, '/continue/details')
    await accessible(page, `${how}-asked-address`)
    await resident.press(page, '#continue')
    await resident.at(page, '/continue')
    assert.match(await page.locator('main').innerText(), /You have not given this/)
    await resident.press(page, '#continue')
    await page.waitForURL((url) => url.origin === demo.parking)
    assert.equal(await row(page, 'address').count(), 0)

    // In her account she gives it, in one form and the other, and deletes it.
    await page.goto(`${demo.issuer}/account`)
    await resident.press(page, 'a[href="/account/details"]')
    await accessible(page, `${how}-details`)
    assert.match(await page.locator('main').innerText(), /31 January 1990/)
    await resident.press(page, 'a[href="/account/details/address"]')
    await accessible(page, `${how}-address`)
    await page.locator('input[name=postcode]').fill('HV1')
    await resident.press(page, '#continue')
    await resident.problem(page, `${how}-address-wrong`)
    await page.locator('input[name=line1]').fill('3 Orchard Row')
    await page.locator('input[name=town]').fill('Havenbrook')
    await page.locator('input[name=postcode]').fill('hv14qt')
    await resident.press(page, '#continue')
    await resident.at(page, '/account/details')
    await page.getByText('3 Orchard Row, Havenbrook, HV1 4QT').waitFor()
    await accessible(page, `${how}-details-given`)
    await page.goto(`${demo.issuer}/account/details/address?way=words`)
    await accessible(page, `${how}-address-words`)
    await page.goto(`${demo.issuer}/account/details/date-of-birth`)
    await accessible(page, `${how}-birthdate`)
    await resident.press(page, '#take-away')
    await resident.at(page, '/account/details')
    assert.ok(!(await page.locator('main').innerText()).includes('1990'))

    // What she gave goes to the service that was told she had not.
    await page.goto(demo.parking)
    await resident.press(page, '#task')
    await resident.reach(page, demo.parking)
    assert.equal(await row(page, 'in_borough').innerText(), 'Yes')
    assert.equal(await row(page, 'postcode_district').innerText(), 'HV1')
    await context.close()
  })
}
