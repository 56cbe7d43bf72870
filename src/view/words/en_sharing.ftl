# "What services get": pages of the account, and the letter before a consent runs out.

sharing-link = See and change what services get
sharing-title = What services get
sharing-lead = A service gets only what is listed here, and only for the reason that is given.
sharing-nothing = No service gets anything about you.
sharing-agreed = It was agreed that it uses your details to { $purpose }.
sharing-to = To { $purpose }
sharing-with = with { $service }, to { $purpose }
sharing-one-title = { $service }: to { $purpose }
sharing-now = Now
sharing-what = Details
sharing-why = Why
sharing-since = Since
sharing-until = Until
sharing-due = We will answer by
sharing-more = History and receipts

sharing-state-on = The service gets these details
sharing-state-not_told = The service does not get these details
sharing-state-not_asked = The service does not get these details. You have not been asked.
sharing-state-refused = The service does not get these details. The answer was no.
sharing-state-withdrawn = The service does not get these details. This was stopped.
sharing-state-expired = The service does not get these details. The time that was agreed to is over.
sharing-state-superseded = The service does not get these details. The privacy notice has changed since you saw it.
sharing-state-invalidated = The service does not get these details. They should not have been shared.
sharing-state-objected = The service does not get these details while we decide on your objection.
sharing-state-objection_upheld = The service does not get these details. There was an objection, and we agreed.
sharing-state-restricted = The service does not get these details. We keep them and do not use them.
sharing-state-no_share = The service no longer gets these details

sharing-stop = Stop sharing
sharing-say = Say yes or no
sharing-object = Object to this
sharing-allow = Allow this again
sharing-fixed-contract = You cannot stop this here, because { $service } needs it for what you have asked for. To end that, contact the service.
sharing-fixed-legal_obligation = You cannot stop this, because the law requires it.
sharing-fixed-vital_interests = You cannot stop this, because it protects someone’s life.
sharing-complain = If you think this is wrong, you can complain
sharing-power = The law behind this: { $power }.
sharing-kept = The service keeps these details: { $time }.

sharing-effect-title = When you stop sharing or object
sharing-effect = The service gets nothing more, from that moment. You can still use your account.

sharing-news-stopped = We have stopped sharing these details.
sharing-news-yes = You said yes. The service can get these details now.
sharing-news-no = You said no. The service does not get these details.
sharing-news-objected = We have your objection, and have paused this.
sharing-news-allowed = You have allowed this again.

sharing-object-title = Object to how your details are used
sharing-object-what = { $service } uses your details to { $purpose }. You have the right to object.
sharing-object-effect = If you object, we stop giving your details to { $service } for this straight away. Until we have decided, the service may not be able to do this for you online. You can still reach it in other ways.
sharing-object-decide = We decide within one month. We can only go on if there are strong reasons that outweigh yours.
sharing-object-grounds = What about your situation should we know? (optional)
sharing-object-hint = Do not give details you do not want us to keep. You can write up to 2,000 characters.
sharing-object-button = Object

sharing-back = Take back your objection
sharing-back-effect = If you take it back, { $service } gets your details for this again straight away, and we stop looking at your objection. You can object again later.
sharing-news-taken_back = You took back your objection. The service can get these details again.
sharing-grounds = Our reasons:

wrong-grounds-too-long = What you tell us must be 2,000 characters or fewer

sharing-choose-title = Share your details with { $service }
sharing-allow-title = Allow { $service } to get your details again
sharing-choose-lead = { $service } would get:

sharing-history = What happened
sharing-receipts = Each entry has a receipt that you can keep: a page to read or print, and a file for computer programs, signed by us.
sharing-receipt-page = Read or print the receipt
sharing-receipt-iso = Download the receipt
sharing-receipt-kantara = Download it as a Kantara consent receipt
sharing-receipt-of = of { $date } at { $time }
sharing-did-shown = { $by ->
    [delegate] Someone who acts for you was told, and went on
    [parent] Someone with parental responsibility for you was told, and went on
   *[other] You were told, and went on
}
sharing-did-given = { $by ->
    [delegate] Someone who acts for you said yes
    [parent] Someone with parental responsibility for you said yes
   *[other] You said yes
}
sharing-did-reaffirmed = { $by ->
    [delegate] Someone who acts for you said yes again
    [parent] Someone with parental responsibility for you said yes again
   *[other] You said yes again
}
sharing-did-refused = { $by ->
    [delegate] Someone who acts for you said no
    [parent] Someone with parental responsibility for you said no
   *[other] You said no
}
sharing-did-withdrawn = { $by ->
    [delegate] Someone who acts for you stopped it
    [parent] Someone with parental responsibility for you stopped it
    [system] We stopped it again, after a backup had brought it back
   *[other] You stopped it
}
sharing-did-expired = The time that was agreed to ended
sharing-did-superseded = The privacy notice changed
sharing-did-invalidated = We found that it should not have been shared
sharing-did-objected = { $by ->
    [delegate] Someone who acts for you objected
    [parent] Someone with parental responsibility for you objected
    [system] We wrote down the objection again, after a backup had lost it
   *[other] You objected
}
sharing-did-objection_upheld = We agreed with the objection
sharing-did-objection_rejected = We decided to go on after the objection
sharing-did-objection_withdrawn = { $by ->
    [delegate] Someone who acts for you took back the objection
    [parent] Someone with parental responsibility for you took back the objection
   *[other] You took back your objection
}
sharing-did-imported = We took over a record from an earlier system
sharing-way-web = online
sharing-way-phone = by phone
sharing-way-desk = in person
sharing-way-kiosk = at a public screen
sharing-way-post = by post
sharing-way-import = by our computers

locked-sharing = You have changed many times in one day what services get, so we do not take another yes for now.
locked-sharing-until = You can say yes again on { $on }.
locked-sharing-stop = You do not have to wait to stop sharing or to object:

receipt-title = Receipt: { $service }, to { $purpose }
receipt-what = What happened
receipt-when = When
receipt-actor = Who
receipt-actor-self = You
receipt-actor-officer = A member of council staff
receipt-actor-delegate = Someone who acts for you
receipt-actor-parent = Someone with parental responsibility for you
receipt-actor-system = Our computers
receipt-how = How
receipt-method-page = on a page
receipt-method-radio = by choosing an answer
receipt-method-verbal = by saying it
receipt-method-signed = by signing it
receipt-method-import = taken over or written by a program
receipt-steps =
    { $steps ->
        [one] in 1 step
       *[other] in { $steps } steps
    }
receipt-service = Service
receipt-role = Who the service is
receipt-role-same_controller = A service of the council
receipt-role-processor = It works for the council, on its instructions
receipt-role-joint = It decides together with the council
receipt-role-separate = It is an organisation of its own
receipt-purpose = What for
receipt-power = The law behind this
receipt-kept = How long the service keeps them
receipt-notice = Privacy notice
receipt-notice-version = Version
receipt-notice-where = Where it is
receipt-notice-sha256 = Fingerprint of the notice (SHA-256)
receipt-page-sha256 = Fingerprint of the page you saw (SHA-256)
receipt-language = Language
receipt-language-en = English
receipt-language-cy = Welsh
receipt-council = Who is responsible
receipt-council-name = Council
receipt-council-address = Address
receipt-council-email = Email
receipt-council-phone = Phone
receipt-council-url = Website
receipt-officer = Data protection officer
receipt-change = Where you can change this
receipt-numbers = Numbers
receipt-number = This receipt
receipt-previous = The receipt before it
receipt-event = Entry in our record
receipt-subject = Your account
receipt-policy = Rules in force then
receipt-law = Law
receipt-law-gb = United Kingdom
receipt-check = How to check it
receipt-check-how = The file that you can download says the same, and holds our signature (“receipt_sig”). Anyone can check it without us, with a program that checks JSON Web Signatures and our public keys: { $keys }

sharing-told = What we told { $service }
sharing-told-consent_withdrawn = You no longer agree to a use of your details
sharing-told-sharing_paused = It must stop using your details, because you objected
sharing-told-sharing_resumed = It can use your details again
sharing-told-attribute_corrected = Some of your details have changed
sharing-told-processing_restricted = It must keep your details and not use them
sharing-told-restriction_lifted = It no longer has to hold back from using your details
sharing-told-account_closed = You have closed your account
sharing-told-erasure_decided = It must delete your details
sharing-answer-waiting = We have not reached it yet. We keep trying.
sharing-answer-delivered = It has our message. It has not yet said that it is done.
sharing-answer-done = It says that it is done.
sharing-answer-told_by_staff = A member of our staff told it.
sharing-answer-by_hand = A member of our staff will tell it.
sharing-answer-no_answer = It did not answer. A member of our staff will tell it.
sharing-answer-unknown_subject = It says that it holds nothing about you.
sharing-answer-legal_obligation = It says that a law makes it keep your details.
sharing-answer-legal_claim = It says that it needs your details for a legal claim.
sharing-answer-under_review = It says that it is still deciding. We are looking into it.
sharing-answer-other = It did not do this. We are looking into it.

letter-consent-ends-subject = Your agreement with { $service } ends on { $until-date }
letter-consent-ends-body =
    It was agreed that { $service } gets some of your details.

    That ends on { $until-date }, and you do not need to do anything.

    To say yes again, or to stop it now, sign in and go to:

    { $sharing-url }
