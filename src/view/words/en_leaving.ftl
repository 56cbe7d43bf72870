# The end of an account.

leave-link = Close or delete your account
leave-title = Close or delete your account
leave-lead = You can still use council services without an account, by phone, post or in person.
leave-goes = What is deleted
leave-goes-profile = your name and all your details
leave-goes-ways = your password and every other way of signing in
leave-goes-sessions = where you were signed in, and the details of each sign-in
leave-goes-agreements = what lets services get details from us
leave-services = Services that we tell
leave-services-lead = We ask these services to delete what we gave them. They may have to keep their own record, for as long as their own rules say.
leave-services-none = No service got anything from us, so there is nobody to tell.
leave-kept = What we have to keep
leave-kept-lead = None of this holds your password. It holds your name or address only where you wrote them to us:
leave-kept-sharing_record = what services were given and why, without what it said, until { $until } at the latest
leave-kept-signal = which services were told that you left, and what they answered, until { $until } at the latest
leave-kept-access_question = what you asked us about who saw your data, and our answer, until { $until } at the latest
leave-kept-enquiry_person = that a member of staff looked at your record, and why, until { $until } at the latest
leave-kept-rights_case = what you asked about your rights, and our answer, until { $until } at the latest
leave-kept-log = a numbered record that something was done, without names, until { $until } at the latest
leave-kept-backup = copies that we make in case something fails, from which your details could be read until { $until } at the latest
leave-kept-draft = We do not delete on these days yet, except for the copies: our rules for how long we keep details are not in force.
leave-kept-erasure = that an account was deleted, so that a backup cannot bring it back, until { $until } at the latest
leave-why-sharing_record = so that we can show what was shared, and that we were allowed to share it
leave-why-signal = so that we can show that they were told
leave-why-access_question = so that we can show that we answered you
leave-why-enquiry_person = so that a look that was not allowed can be proven
leave-why-rights_case = so that we can show that we answered you as the law says, and in time
leave-why-log = so that we can answer claims and notice fraud
leave-why-erasure = and so that we can show that we did it
leave-why-backup = so that what fails can be put right
leave-question = When should we delete it?
leave-later = Close it now, and delete it later
leave-later-hint = Nobody can sign in any more. You can change your mind until { $day }.
leave-later-hint-none = Nobody can sign in any more.
leave-now = Delete it now
leave-now-hint = This cannot be undone.
leave-button = Close or delete my account
left-closed-title = Your account is closed
left-closed-lead = We will delete it on { $day }. Until then, the link in the email we have sent you opens it again.
left-closed-lead-none = Nobody can sign in any more. We have not set the day when we will delete it. If you change your mind, use the link in the email we have sent you as soon as you can.
left-deleted-title = Your account is deleted
left-deleted-lead = You are signed out. If you create an account again, it will be a new one: nothing of the old one comes back.
left-held-title = Your account is closed, and we cannot delete it yet
left-held-lead = We have to keep what is in it for a reason the law gives us, for example a court case or a request for information. We delete it as soon as we may. You can complain about this to us and to the regulator.
left-services =
    { $count ->
        [one] We are telling 1 service.
       *[other] We are telling { $count } services.
    }
left-shared-device = If you share this device, close the browser.
reopen-title = Open your account again
reopen-lead = Your account is closed. Open it again, and sign in as before. You will have to say again what services may get.
reopen-button = Open my account again
reopen-done-title = Your account is open again
reopen-done = You can sign in as before.
wrong-when-missing = Select when we should delete your account

letter-dormant-subject = Your account will be deleted on { $day } unless you use it
letter-dormant-body =
    You have not used your account for a long time. We do not keep what nobody needs.

    If you do nothing, we delete your account on { $day }.

    To keep it, sign in once before then:

    { $sign-in-url }
letter-dormant-post-subject = Your account will be deleted on { $day } unless you use it
letter-dormant-post-body =
    You have not used your account for a long time. We do not keep what nobody needs.

    If you do nothing, we delete your account on { $day }.

    To keep it, sign in once before then:

    { $sign-in-url }

    If you cannot sign in, call us on { $phone } before then. We keep it for you.

    We write to you by post because we could not reach you by email.
letter-closed-subject = Your account is closed
letter-closed-body =
    You closed your account. We delete it on { $day }.

    If you change your mind, or if this was not you, open it again before then:

    { $reopen-url }
letter-closed-undated-subject = Your account is closed
letter-closed-undated-body =
    You closed your account. Nobody can sign in any more. We have not set the day when we will delete it.

    If you change your mind, or if this was not you, open it again as soon as you can:

    { $reopen-url }
letter-erased-subject = Your account is deleted
letter-erased-body =
    Your account and all the details in it are deleted. This cannot be undone.

    We have asked the services that got details from us to delete them too. They may have to keep their own record.

    If this was not you, tell us at once.
letter-address-closed-subject = Your account is closed
letter-address-closed-body =
    Someone, probably you, tried to create an account with this email address. It already has an account, which was closed. Nobody can sign in to it.

    You can open that account again until { $reopen-until } on { $reopen-until-date }, and then sign in as before:

    { $reopen-url }

    If you share this email address with someone and want an account of your own:

    { $shared-url }

    The second link works until { $until }.

    If this was not you, you can ignore this email. Nothing has changed.
letter-address-closed-over-subject = Your account is closed
letter-address-closed-over-body =
    Someone, probably you, tried to create an account with this email address. It already has an account, which was closed. Nobody can sign in to it, and the link that opened it again works no longer.

    If you want that account back, call us on { $phone }. Once it is deleted, you can create a new one with this email address.

    If you share this email address with someone and want an account of your own:

    { $shared-url }

    The link works until { $until }.

    If this was not you, you can ignore this email. Nothing has changed.
letter-reset-closed-subject = Your account is closed
letter-reset-closed-body =
    Someone, probably you, asked for a new password for your { $account }. The account was closed. Nobody can sign in to it.

    You can open it again until { $reopen-until } on { $reopen-until-date }:

    { $reopen-url }

    Then sign in as before. If you have forgotten your password, ask for a new one once the account is open.

    If this was not you, you can ignore this email. Nothing has changed.
letter-reset-closed-over-subject = Your account is closed
letter-reset-closed-over-body =
    Someone, probably you, asked for a new password for your { $account }. The account was closed. Nobody can sign in to it, and the link that opened it again works no longer.

    If you want it back, call us on { $phone }. Once it is deleted, you can create a new one.

    If this was not you, you can ignore this email. Nothing has changed.
