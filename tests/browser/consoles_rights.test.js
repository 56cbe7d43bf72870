// The consoles in a real browser: what a resident asks for, objects to or chooses, written down and answered; wide and narrow, in
// Welsh, and without JavaScript once they are signed in.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { openBrowser } from './lib/chromium.js'
import { openConsoles, send } from './lib/consoles.js'
import { heading } from './lib/officer.js'
import * as resident from './lib/resident.js'

let house
let demo
let callum
let imogen
before(async () => {
  house = await openConsoles()
  demo = house.demo
  callum = await house.invited('Callum Okafor')
  imogen = await house.invited('Imogen Vaughan')
})
after(() => house?.close())

const everyWay = (who, name) => house.everyWay(who, name)

const help = { purpose: 'help', reason: 'resident_asked', case: 'CRM-88123' }

test('a request about a right is written down and answered, and the use of details is stopped', async () => {
  const { page } = callum
  await page.goto(`${demo.staff}/rights/new`)
  await everyWay(callum, 'rights-new')
  await send(page, 'write')
  await page.getByText('Select what they ask for').first().waitFor()
  await accessible(page, 'console-rights-new-empty')
  const asks = { kind: 'restriction', channel: 'phone', words: 'The address is not right.' }
  await send(page, 'write', { ...asks, full_name: 'Cai Morgan', email: 'cai@example.org' })
  await heading(page, 'Receipt for a request or a complaint')
  await everyWay(callum, 'rights-receipt')
  await page.goto(`${demo.staff}/enquiries`)
  await send(page, 'open', help)
  await send(page, 'search', { who: demo.email })
  const person = new URL(page.url()).pathname
  await page.locator(`a[href="${person}/rights"]`).click()
  await everyWay(callum, 'rights-new-account')
  await send(page, 'write', asks)
  await imogen.page.goto(`${demo.staff}/rights`)
  await everyWay(imogen, 'rights')
  await imogen.page.locator('main td a[href^="/rights/"]').last().click()
  await everyWay(imogen, 'rights-one')
  await send(imogen.page, 'open', { purpose: 'help', reason: 'rights_request' })
  await imogen.page.getByText('The address is not right.').waitFor()
  await everyWay(imogen, 'rights-read')
  await send(imogen.page, 'take', { step: 'clarification_asked' })
  await imogen.page.getByText('Enter what the person is told').first().waitFor()
  await accessible(imogen.page, 'console-rights-without-words')
  await send(imogen.page, 'take', { step: 'clarification_asked', words: 'Which address is right?' })
  await imogen.page.getByText('The person is written to').waitFor()
  await everyWay(imogen, 'rights-asked')
  await imogen.page.goto(`${demo.staff}/enquiries`)
  await send(imogen.page, 'open', { ...help, reason: 'rights_request' })
  await send(imogen.page, 'search', { who: demo.email })
  await imogen.page.locator('a[href$="/restriction"]').click()
  await everyWay(imogen, 'restriction')
  await send(imogen.page, 'restrict', { step: 'restrict' })
  await imogen.page.getByText('Kept, and not used').waitFor()
  await everyWay(imogen, 'restriction-on')
  await send(imogen.page, 'restrict', { step: 'lift_as_asked' })
  await imogen.page.getByText('Used as normal').waitFor()
})

test('an objection is read and decided', async () => {
  const { page } = imogen
  await page.goto(`${demo.staff}/objections`)
  await page.getByText('No objection waits').waitFor()
  await everyWay(imogen, 'objections-none')
  await objected()
  await page.goto(`${demo.staff}/objections`)
  await page.getByRole('table').waitFor()
  await everyWay(imogen, 'objections')
  await page.locator('tbody a').first().click()
  await heading(page, 'An objection to sharing')
  await everyWay(imogen, 'objection')
  await send(page, 'open')
  await page.getByText('Select what this is for').first().waitFor()
  await accessible(page, 'console-objection-without-reason')
  await send(page, 'open', { purpose: 'help', reason: 'rights_request', case: 'IG-41' })
  await page.getByText('Somebody I fear works there').waitFor()
  await everyWay(imogen, 'objection-read')
  await send(page, 'decide', { decision: 'rejected', grounds: '' })
  await page.getByText('Enter the grounds').first().waitFor()
  await accessible(page, 'console-objection-without-grounds')
  await send(page, 'decide', { decision: 'rejected', grounds: 'We have to know who may park there.' })
  await page.getByText('The resident is written to by email').waitFor()
  await everyWay(imogen, 'objections-decided')
})

/** The demo's resident signs in, reaches Parking permits, and objects to what it gets. */
async function objected() {
  const context = await openBrowser(house.browser)
  const page = await context.newPage()
  await resident.chooseSignIn(page, demo.parking)
  await resident.signIn(page, demo)
  await resident.reach(page, demo.parking)
  await page.goto(`${demo.issuer}/account/sharing/parking-permits/issue-resident-permit/object`)
  await page.locator('#grounds').fill('Somebody I fear works there.')
  await resident.press(page, '#object')
  await page.getByText('We have your objection').waitFor()
  await context.close()
}

test('a choice that she makes by phone is written down', async () => {
  const { page } = callum
  await page.goto(`${demo.staff}/enquiries`)
  await send(page, 'open', help)
  await send(page, 'search', { who: demo.email })
  await heading(page, 'A resident’s record')
  await page.getByRole('link', { name: 'Write down a choice about sharing' }).click()
  await heading(page, 'Choices about sharing')
  await everyWay(callum, 'choices')
  await page.getByRole('link', { name: 'Write down a choice: Parking permits, to give you a parking permit' }).click()
  await heading(page, 'Write down a choice about sharing')
  await everyWay(callum, 'choice')
  await send(page, 'write')
  await page.getByText('Select what they say').first().waitFor()
  await accessible(page, 'console-choice-without-anything')
  const call = { heard: 'phone', decider: 'self', check: 'call_back' }
  await send(page, 'write', { choice: 'object', ...call })
  await heading(page, 'What was chosen')
  await page.getByText('We will email the resident about it').waitFor()
  await everyWay(callum, 'choice-receipt')
  // What is given to her on paper names no officer, and leads nowhere.
  await page.emulateMedia({ media: 'print' })
  for (const words of ['Signed in as', 'Break-glass', 'Cymraeg', 'We will email the resident', 'Back']) {
    assert.equal(await page.getByText(words).first().isVisible(), false, words)
  }
  assert.ok(await page.getByText('You can change your mind at any time').isVisible())
  await page.emulateMedia({ media: 'screen' })
})
