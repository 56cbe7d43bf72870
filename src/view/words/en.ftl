### Every word a resident reads, in English. `cy.ftl` has the same messages.

## Around every page

error-prefix = Error:
error-word = Error
skip-link = Skip to main content
account-region = Account
navigation = Menu
languages = Language
signed-in-as = Signed in as { $name }
signs-out-at = If you do nothing, we will sign you out at { $time }.
idle-title = You will be signed out soon
idle-stay = Stay signed in
idle-end = You have been signed in for as long as we allow. We will sign you out at { $time }. Finish what you are doing, then sign in again.
sign-in = Sign in
sign-out = Sign out
back = Back
continue = Continue
change = Change
done = Done
warning = Warning
there-is-a-problem = There is a problem
start-again = Go to the start
sign-in-again = Sign in again
return-to = Return to { $service }
footer-title = About this website
other-ways = Other ways to do this
by-phone = Phone
in-person = In person
by-post = Post
minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
 }
hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
 }

## Home

home-title = Sign in once for every council service
home-lead = One account for the online services of { $council }.
home-one-account = You sign in once and reach every service that uses it.
home-see-what = You can see what each service received about you, and when.
home-ask-first = We tell you what a service will get before it gets it.
create-account = Create an account

## Sign in

sign-in-title = Sign in to use { $service }
sign-in-apart = You are signed in already, but { $service } is kept apart from other services, so that nobody else can open it in this browser. Enter your password again to go on.
sign-in-reset = Your password has been changed. Sign in with the new one.
sign-in-or = If you do not have an account yet:
email = Email address
email-hint = We will send a code to it.
email-new = New email address
password = Password
own-device = This is my own device
own-device-hint = We will keep you signed in for longer. Leave this empty on a computer that others use.
forgotten-link = I have forgotten my password
shared-help = I share my email address with someone
shared-help-text = If you chose a sign-in name, enter it instead of your email address.

## Create an account

create-notice = { $council } uses your name and email address to run your account and keep it safe. A service gets them only after we have told you, or asked you.
create-notice-link = How we use your information
full-name = Full name
shared-title = Choose a sign-in name
shared-lead = Someone already has an account with { $address }. You can share the address if you sign in with a name of your own.
shared-recovery = A shared address cannot be used to get back into your account if you forget your password. You can still contact us.
sign-in-name = Sign-in name
sign-in-name-hint = Use 4 or more letters, numbers, dots or dashes.

## Codes

code-title = Check your email
code-sent = We have sent an email to { $address }. If it has a 6-digit code, enter the code here. It works for { $length }.
code-sent-reset = If you can get back into an account with { $address }, we have sent you an email with a 6-digit code. Enter the code here. It works for { $length }.
code = Code
code-hint = 6 digits. Spaces do not matter.
code-help = If the code has not arrived or you need more time
code-help-text = Look in your spam folder first. We send no more than 3 emails an hour to an address: if it has had that many, wait an hour and ask again. An earlier code still works until its own time is up.
code-resend = Send a new code
code-longer = I need longer
code-resent = If we can send you a new email, it is on its way. If it does not arrive, look in your spam folder, or wait an hour and ask again.
code-longer-given = If we have sent you a code, it now works for { $length }. If it had already stopped working, ask for a new one.
code-elsewhere = You can also finish on another device. The email has the address of the page:
finish-title = Finish creating your account
finish-lead = Enter the email address you started with and the code we sent to it.
finish-resent = If you started creating an account with this address in the last 24 hours, we have sent an email to it.
finish-link = I started on another device and want to finish here

## Passwords

password-create-title = Create a password
password-reset-title = Choose a new password
password-change-title = Change your password
password-current = Current password
password-new = New password
password-hint = Use 8 characters or more. Three random words are a good choice.
password-change-effect = We will sign you out everywhere else.
password-show = Show
password-hide = Hide
password-show-label = Show password
password-hide-label = Hide password
password-shown = Your password is visible
password-hidden = Your password is hidden
forgotten-title = Get a new password
forgotten-lead = Enter your email address. If it has an account, we will email you a code.

## Before anything leaves for a service

the-service = the service
inform-title = Continue to { $service }
inform-gets = { $service } will get:
inform-nothing = { $service } will get nothing about you except that it is you again.
purpose = It uses these details to { $purpose }.
notice-link = Privacy notice
service-policy = Privacy policy at { $host } (opens in new tab)
service-terms = Terms at { $host } (opens in new tab)
continue-as = Continue as { $name }
not-me = I am not { $name }
consent-title = Share your details with { $service }
consent-lead = { $service } asks for:
consent-free = It is your choice. If you say no, you can still use the service. You can change your mind at any time in your account, by phone, in person or by post.
consent-question = Do you agree to share these details?
consent-yes = Yes, share them
consent-no = No, do not share them
form-post-title = Returning you to the service

basis = Legal basis
basis-public_task = The law lets it use these details for its public duties.
basis-legal_obligation = The law requires it to have these details.
basis-contract = It needs these details to give you what you asked for.
basis-vital_interests = It needs these details to protect someone’s life.
basis-legitimate_interests = It has a legitimate interest in using these details.
basis-consent = Only with consent.

claim-sub = Number that stands for you at this service
claim-name = Full name
claim-given_name = First name
claim-family_name = Last name
claim-email = Email address
claim-email_verified = Email address checked
claim-phone_number = Phone number
claim-phone_number_verified = Phone number checked
claim-address = Address
claim-birthdate = Date of birth
claim-locale = Language
claim-updated_at = Last changed

## Your account

account-title = Your account
account-services = Services you have used
account-no-services = You have not used any service yet.
account-sessions = Where you are signed in
received-nothing = It has received nothing about you, except that it is you.
received-before = It has received nothing about you lately. Anything it received from here before is no longer listed.
given-on = Given on { $date } at { $time }
on-at = { $date } at { $time }
last-used = Last used
device-both = { $browser } on { $system }
device-named = { $kind }, { $name }
device-phone = Phone
device-tablet = Tablet
device-mobile = Phone or tablet
device-computer = Computer
device-unknown = Unknown browser
this-device = This device
session-since = Signed in on { $date } at { $time }.
session-seen = Last used on { $date } at { $time }.
session-own = You said this is your own device.
session-shared = Others may use this device.
session-services = Used for: { $services }
sessions-end-others = Sign out everywhere else
sessions-end-all = Sign out everywhere
sessions-end-all-effect = If you think someone else is using your account, sign out everywhere, on this device too. Then choose a new password.
session-end = Sign out { $device }
change-email-hidden = email address
change-password-hidden = password
email-change-title = Change your email address
email-change-lead = Your email address is { $address }. We will send a code to the new one, and tell the old one.
undo-title = Undo the change of email address
undo-lead = Your account will go back to { $address }. We will sign you out everywhere.
undo-button = Undo the change
undo-done-title = The change has been undone
undo-done = Your account uses { $address } again. You are signed out everywhere.
undo-next = Choose a new password
news-created = You have created your account.
news-password_changed = You have changed your password.
news-email_changed = You have changed your email address.
news-session_ended = You have signed out that device.
news-others_ended = You have signed out everywhere else.
not-mine-title = Sign out a device you do not know
not-mine-lead = We will sign out the device that our email was about. Other devices stay signed in.
not-mine-button = Sign out that device
not-mine-done-title = That device is signed out
not-mine-done = Someone else may know your password. Choose a new one now.

## The second step

second-step = Second step
second-step-hidden = second step
second-step-is-on = On
second-step-is-off = Off
second-step-title = Enter your second code
second-step-why = { $service } needs to be more certain that it is you.
second-step-wish = { $service } would like to be more certain that it is you.
second-step-lead = Open your authenticator app and enter the 6-digit code it shows.
second-step-code = Code from your authenticator app
second-step-hint = 6 digits from the app, or one of your recovery codes. Spaces do not matter.
second-step-lost = If you do not have your app
second-step-lost-text = Enter one of the recovery codes you printed or wrote down. Each works once. If you have used all of them, contact us.
second-step-new-title = Set up a second step
second-step-change-title = Change your second step
second-step-needed = { $service } needs to be more certain that it is you than a password can make it. You set this up once, and it takes about 3 minutes.
second-step-wished = { $service } would like to be more certain that it is you. You can set up a second step now, or go on without.
second-step-what = When you sign in, we will ask for your password and then for a code from an app. Nobody can get in with your password alone.
second-step-app = You need an authenticator app on a phone, tablet or computer. There are free ones. If you cannot use one, use the other ways on this page.
second-step-since = Your second step was set up on { $date }.
second-step-codes-left = { $count ->
    [0] You have no recovery codes left.
    [one] You have { $count } recovery code left.
   *[other] You have { $count } recovery codes left.
 }
second-step-act = What do you want to do?
second-step-replace = Use another app
second-step-codes = Get new recovery codes
second-step-remove = Remove the second step
second-step-remove-hint = You will not reach services that need it. We will sign you out everywhere else.
second-step-skip = Go on without a second step
second-step-connect-title = Connect your app
second-step-scan = In your authenticator app, add an account and scan this picture.
second-step-picture = QR code. The same code is on this page as letters and numbers.
second-step-type = If you cannot scan it, enter this code in the app. Choose “time based” if it asks.
second-step-first-code = Code that the app shows now
recovery-codes-title = Print or write down your recovery codes
recovery-codes-lead = If you lose your app, one of these codes gets you in. Each works once.
recovery-codes-once = We will not show these codes again. Earlier ones no longer work.
recovery-codes-keep = Keep them where others cannot find them, and not with your password.
news-second_step_on = You have set up a second step.
news-second_step_off = You have removed the second step.

## Signing out

logout-title = Do you want to sign out?
logout-services = You will be signed out of your account and of:
logout-lead = You will be signed out of your account.
logout-stay = Stay signed in
signed-out-title = You have signed out
signed-out-services = We have told the services you used:
signed-out-telling = We are telling the services you used. Those that say “Signed out” have confirmed it:
signed-out-confirmed = Signed out
signed-out-waiting = Waiting for an answer
signed-out-not_reached = Could not be reached
signed-out-missed = You may still be signed in to a service that could not be reached. Sign out there too.
signed-out-frame = Signing out of { $service }
signed-out-shared = If others use this computer, close all browser windows.
check-again = Check again

## When it does not go on

locked-network = Too many accounts have been started from your internet connection.
locked-sign-in = If you already have an account, you do not have to wait:
locked-account = There have been too many wrong passwords for this account, so we have closed it for a short time.
locked-until = You can try again at { $time }.
locked-reset = You do not have to wait if you choose a new password:
expired-flow = This sign-in is over: it was finished, or it took longer than the service allows.
expired-journey = You may have finished this already, or gone on with it on another device. Otherwise too much time has passed, and we have not kept what you entered.
expired-sign-in = If you have finished, you can sign in:
expired-link = This link has been used or is too old.
expired-session = You have not used your account for a while, so we signed you out to keep it safe.
expired-kept = If you created an account, it is still there.
expired-restart = Start { $service } again
problem-ours = Something went wrong on our side.
problem-ours-do = Try again later. What you entered may not have been saved.
problem-not_this_browser = This page belongs to another browser, or to a sign-in that is over. Nothing is wrong with your account.
problem-not_this_browser-do = Go back to the service you want to use and start again, or go on from here:
problem-bad_request = The service you came from sent us a request we cannot use.
problem-bad_request-do = Go back to the service and try again. If it happens again, tell the service.
problem-stale_form = This form came from another website, or its page had been open too long.
problem-stale_form-do = If you did not send it, close this page. Otherwise go back, load the page again and send the form again.
problem-somebody_else = This page was opened by somebody else than the person who is signed in now. We have not sent or changed anything.
problem-somebody_else-do = If others use this computer too, sign out when you have finished. Go to your own account and do there what you wanted to do.
problem-too_large = What you sent is too large.
problem-too_large-do = Go back and send less.
problem-unusable = We could not use what your browser sent us.
problem-unusable-do = Go back and try again. If it happens again, contact us.
problem-not_allowed = You cannot do this with your account.
problem-not_allowed-do = Contact us if you think you should be able to.
problem-not_enough_proof = This service needs more proof of who you are than your account has.
problem-not_enough_proof-do = Use one of the other ways on this page.
reference = If you contact us, give this reference:
not-found = We cannot find this page.
not-found-do = If you typed the address, check it is right. If you pasted it, check you copied all of it.
busy = Too many people are using this service right now.
busy-do = Wait a minute and try again. Nothing you did was lost.

## What is wrong with what was typed

wrong-name-missing = Enter your full name
wrong-name-too-long = Full name must be 100 characters or less
wrong-name-unshowable = Full name has a character that cannot be shown. Type it again
wrong-email-missing = Enter your email address
wrong-email-malformed = Enter an email address in the right form, like name@example.com
wrong-email-same = Enter an email address that is not the one you have now
wrong-sign-in-name-missing = Enter a sign-in name
wrong-sign-in-name-malformed = Sign-in name must be 4 or more letters, numbers, dots or dashes
wrong-sign-in-name-taken = Someone else has this sign-in name. Choose another
wrong-password-missing = Enter a password
wrong-sign-in = The email address or the password is not right
wrong-current-password-missing = Enter your current password
wrong-current-password = Current password is not right
wrong-password-too-short = Password must be 8 characters or more
wrong-password-too-long = Password must be shorter than 1,024 characters
wrong-password-common = This password is easy to guess. Choose another
wrong-password-breached = This password is on a list of stolen passwords. Choose another
wrong-password-like-you = Password must not be like your name or email address
wrong-password-same = Choose a password that is not your current one
wrong-code-missing = Enter the code from the email
wrong-code-malformed = Code must be 6 digits
wrong-code = The code is not right. Check the email and try again
wrong-code-expired = The code is too old. Ask for a new one
wrong-code-used = The code has already been used. Ask for a new one
wrong-code-wait = There have been too many wrong codes. Try again at { $time }
wrong-step-code-missing = Enter the code from your app, or a recovery code
wrong-step-code-malformed = Code must be 6 digits, or a recovery code of 10 letters and numbers
wrong-step-code = The code is not right or has been used. Enter the one the app shows now
wrong-app-code-missing = Enter the code that the app shows
wrong-app-code = The code is not right. Check that the app’s device shows the right time, and enter the newest code
wrong-act-missing = Select what you want to do
wrong-consent-missing = Select whether you agree to share these details

## Privacy

privacy-title = Privacy
privacy-who = { $council } is the controller of the information in your { $account }.
privacy-what-title = What we hold
privacy-what-name = your name and email address
privacy-what-details = your date of birth, address and phone number, if you gave them for a service that needs them
privacy-what-password = a one-way code made from your password, never the password itself
privacy-what-second-step = if you set up a second step, the secret your app shares with us, encrypted
privacy-what-shared = which service received which of your details, when and why
privacy-what-security = when and from which browser you signed in, to keep your account safe
privacy-what-rights = what you asked us about your rights or complained about, and our answers
privacy-why-title = Why we may hold it
privacy-why = We need it to give you an account for council services, which is part of our public duties.
privacy-kept = We keep it for as long as our retention schedule says.
privacy-kept-draft = Our rules for how long we keep it are not in force yet. Until they are, we do not delete it because of its age, unless it has stopped working, like an old code.
privacy-share-title = Who gets it
privacy-share = A council service gets the details it needs, after we have told you or asked you. “Your account” shows what each one received. We do not sell your information.
privacy-account-notice = The privacy notice of your account
privacy-notices = Each service has a privacy notice of its own:
privacy-notice = { $service }, to { $purpose }
privacy-rights-title = Your rights
privacy-rights = You can ask for a copy of your information, and ask us to correct, limit or delete it. You can object to how we use it. It costs nothing.
privacy-officer = To use these rights, contact our data protection officer:
privacy-complain = If you are not happy with what we do:
notice-version = Version { $version }

## Cookies

cookies-title = Cookies
cookies-what = Cookies are small files that a website saves in your browser.
cookies-only = We use only cookies that this website needs to work. We do not measure or follow what you do.
cookies-table = Cookies we set
cookies-name = Name
cookies-purpose = What it is for
cookies-lasts = How long it lasts
cookie-session = Keeps you signed in
cookie-session-lasts = Until you close your browser, or { hours } on your own device
cookie-browser = Knows this browser again, so that forms are safe and nobody else can lock you out
cookie-browser-lasts = 13 months
cookie-language = Remembers if you chose English or Welsh
cookie-language-lasts = 13 months
cookie-wish = Shows you the language of the service you came from, if you have not chosen one here
cookie-wish-lasts = Until you are back at the service, or 1 hour
cookie-staff = Keeps you signed in
cookie-staff-lasts = Until you close your browser
cookie-upstream = Brings you back here after you have signed in with your council account
cookie-upstream-lasts = 10 minutes

## Accessibility

accessibility-title = Accessibility statement
accessibility-scope = This statement is about the pages of { $account }, run by { $council }.
accessibility-aim = We want as many people as possible to be able to use them. You should be able to:
accessibility-aim-zoom = zoom in to 400% without text running off the screen
accessibility-aim-keyboard = do everything with a keyboard alone
accessibility-aim-reader = hear every page with a screen reader
accessibility-aim-script = do everything with JavaScript turned off
accessibility-how-title = How accessible these pages are
accessibility-known = We know that some parts are not fully accessible:
accessibility-none-known = We do not know of a part that is not accessible. That does not mean there is none.
accessibility-contact-title = Telling us about a problem, or asking for another format
accessibility-contact = Email { $email } or phone { $phone }. Tell us if you need information in large print, easy read, audio or braille. We want to hear about any problem we have not listed.
accessibility-enforce-title = If you are not happy with our answer
accessibility-enforce = The Equality and Human Rights Commission enforces the accessibility regulations (the Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility Regulations 2018).
accessibility-enforce-link = Contact the Equality Advisory and Support Service
accessibility-status-title = Technical information
accessibility-law = { $council } is committed to making its website accessible, as those regulations require.
accessibility-status-untested = We do not yet know how far these pages meet version 2.2 level AA of the Web Content Accessibility Guidelines, because nobody has checked them by hand.
accessibility-status-full = These pages fully meet version 2.2 level AA of the Web Content Accessibility Guidelines.
accessibility-status-partial = These pages partly meet version 2.2 level AA of the Web Content Accessibility Guidelines. What they fail is listed here.
accessibility-status-none = These pages do not meet version 2.2 level AA of the Web Content Accessibility Guidelines. What they fail is listed here.
accessibility-fails-title = What does not meet the guidelines
accessibility-fails = { $what } This fails success criterion { $criterion }. We plan to mend it by { $date }.
accessibility-tests-title = How we tested, and when
accessibility-no-checks = No check by hand has been made yet.
accessibility-people = Disabled people first tried these pages on { $date }.
accessibility-no-people = These pages are not yet tested with disabled people.
accessibility-prepared = This statement was prepared on { $prepared }. It was last reviewed on { $reviewed }, and we will review it again by { $next }.

## Complaints

complain-title = How to complain
complain-first = Tell us first. Email { $email } or phone { $phone }. Say what happened and what you want { $council } to do.
complain-data-title = About your information
complain-data-to = If you think that we used your information in a way that we should not, complain to { $name }.
complain-data-email = Email:
complain-data-phone = Phone:
complain-data-post = Post:
complain-data-answer = We will tell you within 30 days that we have your complaint. Then we look into it, tell you how we are getting on, and tell you the outcome as soon as we can.
complain-data-officer = Our data protection officer can help you with this:
complain-data = You can also complain to the { $name }, or phone them on { $phone }.
complain-data-link = Complain to the { $name }
complain-service-title = About anything else
complain-service = If our answer to your complaint does not settle it, an ombudsman can look at it without charge.
complain-england = Local Government and Social Care Ombudsman, for councils in England
complain-wales = Public Services Ombudsman for Wales, for councils in Wales

## Limits

limits-title = What cannot be undone or proven
limits-lead = Some things are out of our hands. This page says which.
limits-undo-title = What cannot be undone
limits-given = A service keeps what it has already received. When you withdraw your consent or close your account we tell it, and note when it answered.
limits-tokens = A service may hold a signed pass it can check without asking us. It works until it runs out, 5 minutes after it was made.
limits-letters = An email we have sent cannot be called back.
limits-sign-out = A service that cannot be reached may keep you signed in until its own time is up.
limits-prove-title = What cannot be proven
limits-person = We can prove that your email address and password were used. We cannot prove who used them.
limits-elsewhere = We can prove what we gave a service. We cannot prove what it did with it.
limits-log = Our log shows if an entry has been changed. It cannot show what was never written down.
limits-key = Whoever runs our computers and has the key of the log could write the log anew. Only the signatures of witnesses outside the council show that.

## Vectors of trust

vot-title = How certain we are of a person
vot-lead = This page is for those who build services. It says what the “vot” value that we put into an ID token means (RFC 8485).
vot-means-title = What each part means
vot-cl = She entered her password. It has 8 characters or more and is not on our list of stolen ones. Her email address is proven.
vot-cm = With the password she entered a code of an authenticator app, or a recovery code. Both are asked for at every sign-in once they are set up.
vot-p0 = You ask for no proof of identity. We accept this part, and do not repeat it in our answer.
vot-p1 = A proof of identity made elsewhere. We cannot pass one on, so a request for one fails unless you also name a vector without it.
vot-ask-title = How to ask
vot-ask = Send a JSON array. One of its vectors must be met, for example:
vot-unmet = If we can meet no vector, we answer with the error “unmet_authentication_requirements”. We never answer with less than you asked for.
vot-acr-title = The same as “acr”
vot-acr = Cl is our level A0. Cl.Cm is our level A1.

# For those who build services: titles only, the pages are in English.
docs-in-english = This page is for those who build services. It is in English.
errors-title = Errors, with cause and remedy
set-up-title = Set up your service
set-up-all = All steps
set-up-next = Next: { $step }
set-up-level = Choose the level
set-up-claims = Choose claims and basis
set-up-sector = Choose the sector
set-up-keys = Make the keys
set-up-request = Send the request
set-up-token = Redeem the code
set-up-userinfo = Read userinfo
set-up-sessions = Sessions and sign-out
set-up-signals = Hear of changes
set-up-go-live = Before you go live
