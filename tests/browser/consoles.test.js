// Every page of the consoles, in a real browser: what an officer of the helpdesk and one of information governance do on a day,
// looked at wide and narrow, in Welsh, and without JavaScript once they are signed in.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { accessible } from './lib/accessible.js'
import { launch, narrow, openBrowser } from './lib/chromium.js'
import { startDemo, until } from './lib/demo.js'
import { heading, everyWay as look, officer, proved as prove } from './lib/officer.js'
import * as resident from './lib/resident.js'

const binary = process.env.PORTREEVE ?? fileURLToPath(new URL('../../target/debug/portreeve', import.meta.url))
const run = promisify(execFile)

let browser
let demo
let callum
let imogen
before(async () => {
  browser = await launch()
  demo = await startDemo()
  callum = await officer(browser, invitation('Callum Okafor'))
  imogen = await officer(browser, invitation('Imogen Vaughan'))
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** The link that the demo printed for somebody. */
const invitation = (name) => demo.said().match(new RegExp(`^Staff, ${name}: (\\S+)$`, 'm'))[1]

/** Somebody more of information governance, invited by the operator. */
async function invite(name) {
  const by = ['--role', 'information_governance', '--by', 'Demo Operator', '--approved-by', 'Demo Second Person']
  const { stdout } = await run(binary, ['--json', 'staff', 'invite', '--data', demo.data, '--name', name, ...by])
  return JSON.parse(stdout).link
}

const local = (date) => date.toISOString().slice(0, 16)
const hours = (count) => 60 * 60 * 1000 * count

/** Fills in the form of the page and sends it: texts by the names of their fields, choices by name and value. */
async function send(page, button, fields = {}) {
  for (const [name, value] of Object.entries(fields)) {
    const choice = page.locator(`input[type=radio][name=${name}][value="${value}"]`)
    if (await choice.count()) await choice.check()
    else await page.locator(`[name=${name}]`).fill(value)
  }
  await Promise.all([page.waitForLoadState(), page.locator(`#${button}`).first().click()])
}

const everyWay = (who, name) => look(browser, who, `console-${name}`)
const proved = (who) => prove(who, demo.staff)

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
  const dee = await officer(browser, await invite('Dee Hart'))
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

test('a breach is written down and measured, and the state of the log is seen', async () => {
  const { page } = imogen
  const why = { purpose: 'security', reason: 'security_incident', case: 'INC-3' }
  await page.goto(`${demo.staff}/breaches`)
  await everyWay(imogen, 'breaches')
  await send(page, 'record', { ...why, title: 'A laptop was lost', aware: local(new Date(Date.now() - hours(5))) })
  await page.getByText('hours and').first().waitFor()
  await everyWay(imogen, 'breach')
  await page.goto(`${demo.staff}/breaches`)
  await everyWay(imogen, 'breaches-kept')
  await page.goto(`${demo.staff}/breaches/measure`)
  await everyWay(imogen, 'measure')
  await send(page, 'measure', why)
  await page.getByText('Enter two times').first().waitFor()
  await accessible(page, 'console-measure-without-times')
  const window = { from: local(new Date(Date.now() - hours(24))), to: local(new Date(Date.now() + hours(2))) }
  await send(page, 'measure', window)
  await page.getByRole('table').first().waitFor()
  await everyWay(imogen, 'measured')
  await page.goto(`${demo.staff}/log`)
  await everyWay(imogen, 'log')
  await page.goto(`${demo.staff}/signals`)
  await page.getByText('No service is overdue').waitFor()
  await everyWay(imogen, 'signals')
  await page.goto(`${demo.staff}/record/events/8f14e45f-ceea-467f-a8f5-0123456789ab`)
  await heading(page, 'There is a problem')
  await everyWay(imogen, 'no-event')
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
  await heading(page, 'What you told us')
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

/** The demo's resident signs in, reaches Parking permits, and objects to what it gets. */
async function objected() {
  const context = await openBrowser(browser)
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

test('what a service was told of a change, and what it answered', async () => {
  const page = await (await openBrowser(browser)).newPage()
  const person = resident.someone()
  await resident.chooseSignIn(page, demo.parking)
  await resident.createAccount(page, demo, person)
  await resident.goOn(page, demo.parking, person)
  await resident.press(page, '#asks')
  await resident.at(page, '/continue')
  await resident.press(page, '#continue')
  await resident.at(page, '/consent')
  await page.locator('#consent-allow').check()
  await resident.press(page, '#continue')
  await page.waitForURL((url) => url.origin === new URL(demo.parking).origin)
  await page.goto(`${demo.issuer}/account`)
  await resident.press(page, '.app-stop')
  const [told] = await until(30_000, async () => {
    const { stdout } = await run(binary, ['--json', 'client', 'signals', '--data', demo.data])
    const { signals } = JSON.parse(stdout)
    return signals[0]?.state === 'done' ? signals : undefined
  })
  await page.goto(demo.parking)
  await page.locator('tr[data-signal="consent_withdrawn"]').waitFor()
  await accessible(page, 'sample-told')
  await imogen.page.goto(`${demo.staff}/signals/${told.jti}`)
  await imogen.page.getByText('Consent was withdrawn').waitFor()
  await everyWay(imogen, 'signal')
  await imogen.page.getByRole('link', { name: 'Who was told of this change' }).click()
  await heading(imogen.page, 'Who was told of this change')
  await everyWay(imogen, 'signal-change')
})

test('policies that one proposed are read by another, and put in force', async () => {
  const tom = await officer(browser, await invite('Tom Reed'))
  const file = join(demo.data, 'policies', 'services', 'parking-permits.toml')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('claims = ["name", "email"]', 'claims = ["name"]'))
  const { stdout } = await run(binary, ['--json', 'policy', 'propose', '--data', demo.data, '--by', 'Imogen Vaughan'])
  const { approval } = JSON.parse(stdout)
  await imogen.page.goto(`${demo.staff}/policies/${approval}`)
  await imogen.page.getByText('This is your own proposal').waitFor()
  await everyWay(imogen, 'proposal-own')
  await tom.page.goto(`${demo.staff}/approvals`)
  await everyWay(tom, 'approvals-policies')
  await tom.page.getByRole('link', { name: 'Read what it changes' }).click()
  await heading(tom.page, 'Proposed policies')
  await everyWay(tom, 'proposal')
  await send(tom.page, 'approve')
  await tom.page.goto(`${demo.staff}/policies/${approval}`)
  await tom.page.getByText('This was decided').waitFor()
  await everyWay(tom, 'proposal-decided')
})
