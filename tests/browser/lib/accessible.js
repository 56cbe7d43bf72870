// Looks at a page as it stands: axe for WCAG 2.2 AA, reflow, and a picture for whoever wants to see it.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { hasScripts } from './chromium.js'

const shots = fileURLToPath(new URL('../shots/', import.meta.url))
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']

/** Fails on any violation of WCAG 2.2 AA that axe finds, and on a page that must be scrolled sideways. */
export async function accessible(page, name) {
  await mkdir(shots, { recursive: true })
  const picture = { path: `${shots}${name.replace(/[^a-z0-9-]+/gi, '-')}.png`, fullPage: true }
  // On a busy machine Chromium says now and then that it cannot, and can a moment later.
  await page.screenshot(picture).catch(() => page.screenshot(picture))
  const violations = await violationsOf(page)
  assert.deepEqual(violations, [], `${name} (${page.url()}): ${JSON.stringify(violations, null, 2)}`)
  const [wide, has] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
  assert.ok(wide <= has, `${name}: ${wide} pixels wide in a window of ${has}`)
  if (new URL(page.url()).pathname === '/continue') await short(page, name)
}

// What a service gets, and why, is said in sixty words, beside the values and the other ways.
async function short(page, name) {
  const words = await page.locator('main').evaluate((main) => {
    const copy = main.cloneNode(true)
    for (const part of copy.querySelectorAll('dl, .app-other-ways')) part.remove()
    return copy.textContent.trim().split(/\s+/).length
  })
  assert.ok(words >= 15 && words <= 60, `${name}: ${words} words`)
}

export async function violationsOf(page) {
  const { violations } = await (hasScripts(page) ? run(page) : runOnCopy(page))
  return violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ html }) => html) }))
}

async function run(page) {
  await page.evaluate(axe.source)
  return page.evaluate((values) => globalThis.axe.run({ runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), tags)
}

// Where scripts are off, so are timers, and axe waits for one. So it looks at a copy of the page as it stands, at the
// same address with the same style sheets, in a browser with scripts but without the page's own.
async function runOnCopy(page) {
  const body = await page.content()
  const context = await page.context().browser().newContext({ viewport: page.viewportSize() })
  try {
    await context.route('**', (route) => {
      const kind = route.request().resourceType()
      if (kind === 'document') return route.fulfill({ contentType: 'text/html; charset=utf-8', body })
      return kind === 'script' ? route.abort() : route.continue()
    })
    const copy = await context.newPage()
    await copy.goto(/^https?:/.test(page.url()) ? page.url() : 'http://copy.invalid/')
    return await run(copy)
  } finally {
    await context.close()
  }
}
