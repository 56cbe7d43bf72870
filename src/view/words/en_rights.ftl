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
