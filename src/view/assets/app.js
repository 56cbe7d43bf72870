// Everything works without this; it adds the show/hide button of passwords, focus on the error summary, guards
// against double clicks, and the warning before an idle session ends.
import { initAll } from './govuk-frontend.js'

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('govuk-frontend-supported')
}
initAll()

// An authorization response on its way to a service by POST.
document.querySelector('form[data-submit-at-once]')?.submit()

// Shortly before an idle session ends, a dialogue says so and offers to stay (WCAG 2.2.1). The line on the page says the
// same without this script.
const dialogue = document.querySelector('dialog#idle')
if (dialogue?.showModal) {
  const form = dialogue.querySelector('form')
  const stay = dialogue.querySelector('#idle-stay')
  const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('portreeve-idle') : undefined
  const warning = Number(dialogue.dataset.warning) * 1000
  let end
  let timer

  // By the clock of the day: timers stand still while a device sleeps.
  const look = () => {
    const left = end - Date.now()
    // The server knows whether it is over, and what comes then.
    if (left <= 0) return window.location.assign(dialogue.dataset.over)
    if (left <= warning && !dialogue.open) dialogue.showModal()
    clearTimeout(timer)
    timer = setTimeout(look, left > warning ? left - warning : left)
  }
  const watch = ({ left, renewable, words }) => {
    end = Date.now() + left * 1000
    // In each language: what was done in another tab may have been done in another one.
    const said = words?.[document.documentElement.lang]
    if (said) {
      document.getElementById('signs-out-at').textContent = said
      document.getElementById('idle-words').textContent = said
    }
    if (renewable === false) stay?.remove()
    if (left * 1000 > warning) dialogue.close()
    look()
  }
  const ask = async () => {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams(new FormData(form)),
    })
    if (!response.ok) return window.location.assign(dialogue.dataset.over)
    const answer = await response.json()
    watch(answer)
    tabs?.postMessage(answer)
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    ask().catch(() => form.submit())
  })
  // Escape is somebody at the keyboard.
  dialogue.addEventListener('cancel', (event) => {
    if (!stay?.isConnected) return
    event.preventDefault()
    form.requestSubmit()
  })
  const began = { left: Number(dialogue.dataset.left) }
  watch(began)
  if (stay) {
    // What is done in one tab keeps the others signed in too.
    tabs?.postMessage({ ...began, words: { en: dialogue.dataset.wordsEn, cy: dialogue.dataset.wordsCy } })
    tabs?.addEventListener('message', ({ data }) => watch(data))
  }
}

// The way back to a service whose own sign-out page is open in a frame: when that page has loaded, or does not load.
const onward = document.querySelector('a[data-follow-when-loaded]')
if (onward) {
  const follow = () => location.assign(onward.href)
  if (document.readyState === 'complete') follow()
  else addEventListener('load', follow)
  setTimeout(follow, 3000)
}
