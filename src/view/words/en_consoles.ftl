### The consoles of the staff, in English. `cy_consoles.ftl` has the same messages.

## Enquiries

enquiry-title = Look at a resident’s record
enquiry-lead = Say why before you look. Each thing you see is recorded with this reason, and the resident can read it in their account.
enquiry-glass = The glass is broken until { $time }. Everything you do will be reviewed.
enquiry-open = Continue
enquiry-open-ones = Your open enquiries
enquiry-since = Opened
enquiry-reason = Reason
enquiry-reason-hint = These are the words the resident reads.
enquiry-case = Case number
enquiry-case-hint = Do not write names or addresses here.
enquiry-until = Open until
enquiry-purpose = What is this for?
enquiry-needs-case = Needs a case number
enquiry-hides = Needs a case number and a second person. The resident does not see it until it is reviewed.
enquiry-about = Whom is it about? Only if the resident does not see your looks
enquiry-about-hint = Email address, username or account number. A second person approves looks at this resident alone.
enquiry-about-again = The same as when you asked.
wrong-about = Enter whom it is about: looks that are hidden are approved for one resident
person-not-told = Your looks are kept from the resident until they are reviewed. Everything is recorded.
enquiry-person-about = About
approvals-one-resident = Looks at one resident, whom the case names
enquiry-search-title = Find a resident
enquiry-who = Email address, username or account number
enquiry-who-hint = Exactly as the resident signs in with it. Parts of names find nobody.
enquiry-search = Find
enquiry-found = Found in this enquiry
enquiry-person = Resident { $number }
enquiry-close = Close this enquiry

## A resident's record

person-title = A resident’s record
person-told = The resident can see that you looked, when, and for which reason.
person-name = Full name
person-email = Email address
person-birthdate = Date of birth
person-address = Address
person-phone_number = Phone number
person-given = given
person-state = Account
person-state-active = In use
person-state-restricted = Restricted
person-state-frozen = Suspended
person-state-closed = Closed
person-since = Created
person-sessions = Signed-in browsers
person-second-step = Second step at sign-in
person-account = Account number
person-reveal-name = Show the full name
person-reveal-email = Show the email address
person-reveal-birthdate = Show the date of birth
person-reveal-address = Show the address
person-reveal-phone_number = Show the phone number
person-services = What services may have
person-service = Service
person-claim = What
person-when = Since
yes = Yes
no = No
console-nothing = None

## A second person

approvals-title = Second person
approvals-asked = A second person has been asked. You can go on when they have approved it.
approvals-waiting = Waiting for you
approvals-none = Nothing waits for you.
approvals-own = What you asked for
approvals-own-none = You have not asked for anything in the last two weeks.
approvals-approve = Approve
approvals-refuse = Refuse
approvals-kind = What
approvals-kind-hidden_enquiry = Looks that the resident does not see for a while
approvals-kind-export = Taking entries out of the record
approvals-what = Which
approvals-by = Who
approvals-at = Asked
approvals-until = Until
approvals-state = State
approvals-state-waiting = Waiting
approvals-state-refused = Refused
approvals-state-given = Approved
approvals-state-used = Approved and used
approvals-take = Go on to take it out

## Break-glass

glass-title = Break-glass
glass-lead = If somebody’s life or safety is at risk you can look at records for 60 minutes without a case number, and at records of people you know.
glass-warning = The data protection officer is told at once. Somebody else reviews what you did within two working days.
glass-case-hint = If there is one.
glass-break = Break the glass
glass-open = The glass is broken until { $time }.
glass-close = Close it now
glass-reviews = Reviews
glass-reviews-none = Nobody has broken the glass.
glass-justified = It was justified
glass-done = See what was done meanwhile
glass-unjustified = It was not justified
glass-from = From
glass-until = To
glass-review-by = Review by
glass-state-open = Open
glass-state-waiting = Waiting for review
glass-state-overdue = Review overdue: the officer cannot do anything until it is reviewed
glass-state-justified = Reviewed: justified
glass-state-unjustified = Reviewed: not justified

## People one knows

conflicts-title = People you know
conflicts-lead = Name family, friends and neighbours, and yourself if you have an account, so that their records do not open to you. We keep no list of them: only a code that nobody can read back.
conflicts-count = { $count ->
    [0] You have not named anybody.
    [one] You have named one person.
   *[other] You have named { $count } people.
 }
conflicts-who = Email address or username of somebody you know
conflicts-declare = I know this person
conflicts-whom = Email address or username of somebody to take back
conflicts-withdraw = Take back

## What is wrong

wrong-purpose = Select what this is for
wrong-reason = Select a reason
wrong-case-missing = Enter the number of the case
wrong-case = Enter a case number of at most 64 characters
wrong-nobody-found = Nobody signs in with that. Enter the email address, username or account number exactly
wrong-who = Enter an email address or username
console-not-permitted = You may not do this
console-not-permitted-text = Your roles do not allow it. We have recorded that you asked.
console-closed = This enquiry is closed
console-closed-text = An enquiry stays open for 15 minutes. Open another one.
console-too-many = You have searched too often in this enquiry
console-too-many-text = In one enquiry you can search 30 times. Open another one, and say why.
console-not-found = This enquiry did not find that person
console-not-found-text = Look for the resident first.
console-asked-too-often = You are waiting for 20 approvals
console-asked-too-often-text = Wait until somebody has decided them.
console-declared-too-often = You have named too many people today
console-declared-too-often-text = You can name 60 people in a day, or take them back. We have recorded that you tried again.
console-decided = This cannot be done now
console-decided-text = Somebody else has decided it, it has run out, or it is your own.
console-needs-approval = A second person has to approve this
console-needs-approval-text = The approval does not fit this purpose, reason and case, was used, or has run out.
letter-glass-broken-subject = Break-glass was used
letter-glass-broken-body =
    { $officer } broke the glass on { $date } at { $time }, and can look at residents’ records for 60 minutes without a case number.

    Review what was done within two working days:

    { $review-url }
console-missing = There is no such entry
console-missing-text = Check the address, or go back to the list.
glass-suspended = You cannot do anything until your break-glass has been reviewed
glass-suspended-text = Two working days have passed. Ask somebody in information governance to review it.

## Breaches

breaches-title = Personal data breaches
breaches-none = The register is empty.
breaches-register = Register
breach-title = What happened
breach-aware = When we became aware of it
breach-aware-hint = The regulator is told within 72 hours of this, unless there is no risk to people.
breach-regulator = Regulator
breach-people = People concerned
breach-record = Write a breach down
breach-no-names = Do not name residents. Keep their names with the case.
breach-write = Save
breach-any-service = None, or all
breach-from = Data was open from
breach-to = Data was open until
breach-subjects = How many people
breach-categories = Which data
breach-effects = What it does to people
breach-remedies = What was done about it
breach-not-needed = Need not be told
breach-notified = Told
breach-notified-late = Told after 72 hours
breach-late = Not told, and 72 hours have passed
breach-late-why = The 72 hours have passed. Give the regulator the reasons for the delay.
breach-left = { $hours } hours and { $minutes } minutes left
breach-undecided = Not decided
breach-notify-by = Tell the regulator by
breach-told-at = Told at
breach-reference = Reference
breach-decide = Who was told
breach-decision = What was decided?
breach-regulator-notified = The regulator was told
breach-regulator-not_needed = The regulator need not be told: there is no risk to people
breach-people-notified = The people were told
breach-people-not_needed = The people need not be told: there is no high risk to them
wrong-breach-title = Say what happened in at most 2,000 characters
wrong-breach-long = Use at most 2,000 characters
wrong-breach-aware = Enter when we became aware of it, not in the future
wrong-breach-window = Enter both times, the first before the second, or neither
wrong-breach-subjects = Enter how many people as a number
wrong-breach-decision = Select what was decided

## The log

log-title = State of the log
log-waiting = Events waiting for their place
log-lag = The oldest of them has waited
log-no-lag = Nothing waits
log-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
 }
log-logs = Logs
log-name = Log
log-size = Entries
log-opened = Opened
log-closed = Closed
log-open = Open
log-destroyed = Destroyed
log-there = Not destroyed
log-forged = Marked as destroyed, but not by this service
log-checkpoint = Newest checkpoint
log-no-checkpoint = Nothing has been signed yet.
log-no-witness = No witness has cosigned this log. Rewriting by whoever holds the key cannot be excluded.
log-witnesses = Witnesses
log-witness = Witness
log-cosigned = Asked last
log-events = Events
log-picture = Bars: events of each of the last 30 days. The table below has the numbers.
log-by-day = Events by day
log-day = Day

## The record of events

record-title = Search the record
record-lead = Say why first: the search is recorded before you see anything of it. If it is for one resident, they can read that you searched.
record-resident = Resident
record-officer = Member of staff
record-member = Member of staff whom it is about
record-any = Any
record-any-officer = Anybody
record-purpose = Purpose of the events
record-reason = Reason of the events
record-outcome = Outcome
record-kind = Kind of event
record-kind-hint = For example officer.viewed. Your browser offers all kinds as you type.
record-from = From
record-to = To
record-results = Events
record-none = Nothing was found.
record-page = Page { $page }, newest first
record-at = When
record-who = Who
record-subject = About
record-newer = Newer events
record-older = Older events
record-sealed-only = Events are found once they have their place in the log, about a second after they happened.
record-event = Event
record-id = Event number
record-policy = Policies in force
record-index = Place in the log
record-leaf = What the log holds
record-proof = Proof
record-proved = This event is in the log: the proof below leads to the signed checkpoint over { $size } entries. Anybody can check it.
record-unsealed = This event has no place in the log yet. Try again in a moment.
record-broken = This is not as it was written down. Tell whoever answers for the record.
record-payload = What was kept beside it
record-payload-closed = Opening it is recorded as a look at the person it is about.
record-open-payload = Open it
record-payload-destroyed = It has been destroyed.
record-destroyed-at = Destroyed on
record-destroyed-rule = Rule
record-destroyed-schedule = Version of the schedule
record-destroyed-event = Event that says so
record-not-whole = There are more events than one report goes through. Choose a shorter time.
outcome-ok = Done
outcome-denied = Refused
outcome-error = Failed
actor-resident = The resident
actor-client = A service
actor-officer = A member of staff
actor-system = The system
actor-visitor = Somebody unknown
wrong-time = Enter a date and time
wrong-window = Enter two times, the first before the second
wrong-officer = Select a member of staff from the list
wrong-kind = There is no such kind of event. Enter it as the record has it, for example officer.viewed
wrong-filter = Select one from the list
console-no-resident = Nobody has this account or signs in with that
console-no-resident-text = We have recorded that you looked.
console-known = You have declared that you know this person
console-known-text = Somebody else has to look. We have recorded that you asked.
console-record-too-many = You have named too many residents
console-record-too-many-text = You can search the record for 60 residents in 15 minutes. We have recorded that you tried again.
console-search-over = This page belongs to another search
console-search-over-text = Begin the search anew.
who-saw-title = Who looked at this person
who-saw-show = Show
officers-title = What members of staff looked at
officers-lead = Choose one for a report, or anybody for the review of everybody beside the others. A review is of a month as a rule: the month up to now is filled in.
officers-show = Show
officers-report = What this member of staff looked at
officers-review = Review
officers-all = Everybody who looked at a resident
officers-looks = Looks
officers-persons = Residents
officers-without-case = Without a case
officers-at-night = At night
officers-conflict = At people they know
officers-refused = Refused
officers-no-reason = No reason
officers-by-reason = By reason
officers-by-kind = By kind of event
officers-events = Events
officers-stands-out = Stands out
officers-signs =
    Yes.{ $volume ->
        [yes] {" "}Far more looks than others.
       *[no] {""}
    }{ $case ->
        [yes] {" "}Without a case.
       *[no] {""}
    }{ $night ->
        [yes] {" "}At night.
       *[no] {""}
    }{ $known ->
        [yes] {" "}At people they know.
       *[no] {""}
    }
officers-median = The median is { $count } looks.
measure-title = How far a breach reaches
measure-lead = Who and what is in the record for a service or a member of staff in this time. Residents are counted, not named.
measure-show = Measure
measure-events = Events
measure-subjects = Residents
measure-all = In all
measure-by-service = By service
measure-by-claim = By service and data
measure-by-category = By category of data
measure-category = Category

## Questions of residents

questions-title = Questions about looks
questions-none = Nobody waits for an answer.
questions-waiting = Waiting for an answer
questions-asked = Asked
questions-due = Answer by
questions-one = A question about a look
questions-find = Search the record for the event before you answer.
questions-search = Search the record for it
questions-answer = Answer
questions-answer-hint = The resident reads this in their account. At most 4,000 characters.
questions-send = Send the answer
wrong-answer = Enter an answer of at most 4,000 characters
wrong-known = You have declared that you know this person. Somebody else has to answer
wrong-own-look = This is about a look of your own. Somebody else has to answer it

## Objections to sharing

objections-title = Objections to sharing
objections-lead = Sharing is paused while an objection waits. Each must be answered within one month.
objections-none = No objection waits.
objections-waiting = Waiting for a decision
objections-made = Made on
objections-purpose = Purpose
objections-due = Answer by
objections-where = Time left
objections-overdue = Overdue
objections-left =
    { $days ->
        [0] Less than a day
        [one] 1 day
       *[other] { $days } days
    }
objections-written = The objection is decided. The resident is written to by email.
objections-unwritten = The objection is decided, but we have no email address for the resident. Write to them by post.
objections-one = An objection to sharing
objections-read = Read what the resident wrote
objections-read-lead = The resident sees that you read it, and why.
objections-open = Read it
objections-wrote = What the resident wrote
objections-silent = They wrote nothing.
objections-gone = What they wrote is not kept any more.
objections-record = Open their record
objections-decision = Decision
objections-law = We may only go on if we have compelling legitimate grounds that outweigh the resident’s interests, rights and freedoms, or if we need the details for legal claims (UK GDPR Article 21(1)).
objections-decision-question = What is decided?
objections-upheld = Uphold it
objections-upheld-hint = The service gets nothing more for this purpose until the resident allows it.
objections-rejected = Reject it
objections-rejected-hint = The service gets the details again.
objections-grounds = Compelling grounds, if you reject it
objections-grounds-hint = The resident reads these words in the decision. At most 1,000 characters.
objections-decide = Decide and tell the resident
wrong-objection-hidden = Select a reason that is not kept from the resident: this is about a right of theirs
wrong-objection-decision = Select what is decided
wrong-objection-grounds = Enter the grounds in at most 1,000 characters

## Looks that are kept from residents

delays-title = Looks that residents do not see yet
delays-lead = Each is shown to the resident on the day below, unless two people look at it again before.
delays-none = Nothing is kept from anybody.
delays-apart = Look { $nth } of { $all }
delays-since = Since
delays-until = Shown on
delays-release = Show it to the resident now
delays-ask = Ask a second person to keep it back longer
delays-renew = Keep it back longer
approvals-kind-delay = A look stays kept from the resident

## Members of staff

members-title = Who is on the staff
members-all = Members of staff
members-name = Name
members-role = Role
members-active = Can sign in
members-invited = Invited
members-removed = Removed

## Taking entries out of the record

exports-title = Take entries out of the record
exports-lead = What has left cannot be called back. Say why you need it, ask a second person, and take it once within 24 hours of asking.
exports-inset = What is about residents stays sealed with us. The file holds the entries with residents as letters and numbers, and all that proves them.
exports-new = Ask for an export
exports-ask = Ask a second person
exports-take = Take it out
exports-form = File
exports-form-json = JSON lines alone, which prove themselves
exports-form-csv = With a table for a spreadsheet (CSV)
exports-form-syslog = With syslog messages
exports-form-ocsf = With OCSF objects
exports-form-cef = With CEF lines
exports-year = Log
exports-from = From this index (optional)
exports-asked-from = From index
exports-to = Up to this index, not including it (optional)
exports-asked-to = Up to index, not including it
exports-range-hint = Leave both empty for the whole log, or say from when until when below.
exports-filters = Chosen by
approvals-see = See the resident’s record, masked
approvals-person = The resident is shown that you looked, unless the look is hidden on a legal ground like the one you are asked about.
approvals-nobody = Nobody signs in with what was entered, or the account is gone.
wrong-index = Enter a whole number
wrong-range = There are no entries there, or more than 10,000 that fit what you chose. Change the range or the choice
console-no-range = There is nothing to take out
console-no-range-text = The entries are not there, or more than 10,000 fit what was chosen. Ask for another range.

## Signals to services

signals-title = Services to be told
signals-lead = When consent is withdrawn, a value corrected or erasure decided, every service that had the data is told. This page lists those that have not been told, have not answered, or have refused.
signals-none = No service is overdue.
signals-overdue = Overdue
signals-service = Service
signals-kind = What it is told
signals-since = Changed on
signals-state = Where it stands
signals-tries = Tries
signals-by-hand = Services that take no signals, or not all
signals-kinds = Told by hand
signals-no-service = Every service with data takes all signals.
signals-one = A service to be told
signals-told = Told on
signals-answered = Answered on
signals-why = Its reason
signals-sub = The person, as the service knows them
signals-change = Change
signals-of-change = Who was told of this change
signals-services = Services
signals-not-yet = Not yet
signals-settle = I have told the service
signal-consent-withdrawn = Consent was withdrawn
signal-sharing-paused = Sharing was paused
signal-sharing-resumed = Sharing goes on
signal-attribute-corrected = A value was corrected
signal-processing-restricted = Processing was restricted
signal-restriction-lifted = A restriction has ended
signal-account-closed = The account was closed
signal-erasure-decided = Erasure was decided
signal-state-waiting = Not told yet
signal-state-delivered = Told, has not said it is done
signal-state-done = Done
signal-state-refused = Refused
signal-state-no-answer = No answer in 14 days
signal-state-by-hand = Must be told by hand
