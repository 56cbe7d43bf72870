// The warning before an idle session ends (WCAG 2.2.1). The browser's clock is moved on; the house's stands where it is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { desktop, narrow, openBrowser } from './lib/chromium.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

async function signedIn({ scripts = true, viewport = desktop } = {}) {
  const context = await openBrowser(browser, { scripts, viewport })
  if (scripts) await context.clock.install()
  const page = await context.newPage()
  await page.goto(`${demo.issuer}/sign-in`)
  await resident.signIn(page, demo)
  await resident.at(page, '/account')
  return page
}

const dialogue = (page) => page.getByRole('dialog', { name: 'You will be signed out soon' })

for (const [screen, viewport] of Object.entries({ desktop, narrow })) {
  test(`two minutes before, a dialogue takes the focus and lets one stay: ${screen}`, async () => {
    const page = await signedIn({ viewport })
    const line = page.locator('#signs-out-at')
    const before = await line.innerText()
    await page.locator('a[href="/account/password"]').first().focus()
    await page.context().clock.fastForward('12:30')
    assert.equal(await dialogue(page).isVisible(), false)
    await page.context().clock.fastForward('00:40')
    await dialogue(page).waitFor()
    assert.ok((await dialogue(page).innerText()).includes('we will sign you out at'))
    assert.equal(await page.evaluate(() => document.activeElement.id), 'idle-stay')
    // What is behind it cannot be reached.
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'idle-sign-out')
    await accessible(page, `idle-${screen}`)

    await page.locator('#idle-stay').click()
    await dialogue(page).waitFor({ state: 'hidden' })
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '/account/password')
    assert.equal((await line.innerText()).slice(0, 40), before.slice(0, 40))
    await page.context().clock.fastForward('12:30')
    assert.equal(await dialogue(page).isVisible(), false, 'the clock has begun anew')
    await page.context().clock.fastForward('00:40')
    await dialogue(page).waitFor()
    await page.keyboard.press('Escape')
    await dialogue(page).waitFor({ state: 'hidden' })
    assert.equal(resident.path(page), '/account')
    await page.context().close()
  })
}

test('signing out from the dialogue, and what happens when nobody answers it', async () => {
  const page = await signedIn()
  await page.context().clock.fastForward('13:30')
  await dialogue(page).waitFor()
  await resident.press(page, '#idle-sign-out')
  await resident.press(page, '#logout-confirm')
  await page.getByText('You have signed out').first().waitFor()
  await page.context().close()

  const idle = await signedIn()
  await idle.context().clock.fastForward('13:30')
  await dialogue(idle).waitFor()
  // Signed out meanwhile, as the house would have done: the page does not stay on the screen.
  await idle.context().clearCookies()
  await Promise.all([idle.waitForURL((url) => url.pathname === '/sign-in'), idle.context().clock.fastForward('02:00')])
  await idle.context().close()
})

test('what is done in one tab keeps the other signed in', async () => {
  const page = await signedIn()
  await page.context().clock.fastForward('13:30')
  await dialogue(page).waitFor()
  const other = await page.context().newPage()
  await other.goto(`${demo.issuer}/account`)
  await dialogue(page).waitFor({ state: 'hidden' })
  await page.context().close()
})

test('what is done in another language keeps the line true in its own', async () => {
  const page = await signedIn()
  const line = page.locator('#signs-out-at')
  // As if it had been opened a while ago: what it says is old.
  await page.evaluate(() => {
    document.getElementById('signs-out-at').textContent = 'old'
  })
  const other = await page.context().newPage()
  await other.goto(`${demo.issuer}/account?lang=cy`)
  assert.match(await other.locator('#signs-out-at').innerText(), /^Os na wnewch chi ddim/)
  const now = /^If you do nothing, we will sign you out at /
  await page.locator('#signs-out-at', { hasText: now }).waitFor()
  // She answers the warning there: the house speaks Welsh to this browser now.
  await page.context().clock.fastForward('13:30')
  await dialogue(page).waitFor()
  await page.locator('#idle-stay').click()
  await dialogue(page).waitFor({ state: 'hidden' })
  assert.match(await line.innerText(), now)
  await page.context().close()
})

test('without scripts the line says when, and nothing opens', async () => {
  const page = await signedIn({ scripts: false })
  assert.match(await page.locator('#signs-out-at').innerText(), /If you do nothing, we will sign you out at \d/)
  assert.equal(await page.locator('#idle').isVisible(), false)
  await page.context().close()
})
