// Asked, not told: a yes or no of equal weight, in the service's own context, and "no" costs nothing.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { launch, openBrowser } from './lib/chromium.js'
import { startDemo } from './lib/demo.js'
import * as resident from './lib/resident.js'

let browser
let demo
before(async () => {
  browser = await launch()
  demo = await startDemo()
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

for (const [name, options] of [
  ['desktop', {}],
  ['narrow-no-scripts', { scripts: false, viewport: { width: 320, height: 640 } }]
]) {
  test(`a service asks for leave, and no is an answer: ${name}`, async () => {
    const context = await openBrowser(browser, options)
    const page = await context.newPage()
    await resident.chooseSignIn(page, demo.parking)
    await resident.signIn(page, demo)
    await resident.reach(page, demo.parking)
    await resident.press(page, '#asks')
    await resident.at(page, '/continue')
    await resident.press(page, '#continue')
    await resident.at(page, '/consent')
    await accessible(page, `${name}-consent`)
    assert.equal(await page.locator('#consent-allow').isChecked(), false)
    assert.equal(await page.locator('#consent-deny').isChecked(), false)
    await resident.press(page, '#continue')
    await resident.problem(page, `${name}-consent-empty`)
    await page.locator('#consent-deny').check()
    await resident.press(page, '#continue')
    await page.waitForURL((url) => url.origin === new URL(demo.parking).origin)
    await page.locator('#received').waitFor()
    await context.close()

    // Asked once, and not again for a year.
    const again = await openBrowser(browser, options)
    const later = await again.newPage()
    await resident.chooseSignIn(later, demo.parking)
    await resident.signIn(later, demo)
    await resident.reach(later, demo.parking)
    await resident.press(later, '#asks')
    await resident.at(later, '/continue')
    await resident.press(later, '#continue')
    await later.waitForURL((url) => url.origin === new URL(demo.parking).origin)
    await again.close()
    await demo.stop()
    demo = await startDemo()
  })
}
