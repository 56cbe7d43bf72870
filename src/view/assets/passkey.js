// A form with a passkey: its button asks the server for a challenge and the authenticator for an answer, and sends the
// form with both. Whatever goes wrong, the form can be sent again.
const form = document.querySelector('form[data-passkey]')
// Said to whoever is without this script, for whatever reason.
form?.querySelector('[data-passkey-without]').remove()

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
const ids = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }))

const ask = async () => {
  const response = await fetch(form.dataset.ask, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams(new FormData(form)),
  })
  // The page that the form leads to says what is wrong.
  return response.ok ? response.json() : undefined
}

const create = async (key) => {
  key.user.id = bytes(key.user.id)
  key.excludeCredentials = ids(key.excludeCredentials)
  const made = await navigator.credentials.create({ publicKey: key })
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
    },
    extensions: made.getClientExtensionResults(),
  }
}

const get = async (key) => {
  key.allowCredentials = ids(key.allowCredentials)
  const shown = await navigator.credentials.get({ publicKey: key })
  return {
    id: shown.id,
    rawId: text(shown.rawId),
    type: shown.type,
    response: {
      authenticatorData: text(shown.response.authenticatorData),
      clientDataJSON: text(shown.response.clientDataJSON),
      signature: text(shown.response.signature),
      userHandle: shown.response.userHandle ? text(shown.response.userHandle) : null,
    },
    extensions: {},
  }
}

const send = async () => {
  const asked = await ask()
  if (asked) {
    const key = asked.challenge.publicKey
    key.challenge = bytes(key.challenge)
    const answer = await (form.dataset.passkey === 'create' ? create(key) : get(key))
    form.elements.ceremony.value = asked.ceremony
    form.elements.answer.value = JSON.stringify(answer)
  }
  form.submit()
}

form?.addEventListener('submit', (event) => {
  event.preventDefault()
  const failed = form.querySelector('.app-passkey-failed')
  failed.hidden = true
  // Closed by its owner, or there is none here.
  send().catch(() => {
    failed.hidden = false
  })
})
