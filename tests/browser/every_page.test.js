// Every page in every state that it can be in, as the Rust tests of the pages made them: axe and reflow, at phone width, in both
// languages. The journeys look at what they pass; this looks at what is seldom met: errors, troubles, and rare questions.

import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { violationsOf } from './lib/accessible.js'
import { narrow, openBrowser } from './lib/chromium.js'
import { browser, demo } from './lib/stage.js'

const folder = process.env.PORTREEVE_TEST_PAGES
const templates = fileURLToPath(new URL('../../src/view/templates/', import.meta.url))

/** What a page is made of: its elements with what they are, without words and addresses. */
function structure(html) {
  const elements = new Set()
  for (const [, name, attributes] of html.matchAll(/<([a-z][a-z0-9]*)([^>]*)>/g)) {
    const said = [...attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, attribute, value]) =>
      ['autocomplete', 'class', 'id', 'role', 'type'].includes(attribute) ? `${attribute}=${value}` : attribute,
    )
    elements.add(`${name} ${said.sort().join(' ')}`)
  }
  return [...elements].sort().join('\n')
}

test('no page has a violation of WCAG 2.2 AA, and none must be scrolled sideways', async () => {
  assert.ok(folder, 'PORTREEVE_TEST_PAGES names no folder: tests/run browser makes one and fills it')
  const names = (await readdir(folder)).sort()
  for (const template of await readdir(templates, { recursive: true })) {
    if (!template.endsWith('.html') || template === 'layout.html') continue
    const whole = /^\{% extends "layout.html" %\}|^<!DOCTYPE html>/m.test(await readFile(join(templates, template), 'utf8'))
    const made = `${template.replace(/[/.]/g, '-')}-`
    if (whole) assert.ok(names.some((name) => name.startsWith(made)), `no test of the pages made one of ${template}`)
  }
  const context = await openBrowser(browser, { viewport: narrow })
  const page = await context.newPage()
  let body
  // At an address of the demo's, so that its style sheets are found. The pages' scripts are not: what they hide is looked at too.
  await page.route('**/a-page', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }))
  await page.route('**/*.js', (route) => route.abort())
  const [measured, looked, wrong] = [new Set(), new Set(), []]
  for (const name of names) {
    body = await readFile(join(folder, name), 'utf8')
    const made = structure(body)
    // Welsh words are longer; what an element is does not change with its words.
    const spoken = `${/<html lang="([a-z]+)"/.exec(body)[1]}\n${made}`
    if (measured.has(spoken)) continue
    measured.add(spoken)
    await page.goto(`${demo.issuer}/a-page`)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    if (wide > narrow.width) wrong.push({ name, wide })
    if (looked.has(made)) continue
    looked.add(made)
    const violations = await violationsOf(page)
    if (violations.length) wrong.push({ name, violations })
  }
  assert.deepEqual(wrong, [], JSON.stringify(wrong, null, 2))
  await context.close()
})
