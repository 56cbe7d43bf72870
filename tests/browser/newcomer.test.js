// A newcomer's first visit, from the start page of one service to the end of the last session: with scripts and
// without, on a desktop and at 320 pixels, every page looked at by axe.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { desktop, narrow, openBrowser } from './lib/chromium.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'
import { codeFor } from './lib/tray.js'

for (const [screen, viewport] of Object.entries({ desktop, narrow })) {
  for (const scripts of [true, false]) {
    const how = `${screen}-${scripts ? 'scripts' : 'no-scripts'}`
    test(`a newcomer reaches two services with one account: ${how}`, async () => {
      const context = await openBrowser(browser, { scripts, viewport })
      const page = await context.newPage()
      const look = (name) => accessible(page, `${how}-${name}`)
      const person = resident.someone()

      await page.goto(demo.garden)
      await look('garden-start')
      await resident.chooseSignIn(page, demo.garden)
      await resident.at(page, '/sign-in')
      await look('sign-in')
      await resident.createAccount(page, demo, person, look)

      await look('inform')
      const told = await page.locator('main').innerText()
      assert.ok(told.includes(person.name) && told.includes(person.email), `values are shown:\n${told}`)
      await resident.goOn(page, demo.garden, person)
      await look('garden-signed-in')
      assert.ok((await page.locator('#received').innerText()).includes(person.email))

      // The second service: nothing is typed.
      await resident.chooseSignIn(page, demo.parking)
      await resident.at(page, '/continue')
      assert.equal(await page.locator('input:not([type=hidden])').count(), 0)
      await page.getByRole('button', { name: 'Continue as Ada W.' }).waitFor()
      await page.getByRole('button', { name: 'I am not Ada' }).waitFor()
      await look('inform-second')
      await resident.goOn(page, demo.parking, person)

      await resident.press(page, '#your-account')
      await resident.at(page, '/account')
      const account = await page.locator('main').innerText()
      assert.ok(account.includes('Garden waste') && account.includes('Parking permits'), account)
      await look('account')

      // Out at one is out at both.
      await page.goto(demo.parking)
      await resident.signOut(page)
      await resident.confirmedBy(page, ['Garden waste'])
      await look('signed-out')
      await resident.signedOutAt(page, demo.garden)
      await resident.signedOutAt(page, demo.parking)
      await page.goto(`${demo.issuer}/account`)
      await resident.at(page, '/sign-in')
      await context.close()
    })
  }
}

describe('what goes wrong is said on the page', () => {
  for (const [screen, viewport] of Object.entries({ desktop, narrow })) {
    test(`signing in: ${screen}`, async () => {
      const context = await openBrowser(browser, { viewport })
      const page = await context.newPage()
      await resident.chooseSignIn(page, demo.garden)
      await resident.press(page, '#continue')
      await resident.problem(page, `${screen}-sign-in-empty`)
      assert.match(await page.title(), /^Error: /)
      await page.locator('.govuk-error-summary a').first().click()
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'email')

      await resident.signIn(page, { email: demo.email, password: 'not the password at all' })
      await resident.problem(page, `${screen}-sign-in-wrong-password`)
      assert.equal(await page.locator('input[name=email]').inputValue(), demo.email)
      assert.equal(await page.locator('input[name=password]').inputValue(), '')

      // An address nobody has: the same words, so that nobody learns who has an account.
      const known = await page.locator('.govuk-error-summary').innerText()
      await resident.signIn(page, { email: 'nobody.at.all@example.com', password: 'not the password at all' })
      assert.equal(await page.locator('.govuk-error-summary').innerText(), known)

      await resident.signIn(page, demo)
      await resident.at(page, '/continue')
      await context.close()
    })

    test(`creating an account: ${screen}`, async () => {
      const context = await openBrowser(browser, { viewport })
      const page = await context.newPage()
      const person = resident.someone()
      await resident.chooseSignIn(page, demo.garden)
      await resident.press(page, 'a[href^="/create-account"]')
      await resident.press(page, '#continue')
      await resident.problem(page, `${screen}-create-account-empty`)

      await page.locator('input[name=full_name]').fill(person.name)
      await page.locator('input[name=email]').fill('not an address')
      await resident.press(page, '#continue')
      await resident.problem(page, `${screen}-create-account-not-an-address`)
      assert.equal(await page.locator('input[name=full_name]').inputValue(), person.name)

      await page.locator('input[name=email]').fill(person.email)
      await resident.press(page, '#continue')
      await resident.at(page, '/create-account/code')
      const code = await codeFor(browser, demo, person.email)
      for (const [wrong, name] of [['', 'empty'], [code === '000000' ? '000001' : '000000', 'wrong']]) {
        await page.locator('input[name=code]').fill(wrong)
        await resident.press(page, '#continue')
        await resident.problem(page, `${screen}-code-${name}`)
      }
      // People paste codes with a space in them.
      await page.locator('input[name=code]').fill(` ${code.slice(0, 3)} ${code.slice(3)} `)
      await resident.press(page, '#continue')
      await resident.at(page, '/create-account/password')
      for (const [wrong, name] of [['', 'empty'], ['short', 'short'], ['password1', 'common']]) {
        await page.locator('input[name=password]').fill(wrong)
        await resident.press(page, '#continue')
        await resident.problem(page, `${screen}-password-${name}`)
      }
      await page.locator('input[name=password]').fill(person.password)
      await resident.press(page, '#continue')
      await resident.goOn(page, demo.garden, person)
      await context.close()
    })
  }

  test('a page that is not there', async () => {
    const context = await openBrowser(browser)
    const page = await context.newPage()
    const answer = await page.goto(`${demo.issuer}/no-such-page`)
    assert.equal(answer.status(), 404)
    await resident.problem(page, 'not-found')
    await context.close()
  })
})

test('the pages everyone may read', async () => {
  const context = await openBrowser(browser, { viewport: narrow })
  const page = await context.newPage()
  const papers = ['/privacy', '/cookies', '/accessibility', '/complain', '/docs/limits', '/docs/errors', '/docs/set-up']
  await page.goto(`${demo.issuer}/docs/set-up`)
  const steps = page.locator('main a[href^="/docs/set-up/"]')
  const docs = [...new Set(await steps.evaluateAll((links) => links.map((link) => link.getAttribute('href'))))]
  assert.ok(docs.length >= 10, docs.join(' '))
  for (const open of ['/', '/sign-in', '/forgotten-password', ...papers, ...docs]) {
    const answer = await page.goto(demo.issuer + open)
    assert.equal(answer.status(), 200, open)
    await accessible(page, `open${open.replaceAll('/', '-')}`)
  }
  for (const [name, url] of Object.entries({ tray: demo.tray, staff: demo.staff, parking: demo.parking })) {
    await page.goto(url)
    await accessible(page, `open-${name}`)
  }
  await context.close()
})

test('the whole way in Welsh', async () => {
  const context = await openBrowser(browser, { viewport: narrow })
  const page = await context.newPage()
  const look = async (name) => {
    assert.equal(await page.locator('html').getAttribute('lang'), 'cy', `${name} is in Welsh`)
    await accessible(page, `welsh-${name}`)
  }
  const person = resident.someone()
  await page.goto(`${demo.garden}/?lang=cy`)
  await look('garden-start')
  await resident.press(page, '#sign-in')
  await resident.at(page, '/sign-in')
  // The service asked for Welsh (`ui_locales`): nobody chooses it twice.
  await look('sign-in')
  await resident.press(page, '#continue')
  await resident.problem(page, 'welsh-sign-in-empty', 'Mae problem')
  await resident.createAccount(page, demo, person, look)
  await look('inform')
  await page.getByRole('button', { name: 'Parhau fel Ada W.' }).waitFor()
  await resident.goOn(page, demo.garden, person)
  // The service's wish was for the way to it; from here on she chooses herself.
  await page.goto(`${demo.issuer}/account`)
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  await page.getByRole('link', { name: 'Cymraeg' }).click()
  await look('account')
  await page.getByRole('link', { name: 'English' }).click()
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  await page.goto(`${demo.issuer}/account/password`)
  assert.equal(await page.locator('html').getAttribute('lang'), 'en', 'the choice is kept')
  await context.close()
})
