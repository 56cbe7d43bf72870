// One computer, two people; and the same people after the demo was stopped and started again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser } from './lib/chromium.js'
import { startDemo } from './lib/demo.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

test('after A signed out at one service, B gets the sign-in page from the other', async () => {
  const context = await openBrowser(browser)
  const page = await context.newPage()
  await resident.chooseSignIn(page, demo.garden)
  await resident.signIn(page, demo)
  await resident.reach(page, demo.garden)
  await resident.chooseSignIn(page, demo.parking)
  await resident.reach(page, demo.parking)
  await page.goto(demo.garden)
  const greeted = await page.getByRole('heading', { level: 1 }).innerText()
  const firstName = greeted.split(' ')[1]
  assert.ok(firstName, `greeted by name: ${greeted}`)
  await resident.signOut(page)
  // The other service is told within moments; A's page says when it has confirmed.
  await resident.confirmedBy(page, ['Parking permits'])

  // B takes over the same browser.
  await page.goto(demo.parking)
  assert.ok(!(await page.locator('body').innerText()).includes(firstName))
  await resident.press(page, '#sign-in')
  await resident.at(page, '/sign-in')
  assert.equal(await page.locator('input[name=email]').inputValue(), '')
  assert.ok(!(await page.locator('body').innerText()).includes(firstName))

  // Nor does the way back lead to A's pages.
  await page.goto(`${demo.issuer}/account`)
  await resident.at(page, '/sign-in')
  await context.close()
})

test('whoever is not Ada says so and gets the sign-in page', async () => {
  const context = await openBrowser(browser)
  const page = await context.newPage()
  await resident.chooseSignIn(page, demo.garden)
  await resident.signIn(page, demo)
  await resident.reach(page, demo.garden)
  await resident.chooseSignIn(page, demo.parking)
  await resident.at(page, '/continue')
  await resident.press(page, '#not-me')
  await resident.at(page, '/sign-in')
  assert.equal(await page.locator('input[name=email]').inputValue(), '')
  // The journey goes on: signing in leads to the service that was asked for.
  await resident.signIn(page, demo)
  await resident.reach(page, demo.parking)
  await context.close()
})

test('accounts and what services received are kept when the demo is started again', async () => {
  const first = await startDemo()
  const person = resident.someone()
  let context = await openBrowser(browser)
  let page = await context.newPage()
  await resident.chooseSignIn(page, first.garden)
  await resident.createAccount(page, first, person)
  await resident.goOn(page, first.garden, person)
  await context.close()
  const ended = await first.stop({ keep: true })
  assert.deepEqual(ended, { code: 0, signal: null }, 'Ctrl-C drains and ends cleanly')

  const second = await startDemo({ again: first })
  try {
    assert.equal(second.password, first.password, 'the demo resident keeps the password')
    context = await openBrowser(browser)
    page = await context.newPage()
    await page.goto(`${second.issuer}/sign-in`)
    await resident.signIn(page, person)
    await resident.at(page, '/account')
    assert.ok((await page.locator('main').innerText()).includes('Garden waste'))
    await resident.chooseSignIn(page, second.garden)
    await resident.reach(page, second.garden)
    await page.getByRole('heading', { level: 1 }).getByText(person.name).waitFor()
    await context.close()
  } finally {
    await second.stop()
  }
})
