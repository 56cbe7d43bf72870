// Origins made up for a test.

import { createServer } from 'node:http'
import { freePort } from './demo.js'

export const landed = '<!doctype html><html lang="en"><title>Landed</title><h1>Landed elsewhere</h1></html>'

/** A server on loopback that answers every request by `answer`, and never where that has none, until `close`. */
export async function serve(answer) {
  const port = await freePort()
  const server = createServer((asked, answered) => {
    const given = answer(asked)
    if (!given) return
    const { status = 200, headers = {}, body = '' } = given
    answered.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body)
  })
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  return { origin: `http://127.0.0.1:${port}`, close }
}

/** Redirects to `location` in place of `pattern`, targets of redirects included, which page.route does not see. */
export async function redirectInPlaceOf(page, pattern, location) {
  const session = await page.context().newCDPSession(page)
  session.on('Fetch.requestPaused', ({ requestId }) =>
    session.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: 302,
      responseHeaders: [{ name: 'Location', value: location }],
    }),
  )
  await session.send('Fetch.enable', { patterns: [{ urlPattern: pattern }] })
}
