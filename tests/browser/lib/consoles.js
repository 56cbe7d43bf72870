// A day at the consoles: a demo and a browser, the staff whom the demo invites, others whom its operator invites, and how the
// forms of their pages are filled in.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { launch } from './chromium.js'
import { binary, startDemo } from './demo.js'
import { everyWay, officer, proved } from './officer.js'

export const hours = (count) => 60 * 60 * 1000 * count
/** A time as a field of a page takes it. */
export const local = (date) => date.toISOString().slice(0, 16)

/** Fills in the form of the page and sends it: texts by the names of their fields, choices by name and value. */
export async function send(page, button, fields = {}) {
  for (const [name, value] of Object.entries(fields)) {
    const choice = page.locator(`input[type=radio][name=${name}][value="${value}"]`)
    if (await choice.count()) await choice.check()
    else await page.locator(`[name=${name}]`).fill(value)
  }
  await Promise.all([page.waitForLoadState(), page.locator(`#${button}`).first().click()])
}

/** Starts a demo with its consoles; `close` ends it. */
export async function openConsoles() {
  const browser = await launch()
  const demo = await startDemo().catch(async (error) => {
    await browser.close()
    throw error
  })
  const run = async (...args) => {
    const { stdout } = await promisify(execFile)(binary, ['--json', ...args, '--data', demo.data])
    return JSON.parse(stdout)
  }
  return {
    browser,
    demo,
    /** What a command on the demo's data says, with `--json`. */
    run,
    /** Somebody whom the demo invited, by the link that it printed. */
    invited: (name) => officer(browser, demo.said().match(new RegExp(`^Staff, ${name}: (\\S+)$`, 'm'))[1]),
    /** Somebody more of information governance, invited by the operator. */
    invite: async (name) => {
      const by = ['--role', 'information_governance', '--by', 'Demo Operator', '--approved-by', 'Demo Second Person']
      return officer(browser, (await run('staff', 'invite', '--name', name, ...by)).link)
    },
    everyWay: (who, name) => everyWay(browser, who, `console-${name}`),
    proved: (who) => proved(who, demo.staff),
    close: async () => {
      await browser.close()
      await demo.stop()
    },
  }
}
