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

// The way back to a service whose own sign-out page is open in a frame: when that page has loaded, or does not load.
const onward = document.querySelector('a[data-follow-when-loaded]')
if (onward) {
  const follow = () => location.assign(onward.href)
  if (document.readyState === 'complete') follow()
  else addEventListener('load', follow)
  setTimeout(follow, 3000)
}
