### The register, and policies that wait for a second person, in English. `cy_register.ftl` has the same messages.

## Who gets what, and why

register-title = Who gets what, and why
register-lead = This is what the policies in force say. What is not here is never released to a service.
register-controller = Controller
register-address = Address
register-contact = Contact
register-officer = Data protection officer
register-officer-contact = How to contact them
register-consent-age = May consent for themselves at { $age }, from
register-policies = Policies in force
register-all = Purpose, service and data
register-service = Service
register-purpose = Purpose
register-claim = What it gets
register-basis = Lawful basis
register-asked = Residents are
register-notice = Notice
register-notice-next = Next notice
register-notice-from = From
register-notice-ahead = Notice { $notice }, from
register-none = This service gets nothing but a number that stands for the resident.
register-because = What for
register-power = Power or duty
register-why = Why this basis
register-recipient = Recipient
register-recipient-is = The recipient is
register-recipient-basis = The recipient’s own basis
register-kept = Kept by the recipient for
register-expires = Consent lasts
register-age = Age
register-age-asked = asked before consent is, and only its band is kept
register-whole = Whole data, because
length-year = { $count ->
    [one] 1 year
   *[other] { $count } years
 }
length-month = { $count ->
    [one] 1 month
   *[other] { $count } months
 }
length-week = { $count ->
    [one] 1 week
   *[other] { $count } weeks
 }
length-day = { $count ->
    [one] 1 day
   *[other] { $count } days
 }
length-hour = { $count ->
    [one] 1 hour
   *[other] { $count } hours
 }
length-minute = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
 }
length-second = { $count ->
    [one] 1 second
   *[other] { $count } seconds
 }
register-dpia = Impact assessment
register-agreement = Agreement
register-special = Special category
register-told = told
register-told-objects = told, and can object
register-asks = asked, and can say no
register-asks-later = asked later, and can say no
register-basis-consent = Consent
register-basis-contract = Contract
register-basis-legal_obligation = Legal obligation
register-basis-vital_interests = Vital interests
register-basis-public_task = Public task
register-why-consent = The service does not need this, so the resident decides. Saying no costs them nothing.
register-why-contract = The resident ordered the service, and it cannot be given without this. Consent would be no free choice.
register-why-legal_obligation = The law makes the council do it. Consent would be asked for and then ignored.
register-why-vital_interests = Somebody’s life depends on it. There may be nobody who could be asked.
register-why-public_task = It is a task of the council by law, and it would be done whatever the resident said. Consent would be no free choice.
register-recipient-same_controller = a service of the council
register-recipient-processor = a processor of the council
register-recipient-joint = a joint controller
register-recipient-separate = a controller of its own

## Policies that wait for a second person

proposal-title = Proposed policies
proposal-version = Version
proposal-digest = SHA-256
proposal-changes = What changes
proposal-file = File
proposal-change = Change
proposal-second = Needs a second person
proposal-touches = Whom it touches
proposal-touches-nobody = No service gets anything more, less or on other terms.
proposal-what = What
proposal-standing = Residents it stands for now
proposal-ages = Another age from which people agree for themselves
proposal-from = From
proposal-age = Age
proposal-too-young = Consents of people who may be too young then
proposal-age-unknown = Age not known
proposal-superseded = Consents it supersedes
proposal-overtaken = Other policies came in force since this was proposed. It has to be proposed again.
proposal-own = This is your own proposal. Somebody else has to approve it.
proposal-over = This was decided, or has run out.
proposal-approve = Approve and put in force
proposal-read = Read what it changes
approvals-kind-policy = Other policies come in force
approvals-kind-hold_release = A hold is released
approvals-kind-retention_run = More goes than one run may destroy
approvals-overtaken = This is over: the hold does not stand any more, or the run does not wait.

## What a hold holds, and what a run would destroy

hold-kind = Kind of hold
hold-kind-legal = Legal claim
hold-kind-foi = Freedom of information request
hold-kind-sar = Request or complaint about personal data
hold-kind-audit = Audit
hold-kind-fraud = Fraud
hold-kind-inquiry = Inquiry
hold-reason = Why it was placed
hold-about = About
hold-about-one = one resident’s data
hold-about-all = everybody’s data
hold-category = Category
hold-since = From
hold-until = Up to
hold-owner = Answers for it
hold-placed-by = Placed by
hold-placed-at = Placed at
hold-review-by = To be looked at again by
run-planned-by = Planned by
run-by-the-house = the house itself
run-planned-at = Planned at
run-not-before = Nothing goes before
run-due = { $due } to be destroyed, { $held } held

## How long records are kept

schedule-title = Retention schedule
schedule-lead = How long each kind of record is kept, and what happens then. This is what the policies in force say; titles and reasons stand as they were written.
schedule-version = Version
schedule-state = State
schedule-draft = A draft: nothing that somebody may still ask for is destroyed by it until two people stand behind it
schedule-in-force = Approved by two people or more, and carried out
schedule-approved-by = Approved by
schedule-nobody = Nobody yet
schedule-approved-ref = Minute or paper
schedule-review = To be looked at again by
schedule-cooling = A run waits before it destroys
schedule-most = A second person is needed above
schedule-most-is = { $count } records, or { $share } percent of all accounts
schedule-rules = Rules
schedule-what = Records
schedule-kept = Kept for
schedule-from = From when
schedule-then = Then
schedule-holds = Stopped by a hold of
schedule-basis = Basis
schedule-owner = Answers for it
schedule-no-hold = No hold
schedule-for-good = For good
schedule-at-once = No longer
schedule-from-created = it was made
schedule-from-verified = it was proven
schedule-from-last_activity = the account was last used
schedule-from-expired = it ran out
schedule-from-removed = it was taken away or ended
schedule-from-closed = the account was closed
schedule-from-death_notified = the death was notified
schedule-from-superseded = a newer one took its place
schedule-from-event = it happened
schedule-from-delivered = it was delivered or given up
schedule-from-case_closed = the case was closed
schedule-from-consent_ended = the consent ended
schedule-from-sharing_ended = the sharing ended
schedule-from-last_evidence_lapsed = the last record that needs it was destroyed
schedule-from-shard_closed = the log of the year was closed
schedule-from-taken = it was taken
schedule-then-destroy = Destroyed
schedule-then-strip_payload = Its details are destroyed; the entry without them stays in the log
schedule-then-anonymise = Made anonymous
schedule-then-aggregate = Kept as counts only
schedule-then-review = A person looks at it
schedule-then-transfer = Offered to the archivist
schedule-then-permanent = Kept
schedule-effective = In force from
