// A member of staff in a browser: invited, enrolled with the browser's own authenticator, signed in; and their pages, looked at in
// every way.

import assert from 'node:assert/strict'
import { accessible } from './accessible.js'
import { desktop, narrow, openBrowser } from './chromium.js'

/** Waits for a page by its heading. */
export const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor()

/** Who opened the link of their invitation, and signed in: their page, and what another browser needs to go on for them. */
export async function officer(browser, link) {
  const context = await openBrowser(browser)
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto(link)
  await page.locator('#continue').click()
  await heading(page, 'Sign in to the staff pages')
  await page.locator('#continue').click()
  await heading(page, 'What you can do here')
  return { context, page }
}

/** They prove again who they are: on a slow machine what came before took longer than a proof is fresh. */
export async function proved({ page }, staff) {
  await page.goto(`${staff}/prove`)
  await page.locator('#continue').click()
  await heading(page, 'What you can do here')
}

/**
 * Looks at the page that somebody has before them, and at the same page narrow, in Welsh, and without JavaScript: in
 * browsers with the same cookies, which they leave as they were.
 */
export async function everyWay(browser, { context, page }, name) {
  await accessible(page, name)
  await Promise.all(
    [
      ['narrow', { viewport: narrow }, 'en'],
      ['welsh', { viewport: desktop }, 'cy'],
      ['welsh-narrow-no-scripts', { viewport: narrow, scripts: false }, 'cy'],
    ].map(async ([way, options, lang]) => {
      const other = await openBrowser(browser, options)
      const cookies = (await context.cookies(page.url())).filter((cookie) => cookie.name !== 'portreeve-staff-lang')
      await other.addCookies(cookies)
      const there = await other.newPage()
      const address = new URL(page.url())
      address.searchParams.set('lang', lang)
      await there.goto(address.href)
      assert.equal(await there.locator('html').getAttribute('lang'), lang, `${name} ${way}`)
      if (lang === 'cy') await translated(there, page, name)
      await accessible(there, `${name}-${way}`)
      await other.close()
    }),
  )
}

/** What a page says is not the same in the other language, as it would be if its words were missing. */
async function translated(there, page, name) {
  const [welsh, english] = await Promise.all([there, page].map((one) => one.locator('main').innerText()))
  assert.notEqual(welsh, english, `${name} is not in Welsh`)
}
