// What an officer does in a case of rights: the copy of everything that is held, made piece by piece and fetched by her, the
// erasure of an account, and a request of nobody knows whom; wide and narrow, in both languages, without scripts too.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { accessible } from './lib/accessible.js'
import { openBrowser } from './lib/chromium.js'
import { until } from './lib/demo.js'
import { everyWay, heading, officer, proved } from './lib/officer.js'
import * as resident from './lib/resident.js'
import { browser, demo } from './lib/stage.js'

const imogen = await officer(browser, demo.said().match(/^Staff, Imogen Vaughan: (\S+)$/m)[1])

const look = (who, name) => everyWay(browser, who, name)
const send = (page, button) => Promise.all([page.waitForLoadState(), page.locator(`#${button}`).first().click()])

/** Somebody new with an account, at the page of her rights. */
async function atRights() {
  const context = await openBrowser(browser)
  const hers = await context.newPage()
  const person = resident.someone()
  await resident.chooseSignIn(hers, demo.garden)
  await resident.createAccount(hers, demo, person)
  await resident.goOn(hers, demo.garden, person)
  await hers.goto(`${demo.issuer}/account/rights`)
  return { context, hers, person }
}

test('a copy is asked for, made piece by piece, and fetched', async () => {
  const { context, hers, person } = await atRights()
  await hers.locator('input[name=kind][value=access]').check()
  await resident.press(hers, '#send')
  const mine = resident.path(hers)

  const { page } = imogen
  await page.goto(`${demo.staff}/rights`)
  await page.locator('main td a[href^="/rights/"]').last().click()
  await page.locator('input[name=purpose][value=help]').check()
  await page.locator('input[name=reason][value=rights_request]').check()
  await send(page, 'open')
  await page.locator('a[href$="/copy"]').click()
  await heading(page, 'Copy of everything we hold')
  await look(imogen, 'copy-before')
  const here = page.url()
  await send(page, 'note-coercion')
  await page.getByText('Select one').first().waitFor()
  await accessible(page, 'copy-empty')
  await page.locator('input[name=identity][value=session]').check()
  await send(page, 'note-identity')
  await page.getByText('They asked while signed in to the account').first().waitFor()
  await page.locator('input[name=coercion][value=clear]').check()
  await page.locator('[name=coercion_words]').fill('Alone, by phone. To her account.')
  await send(page, 'note-coercion')
  await page.getByText('They ask freely').first().waitFor()
  await send(page, 'order')
  await until(20_000, async () => {
    await page.goto(here)
    return (await page.locator('#decide').count()) === 1 || undefined
  })
  await look(imogen, 'copy-pieces')
  await send(page, 'decide')
  await page.getByText('Decide every piece').first().waitFor()
  await accessible(page, 'copy-undecided')
  for (const piece of await page.locator('input[type=radio][value=hide_person]').all()) await piece.check()
  await send(page, 'decide')
  await until(20_000, async () => {
    await page.goto(here)
    return (await page.locator('#release').count()) === 1 || undefined
  })
  await look(imogen, 'copy-made')
  await send(page, 'release')
  await page.getByText('It was released to the account').first().waitFor()
  await look(imogen, 'copy-released')

  await hers.goto(`${demo.issuer}${mine}`)
  await look({ context, page: hers }, 'copy-hers')
  await resident.press(hers, 'a[href$="/copy"]')
  await look({ context, page: hers }, 'copy-fetch')
  await resident.press(hers, '#fetch')
  await resident.problem(hers, 'copy-fetch-empty')
  await hers.locator('input[name=current_password]').fill(person.password)
  const [download] = await Promise.all([hers.waitForEvent('download'), hers.locator('#fetch').click()])
  assert.match(download.suggestedFilename(), /^DP-.*\.zip$/)
  const bytes = await readFile(await download.path())
  assert.equal(bytes.subarray(0, 2).toString(), 'PK')
  await page.goto(here)
  await page.getByText('It was fetched in the account').first().waitFor()
  await context.close()
})

test('an account is erased from its case', async () => {
  const { context, hers } = await atRights()
  await hers.locator('input[name=kind][value=erasure]').check()
  await hers.locator('#words').fill('Please erase my account.')
  await resident.press(hers, '#send')
  const reference = resident.path(hers).split('/').pop()

  const { page } = imogen
  await page.goto(`${demo.staff}/rights`)
  await page.getByRole('link', { name: reference }).click()
  await page.locator('input[name=purpose][value=help]').check()
  await page.locator('input[name=reason][value=rights_request]').check()
  await send(page, 'open')
  const place = await page.locator('a[href$="/erasure"]').getAttribute('href')
  await proved(imogen, demo.staff)
  await page.goto(`${demo.staff}${place}`)
  await heading(page, 'Erase this account')
  await look(imogen, 'erasing')
  await send(page, 'erase')
  await resident.problem(page, 'erasing-empty')
  await page.locator('[name=words]').fill('Your account is erased. A record that it was there is kept.')
  await page.locator('[name=reference]').fill(reference)
  await send(page, 'erase')
  await page.getByText('The person is written to').first().waitFor()
  await look(imogen, 'erased')
  await hers.goto(`${demo.issuer}/account`)
  await resident.at(hers, '/sign-in')
  await context.close()

  await page.goto(`${demo.staff}/rights`)
  await page.locator('a[href="/rights/figures"]').click()
  await heading(page, 'Requests and complaints in numbers')
  await look(imogen, 'figures')
  await page.locator('[name=from]').fill('')
  await send(page, 'figures')
  await resident.problem(page, 'figures-empty')
})

test('a request without an account is answered once it is known who asks', async () => {
  const context = await openBrowser(browser)
  const theirs = await context.newPage()
  await theirs.goto(`${demo.issuer}/your-data-rights`)
  await theirs.locator('input[name=kind][value=erasure]').check()
  await theirs.locator('#full_name').fill('Cai Morgan')
  await theirs.locator('#address').fill('1 Mill Lane, Havenbrook')
  await theirs.locator('#words').fill('Please erase my old bin order.')
  await resident.press(theirs, '#send')
  await resident.at(theirs, '/your-data-rights/received')
  const reference = new URL(theirs.url()).searchParams.get('reference')
  await context.close()

  const { page } = imogen
  await page.goto(`${demo.staff}/rights`)
  await page.getByRole('link', { name: reference }).click()
  await page.locator('input[name=purpose][value=help]').check()
  await page.locator('input[name=reason][value=rights_request]').check()
  await send(page, 'open')
  await page.getByText('Anybody can have filled in this form').first().waitFor()
  await look(imogen, 'unknown')
  assert.equal(await page.locator('input[name=step][value=done]').count(), 0)
  await page.locator('input[name=step][value=identity_proven]').check()
  await send(page, 'take')
  await page.getByText('Find the person').first().waitFor()
  assert.equal(await page.locator('input[name=step][value=done]').count(), 1)
  await look(imogen, 'known')
  await page.locator('main a[href$="/receipt"]').click()
  await heading(page, 'Receipt for a request or a complaint')
  await page.getByText(reference).first().waitFor()
})
