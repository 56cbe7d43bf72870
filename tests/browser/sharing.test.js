// "What services get": seen, taken back with one press, said yes to again, and objected to; in both languages, without scripts too.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { desktop, launch, narrow, openBrowser } from './lib/chromium.js'
import { startDemo } from './lib/demo.js'
import * as resident from './lib/resident.js'

let browser
before(async () => {
  browser = await launch()
})
after(async () => {
  await browser?.close()
})

const NEWS = '/account/sharing/parking-permits/permit-newsletter'
const PERMIT = '/account/sharing/parking-permits/issue-resident-permit'

/** Looks at a page in both languages; leaves it in English. */
async function look(page, demo, path, name) {
  for (const lang of ['cy', 'en']) {
    await page.goto(`${demo.issuer}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`)
    await accessible(page, `${name}-${lang}`)
  }
}

for (const [name, options] of Object.entries({
  desktop: { viewport: desktop },
  'narrow-no-scripts': { viewport: narrow, scripts: false },
})) {
  test(`she stops, agrees again and objects: ${name}`, async (t) => {
    const demo = await startDemo()
    t.after(() => demo.stop())
    const context = await openBrowser(browser, options)
    const page = await context.newPage()
    await resident.chooseSignIn(page, demo.parking)
    await resident.signIn(page, demo)
    await resident.reach(page, demo.parking)
    await resident.asked(page)
    await resident.agree(page, demo.parking)

    // From "Your account" taking it back is one press, and one page that answers.
    await look(page, demo, '/account', `account-agreed ${name}`)
    await resident.press(page, '.app-stop')
    await resident.at(page, '/account/sharing')
    await page.getByText('We have stopped sharing these details').waitFor()
    await look(page, demo, '/account/sharing?news=stopped', `sharing-stopped ${name}`)
    assert.equal(await page.locator('.app-stop').count(), 0)

    await look(page, demo, `${NEWS}/choose`, `sharing-choose ${name}`)
    assert.equal(await page.locator('#consent-allow').isChecked(), false)
    await resident.press(page, '#continue')
    await resident.problem(page, `sharing-choose-empty ${name}`)
    await page.locator('#consent-allow').check()
    await resident.press(page, '#continue')
    await page.getByText('You said yes.').first().waitFor()
    await resident.press(page, '.app-stop')

    await look(page, demo, NEWS, `sharing-one ${name}`)
    const receipt = await page.locator('a[download]').first().getAttribute('href')
    const answer = await page.request.get(`${demo.issuer}${receipt}`)
    assert.equal((await answer.json()).schema_version, 'ISO/IEC TS 27560:2023')

    await look(page, demo, `${PERMIT}/object`, `sharing-object ${name}`)
    await page.locator('#grounds').fill('Somebody I fear works there.')
    await resident.press(page, '#object')
    await page.getByText('We have your objection').waitFor()
    await page.getByText('We will answer by').waitFor()
    await accessible(page, `sharing-objected ${name}`)

    // Thought better of it.
    await page.locator(`a[href="${PERMIT}#take-back"]`).click()
    await page.locator('#take-back').waitFor()
    await look(page, demo, PERMIT, `sharing-take-back ${name}`)
    await resident.press(page, '#take-back')
    await resident.at(page, '/account/sharing')
    await page.getByText('You took back your objection').waitFor()
    await look(page, demo, '/account/sharing?news=taken_back', `sharing-taken-back ${name}`)
    assert.equal(await page.locator(`a[href="${PERMIT}/object"]`).count(), 1)

    // What is taken home to be read.
    await page.goto(`${demo.issuer}${PERMIT}`)
    await page.getByRole('link', { name: 'Read or print the receipt' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Receipt: Parking permits' }).waitFor()
    await look(page, demo, new URL(page.url()).pathname, `sharing-receipt ${name}`)
    await page.getByText('/jwks').waitFor()
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.locator('a[download]').first().isVisible(), false)
    assert.equal(await page.getByText('This receipt', { exact: true }).isVisible(), true)
    await page.emulateMedia({ media: 'screen' })
    await context.close()
  })
}
