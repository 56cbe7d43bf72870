//! Everything that can be wrong with what a resident typed, each with its field and its words.

use crate::domain::time::When;

/// A field of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressField {
    /// The first line.
    Line1,
    /// The second.
    Line2,
    /// The town.
    Town,
}

impl AddressField {
    const fn name(self) -> &'static str {
        match self {
            Self::Line1 => "line1",
            Self::Line2 => "line2",
            Self::Town => "town",
        }
    }

    const fn too_long(self) -> &'static str {
        match self {
            Self::Line1 => "wrong-address-line1-too-long",
            Self::Line2 => "wrong-address-line2-too-long",
            Self::Town => "wrong-address-town-too-long",
        }
    }

    const fn unshowable(self) -> &'static str {
        match self {
            Self::Line1 => "wrong-address-line1-unshowable",
            Self::Line2 => "wrong-address-line2-unshowable",
            Self::Town => "wrong-address-town-unshowable",
        }
    }
}

/// One thing to mend. The summary and the field say it in the same words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// No full name.
    NameMissing,
    /// Over 100 characters.
    NameTooLong,
    /// Characters that cannot be shown.
    NameUnshowable,
    /// No e-mail address.
    EmailMissing,
    /// Not of the form name@example.com.
    EmailMalformed,
    /// What a form of the consoles lacks: its field, and the words.
    Console(&'static str, &'static str),
    /// The address the account has already.
    EmailSame,
    /// No sign-in name.
    SignInNameMissing,
    /// Not letters, digits, dots and dashes, or too short.
    SignInNameMalformed,
    /// Somebody else's sign-in name.
    SignInNameTaken,
    /// No password.
    PasswordMissing,
    /// Address and password do not go together; never says which.
    SignInFailed,
    /// The present password is missing, when changing something.
    CurrentPasswordMissing,
    /// The present password is not right.
    CurrentPasswordIncorrect,
    /// Under 8 characters.
    PasswordTooShort,
    /// Over 1,024 bytes.
    PasswordTooLong,
    /// Easy to guess.
    PasswordCommon,
    /// Seen in a breach.
    PasswordBreached,
    /// Made of the resident's own name or address.
    PasswordLikeYou,
    /// The same as the present one.
    PasswordSame,
    /// No code.
    CodeMissing,
    /// Not six digits.
    CodeMalformed,
    /// Not the code that was sent.
    CodeIncorrect,
    /// The right code, too late.
    CodeExpired,
    /// The right code, once more.
    CodeUsed,
    /// Too many wrong codes: wait until this time.
    CodeWait {
        /// When a code can be tried again.
        until: When,
    },
    /// No code of the second step.
    StepCodeMissing,
    /// Neither like a code of an app nor like a recovery code.
    StepCodeMalformed,
    /// Not the app's code of now, not a recovery code that is left.
    StepCodeIncorrect,
    /// No code of an app that is being set up.
    AppCodeMissing,
    /// Not the code that app shows now.
    AppCodeIncorrect,
    /// Nothing was chosen to do about the second step.
    ActMissing,
    /// Whether the account is deleted now or later.
    WhenMissing,
    /// Neither yes nor no was chosen.
    ConsentMissing,
    /// No date of birth.
    BirthdateMissing,
    /// A date of birth without its day, month or year.
    BirthdateIncomplete,
    /// No such day.
    BirthdateUnreal,
    /// Nobody alive was born then.
    BirthdateImplausible,
    /// No first line of an address.
    AddressLineMissing,
    /// No town.
    AddressTownMissing,
    /// No postcode.
    PostcodeMissing,
    /// Not a full UK postcode.
    PostcodeMalformed,
    /// Nothing was written about a home without a postcode.
    AddressWordsMissing,
    /// A line of an address longer than an envelope carries.
    AddressTooLong(AddressField),
    /// Characters in a line of an address that cannot be shown.
    AddressUnshowable(AddressField),
    /// More lines or characters than there may be in her own words.
    AddressWordsTooLong,
    /// Characters that cannot be shown, in her own words.
    AddressWordsUnshowable,
    /// No phone number.
    PhoneMissing,
    /// A number that cannot be dialled.
    PhoneMalformed,
    /// It was not said how old she is.
    AgeBandMissing,
    /// Not old enough to agree herself.
    TooYoung,
    /// What she says about her situation is too long.
    GroundsTooLong,
}

impl Wrong {
    /// One of each, for tests that no words are missing.
    pub const ALL: [Self; 55] = [
        Self::NameMissing,
        Self::NameTooLong,
        Self::NameUnshowable,
        Self::EmailMissing,
        Self::EmailMalformed,
        Self::EmailSame,
        Self::SignInNameMissing,
        Self::SignInNameMalformed,
        Self::SignInNameTaken,
        Self::PasswordMissing,
        Self::SignInFailed,
        Self::CurrentPasswordMissing,
        Self::CurrentPasswordIncorrect,
        Self::PasswordTooShort,
        Self::PasswordTooLong,
        Self::PasswordCommon,
        Self::PasswordBreached,
        Self::PasswordLikeYou,
        Self::PasswordSame,
        Self::CodeMissing,
        Self::CodeMalformed,
        Self::CodeIncorrect,
        Self::CodeExpired,
        Self::CodeUsed,
        Self::CodeWait { until: When::from_seconds(0) },
        Self::StepCodeMissing,
        Self::StepCodeMalformed,
        Self::StepCodeIncorrect,
        Self::AppCodeMissing,
        Self::AppCodeIncorrect,
        Self::ActMissing,
        Self::WhenMissing,
        Self::ConsentMissing,
        Self::BirthdateMissing,
        Self::BirthdateIncomplete,
        Self::BirthdateUnreal,
        Self::BirthdateImplausible,
        Self::AddressLineMissing,
        Self::AddressTownMissing,
        Self::PostcodeMissing,
        Self::PostcodeMalformed,
        Self::AddressWordsMissing,
        Self::AddressTooLong(AddressField::Line1),
        Self::AddressTooLong(AddressField::Line2),
        Self::AddressTooLong(AddressField::Town),
        Self::AddressUnshowable(AddressField::Line1),
        Self::AddressUnshowable(AddressField::Line2),
        Self::AddressUnshowable(AddressField::Town),
        Self::AddressWordsTooLong,
        Self::AddressWordsUnshowable,
        Self::PhoneMissing,
        Self::PhoneMalformed,
        Self::AgeBandMissing,
        Self::TooYoung,
        Self::GroundsTooLong,
    ];

    /// The name of the field it belongs to.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Console(field, _) => field,
            Self::NameMissing | Self::NameTooLong | Self::NameUnshowable => "full_name",
            Self::EmailMissing | Self::EmailMalformed | Self::EmailSame | Self::SignInFailed => "email",
            Self::SignInNameMissing | Self::SignInNameMalformed | Self::SignInNameTaken => "sign_in_name",
            Self::CurrentPasswordMissing | Self::CurrentPasswordIncorrect => "current_password",
            Self::PasswordMissing
            | Self::PasswordTooShort
            | Self::PasswordTooLong
            | Self::PasswordCommon
            | Self::PasswordBreached
            | Self::PasswordLikeYou
            | Self::PasswordSame => "password",
            Self::CodeMissing
            | Self::CodeMalformed
            | Self::CodeIncorrect
            | Self::CodeExpired
            | Self::CodeUsed
            | Self::CodeWait { .. }
            | Self::StepCodeMissing
            | Self::StepCodeMalformed
            | Self::StepCodeIncorrect
            | Self::AppCodeMissing
            | Self::AppCodeIncorrect => "code",
            Self::ActMissing => "act",
            Self::WhenMissing => "when",
            Self::ConsentMissing | Self::TooYoung => "consent",
            Self::BirthdateMissing | Self::BirthdateIncomplete | Self::BirthdateUnreal | Self::BirthdateImplausible => {
                "birthdate"
            }
            Self::AddressLineMissing => "line1",
            Self::AddressTooLong(field) | Self::AddressUnshowable(field) => field.name(),
            Self::AddressTownMissing => "town",
            Self::PostcodeMissing | Self::PostcodeMalformed => "postcode",
            Self::AddressWordsMissing | Self::AddressWordsTooLong | Self::AddressWordsUnshowable => "words",
            Self::PhoneMissing | Self::PhoneMalformed => "phone_number",
            Self::AgeBandMissing => "age_band",
            Self::GroundsTooLong => "grounds",
        }
    }

    /// The id of the element the summary links to: for radios the first of them.
    #[must_use]
    pub const fn element(self) -> &'static str {
        match self {
            Self::ConsentMissing => "consent-allow",
            Self::TooYoung => "consent-deny",
            Self::ActMissing => "act-replace",
            Self::WhenMissing => "when-later",
            Self::AgeBandMissing => "age-band-under_13",
            Self::BirthdateMissing | Self::BirthdateIncomplete | Self::BirthdateUnreal | Self::BirthdateImplausible => {
                "birthdate-day"
            }
            other => other.field(),
        }
    }

    /// The id of its words in the catalogues.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Console(_, words) => words,
            Self::NameMissing => "wrong-name-missing",
            Self::NameTooLong => "wrong-name-too-long",
            Self::NameUnshowable => "wrong-name-unshowable",
            Self::EmailMissing => "wrong-email-missing",
            Self::EmailMalformed => "wrong-email-malformed",
            Self::EmailSame => "wrong-email-same",
            Self::SignInNameMissing => "wrong-sign-in-name-missing",
            Self::SignInNameMalformed => "wrong-sign-in-name-malformed",
            Self::SignInNameTaken => "wrong-sign-in-name-taken",
            Self::PasswordMissing => "wrong-password-missing",
            Self::SignInFailed => "wrong-sign-in",
            Self::CurrentPasswordMissing => "wrong-current-password-missing",
            Self::CurrentPasswordIncorrect => "wrong-current-password",
            Self::PasswordTooShort => "wrong-password-too-short",
            Self::PasswordTooLong => "wrong-password-too-long",
            Self::PasswordCommon => "wrong-password-common",
            Self::PasswordBreached => "wrong-password-breached",
            Self::PasswordLikeYou => "wrong-password-like-you",
            Self::PasswordSame => "wrong-password-same",
            Self::CodeMissing => "wrong-code-missing",
            Self::CodeMalformed => "wrong-code-malformed",
            Self::CodeIncorrect => "wrong-code",
            Self::CodeExpired => "wrong-code-expired",
            Self::CodeUsed => "wrong-code-used",
            Self::CodeWait { .. } => "wrong-code-wait",
            Self::StepCodeMissing => "wrong-step-code-missing",
            Self::StepCodeMalformed => "wrong-step-code-malformed",
            Self::StepCodeIncorrect => "wrong-step-code",
            Self::AppCodeMissing => "wrong-app-code-missing",
            Self::AppCodeIncorrect => "wrong-app-code",
            Self::ActMissing => "wrong-act-missing",
            Self::WhenMissing => "wrong-when-missing",
            Self::ConsentMissing => "wrong-consent-missing",
            Self::BirthdateMissing => "wrong-birthdate-missing",
            Self::BirthdateIncomplete => "wrong-birthdate-incomplete",
            Self::BirthdateUnreal => "wrong-birthdate-unreal",
            Self::BirthdateImplausible => "wrong-birthdate-implausible",
            Self::AddressLineMissing => "wrong-address-line-missing",
            Self::AddressTownMissing => "wrong-address-town-missing",
            Self::PostcodeMissing => "wrong-postcode-missing",
            Self::PostcodeMalformed => "wrong-postcode-malformed",
            Self::AddressWordsMissing => "wrong-address-words-missing",
            Self::AddressTooLong(field) => field.too_long(),
            Self::AddressUnshowable(field) => field.unshowable(),
            Self::AddressWordsTooLong => "wrong-address-words-too-long",
            Self::AddressWordsUnshowable => "wrong-address-unshowable",
            Self::PhoneMissing => "wrong-phone-missing",
            Self::PhoneMalformed => "wrong-phone-malformed",
            Self::AgeBandMissing => "wrong-age-band-missing",
            Self::TooYoung => "wrong-too-young",
            Self::GroundsTooLong => "wrong-grounds-too-long",
        }
    }

    /// The clock time its words name, if any.
    #[must_use]
    pub const fn until(self) -> Option<When> {
        match self {
            Self::CodeWait { until } => Some(until),
            _ => None,
        }
    }
}
