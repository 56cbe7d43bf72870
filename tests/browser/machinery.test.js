// The tests' own instruments: each must fail when it should.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, violationsOf } from './lib/accessible.js'
import { launch, narrow, openBrowser } from './lib/chromium.js'
import { readAnnouncement } from './lib/demo.js'
import { landed, redirectInPlaceOf, serve } from './lib/origins.js'
import { hiddenFields } from './lib/raw_http.js'

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

test('hidden fields are read from the form that is meant', () => {
  const html = `<form action="/other"><input type="hidden" name="a" value="1"></form>
    <form method="post" action="/sign-in" novalidate><input type="hidden" name="flow" value="x&amp;y&#x2f;z">
    <input name="email" value="seen"></form>`
  assert.deepEqual(hiddenFields(html, '/sign-in'), { flow: 'x&y/z' })
  assert.throws(() => hiddenFields(html, '/consent'))
})

// Chromium holds every hop after a form's post against form-action, a redirect put in place by a test included.
for (const [allowed, arrives] of [["'self'", false], ["'self' http://localhost:*", false], ["'self' http://localhost:* http://127.0.0.1:*", true]]) {
  test(`a form that may go to ${allowed} ${arrives ? 'reaches' : 'does not reach'} a third origin`, async (t) => {
    const third = await serve(() => ({ body: landed }))
    const service = 'http://localhost:9/callback'
    const form = await serve(({ method }) =>
      method === 'POST'
        ? { status: 303, headers: { location: `${service}?code=x` } }
        : {
            headers: { 'content-security-policy': `form-action ${allowed}` },
            body: page('<form method="post"><button id="go">Go</button></form>'),
          },
    )
    t.after(() => Promise.all([form.close(), third.close()]))
    const context = await openBrowser(browser)
    const tab = await context.newPage()
    await redirectInPlaceOf(tab, `${service}*`, `${third.origin}/landed`)
    await tab.goto(form.origin)
    const stopped = tab.waitForEvent('console', (message) => message.text().includes('form-action')).then(() => false)
    const reached = tab.waitForURL(`${third.origin}/landed`).then(() => true, () => false)
    // It never comes where the form arrives, and ends with its browser.
    stopped.catch(() => {})
    await tab.locator('#go').click()
    assert.equal(await Promise.race([stopped, reached]), arrives)
    await context.close()
  })
}
