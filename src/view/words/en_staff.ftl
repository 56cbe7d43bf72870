## The staff listener

staff-name = Staff
staff-region = Staff pages
staff-sign-in = Sign in to the staff pages
staff-sign-in-what = You sign in with a passkey: your fingerprint, your face, or the PIN of your device or security key.
staff-sign-in-button = Sign in with your passkey
staff-sign-in-upstream = Sign in with { $provider }
staff-sign-in-lost = If you have lost your passkey, ask whoever runs this service for a new invitation.
staff-passkey-failed = Your browser did not use a passkey. Try again.
staff-passkey-needs-script = A passkey needs JavaScript. Turn it on for this site and load the page again.
staff-told-failed = That did not work. Use the passkey you added for these pages, in one go, and try again.
staff-told-no_script = Your browser did not ask for a passkey. Turn on JavaScript for this site and try again.
staff-told-crowded = Too many people are signing in from your network at the moment. Wait 5 minutes and try again.
staff-told-enrolled = Your passkey is added. Use it now to sign in.
staff-told-signed_out = You have signed out.
staff-enrol = Add a passkey
staff-enrol-who = This invitation is for { $name }. If that is not you, close this page and tell whoever sent you the link.
staff-enrol-what = A passkey is kept by your device or security key. Nothing about your finger, your face or your PIN is sent to us.
staff-enrol-button = Add your passkey
staff-enrol-over = This invitation does not work: it was used, it is more than 7 days old, or the link is not complete. Ask for another.
staff-prove = Confirm it is you
staff-prove-what = What you are about to do needs a passkey used in the last 5 minutes.
staff-prove-button = Use your passkey
staff-sign-out = Do you want to sign out?
staff-front = What you can do here
staff-front-roles = Your roles:
staff-front-may = With them you may:
staff-nobody = Nobody is on the staff yet
staff-nobody-what = Whoever runs this service invites the first members of staff on the server. This says how:
staff-nobody-then = Each invitation is a link. Open it on the device you want to sign in with.
staff-refused = You may not do this with your roles: { $action }.
staff-refused-do = That you asked is on record. If you need this for your work, ask for the role.

## Places of the navigation

staff-place-front = Start
staff-place-questions = Questions
staff-place-delays = Hidden looks
staff-place-members = Staff
staff-place-record = Record
staff-place-person = Who looked
staff-place-officers = Staff looks
staff-place-enquiries = Find a resident
staff-place-breaches = Breaches
staff-place-approvals = Second person
staff-place-glass = Break-glass
staff-place-conflicts = People you know
staff-place-log = Log

## Roles and what they may do

staff-role-nothing = none
staff-role-customer_service = customer service officer
staff-role-information_governance = information governance officer
staff-role-auditor = auditor
staff-role-administrator = administrator
staff-role-deputy = deputy: second person for others
staff-action-use_console = use the staff pages
staff-action-search_people = find residents
staff-action-view_person = open a resident’s record
staff-action-reveal_field = show a hidden field
staff-action-search_record = search the record of events
staff-action-view_event = open an event with its proof
staff-action-export_record = export entries of the record
staff-action-report_on_person = report on who looked at a person
staff-action-report_on_officers = report on what officers looked at
staff-action-measure_breach = measure a breach
staff-action-record_breach = write a breach into the register
staff-action-see_log = see the state of the log
staff-action-give_approval = approve what needs a second person
staff-action-break_glass = break the glass
staff-action-review_break_glass = review what was done behind broken glass
staff-action-delay_notice = delay telling a resident of a look
staff-action-review_delay = see which looks are kept from residents, and show them
staff-action-answer_question = answer a resident’s question
staff-action-see_staff = see who is on the staff

upstream-arrived = You are signed in
upstream-none = These pages are not connected to a work account.
upstream-cancelled = You did not sign in with your work account.
upstream-unreachable = Your work account cannot be asked just now. We do not ask it again for 10 seconds. Wait that long, then try again.
upstream-over = This sign-in was used, took too long, or began in another browser. Begin again.
upstream-no-role = None of your groups may use these pages. Ask whoever runs this service, and give them this:
upstream-refused = Your work account could not be checked. Whoever runs this service finds the reason in the log.
upstream-removed = You are no longer on the staff here. Ask whoever runs this service.
upstream-namesake = Somebody of your name is on the staff here already, with a passkey. If that is you, sign in with the passkey. If not, ask whoever runs this service.
upstream-another = Another work account came back than the one you are signed in with. You are still signed in as before.
