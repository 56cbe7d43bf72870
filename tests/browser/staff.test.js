// Members of staff: a passkey is added by invitation and used, with Chromium's own virtual authenticator.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { desktop, narrow, openBrowser } from './lib/chromium.js'
import { browser, demo } from './lib/stage.js'

/** The invitations that the demo printed, by the name they are for. */
const invitation = (name) => demo.said().match(new RegExp(`^Staff, ${name}: (\\S+)$`, 'm'))[1]

/** A browser with an authenticator inside, which has its owner's finger or not. */
async function withAuthenticator({ viewport = desktop, finger = true } = {}) {
  const context = await openBrowser(browser, { viewport })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: finger,
      automaticPresenceSimulation: true,
    },
  })
  const verified = (isUserVerified) => devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
  const credentials = async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials
  return { context, page, verified, credentials }
}

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor()

test('an officer adds a passkey, signs in, confirms it is them and signs out', async () => {
  const { context, page, verified, credentials } = await withAuthenticator()
  await page.goto(invitation('Imogen Vaughan'))
  await heading(page, 'Add a passkey')
  assert.ok((await page.content()).includes('Imogen Vaughan'))
  await accessible(page, 'staff-enrol')
  await page.locator('#continue').click()
  await heading(page, 'Sign in to the staff pages')
  await page.getByText('Your passkey is added').waitFor()
  await accessible(page, 'staff-enrolled')
  const [kept] = await credentials()
  assert.ok(kept.isResidentCredential && kept.rpId === 'localhost')

  // Somebody without the finger goes nowhere, and can try again.
  await verified(false)
  await page.locator('#continue').click()
  await page.getByText('Your browser did not use a passkey').waitFor()
  await accessible(page, 'staff-not-verified')
  await verified(true)
  await page.waitForTimeout(1100)
  await page.locator('#continue').click()
  await heading(page, 'What you can do here')
  await accessible(page, 'staff-front')
  await page.getByText('Signed in as Imogen V.').waitFor()
  const [cookie] = (await context.cookies(demo.staff)).filter(({ name }) => name === 'portreeve-staff')
  assert.ok(cookie.httpOnly && cookie.sameSite === 'Strict')

  await page.goto(`${demo.staff}/prove`)
  await accessible(page, 'staff-prove')
  await page.locator('#continue').click()
  await heading(page, 'What you can do here')

  await page.goto(invitation('Imogen Vaughan'))
  await heading(page, 'There is a problem')
  await accessible(page, 'staff-invitation-over')
  await page.getByRole('link', { name: 'Sign out' }).click()
  await heading(page, 'Do you want to sign out?')
  await accessible(page, 'staff-sign-out')
  await page.locator('#continue').click()
  await page.getByText('You have signed out').waitFor()
  await page.goto(demo.staff)
  await heading(page, 'Sign in to the staff pages')
  await context.close()
})

test('the same in Welsh on a narrow screen', async () => {
  const { context, page } = await withAuthenticator({ viewport: narrow })
  const look = async (name) => {
    assert.equal(await page.locator('html').getAttribute('lang'), 'cy', name)
    await accessible(page, `staff-welsh-${name}`)
  }
  await page.goto(`${invitation('Callum Okafor')}?lang=cy`)
  await look('enrol')
  await page.locator('#continue').click()
  await heading(page, 'Mewngofnodi i’r tudalennau staff')
  await look('sign-in')
  await page.locator('#continue').click()
  await heading(page, 'Beth gallwch ei wneud yma')
  await look('front')
  await page.goto(`${demo.staff}/nowhere`)
  await look('not-found')
  await context.close()
})

test('without JavaScript the page says what a passkey needs', async () => {
  for (const [screen, viewport] of Object.entries({ desktop, narrow })) {
    const context = await openBrowser(browser, { scripts: false, viewport })
    const page = await context.newPage()
    await page.goto(`${demo.staff}/sign-in`)
    await page.getByText('A passkey needs JavaScript').waitFor()
    await accessible(page, `staff-no-script-${screen}`)
    await page.locator('#continue').click()
    await page.getByText('Your browser did not ask for a passkey').waitFor()
    await accessible(page, `staff-no-script-told-${screen}`)
    await context.close()
  }
})
