// The demo's mail tray: each letter an article, newest first, with its recipient and its subject.

import { until } from './demo.js'

/** The code in the newest letter to `email` that is not among `known`. Letters come from an outbox, a moment later. */
export async function codeFor(browser, demo, email, known = []) {
  const context = await browser.newContext()
  const tray = await context.newPage()
  try {
    return await until(15_000, async () => {
      await tray.goto(demo.tray)
      const letters = await tray.locator('article').filter({ hasText: email }).allInnerTexts()
      const codes = letters.map((letter) => letter.match(/^\s*(\d{6})\b/)?.[1]).filter(Boolean)
      return codes.find((code) => !known.includes(code))
    })
  } finally {
    await context.close()
  }
}

/** The newest link of this form in a letter to `email`. */
export async function linkFor(browser, demo, email, form) {
  const context = await browser.newContext()
  const tray = await context.newPage()
  try {
    return await until(15_000, async () => {
      await tray.goto(demo.tray)
      const letters = await tray.locator('article').filter({ hasText: email }).allInnerTexts()
      return letters.map((letter) => letter.match(form)?.[0]).find(Boolean)
    })
  } finally {
    await context.close()
  }
}
