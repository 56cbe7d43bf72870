// Everything works without this; it adds the show/hide button of passwords, focus on the error summary, and guards
// against double clicks.
import { initAll } from './govuk-frontend.js'

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('govuk-frontend-supported')
}
initAll()

// An authorization response on its way to a service by POST.
document.querySelector('form[data-submit-at-once]')?.submit()
