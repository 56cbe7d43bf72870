// What a resident does, step by step, by the names the pages promise to keep: paths, field names, ids.

import assert from 'node:assert/strict'
import { accessible } from './accessible.js'
import { until } from './demo.js'
import { codeFor } from './tray.js'

let residents = 0

/** Someone new, whose name no other test uses. */
export function someone() {
  residents += 1
  const nth = `${process.pid}${residents}`
  return { name: 'Ada Wrenfield', email: `ada.${nth}@example.com`, password: `quiet otters cross ${nth} bridges` }
}

export const path = (page) => new URL(page.url()).pathname

export async function at(page, expected) {
  await page.waitForURL((url) => url.pathname === expected).catch(async (cause) => {
    const said = await page.locator('h1, .govuk-error-summary').allInnerTexts()
    throw new Error(`not at ${expected} but at ${page.url()}: ${said.join(', ')}`, { cause })
  })
}

/** Presses a button and waits for the page that answers. */
export async function press(page, selector) {
  await Promise.all([page.waitForEvent('domcontentloaded'), page.locator(selector).click()])
}

/** Opens a service's start page and chooses to sign in there. */
export async function chooseSignIn(page, service) {
  await page.goto(service)
  await press(page, '#sign-in')
}

export async function signIn(page, { email, password }) {
  await page.locator('input[name=email]').fill(email)
  await page.locator('input[name=password]').fill(password)
  await press(page, '#continue')
}

/** An error state: the words, the title, and a summary that leads to the field; looked at by axe. */
export async function problem(page, name, words = 'There is a problem') {
  await page.getByText(words).first().waitFor()
  await accessible(page, name)
}

/** From the sign-in page of a service's journey to the page before release. `look` sees each page on the way. */
export async function createAccount(page, demo, person, look = async () => {}) {
  await press(page, 'a[href^="/create-account"]')
  await at(page, '/create-account')
  await look('create-account')
  await page.locator('input[name=full_name]').fill(person.name)
  await page.locator('input[name=email]').fill(person.email)
  await press(page, '#continue')
  await at(page, '/create-account/code')
  await look('create-account-code')
  await page.locator('input[name=code]').fill(await codeFor(page.context().browser(), demo, person.email))
  await press(page, '#continue')
  await at(page, '/create-account/password')
  await look('create-account-password')
  await page.locator('input[name=password]').fill(person.password)
  await press(page, '#continue')
  await at(page, '/continue')
}

/** Continues from the page that informs, to the service, which greets by name. */
export async function goOn(page, service, { name }) {
  await at(page, '/continue')
  await reach(page, service)
  await page.getByRole('heading', { level: 1 }).getByText(name).waitFor()
}

/** To the service, past the page that informs if there is one: whoever has just signed in may have seen it before. */
export async function reach(page, service) {
  if (path(page) === '/continue') await press(page, '#continue')
  await page.waitForURL((url) => url.origin === service)
}

/** Asks the service that is open for more than it has, to the page that asks her whether she agrees. */
export async function asked(page) {
  await press(page, '#asks')
  await at(page, '/continue')
  await press(page, '#continue')
  await at(page, '/consent')
}

/** Says yes on that page, which takes a choice and a button, and one page that answers: the service. */
export async function agree(page, service) {
  await page.locator('#consent-allow').check()
  await press(page, '#continue')
  await page.waitForURL((url) => url.origin === new URL(service).origin)
}

/** Signs out at the service that is open, and confirms if asked. */
export async function signOut(page) {
  await press(page, '#sign-out')
  if (await page.locator('#logout-confirm').count()) await press(page, '#logout-confirm')
  await page.getByText('You have signed out').first().waitFor()
}

/** Waits until the signed-out page says that each service named has confirmed. */
export async function confirmedBy(page, services) {
  await until(20_000, async () => {
    const rows = await page.locator('.govuk-summary-list__row').allInnerTexts()
    const confirmed = (service) => rows.some((row) => row.includes(service) && row.includes('Signed out'))
    if (services.every(confirmed)) return true
    await page.reload()
    return false
  })
}

/** That the service that is opened knows nobody. */
export async function signedOutAt(page, service) {
  await page.goto(service)
  await page.locator('#sign-in').waitFor()
  assert.equal(await page.locator('#sign-out').count(), 0)
}
