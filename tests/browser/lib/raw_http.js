// HTTP as a program sends it, not a browser: exactly the headers given, no redirect followed, cookies kept.

import { request } from 'node:http'

export class Caller {
  #cookies = new Map()

  /** The names and values of the cookies held. */
  get cookies() {
    return new Map(this.#cookies)
  }

  async get(url, headers = {}) {
    return this.#send('GET', url, headers)
  }

  async post(url, fields, headers = {}) {
    const body = new URLSearchParams(fields).toString()
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }
    return this.#send('POST', url, { ...form, ...headers }, body)
  }

  /** The answer to `url` after its redirects, at most ten of them. */
  async follow(url) {
    let answer = await this.get(url)
    for (let n = 0; n < 10 && answer.location; n += 1) answer = await this.get(answer.location)
    return answer
  }

  #send(method, url, headers, body) {
    const { host } = new URL(url)
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const all = { host, ...(cookie && { cookie }), ...headers }
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers: all, agent: false }, (answer) => {
        for (const line of answer.headers['set-cookie'] ?? []) this.#keep(line)
        const { location } = answer.headers
        let text = ''
        answer.setEncoding('utf8').on('data', (part) => (text += part))
        answer.on('end', () =>
          resolve({
            url,
            status: answer.statusCode,
            headers: answer.headers,
            location: location && new URL(location, url).href,
            text,
          }),
        )
      })
      sent.on('error', reject).end(body)
    })
  }

  #keep(line) {
    const [, name, value] = line.match(/^\s*([^=;]+)=([^;]*)/)
    if (value === '' || /max-age=0\b/i.test(line)) this.#cookies.delete(name)
    else this.#cookies.set(name, value)
  }
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", '#x2f': '/', '#x2F': '/', '#34': '"' }

/** The hidden fields of the form that posts to `action`. */
export function hiddenFields(html, action) {
  const form = html.match(/<form\b[\s\S]*?<\/form>/g)?.find((text) => attribute(text, 'action')?.startsWith(action))
  if (!form) throw new Error(`no form posts to ${action}:\n${html}`)
  const inputs = form.match(/<input\b[^>]*>/g) ?? []
  const hidden = inputs.filter((input) => attribute(input, 'type') === 'hidden')
  return Object.fromEntries(hidden.map((input) => [attribute(input, 'name'), attribute(input, 'value') ?? '']))
}

function attribute(tag, name) {
  const value = tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1]
  return value?.replace(/&(#?\w+);/g, (whole, entity) => entities[entity] ?? whole)
}
