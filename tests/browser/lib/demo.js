// The debug binary's `demo`, with a data directory and ports of its own.

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The program. */
export const binary = process.env.PORTREEVE ?? fileURLToPath(new URL('../../../target/debug/portreeve', import.meta.url))

/** A port nobody listens on now. */
export async function freePort() {
  const server = createServer()
  await new Promise((resolve, reject) => server.listen(0, '127.0.0.1', resolve).on('error', reject))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** What the demo prints: its addresses one a line, the mail tray's path with `mail`, and who can sign in. */
export function readAnnouncement(text) {
  const urls = text.match(/https?:\/\/[^\s,;)]+/g) ?? []
  const line = (label) => text.match(new RegExp(`^\\s*${label}:\\s*(\\S.*?)\\s*$`, 'm'))?.[1]
  const tray = urls.find((url) => new URL(url).pathname.includes('mail'))
  const [email, password] = [line('Resident'), line('Password')]
  return tray && email && password ? { tray, email, password, urls } : undefined
}

/**
 * Starts the demo and waits until it has said where it is and answers there. Given an earlier one, `again`, it goes on
 * with its data and ports; otherwise it starts over in a new directory, which `stop` removes.
 */
export async function startDemo({ again } = {}) {
  // A free port may be somebody else's a moment later: another file's demo looks for some at the same time.
  for (let tries = 1; ; tries++) {
    try {
      return await startOnce({ again })
    } catch (error) {
      if (again || tries === 3 || !/port \d+ is taken by another program/.test(error.message)) throw error
    }
  }
}

async function startOnce({ again }) {
  const folder = again?.data ?? (await mkdtemp(join(tmpdir(), 'portreeve-demo-')))
  const ports = again?.ports ?? [await freePort(), await freePort(), await freePort(), await freePort()]
  const [port, staff, garden, parking] = ports
  const args = ['demo', '--data', folder, '--port', port, '--staff-port', staff, '--service-ports', `${garden},${parking}`]
  if (!again) args.push('--fresh')
  const child = spawn(binary, args.map(String), { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
  let [said, log] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text))

  const stop = async ({ keep = false } = {}) => {
    child.kill('SIGINT')
    const hard = setTimeout(() => child.kill('SIGKILL'), 15_000)
    await ended
    clearTimeout(hard)
    if (!keep) await rm(folder, { recursive: true, force: true })
    return { code: child.exitCode, signal: child.signalCode }
  }

  const issuer = `http://localhost:${port}`
  const announced = await until(60_000, async () => {
    if (child.exitCode !== null || child.pid === undefined) throw new Error(`the demo ended:\n${said}\n${log}`)
    const announcement = readAnnouncement(said)
    if (!announcement) return undefined
    const answer = await fetch(`${issuer}/.well-known/openid-configuration`).catch(() => undefined)
    return answer?.ok ? announcement : undefined
  }).catch(async (error) => {
    await stop()
    throw new Error(`${error.message}\n${said}\n${log}`)
  })
  return {
    ...announced,
    issuer,
    staff: `http://localhost:${staff}`,
    garden: `http://localhost:${garden}`,
    parking: `http://localhost:${parking}`,
    data: folder,
    ports,
    stop,
    said: () => said,
    log: () => log,
  }
}

/** Asks until there is an answer, at most `milliseconds` long. */
export async function until(milliseconds, ask) {
  const end = Date.now() + milliseconds
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > end) throw new Error(`no answer after ${milliseconds} ms: ${ask}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
