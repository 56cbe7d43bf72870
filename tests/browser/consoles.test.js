// The consoles in a real browser: what an officer of the helpdesk and one of information governance do with a resident's record,
// and how that is looked into afterwards; wide and narrow, in Welsh, and without JavaScript once they are signed in.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { hours, local, openConsoles, send } from './lib/consoles.js'
import { until } from './lib/demo.js'
import { heading } from './lib/officer.js'

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
const proved = (who) => house.proved(who)

const help = { purpose: 'help', reason: 'resident_asked', case: 'CRM-88123' }
const audit = { purpose: 'security', reason: 'audit' }

test('a resident is looked at, masked, and one field is shown', async () => {
  const { page } = callum
  await page.goto(demo.staff)
  await everyWay(callum, 'front')
  await page.goto(`${demo.staff}/enquiries`)
  await everyWay(callum, 'enquiries')
  await send(page, 'open', { ...help, case: '' })
  await page.getByText('Enter the number of the case').first().waitFor()
  await accessible(page, 'console-enquiry-without-case')
  await send(page, 'open', { case: help.case })
  await everyWay(callum, 'enquiry')
  await send(page, 'search', { who: 'nobody@example.org' })
  await page.getByText('Nobody signs in with that').first().waitFor()
  await accessible(page, 'console-nobody')
  await send(page, 'search', { who: demo.email })
  await heading(page, 'A resident’s record')
  assert.ok(!(await page.content()).includes(demo.email))
  await everyWay(callum, 'person')
  const here = page.url()
  await proved(callum)
  await page.goto(here)
  await send(page, 'reveal-email')
  await page.getByText(demo.email).waitFor()
  await everyWay(callum, 'person-revealed')
  await page.goto(`${demo.staff}/enquiries`)
  await everyWay(callum, 'enquiries-open')
  await page.goto(`${demo.staff}/conflicts`)
  await send(page, 'declare', { who: 'neighbour@example.org' })
  await page.getByText('You have named one person').waitFor()
  await everyWay(callum, 'conflicts')
})

test('what is hidden from the resident waits for a second person', async () => {
  const dee = await house.invite('Dee Hart')
  await imogen.page.goto(`${demo.staff}/enquiries`)
  await everyWay(imogen, 'enquiries-governance')
  await send(imogen.page, 'open', { purpose: 'help', reason: 'crime_prevention', case: 'FR-7', about: demo.email })
  await heading(imogen.page, 'Second person')
  await everyWay(imogen, 'approvals-asked')
  await dee.page.goto(`${demo.staff}/approvals`)
  await everyWay(dee, 'approvals')
  await send(dee.page, 'see')
  await heading(dee.page, 'A resident’s record')
  assert.ok(!(await dee.page.content()).includes(demo.email))
  await everyWay(dee, 'approvals-person')
  await dee.page.goto(`${demo.staff}/approvals`)
  await send(dee.page, 'approve')
  await imogen.page.goto(`${demo.staff}/approvals`)
  await everyWay(imogen, 'approvals-given')
  await send(imogen.page, 'open', { about: demo.email })
  await send(imogen.page, 'search', { who: demo.email })
  await heading(imogen.page, 'A resident’s record')
  await imogen.page.getByText('kept from the resident').waitFor()
  await everyWay(imogen, 'person-hidden')
  await imogen.page.goto(`${demo.staff}/delays`)
  await imogen.page.getByText('We helped to prevent or detect a crime').first().waitFor()
  await everyWay(imogen, 'delays')
  await proved(imogen)
  for (const path of ['questions', 'register', 'register/parking-permits', 'staff', 'exports', 'passkeys']) {
    await imogen.page.goto(`${demo.staff}/${path}`)
    await everyWay(imogen, path.replace('/', '-'))
  }
})

test('glass is broken, and reviewed', async () => {
  await proved(callum)
  await callum.page.goto(`${demo.staff}/break-glass`)
  await everyWay(callum, 'glass')
  await send(callum.page, 'break')
  await callum.page.getByText('Select a reason').first().waitFor()
  await accessible(callum.page, 'console-glass-without-reason')
  await send(callum.page, 'break', { reason: 'vital_interests' })
  await everyWay(callum, 'glass-broken')
  await send(callum.page, 'close')
  await imogen.page.goto(`${demo.staff}/break-glass`)
  await everyWay(imogen, 'glass-review')
  await send(imogen.page, 'justified')
  await imogen.page.getByText('Reviewed: justified').waitFor()
})

test('the record is searched, an event opened, who looked is told, and officers are reviewed', async () => {
  const { page } = imogen
  await page.goto(`${demo.staff}/record`)
  await everyWay(imogen, 'record')
  await until(15_000, async () => {
    await page.goto(`${demo.staff}/record`)
    await send(page, 'search', { ...audit, kind: 'officer.viewed' })
    return (await page.locator('tbody tr').count()) >= 2
  })
  await everyWay(imogen, 'results')
  await page.locator('tbody a').first().click()
  await heading(page, 'Event')
  await everyWay(imogen, 'event')
  await send(page, 'payload')
  await everyWay(imogen, 'event-payload')
  await page.goto(`${demo.staff}/record/person`)
  await everyWay(imogen, 'person-form')
  await send(page, 'search', { ...audit, resident: demo.email })
  await page.getByText('Callum Okafor').first().waitFor()
  await everyWay(imogen, 'who-looked')

  const window = { from: local(new Date(Date.now() - hours(24))), to: local(new Date(Date.now() + hours(2))) }
  await page.goto(`${demo.staff}/officers`)
  await everyWay(imogen, 'officers')
  await send(page, 'report', { ...audit, ...window })
  await page.getByText('Callum Okafor').waitFor()
  await everyWay(imogen, 'officers-review')
  await page.goto(`${demo.staff}/officers`)
  await page.getByLabel('Callum Okafor').check()
  await send(page, 'report', { ...audit, ...window })
  await heading(page, 'What this member of staff looked at')
  await everyWay(imogen, 'officer-report')
})
