// Five wrong codes: wherever a code is asked for, the page says until when none is looked at. In English and in Welsh, at
// 320 pixels and on a desktop, each looked at by axe.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { desktop, narrow, openBrowser } from './lib/chromium.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'
import { totp } from './lib/totp.js'
import { codeFor } from './lib/tray.js'

const time = String.raw`\d{1,2}(:\d\d)?[ap]m`
/** What the pages say: until when, and around it. */
const words = {
  en: {
    wait: new RegExp(`There have been too many wrong codes. Try again at (${time}|midday|midnight)`),
    problem: 'There is a problem',
    error: 'Error: ',
  },
  cy: {
    wait: new RegExp(`Bu gormod o godau anghywir. Rhowch gynnig arall arni am (${time}|hanner dydd|hanner nos)`),
    problem: 'Mae problem',
    error: 'Gwall: ',
  },
}

async function open(page, path, lang) {
  await page.goto(`${demo.issuer}${path}?lang=${lang}`)
  await resident.at(page, path)
}

async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name=${name}]`).fill(value)
  await resident.press(page, '#continue')
}

/** Somebody new, signed in here. */
async function newResident(page) {
  const person = resident.someone()
  await resident.chooseSignIn(page, demo.garden)
  await resident.createAccount(page, demo, person)
  return person
}

/** Her way to the page where an authenticator app is set up; what that page tells the app. */
async function toSetUp(page, person, lang) {
  await open(page, '/account/second-step', lang)
  await fill(page, { current_password: person.password })
  return page.locator('.govuk-inset-text').innerText()
}

/** The ways to the pages that ask for a code. Each gives the code that would be right. */
const pages = {
  'create-account': async (page, lang) => {
    const { name, email } = resident.someone()
    await open(page, '/create-account', lang)
    await fill(page, { full_name: name, email })
    await resident.at(page, '/create-account/code')
    return () => codeFor(browser, demo, email)
  },
  'create-account-elsewhere': async (page, lang) => {
    const { name, email } = resident.someone()
    const there = await (await openBrowser(browser)).newPage()
    await open(there, '/create-account', lang)
    await fill(there, { full_name: name, email })
    await open(page, '/create-account/finish', lang)
    await page.locator('input[name=email]').fill(email)
    return () => codeFor(browser, demo, email)
  },
  'forgotten-password': async (page, lang) => {
    const { email } = await newResident(await (await openBrowser(browser)).newPage())
    const first = await codeFor(browser, demo, email)
    await open(page, '/forgotten-password', lang)
    await fill(page, { email })
    await resident.at(page, '/forgotten-password/code')
    return () => codeFor(browser, demo, email, [first])
  },
  'another-address': async (page, lang) => {
    const { password } = await newResident(page)
    const { email } = resident.someone()
    await open(page, '/account/email', lang)
    await fill(page, { email, current_password: password })
    await resident.at(page, '/account/email/code')
    return () => codeFor(browser, demo, email)
  },
  'second-step': async (page, lang) => {
    const there = await (await openBrowser(browser)).newPage()
    const person = await newResident(there)
    const secret = await toSetUp(there, person, 'en')
    await fill(there, { code: totp(secret) })
    const [recovery] = await there.locator('code').allInnerTexts()
    await open(page, '/sign-in', lang)
    await resident.signIn(page, person)
    await resident.at(page, '/sign-in/code')
    return () => recovery
  },
}

for (const [name, to] of Object.entries(pages)) {
  test(`after five wrong codes she is told until when to wait: ${name}`, async () => {
    for (const [lang, { wait, problem, error }] of Object.entries(words)) {
      const page = await (await openBrowser(browser)).newPage()
      const right = await to(page, lang)
      const path = resident.path(page)
      const summary = page.locator('.govuk-error-summary')
      for (let misses = 1; misses <= 5; misses += 1) {
        await fill(page, { code: '000000' })
        assert.equal(wait.test(await summary.innerText()), misses === 5, `${name} after ${misses}`)
      }
      const [said] = (await summary.innerText()).match(wait)
      // It is meant: not even the right one is looked at, and the time that was named stays.
      await fill(page, { code: await right() })
      assert.equal(resident.path(page), path, name)
      assert.equal(await page.locator('html').getAttribute('lang'), lang, name)
      assert.equal(await summary.locator('a').innerText(), said, name)
      assert.equal(await summary.getByRole('heading').innerText(), problem, name)
      assert.ok((await page.title()).startsWith(error), await page.title())
      await summary.locator('a').click()
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'code', name)
      for (const [screen, viewport] of Object.entries({ narrow, desktop })) {
        await page.setViewportSize(viewport)
        await accessible(page, `code-wait-${name}-${lang}-${screen}`)
      }
      for (const context of browser.contexts()) await context.close()
    }
  })
}
