// What makes a page wider than a phone: the longest words of a language, the longest name that we take.

import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { narrow, openBrowser } from './lib/chromium.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

for (const lang of ['en', 'cy']) {
  test(`the table of cookies fits: ${lang}`, async () => {
    const context = await openBrowser(browser, { viewport: narrow })
    const page = await context.newPage()
    await page.goto(`${demo.issuer}/cookies?lang=${lang}`)
    await accessible(page, `narrow-cookies-${lang}`)
    await context.close()
  })
}

test('a name of 100 letters without a gap fits on every page on the way to a service', async () => {
  const context = await openBrowser(browser, { viewport: narrow })
  const page = await context.newPage()
  await resident.chooseSignIn(page, demo.garden)
  const person = { ...resident.someone(), name: 'Wilhelmina'.repeat(10) }
  await resident.createAccount(page, demo, person, (name) => accessible(page, `narrow-${name}`))
  await accessible(page, 'narrow-continue')
  await context.close()
})
