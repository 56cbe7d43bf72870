// Browsers that send no Sec-Fetch-Site, and `Origin: null` (old phones under no-referrer): a form passes with its
// token and with nothing less; a browser that says the post came from elsewhere is believed.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startDemo } from './lib/demo.js'
import { Caller, hiddenFields } from './lib/raw_http.js'

let demo
before(async () => (demo = await startDemo()))
after(() => demo?.stop())

/** A new browser with the sign-in form open. */
async function openForm(from = `${demo.issuer}/sign-in`) {
  const caller = new Caller()
  const page = await caller.follow(from)
  assert.equal(page.status, 200)
  const fields = { ...hiddenFields(page.text, '/sign-in'), email: demo.email, password: demo.password }
  assert.ok(fields.form_token, 'the form has its token')
  return { caller, fields, post: (headers, more = {}) => caller.post(`${demo.issuer}/sign-in`, { ...fields, ...more }, headers) }
}

const passes = { 'Origin: null': { origin: 'null' }, 'no Origin': {}, 'our Origin': () => ({ origin: demo.issuer }) }

for (const [name, headers] of Object.entries(passes)) {
  test(`without Sec-Fetch-Site, ${name}: signs in with the form's token`, async () => {
    const form = await openForm()
    const answer = await form.post(typeof headers === 'function' ? headers() : headers)
    assert.equal(answer.status, 303, answer.text)
    assert.ok(form.caller.cookies.has('portreeve'), 'there is a session')
  })
}

test('the whole journey to a service without a header that only browsers send', async () => {
  const { caller, post } = await openForm(`${demo.garden}/sign-in`)
  let answer = await post({ origin: 'null' })
  assert.equal(answer.status, 303)
  answer = await caller.follow(answer.location)
  if (new URL(answer.url).pathname === '/continue') {
    const fields = hiddenFields(answer.text, '/continue')
    answer = await caller.post(`${demo.issuer}/continue`, fields, { origin: 'null' })
    assert.equal(answer.status, 303)
  }
  assert.ok(answer.location?.startsWith(`${demo.garden}/callback?`) || answer.url.startsWith(demo.garden), answer.location)
})

const refused = {
  'Origin: null without the token': [{ origin: 'null' }, { form_token: '' }],
  'no Origin without the token': [{}, { form_token: '' }],
  "Origin: null with another browser's token": [{ origin: 'null' }, async () => ({ form_token: (await openForm()).fields.form_token })],
  'another Origin with the token': [{ origin: 'https://elsewhere.example' }],
  'Sec-Fetch-Site: cross-site with the token': [{ 'sec-fetch-site': 'cross-site' }],
  'Sec-Fetch-Site: same-site with the token': [{ 'sec-fetch-site': 'same-site' }],
}

for (const [name, [headers, fields]] of Object.entries(refused)) {
  test(`refused: ${name}`, async () => {
    const form = await openForm()
    const more = typeof fields === 'function' ? await fields() : fields
    const answer = await form.post(headers, more)
    assert.equal(answer.status, 403, answer.text)
    assert.ok(answer.text.includes('There is a problem'))
    assert.ok(!form.caller.cookies.has('portreeve'), 'nobody is signed in')
  })
}

test('a browser that lost its cookie is refused, whatever its token', async () => {
  const { fields } = await openForm()
  const answer = await new Caller().post(`${demo.issuer}/sign-in`, fields, { origin: 'null' })
  assert.equal(answer.status, 403)
})
