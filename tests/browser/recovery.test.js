// What a resident meets when something was forgotten, mistyped, or has run out: a new password, too many tries, another
// address, a shared one; on a desktop and at 320 pixels, each page and each error looked at by axe.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { desktop, narrow, openBrowser } from './lib/chromium.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'
import { codeFor, linkFor } from './lib/tray.js'

/** A resident with an account, who is signed in on this page. */
async function newResident(page) {
  const person = resident.someone()
  await resident.chooseSignIn(page, demo.garden)
  await resident.createAccount(page, demo, person)
  await resident.goOn(page, demo.garden, person)
  return person
}

const wrongCode = (code) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

for (const [screen, viewport] of Object.entries({ desktop, narrow })) {
  test(`a forgotten password is replaced: ${screen}`, async () => {
    const context = await openBrowser(browser, { viewport })
    const page = await context.newPage()
    const look = (name) => accessible(page, `recovery-${screen}-${name}`)
    const problem = (name) => resident.problem(page, `recovery-${screen}-${name}`)
    const person = await newResident(page)
    await context.clearCookies()

    await page.goto(`${demo.issuer}/sign-in`)
    await resident.press(page, 'a[href^="/forgotten-password"]')
    await look('forgotten')
    await resident.press(page, '#continue')
    await problem('forgotten-empty')
    await page.locator('#email').fill(person.email)
    await resident.press(page, '#continue')
    await resident.at(page, '/forgotten-password/code')
    await look('code')
    // The first code is that of the sign-up.
    const first = await codeFor(browser, demo, person.email)
    await resident.press(page, 'button[value=resend]')
    await look('code-resent')
    await resident.press(page, 'button[value=longer]')
    await look('code-longer')
    const code = await codeFor(browser, demo, person.email, [first])
    await page.locator('#code').fill(wrongCode(code))
    await resident.press(page, '#continue')
    await problem('code-wrong')
    await page.locator('#code').fill(await codeFor(browser, demo, person.email))
    await resident.press(page, '#continue')
    await resident.at(page, '/forgotten-password/password')
    await look('password')
    await page.locator('input[name=password]').fill('password123')
    await resident.press(page, '#continue')
    await problem('password-weak')
    const password = `${person.password} anew`
    await page.locator('input[name=password]').fill(password)
    await resident.press(page, '#continue')
    await resident.at(page, '/sign-in')
    await look('sign-in-after')
    await resident.signIn(page, { ...person, password })
    await resident.at(page, '/account')
    await context.close()
  })

  test(`too many wrong passwords close the account for a while: ${screen}`, async () => {
    const context = await openBrowser(browser, { viewport })
    const page = await context.newPage()
    const { email } = resident.someone()
    await resident.chooseSignIn(page, demo.garden)
    for (let tries = 0; tries < 7; tries += 1) {
      if (resident.path(page) !== '/sign-in') break
      await resident.signIn(page, { email, password: 'not this one, not at all' })
      if ((await page.locator('input[name=password]').count()) === 0) break
    }
    await page.getByText('You can try again at').waitFor()
    assert.ok((await page.locator('#other-ways').count()) === 1, 'there is another way than this site')
    await accessible(page, `recovery-${screen}-locked`)
    await context.close()
  })

  test(`an address is changed, and changed back from the old one: ${screen}`, async () => {
    const context = await openBrowser(browser, { viewport })
    const page = await context.newPage()
    const look = (name) => accessible(page, `recovery-${screen}-${name}`)
    const problem = (name) => resident.problem(page, `recovery-${screen}-${name}`)
    const person = await newResident(page)

    await page.goto(`${demo.issuer}/account/password`)
    await look('change-password')
    await page.locator('input[name=current_password]').fill('not this one')
    await page.locator('input[name=password]').fill(`${person.password} anew`)
    await resident.press(page, '#continue')
    await problem('change-password-wrong')

    await page.goto(`${demo.issuer}/account/email`)
    await look('change-email')
    await page.locator('#email').fill('no address')
    await page.locator('input[name=current_password]').fill(person.password)
    await resident.press(page, '#continue')
    await problem('change-email-malformed')
    const other = resident.someone().email
    await page.locator('#email').fill(other)
    await page.locator('input[name=current_password]').fill(person.password)
    await resident.press(page, '#continue')
    await resident.at(page, '/account/email/code')
    await look('change-email-code')
    const code = await codeFor(browser, demo, other)
    await page.locator('#code').fill(wrongCode(code))
    await resident.press(page, '#continue')
    await problem('change-email-code-wrong')
    await page.locator('#code').fill(code)
    await resident.press(page, '#continue')
    await resident.at(page, '/account')
    await look('change-email-done')

    const undo = await linkFor(browser, demo, person.email, /https?:\S+\/account\/email\/undo\S+/)
    await page.goto(undo)
    await look('undo')
    await resident.press(page, '#continue')
    await look('undone')
    await page.goto(undo)
    await problem('undo-over')
    await context.close()
  })

  test(`an address that somebody has already is shared by letter: ${screen}`, async () => {
    const context = await openBrowser(browser, { viewport })
    const page = await context.newPage()
    const look = (name) => accessible(page, `recovery-${screen}-${name}`)
    const person = await newResident(page)
    await context.clearCookies()
    await page.goto(`${demo.issuer}/create-account`)
    await page.locator('#full_name').fill('Bea Wrenfield')
    await page.locator('#email').fill(person.email)
    await resident.press(page, '#continue')
    await resident.at(page, '/create-account/code')
    await page.goto(await linkFor(browser, demo, person.email, /https?:\S+\/create-account\/share\S+/))
    await look('share')
    await resident.press(page, '#continue')
    await resident.problem(page, `recovery-${screen}-share-empty`)
    await page.locator('#sign_in_name').fill(`bea.${process.pid}.${screen}`)
    await resident.press(page, '#continue')
    await look('share-next')
    await context.close()
  })

  test(`what is over, not there or not meant is said: ${screen}`, async () => {
    const context = await openBrowser(browser, { viewport })
    const page = await context.newPage()
    const visit = async (path, name) => {
      await page.goto(`${demo.issuer}${path}`)
      await accessible(page, `recovery-${screen}-${name}`)
    }
    await visit('/create-account', 'create-account')
    await resident.press(page, 'a[href^="/notices/"]')
    await accessible(page, `recovery-${screen}-account-notice`)
    await visit('/privacy', 'privacy')
    await visit('/create-account/finish', 'finish')
    await visit('/sign-in?flow=none', 'not-this-browser')
    await visit('/create-account/share?token=none', 'share-lapsed')
    await visit('/account/sessions/not-me?token=none', 'not-me-lapsed')
    await visit('/nowhere', 'not-found')
    // A form that another site sends.
    const refused = await context.request.post(`${demo.issuer}/sign-in`, {
      headers: { origin: 'http://elsewhere.example', 'sec-fetch-site': 'cross-site' },
      form: { email: 'a@example.com', password: 'b' },
    })
    assert.equal(refused.status(), 403)
    await page.setContent(await refused.text())
    await accessible(page, `recovery-${screen}-another-site`)

    await newResident(page)
    await visit('/logout', 'logout-asks')
    await context.close()
  })
}
