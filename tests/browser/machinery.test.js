// The tests' own instruments: each must fail when it should.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, violationsOf } from './lib/accessible.js'
import { launch, narrow, openBrowser } from './lib/chromium.js'
import { readAnnouncement } from './lib/demo.js'

let browser
before(async () => (browser = await launch()))
after(() => browser?.close())

const page = (body) => `<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>${body}</main></html>`

for (const scripts of [true, false]) {
  test(`axe finds a field without a label, scripts ${scripts ? 'on' : 'off'}`, async () => {
    const context = await openBrowser(browser, { scripts })
    const tab = await context.newPage()
    await tab.setContent(page('<form><input name="email"></form>'))
    assert.deepEqual((await violationsOf(tab)).map(({ id }) => id), ['label'])
    await tab.setContent(page('<form><label for="e">Email</label><input id="e" name="email"></form>'))
    assert.deepEqual(await violationsOf(tab), [])
    // And leaves scripts as they were.
    await tab.goto('data:text/html,<title>off</title><script>document.title = "on"</script>')
    assert.equal(await tab.title(), scripts ? 'on' : 'off')
    await context.close()
  })
}

test('a page wider than its window is seen', async () => {
  const context = await openBrowser(browser, { viewport: narrow })
  const tab = await context.newPage()
  await tab.setContent(page('<p style="width: 400px">Wide</p>'))
  await assert.rejects(accessible(tab, 'machinery wide'), /pixels wide/)
  await tab.setContent(page('<p>Narrow</p>'))
  await accessible(tab, 'machinery narrow')
  await context.close()
})

test('the announcement is read line by line', () => {
  const said = `Public site      http://localhost:1
Mail tray        http://localhost:1/mail
Resident: ada@example.com
Password: two words, three`
  const { tray, email, password } = readAnnouncement(said)
  assert.deepEqual([tray, email, password], ['http://localhost:1/mail', 'ada@example.com', 'two words, three'])
  assert.equal(readAnnouncement(said.slice(0, -30)), undefined)
})
