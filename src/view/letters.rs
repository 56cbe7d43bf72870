//! The e-mails, as plain text. `mail` sends what these return.

use super::chrome::Brand;
use super::lang::Lang;
use super::words::{Words, clock, date};
use crate::domain::time::When;
use fluent_bundle::FluentArgs;

/// One message, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject line.
    pub subject: String,
    /// The text: lines by `\n`.
    pub body: String,
}

/// Writes the letters of one council in one language; [`crate::view::Renderer::letters`] makes it.
pub struct Letters<'a> {
    pub(super) words: &'a Words,
    pub(super) brand: &'a Brand,
    pub(super) lang: Lang,
}

impl Letters<'_> {
    /// The code that proves the address of a new account. `until` is when it stops working.
    #[must_use]
    pub fn sign_up_code(&self, code: &str, until: When) -> Letter {
        self.with_code("sign-up-code", code, until)
    }

    /// Somebody wants to sign up with an address that has an account. `sign_in_url` leads to signing in, `shared_url`
    /// to "I share this address"; the latter works until `until`.
    #[must_use]
    pub fn sign_up_address_taken(&self, sign_in_url: &str, shared_url: &str, until: When) -> Letter {
        let mut args = FluentArgs::new();
        args.set("sign-in-url", sign_in_url);
        args.set("shared-url", shared_url);
        args.set("until", clock(until, self.lang));
        self.letter("address-taken", args)
    }

    /// The code for a forgotten password.
    #[must_use]
    pub fn reset_code(&self, code: &str, until: When) -> Letter {
        self.with_code("reset-code", code, until)
    }

    /// The code that proves a new address; goes to the new address.
    #[must_use]
    pub fn email_change_code(&self, code: &str, until: When) -> Letter {
        self.with_code("email-change-code", code, until)
    }

    /// Tells the old address that it no longer is the account's, with the link that undoes it until `until`.
    #[must_use]
    pub fn email_changed_notice(&self, changed: When, undo_url: &str, until: When) -> Letter {
        let mut args = FluentArgs::new();
        args.set("time", clock(changed, self.lang));
        args.set("date", date(changed, self.lang));
        args.set("undo-url", undo_url);
        args.set("until", clock(until, self.lang));
        self.letter("email-changed", args)
    }

    /// Tells the owner that the password has changed.
    #[must_use]
    pub fn password_changed_notice(&self, changed: When) -> Letter {
        let mut args = FluentArgs::new();
        args.set("time", clock(changed, self.lang));
        args.set("date", date(changed, self.lang));
        self.letter("password-changed", args)
    }

    fn with_code<'b>(&'b self, name: &str, code: &'b str, until: When) -> Letter {
        let mut args = FluentArgs::new();
        args.set("code", code);
        args.set("until", clock(until, self.lang));
        self.letter(name, args)
    }

    fn letter<'b>(&'b self, name: &str, mut args: FluentArgs<'b>) -> Letter {
        args.set("account", self.brand.account.get(self.lang));
        args.set("council", self.brand.council.get(self.lang));
        args.set("phone", self.brand.other_ways.phone.get(self.lang));
        let say = |part: &str| self.words.say(self.lang, &format!("letter-{name}-{part}"), &args);
        let sign_off = self.words.say(self.lang, "letter-sign-off", &args);
        Letter { subject: say("subject"), body: format!("{}\n\n{sign_off}\n", say("body")) }
    }
}
