### Every word of a letter, in English. `cy_letters.ftl` has the same messages.

letter-sign-off =
    { $council }
    Phone: { $phone }
letter-sign-up-code-subject = { $code } is your code for { $account }
letter-sign-up-code-body =
    Someone, probably you, is creating an account with this email address.

    Your code is:

    { $code }

    It works until { $until }. Never tell it to anyone, not even to us.

    To finish on another device, go to this page there and enter your email address and the code:

    { $finish-url }

    If this was not you, you can ignore this email.
letter-address-taken-subject = You already have an account
letter-address-taken-body =
    Someone, probably you, tried to create an account with this email address. It already has an account.

    To sign in:

    { $sign-in-url }

    If you share this email address with someone and want an account of your own:

    { $shared-url }

    The second link works until { $until }.

    If this was not you, you can ignore this email. Nothing has changed.
letter-reset-code-subject = { $code } is your code for a new password
letter-reset-code-body =
    Someone, probably you, asked for a new password for your { $account }.

    Your code is:

    { $code }

    It works until { $until }. Never tell it to anyone, not even to us.

    If this was not you, you can ignore this email. Your password stays as it is.
letter-email-change-code-subject = { $code } is your code for your new email address
letter-email-change-code-body =
    Someone, probably you, wants to use this email address for a { $account }.

    Your code is:

    { $code }

    It works until { $until }. Never tell it to anyone, not even to us.

    If this was not you, you can ignore this email.
letter-email-changed-subject = Your email address has been changed
letter-email-changed-body =
    The email address of your { $account } was changed on { $date } at { $time }. This address no longer works for it.

    If this was not you, undo the change:

    { $undo-url }

    The link works until { $until } on { $until-date }. After that, contact us.
letter-new-browser-subject = Your account was used on a new device
letter-new-browser-body =
    Someone, probably you, signed in to your { $account } on { $date } at { $time }, with a browser we have not seen there before:

    { $device }

    If this was you, there is nothing to do.

    If this was not you, sign that device out:

    { $end-url }

    The link works until { $until } on { $until-date }.
letter-password-changed-subject = Your password has been changed
letter-password-changed-body =
    The password of your { $account } was changed on { $date } at { $time }. Every other device was signed out.

    If this was not you, go to the sign-in page, choose “I have forgotten my password”, and contact us.
letter-second-step-on-subject = A second step has been set up for your account
letter-second-step-on-body =
    An authenticator app was set up for your { $account } on { $date } at { $time }. From now on we ask for a code from it when you sign in.

    If this was not you, contact us.
letter-second-step-off-subject = The second step of your account has been removed
letter-second-step-off-body =
    The second step of your { $account } was removed on { $date } at { $time }. Your password alone now gets you in. Every other device was signed out.

    If this was not you, choose a new password on the sign-in page, and contact us.
letter-second-step-codes-subject = You have new recovery codes
letter-second-step-codes-body =
    New recovery codes for your { $account } were made on { $date } at { $time }. The earlier ones no longer work.

    If this was not you, choose a new password on the sign-in page, and contact us.
letter-second-step-code-used-subject = A recovery code has been used
letter-second-step-code-used-body =
    A recovery code of your { $account } was used on { $date } at { $time }. It will not work again. You can get new ones in your account.

    If this was not you, choose a new password on the sign-in page, and contact us.
letter-question-subject = Question about an access to a resident’s data, { $reference }
letter-question-body =
    A resident has asked about an entry on her page “Who has seen my data”.

    The number of the question is:

    { $reference }

    Answer it in the staff console by { $until-date }. This email holds nothing about the resident.
letter-answer-subject = The council has answered your question
letter-answer-body =
    You asked us about an entry on the page “Who has seen my data” of your { $account }.

    The answer is in your account. Sign in and open “Who has seen my data” to read it.
letter-shown-subject = A new entry in your account
letter-shown-body =
    The page “Who has seen my data” of your { $account } has a new entry about something a member of council staff did with your record. The law allowed us to wait before showing it to you.

    Sign in and open “Who has seen my data” to read what they did, why, and why we waited. You can ask us about it there.
letter-objection-upheld-subject = We agree with your objection
letter-objection-upheld-body =
    On { $date } you objected to how { $service } uses your details to { $purpose }.

    We agree with your objection. { $service } does not get your details for this any more. You do not need to do anything. If you change your mind, you can allow it again on the page “What services get” of your { $account }.

    { $complain }
letter-objection-rejected-subject = Our decision on your objection
letter-objection-rejected-body =
    On { $date } you objected to how { $service } uses your details to { $purpose }.

    We have looked at your objection and decided to go on. { $service } gets your details for this again. These are our reasons:

    { $grounds }

    { $complain }
letter-choice-subject = A choice about { $service }
letter-choice-body =
    On { $date } { $decider ->
        [delegate] someone who says they may decide for you
        [parent] someone with parental responsibility for you
       *[self] you
    } told us { $way ->
        [phone] by phone
        [post] by post
       *[desk] in person
    }:

    { $choice ->
        [yes] Yes: { $service } can use your details to { $purpose }.
        [no] No: { $service } cannot use your details to { $purpose }.
        [stop] Stop: { $service } can no longer use your details to { $purpose }. The service does not get them for this any more.
        [object] An objection to how { $service } uses your details to { $purpose }. The service does not get them for this while we decide. We will answer you within one month.
        [take_back] The objection to how { $service } uses your details to { $purpose } is taken back. The service gets them for this again.
       *[allow] { $service } can use your details to { $purpose } again.
    }

    A member of council staff wrote this down. If it is not right, tell us straight away: phone { $phone }.

    You can change your mind at any time, by phone, in person, by post, or on the page “What services get” of your { $account }.
letter-objection-complain =
    If you think that this is wrong, you can complain to us: { $to }, email { $to-email }, phone { $to-phone }.

    You can also complain to the { $regulator }, or phone them on { $regulator-phone }:

    { $regulator-url }

    You also have the right to ask a court to decide.
