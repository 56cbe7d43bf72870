### A person's rights, in English. `cy_rights.ftl` has the same messages.

inform-restricted = We keep your details and do not use them, because you or the law asked us to. { $service } gets nothing from us except that you are signed in.
inform-restricted-so = You can continue. { $service } may ask you for your details itself.
account-restricted = Since { $date } we keep your details and do not use them. Services get nothing from us except that you are signed in. To change this, contact us.

restriction-link = Stop or allow the use of this person’s details
restriction-title = Stop the use of details
restriction-lead = While this is on, no service gets anything of this person. We keep what we hold, and they can sign in to their account. They are written to, and services are told.
restriction-now = Now
restriction-on = Kept, and not used
restriction-off = Used as normal
restriction-since = Since
restriction-ends = Can end from
restriction-not-told = The person has not been told that it will end
restriction-question = What do you want to do?
restriction-restrict = Stop the use of the details
restriction-restrict-hint = For example while we check whether they are right, or whether an objection is justified
restriction-announce = Tell the person that it will end
restriction-announce-hint = The law says that they must know before it ends. It can end 7 days later.
restriction-lift = Allow the use of the details again
restriction-lift-hint = The person was told, and the day has come
restriction-lift_as_asked = Allow the use of the details again, because the person asks for it
restriction-lift_as_asked-hint = It ends at once
restriction-do = Save
restriction-written = Saved. The person is written to.
restriction-unwritten = Saved. There is no email address, or no mail goes to this person: tell them by post.
wrong-restriction = Select what you want to do
wrong-restriction-now = This was changed meanwhile. Look again at what can be done.

letter-restriction-restrict-subject = We have stopped using your details
letter-restriction-restrict-body =
    From { $date } we keep the details in your { $account } and do not use them. No service gets anything from us except that you are signed in. We have told the services that had your details.

    You can still sign in to your account. We will write to you before this ends.

    { $complain }
letter-restriction-announce-subject = We will start to use your details again
letter-restriction-announce-body =
    You were told that we keep the details in your { $account } and do not use them.

    This can end from { $date }. After that, services get your details again as they did before. If you do not agree, tell us before that day: phone { $phone }.

    { $complain }
letter-restriction-lift-subject = We use your details again
letter-restriction-lift-body =
    From { $date } services get details from your { $account } again, as they did before. We told you before that this would happen.

    You can see what each service gets, and stop it, on the page “What services get”.

    { $complain }
letter-restriction-lift_as_asked-subject = We use your details again, as you asked
letter-restriction-lift_as_asked-body =
    From { $date } services get details from your { $account } again, as they did before. You asked us for this. If you did not, tell us straight away: phone { $phone }.

    { $complain }

rights-link = Use your data protection rights
rights-title = Your data protection rights
rights-lead = You can ask for a copy of what we hold about you, have it put right or erased, or complain about how we use it. It is free. Tell us in your own words.
rights-yours = What you have asked for
rights-ask = Ask for something
rights-objection = If you do not want a service to use your details, object on the page about what services get. It stops straight away while we decide.
rights-what = What do you want to ask for?
rights-words = Tell us more
rights-words-hint = For example which details are wrong, and what is right. You can leave this empty if you want a copy of everything.
rights-send = Send
rights-important = Important
rights-too-many = You have sent a lot today. Send this tomorrow, or contact us.
rights-kind-access = A copy of what you hold
rights-kind-access-hint = Everything about you that we hold with this account
rights-kind-rectification = Put something right
rights-kind-rectification-hint = Something we hold is wrong or not complete
rights-kind-restriction = Keep details, and do not use them
rights-kind-restriction-hint = For example while something is put right
rights-kind-erasure = Erase details
rights-kind-erasure-hint = We erase what the law does not make us keep, and tell you what stays and why
rights-kind-portability = Details to use somewhere else
rights-kind-portability-hint = In a file that programs can read
rights-kind-objection = Stop a use of details
rights-kind-objection-hint = For example to be left out of letters that are not about your own case. We stop, or tell you why the law lets us go on.
rights-kind-objection-desk = If it is about what a service gets from an account, write it down with the choices about sharing: it stops there straight away
rights-kind-complaint = Complain about how we use data
rights-kind-complaint-hint = We tell you within 30 days that we have your complaint, and then how it gets on
rights-reference = Reference number
rights-received = Received
rights-now = Now
rights-due = We answer by
rights-due-complaint = We confirm that we have it by
rights-state-open = We are working on it
rights-state-late = We are late. You can complain about this.
rights-state-identity = We wait for you to show us who you are. Our time to answer begins then.
rights-state-clarification = We wait for your answer to a question. These days do not count towards our time to answer.
rights-state-done = Closed: done
rights-state-refused = Closed: we did not do this, or not all of it
rights-sent = We have received this
rights-said = What you told us
rights-steps = What happened
rights-step-received = Received
rights-step-identity_asked = We asked to be shown who is asking
rights-step-identity_proven = We know who is asking
rights-step-clarification_asked = We asked a question
rights-step-clarified = The question was answered
rights-step-extended = We need up to 2 months more
rights-step-acknowledged = We confirmed that we have the complaint
rights-step-progress = We said how it gets on
rights-step-done = Done
rights-step-refused = Not done, or not all of it
rights-complain = If you are not happy with this
rights-complain-us = You can complain to us: { $name }, email { $email }, phone { $phone }.
rights-court = You also have the right to ask a court to decide.
wrong-rights-kind = Select what you want to ask for
wrong-rights-words = Tell us what it is about
wrong-rights-long = Use 4,000 characters or less

ask-lead = You can ask for a copy of what we hold about you, have it put right or erased, or ask us to stop using it. It is free. You do not need an account. We answer within one month. Tell us in your own words.
ask-account = If you have an account
ask-account-lead = Sign in and ask there. We then know that it is you, and you can see how it gets on.
ask-account-link = Ask in your account
ask-without = Ask without signing in
ask-identity = If we are not sure that it is you, we ask you to show us who you are. Until you have, we do not hand out, change or erase anything, and our time to answer does not begin.
ask-complaint = To complain about how we use data, there is a form for that:
ask-notice = We use what you enter to answer you, and keep it for 6 years after that.
ask-access-hint = Everything about you that we hold, or a part that you name
ask-words-hint = For example which details are wrong and what is right, or which service it is about. If you ask for somebody else, for example your child, say who they are and why you ask for them. You can leave this empty if you want a copy of everything.
ask-too-many = We have received too many requests from your network. Try again in an hour, or contact us in another way.
ask-received = We have received your request
ask-received-what = You asked us for this: { $kind }.
ask-received-next = Someone looks at your request. If we have a question, or need to know that it is you, we ask you soon.

data-complaint-link = Complain about how we use your data
data-complaint-title = Complain about how we use data
data-complaint-lead = Anyone can complain to us about how we use personal data. You do not need an account. We confirm within 30 days that we have your complaint, and then tell you how it gets on and what we decided.
data-complaint-other = You can also contact: { $name }, email { $email }, phone { $phone }, or write to { $post }.
data-complaint-notice = We use what you enter to answer your complaint, and keep it for 6 years after that.
data-complaint-ask = If you want a copy of your data, or have it put right, erased or no longer used, there is another form:
data-complaint-email = Email address (if you have one)
data-complaint-email-hint = We send you a receipt, and our answer
data-complaint-address = Postal address (if you have no email address)
data-complaint-address-hint = So that we can write to you
data-complaint-words = What are you complaining about?
data-complaint-words-hint = Tell us what happened, when, and what you want us to do
data-complaint-too-many = We have received too many complaints from your network. Try again in an hour, or contact us in another way.
data-complaint-received = We have received your complaint
data-complaint-next = Someone looks at your complaint. By { $due } we confirm to you that we have it.
data-complaint-keep = Write down the reference number, or print this page. If you gave an email address, we have also emailed you this. If you gave only a postal address, we post it to you.
wrong-complaint-reach = Enter an email address or a postal address, so that we can answer
wrong-complaint-address = Postal address must be 500 characters or less

letter-rights-received-subject = We have received your { $of ->
        [complaint] complaint
       *[request] request
    }: { $reference }
letter-rights-received-body =
    On { $date } we received this from you: { $kind }. Your reference number is { $reference }.

    { $of ->
        [complaint] We confirm to you by { $due } that we have your complaint, and then tell you how it gets on and what we decided.
       *[request] We answer you by { $due }. If we have a question, or need to know that it is you, we ask you soon.
    }

    { $complain }
letter-rights-identity_asked-subject = Show us that it is you: { $reference }
letter-rights-identity_asked-body =
    On { $date } we received this from you: { $kind }.

    Before we answer, we need to know that it is you. Our time to answer begins when you have shown us:

    { $words }

    { $complain }
letter-rights-clarification_asked-subject = A question about your { $of ->
        [complaint] complaint
       *[request] request
    }: { $reference }
letter-rights-clarification_asked-body =
    On { $date } we received this from you: { $kind }. We have a question:

    { $words }

    If you asked for a copy of what we hold, the days until you answer do not count towards our time to answer.

    { $complain }
letter-rights-extended-subject = We need more time to answer you: { $reference }
letter-rights-extended-body =
    On { $date } we received this from you: { $kind }.

    The law lets us take up to 2 months more. We answer you by { $due }. These are our reasons:

    { $words }

    { $complain }
letter-rights-acknowledged-subject = We have your complaint: { $reference }
letter-rights-acknowledged-body =
    We confirm that we have your complaint of { $date }. We look into it, and tell you how it gets on and what we decided.

    { $complain }
letter-rights-progress-subject = How your complaint gets on: { $reference }
letter-rights-progress-body =
    On { $date } you complained to us. This is how it gets on:

    { $words }

    { $complain }
letter-rights-done-subject = Our answer: { $reference }
letter-rights-done-body =
    On { $date } we received this from you: { $kind }. This is our answer:

    { $words }

    { $complain }
letter-rights-refused-subject = Our answer: { $reference }
letter-rights-refused-body =
    On { $date } we received this from you: { $kind }. We do not do this, or not all of it. These are our reasons:

    { $words }

    { $complain }

rights-desk-title = Rights and complaints
rights-desk-lead = Requests about data protection rights, and complaints, that wait for an answer. The list names nobody.
rights-desk-none = No request and no complaint waits.
rights-desk-red = Overdue
rights-desk-amber = Three weeks old or more
rights-desk-green = In time
rights-what-desk = What is asked for
rights-channel = How it came in
rights-channel-web = Online
rights-channel-phone = By phone
rights-channel-desk = In person
rights-channel-post = By post
rights-desk-due = Answer by
rights-desk-no-day = No day yet
rights-desk-left =
    { $days ->
        [0] Today is the last day
        [one] 1 day left
       *[other] { $days } days left
    }
rights-desk-identity = Waits for proof of identity
rights-desk-clarification = The clock is stopped: waits for an answer to our question
rights-desk-closed = Closed
rights-desk-silent = Nothing was said to the person for 30 days
rights-desk-told = Acknowledged
rights-desk-one = A request or complaint
rights-desk-read = Read and answer it
rights-desk-read-lead = Say why. The person can see who read what they wrote, and why. The case number is the reference number.
rights-desk-open = Read it
rights-desk-said = What the person said
rights-desk-silence = The person wrote nothing more.
rights-desk-unknown = Anybody can have filled in this form. If you doubt who is asking, ask the person to show who they are. Until it is on record that we know who asks, do not hand out, change or erase anything, and do not say whether we hold something or whether there is an account.
rights-desk-elsewhere = If this is about an account, find the person, and write the request down there with the day it came in. Then close this one, and say under which reference number it goes on.
rights-desk-find = Find the person
rights-desk-by-post = This person gave no email address: post them the receipt, and whatever they are told.
rights-desk-address = Postal address
rights-desk-written = Saved. The person is written to.
rights-desk-unwritten = Saved. There is no email address, or no mail goes to this person: tell them by post.
rights-desk-noted = Saved.
rights-take = What happens next?
rights-take-words = What the person is told
rights-take-words-hint = In plain words: what you ask for, why it takes longer, how it gets on, or what was decided and why. The person reads this.
rights-take-identity_asked = Ask the person to show who they are
rights-take-identity_asked-hint = Only if you have doubts, and for no more than the account itself asks. The month begins when they have.
rights-take-identity_proven = The person has shown who they are
rights-take-identity_proven-hint = The month begins today
rights-take-identity_known = We know who is asking
rights-take-identity_known-hint = There is no reasonable doubt, so nobody has to show anything. The month goes on from the day it came in.
rights-take-clarification_asked = Ask the person what they mean
rights-take-clarification_asked-hint = For a copy of data, the clock stops until they answer
rights-take-clarified = The person has answered
rights-take-clarified-hint = The clock goes on
rights-take-extended = Take 2 months more
rights-take-extended-hint = Only if it is complex, or there are several. Give the reasons. It has to be said within the first month.
rights-take-acknowledged = Confirm that we have the complaint
rights-take-acknowledged-hint = Within 30 days of the day it came in
rights-take-progress = Say how it gets on
rights-take-progress-hint = So that nobody waits without a word
rights-take-done = Close it: done
rights-take-done-hint = Say what was done
rights-take-refused = Close it: not done, or not all of it
rights-take-refused-hint = Say why in plain words. The letter says where the person can complain.
rights-desk-link = Write down a request about a right, or a complaint
rights-new-title = Write down a request or a complaint
rights-new-lead = For a person who has no account, or asks without it. They need no form and no special words. For a person with an account, find them first.
rights-new-lead-account = The person is written to, and finds this in their account.
rights-language = The language to write to the person in
rights-received-on = The day it came in
rights-received-hint = Leave this empty for today. A letter came in on the day it reached the council.
rights-reach-hint = An email address or a postal address, so that we can answer
rights-desk-words = What they say
rights-desk-words-hint = In their own words, or where the letter is
rights-desk-write = Write it down
rights-receipt = Receipt for a request or a complaint
rights-receipt-written = Written down. We will email the person. You can also print this page for them.
rights-receipt-unwritten = Written down. There is no email address: print this page for the person.
wrong-rights-kind-desk = Select what they ask for
wrong-rights-channel = Select how it came in
wrong-rights-received = Enter a day that is not in the future
wrong-rights-name = Enter the person’s full name
wrong-rights-reach = Enter an email address or a postal address
wrong-rights-words-desk = Enter what they say
wrong-rights-step = Select what happens next
wrong-rights-told = Enter what the person is told, in 2,000 characters or less

download-link = Download what your account shows
download-title = Download what your account shows
download-lead = You can have everything that the pages of your account show in one file: to read, and for programs and spreadsheets. It takes a moment to make.
download-make = Make my file
download-making = Your file is being made. We email you when it is ready. You can also open this page again in a moment.
download-ready = Your file is ready until { $date } at { $time }.
download-once = You can download it once. Enter your password, so that nobody else can. Keep the file safe: it holds your details.
download-fetch = Download my file
download-fetched = You have downloaded your file. You can have another one made.
download-more = If you want a copy of everything that we hold about you, also outside this account, ask us for it:
download-sheet = What your account at { $council } shows
download-sheet-made = Made on { $date } at { $time }.
download-nothing = There is nothing here.
download-part-account = Your account
download-part-sharing = What services get
download-part-history = What you were told and what was chosen
download-part-received = What services received
download-part-seen = Who has seen your data
download-part-sessions = Where you are signed in
download-part-requests = What you asked for by right, or complained of
download-col-what = What
download-col-value = Value
download-col-service = Service
download-col-purpose = What for
download-col-basis = Lawful basis
download-col-details = Details
download-col-state = State
download-col-since = Since
download-col-until = Until
download-col-when = When
download-col-notice = Notice
download-col-way = How
download-col-record = Record
download-col-refused = Refused
download-col-reason = Why
download-col-case = Case
download-col-event = Entry of the record
download-col-device = Device
download-col-last = Last used
download-col-own_device = Own device
download-col-reference = Reference number
download-col-kind = What was asked for
download-col-words = Words
download-own-account = Number of your account
download-own-created_at = Account created
download-own-state = State of your account
download-own-name = { claim-name }
download-own-email = { claim-email }
download-own-second_step = Second step
download-own-restricted_since = Kept and not used since
download-own-birthdate = { detail-birthdate }
download-own-address = { detail-address }
download-own-phone_number = { detail-phone_number }
letter-download-subject = Your file is ready
letter-download-body =
    The file with what your { $account } shows is ready. You can download it once, until { $until-date } at { $until }. You need your password:

    { $url }

    If you did not ask for this, choose a new password on the page where you sign in, and contact us.

figures-link = How requests and complaints were answered, in numbers
figures-title = Requests and complaints in numbers
figures-lead = Counted by the day on which they were received. Numbers only: nobody is named. Cases that were destroyed under the retention schedule are no longer counted.
figures-from = Received from
figures-to = Received up to
figures-show = Show these days
figures-none = Nothing was received on these days.
figures-requests = Requests
figures-complaints = Complaints about how data is handled
figures-received = Received
figures-open = Open
figures-done = Done
figures-refused = Refused
figures-extended = Extended
figures-in-time = In time
figures-acknowledged = Acknowledged in time
figures-late = Late
figures-median = Half took at most (days)
figures-p95 = 95 of 100 took at most (days)
figures-ack-median = Half were acknowledged within (days)
figures-ack-p95 = 95 of 100 were acknowledged within (days)
figures-how = “Late” counts those that are still open after their last day too. Days on which we waited for the person do not count for a request. A complaint is in time if it was acknowledged within 30 days.
figures-sheet = Download this as a spreadsheet (CSV)
wrong-days = Enter two days, the first before the second
wrong-many-cases = These are too many to count at once: enter fewer days

erasing-title = Erase this account
erasing-lead = The account, its ways of signing in and what it holds about the person go at once, and services that got something are told to delete it. This cannot be undone. The case is closed, and the person is told in the words below.
erasing-services = Services that are told
erasing-kept = What is kept: no password, and a name or address only where the person wrote it
erasing-kept-what = What
erasing-kept-until = Until this day at the latest
erasing-kept-sharing_record = What services were given and why, without what it said
erasing-kept-signal = Which services were told of the erasure, and what they answered
erasing-kept-access_question = Questions about who saw the person’s data, and the answers
erasing-kept-enquiry_person = That a member of staff looked at the record, and why
erasing-kept-rights_case = What was asked for by right, and the answers
erasing-kept-log = A numbered record that something was done, without names
erasing-kept-backup = Copies made in case something fails: from then on nobody can read the details in them
erasing-kept-draft = Nothing is deleted on these days yet, except for the copies: the retention schedule is not in force.
erasing-kept-erasure = That an account was erased, so that a backup cannot bring it back
erasing-kept-why = Why
erasing-why-sharing_record = To show what was shared, and that it was allowed ({ $law })
erasing-why-signal = To show that they were told ({ $law })
erasing-why-access_question = To show that the person was answered ({ $law })
erasing-why-enquiry_person = To prove a look that was not allowed ({ $law })
erasing-why-rights_case = To show that the person was answered as the law says, and in time ({ $law })
erasing-why-log = To answer claims and notice fraud ({ $law })
erasing-why-erasure = To show that it was done ({ $law })
erasing-why-backup = To put right what fails ({ $law })
erasing-words-hint = What was erased, what is kept and why, in plain words. The person reads this in our last email.
erasing-reference = The reference number of this case
erasing-reference-hint = Enter it once more, so that no other account is erased by mistake
erasing-button = Erase the account and close the case
erasing-prove = Prove who you are again
erasing-held =
    { $kind ->
        [legal] Nothing can be erased: a hold for a legal claim stands against it. Tell the person, or wait until it is released.
        [foi] Nothing can be erased: a hold for a freedom of information request stands against it. Tell the person, or wait until it is released.
        [sar] Nothing can be erased: a hold for a subject access request stands against it. Tell the person, or wait until it is released.
        [audit] Nothing can be erased: a hold for an audit stands against it. Tell the person, or wait until it is released.
        [fraud] Nothing can be erased: a hold for an investigation of fraud stands against it. Tell the person, or wait until it is released.
       *[inquiry] Nothing can be erased: a hold for an inquiry stands against it. Tell the person, or wait until it is released.
    }
wrong-erasing-reference = Enter the reference number of this case
wrong-erasing-held = A hold stands against it: nothing was erased
wrong-erasing-proof = You proved who you are more than 5 minutes ago. Prove it again in another tab, then press the button here
