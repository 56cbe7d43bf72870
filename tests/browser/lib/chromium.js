// Debian's Chromium, headless, speaking to nobody but the pages under test.

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

function executable() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      try {
        accessSync(join(folder, name), constants.X_OK)
        return join(folder, name)
      } catch {
        // Not here; the next folder.
      }
    }
  }
  throw new Error('Chromium is not on PATH: install it (Debian: apt-get install chromium) or set CHROMIUM')
}

export function launch() {
  return chromium.launch({
    executablePath: executable(),
    // Chromium refuses its sandbox to root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  })
}

export const desktop = { width: 1280, height: 900 }
// The width of WCAG 2.2 SC 1.4.10, Reflow.
export const narrow = { width: 320, height: 640 }

const scriptless = new WeakSet()

/** A browser of its own: nothing remembered, scripts on or off. */
export async function openBrowser(browser, { scripts = true, viewport = desktop } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: scripts, viewport, locale: 'en-GB' })
  context.setDefaultTimeout(15_000)
  if (!scripts) scriptless.add(context)
  return context
}

export function hasScripts(page) {
  return !scriptless.has(page.context())
}
