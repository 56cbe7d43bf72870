// The second step from setting it up to signing in with it, and the list of devices.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { desktop, narrow, openBrowser } from './lib/chromium.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'
import { totp } from './lib/totp.js'

async function signedIn(context, person) {
  const page = await context.newPage()
  await page.goto(`${demo.issuer}/sign-in`)
  await resident.signIn(page, person)
  return page
}

/** Address and password change after the password and a code, in both languages; the password is another one then. */
async function changed(page, person, codes, name) {
  const next = resident.someone()
  const change = async (what, code) => {
    await page.locator('input[name=current_password]').fill(person.password)
    await page.locator(`input[name=${what}]`).fill(next[what])
    await page.locator('input[name=code]').fill(code)
    await resident.press(page, '#continue')
  }
  for (const [what, leads] of [['email', '/account/email/code'], ['password', '/account']]) {
    await page.goto(`${demo.issuer}/account/${what}?lang=cy`)
    await accessible(page, `change-${what}-with-second-step-cy ${name}`)
    await page.goto(`${demo.issuer}/account/${what}?lang=en`)
    await accessible(page, `change-${what}-with-second-step ${name}`)
    await change(what, '000000')
    await resident.problem(page, `change-${what}-wrong-code ${name}`)
    await change(what, codes.pop())
    await resident.at(page, leads)
  }
  person.password = next.password
}

for (const [name, options] of Object.entries({
  desktop: { viewport: desktop },
  'narrow, no scripts': { viewport: narrow, scripts: false },
})) {
  test(`a second step is set up, asked for and accepted: ${name}`, async () => {
    // Somebody new for each way: a factor stays with its account.
    const context = await openBrowser(browser, options)
    const person = resident.someone()
    let page = await context.newPage()
    await resident.chooseSignIn(page, demo.garden)
    await resident.createAccount(page, demo, person)
    await page.goto(`${demo.issuer}/account/second-step`)
    await accessible(page, `second-step-new ${name}`)
    await page.locator('input[name=current_password]').fill(person.password)
    await resident.press(page, '#continue')
    await accessible(page, `second-step-set-up ${name}`)
    const drawn = await page.locator('img[src^="/account/second-step/qr"]').evaluate((image) => image.naturalWidth)
    assert.ok(drawn > 0, 'the picture is drawn')
    const secret = await page.locator('.govuk-inset-text').innerText()
    await page.locator('input[name=code]').fill('000000')
    await resident.press(page, '#continue')
    await resident.problem(page, `second-step-wrong ${name}`)
    await page.locator('input[name=code]').fill(totp(secret))
    await resident.press(page, '#continue')
    await accessible(page, `recovery-codes ${name}`)
    const codes = await page.locator('code').allInnerTexts()
    assert.equal(codes.length, 10)
    await resident.press(page, '#continue')

    await page.goto(`${demo.issuer}/account`)
    await accessible(page, `account-with-second-step ${name}`)
    await page.goto(`${demo.issuer}/account/second-step?lang=cy`)
    await accessible(page, `second-step-settings-cy ${name}`)
    await changed(page, person, codes, name)

    const elsewhere = await openBrowser(browser, options)
    page = await signedIn(elsewhere, person)
    await resident.at(page, '/sign-in/code')
    await accessible(page, `second-step ${name}`)
    await page.locator('input[name=code]').fill(codes[0])
    await resident.press(page, '#continue')
    await resident.at(page, '/account')
    await accessible(page, `devices ${name}`)
    assert.equal(await page.locator('#end-others').count(), 1)
    await resident.press(page, '#end-others')
    assert.equal(await page.locator('#end-others').count(), 0)
    await elsewhere.close()
    await context.close()
  })
}

test('what vectors of trust mean is written in both languages', async () => {
  const context = await openBrowser(browser, { viewport: narrow })
  const page = await context.newPage()
  for (const lang of ['en', 'cy']) {
    await page.goto(`${demo.issuer}/docs/vectors-of-trust?lang=${lang}`)
    await accessible(page, `vectors-of-trust-${lang}`)
  }
  await context.close()
})
