// The consoles in a real browser: breaches, the state of the log, what services are told, and policies; wide and narrow, in Welsh,
// and without JavaScript once they are signed in.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { openBrowser } from './lib/chromium.js'
import { hours, local, openConsoles, send } from './lib/consoles.js'
import { until } from './lib/demo.js'
import { heading } from './lib/officer.js'
import * as resident from './lib/resident.js'

let house
let demo
let imogen
before(async () => {
  house = await openConsoles()
  demo = house.demo
  imogen = await house.invited('Imogen Vaughan')
})
after(() => house?.close())

const everyWay = (who, name) => house.everyWay(who, name)

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
  await page.goto(`${demo.staff}/schedule`)
  await page.getByText('A draft: nothing').waitFor()
  await everyWay(imogen, 'schedule')
  await page.goto(`${demo.staff}/signals`)
  await page.getByText('No service is overdue').waitFor()
  await everyWay(imogen, 'signals')
  await page.goto(`${demo.staff}/record/events/8f14e45f-ceea-467f-a8f5-0123456789ab`)
  await heading(page, 'There is a problem')
  await everyWay(imogen, 'no-event')
})

test('what a service was told of a change, and what it answered', async () => {
  const page = await (await openBrowser(house.browser)).newPage()
  const person = resident.someone()
  await resident.chooseSignIn(page, demo.parking)
  await resident.createAccount(page, demo, person)
  await resident.goOn(page, demo.parking, person)
  await resident.asked(page)
  await resident.agree(page, demo.parking)
  await page.goto(`${demo.issuer}/account`)
  await resident.press(page, '.app-stop')
  const [told] = await until(30_000, async () => {
    const { signals } = await house.run('client', 'signals')
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
  const tom = await house.invite('Tom Reed')
  const file = join(demo.data, 'policies', 'services', 'parking-permits.toml')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('claims = ["name", "email"]', 'claims = ["name"]'))
  const { approval } = await house.run('policy', 'propose', '--by', 'Imogen Vaughan')
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

test('a hold is released by one who asks and another who reads what it holds', async () => {
  const tove = await house.invite('Tove Reed')
  const reviewed = new Date(Date.now() + hours(24 * 60)).toISOString().slice(0, 10)
  const why = ['--kind', 'foi', '--reason', 'A request about permits', '--owner', 'Meg Hale', '--review-by', reviewed]
  await house.run('retention', 'hold', 'place', 'FOI-2026-0417', ...why, '--category', 'account_profile', '--by', 'Meg Hale')
  const { page } = await house.run('retention', 'hold', 'release', 'FOI-2026-0417', '--by', 'Imogen Vaughan')
  await imogen.page.goto(page)
  await imogen.page.getByText('FOI-2026-0417').waitFor()
  await everyWay(imogen, 'approvals-hold-own')
  await tove.page.goto(page)
  await tove.page.getByText('Freedom of information request').waitFor()
  await everyWay(tove, 'approvals-hold')
  await send(tove.page, 'approve')
  await tove.page.getByText('Nothing waits for you').waitFor()
  const holds = await house.run('retention', 'hold', 'list')
  if (holds.length > 0) throw new Error(`it stands: ${JSON.stringify(holds)}`)
})
