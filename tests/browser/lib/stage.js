// A demo and a browser for a file of tests: to import them is to have them, until its last test is over.

import { after } from 'node:test'
import { launch } from './chromium.js'
import { startDemo } from './demo.js'

export const browser = await launch()
export const demo = await startDemo()

after(async () => {
  await browser.close()
  await demo.stop()
})
