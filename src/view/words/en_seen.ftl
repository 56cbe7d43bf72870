### "Who has seen my data", in English. `cy_seen.ftl` has the same messages.

seen-link = See who has seen your data
seen-title = Who has seen my data
seen-older-title = Who has seen my data: earlier
seen-lead = This page shows when council staff looked at your record, when a service received your details, and why. It comes from a record that nobody can change without being noticed.
seen-staff = Council staff
seen-services = Services
seen-nothing = There is nothing to show here.
seen-older = Show earlier entries
seen-delay = Sometimes the law lets us wait before we show an entry here, for example while a crime is being investigated.

seen-did-viewed = A member of council staff looked at your record
seen-did-searched = A member of council staff searched for you
seen-did-revealed = A member of council staff opened one of your details
seen-did-suspended = A member of council staff suspended your account
seen-did-restored = A member of council staff gave your account back to you
seen-did-answered = A member of council staff answered your question
seen-did-recorded = A member of council staff wrote down what you chose
seen-did-used = A member of council staff used your record
seen-did-received = { $service } received your details
seen-tried-viewed = A member of council staff tried to look at your record and was refused
seen-tried-searched = A member of council staff tried to search for you and was refused
seen-tried-revealed = A member of council staff tried to open one of your details and was refused
seen-tried-suspended = A member of council staff tried to suspend your account and was refused
seen-tried-restored = A member of council staff tried to change your account and was refused
seen-tried-answered = A member of council staff tried to answer your question and was refused
seen-tried-recorded = A member of council staff tried to write down a choice of yours and was refused
seen-tried-used = A member of council staff tried to use your record and was refused
seen-tried-received = { $service } asked for details it may not have, and was refused

seen-when = When
seen-what = What
seen-why = Why
seen-case = Case number
seen-late = Shown to you since
seen-late-why = { $date }. Until then the law let us wait: { $ground }.
seen-late-since = { $date }. Until then the law let us wait.
seen-question = Your question
seen-asked = Asked on { $asked }. We will answer by { $due }.
seen-answered = Asked on { $asked }. We answered on { $answered }.
seen-one = Receipt and questions
seen-one-of = for the entry of { $date } at { $time }

seen-field-name_masked = First letters of your name
seen-field-email_masked = Part of your email address
seen-field-birthdate_masked = That you gave a date of birth
seen-field-address_masked = First part of your postcode
seen-field-phone_number_masked = Last digits of your phone number
seen-field-second_step = Whether you use a second step
seen-field-state = State of your account
seen-field-sessions = Where you are signed in
seen-field-sharing = What services get from your account
seen-field-choices = What you chose about sharing
seen-field-age_band = How old you are
seen-field-objection = What you wrote when you objected
seen-field-services = Services you have used
seen-field-events = What happened in your account

seen-receipt = Receipt
seen-receipt-what = The receipt proves that this is entry { $index } of our record { $log }, and that it is unchanged.
seen-receipt-download = Download the receipt
seen-receipt-how = Anyone can check it without us: with “portreeve audit verify”, or with the Python program verify.py. Both need the receipt and this public key:
seen-receipt-program = The Python program needs tlog.py in the same folder, and the package “cryptography”. FORMAT.md says how it works, for anyone who would rather write their own.
seen-receipt-waits = The receipt will be ready in a moment. Open this page again to get it.

seen-ask = Ask the council about this
seen-ask-what = If you do not understand why this happened, or think that it should not have, ask us. It costs nothing.
seen-next = What happens next
seen-next-who = Your question has gone to: { $team }.
seen-next-when = They look at this entry and answer by { $due }. We will email you when the answer is on this page.
seen-next-instead = If you want to say more, email { $email } or phone { $phone }, and give this number:
seen-answer = Our answer of { $date }
seen-answer-again = If this does not settle it, you can ask again, or complain.
seen-news-asked = The council has your question
seen-news-too_many = You have asked 5 questions today. Ask again tomorrow, or contact us.
seen-news-title = Important
