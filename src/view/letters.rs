//! The e-mails, as plain text. `mail` sends what these return.

use super::chrome::Brand;
use super::lang::Lang;
use super::pages::Device;
use super::words::{Words, clock, date, day};
use crate::domain::rights::letter::About;
use crate::domain::rights::restriction::News;
use crate::domain::sharing::objection::Answered;
use crate::domain::sharing::spoken::Noted;
use crate::domain::time::When;
use fluent_bundle::FluentArgs;
use jiff::civil::Date;

/// One message, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject line.
    pub subject: String,
    /// The text: lines by `\n`.
    pub body: String,
}

/// What a letter tells of the second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondStepNews {
    /// An authenticator app was set up, the first or another one.
    On,
    /// It was taken away.
    Off,
    /// There are new recovery codes.
    NewCodes,
    /// A recovery code was used.
    CodeUsed,
}

impl SecondStepNews {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::On, Self::Off, Self::NewCodes, Self::CodeUsed];

    const fn name(self) -> &'static str {
        match self {
            Self::On => "second-step-on",
            Self::Off => "second-step-off",
            Self::NewCodes => "second-step-codes",
            Self::CodeUsed => "second-step-code-used",
        }
    }
}

/// Writes the letters of one council in one language; [`crate::view::Renderer::letters`] makes it.
pub struct Letters<'a> {
    pub(super) words: &'a Words,
    pub(super) brand: &'a Brand,
    pub(super) lang: Lang,
}

impl Letters<'_> {
    /// The code that proves the address of a new account. `until` is when it stops working; at `finish_url` it can be
    /// typed on another device.
    #[must_use]
    pub fn sign_up_code(&self, code: &str, finish_url: &str, until: When) -> Letter {
        let mut args = FluentArgs::new();
        args.set("code", code);
        args.set("finish-url", finish_url);
        args.set("until", clock(until, self.lang));
        self.letter("sign-up-code", args)
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

    /// Somebody wants to sign up with an address whose account was closed. `opener` is the link that opens it again and until
    /// when, if there still is one; the rest is as for an address that is taken.
    #[must_use]
    pub fn sign_up_address_closed(&self, opener: Option<(&str, When)>, shared_url: &str, until: When) -> Letter {
        let mut args = FluentArgs::new();
        args.set("shared-url", shared_url);
        args.set("until", clock(until, self.lang));
        self.way_back("address-closed", opener, args)
    }

    /// Somebody has forgotten the password of an account that was closed.
    #[must_use]
    pub fn reset_closed(&self, opener: Option<(&str, When)>) -> Letter {
        self.way_back("reset-closed", opener, FluentArgs::new())
    }

    /// A letter about a closed account: with the link that opens it again, or, once there is none, whom to call.
    fn way_back<'b>(&'b self, name: &str, opener: Option<(&'b str, When)>, mut args: FluentArgs<'b>) -> Letter {
        let Some((url, until)) = opener else { return self.letter(&format!("{name}-over"), args) };
        args.set("reopen-url", url);
        args.set("reopen-until", clock(until, self.lang));
        args.set("reopen-until-date", date(until, self.lang));
        self.letter(name, args)
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
        args.set("until-date", date(until, self.lang));
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

    /// Tells the owner of something about the second step.
    #[must_use]
    pub fn second_step_notice(&self, news: SecondStepNews, at: When) -> Letter {
        let mut args = FluentArgs::new();
        args.set("time", clock(at, self.lang));
        args.set("date", date(at, self.lang));
        self.letter(news.name(), args)
    }

    /// Tells those who answer for personal data that glass was broken, by whom, and where to review it. To the council itself:
    /// it names nobody but its own officer.
    #[must_use]
    pub fn glass_broken(&self, officer: &str, at: When, review_url: &str) -> Letter {
        let mut args = FluentArgs::new();
        args.set("officer", officer);
        args.set("time", clock(at, self.lang));
        args.set("date", date(at, self.lang));
        args.set("review-url", review_url);
        self.letter("glass-broken", args)
    }

    /// Tells the owner that the account was signed in to from a browser it does not know, with the link that ends that
    /// session until `until`.
    #[must_use]
    pub fn new_browser_notice(&self, device: &Device, at: When, end_url: &str, until: When) -> Letter {
        let mut args = FluentArgs::new();
        args.set("device", self.words.device(self.lang, device));
        args.set("time", clock(at, self.lang));
        args.set("date", date(at, self.lang));
        args.set("end-url", end_url);
        args.set("until", clock(until, self.lang));
        args.set("until-date", date(until, self.lang));
        self.letter("new-browser", args)
    }

    /// Tells whom the policies name that a resident asked about an access, and nothing about her.
    #[must_use]
    pub fn question_notice(&self, reference: &str, until: When) -> Letter {
        let mut args = FluentArgs::new();
        args.set("reference", reference);
        args.set("until-date", date(until, self.lang));
        self.letter("question", args)
    }

    /// Tells a resident that her question is answered, and not what.
    #[must_use]
    pub fn answer_notice(&self) -> Letter {
        self.letter("answer", FluentArgs::new())
    }

    /// Tells a resident that her consent for a service ends, and where she says yes again or stops it.
    #[must_use]
    pub fn consent_ends(&self, service: &str, until: When, sharing_url: &str) -> Letter {
        let mut args = FluentArgs::new();
        args.set("service", service);
        args.set("until-date", date(until, self.lang));
        args.set("sharing-url", sharing_url);
        self.letter("consent-ends", args)
    }

    /// Tells a resident what was decided on her objection, why, and where she may complain (UK GDPR Art 12(4)).
    #[must_use]
    pub fn objection_answered(&self, answered: &Answered) -> Letter {
        let complain = self.complain(&answered.complaints, &answered.regulator);
        let mut args = FluentArgs::new();
        args.set("date", date(answered.objected_at, self.lang));
        args.set("service", answered.service.as_str());
        args.set("purpose", answered.purpose.as_str());
        args.set("grounds", answered.grounds.as_deref().unwrap_or_default());
        args.set("complain", complain);
        self.letter(&format!("objection-{}", answered.decision.as_str()), args)
    }

    /// Tells a resident that her data is kept and not used, that this will end, or that it has; and where she may complain.
    #[must_use]
    pub fn restriction(&self, news: &News) -> Letter {
        let mut args = FluentArgs::new();
        args.set("date", date(news.at, self.lang));
        args.set("complain", self.complain(&news.complaints, &news.regulator));
        self.letter(&format!("restriction-{}", news.step.as_str()), args)
    }

    /// Tells somebody what happened in their case: the receipt, what is asked, why it takes longer, how it gets on, what was decided
    /// and why; and where they may complain.
    #[must_use]
    pub fn rights(&self, about: &About) -> Letter {
        let say = |id: &str, args: &FluentArgs<'_>| self.words.say(self.lang, id, args);
        let none = FluentArgs::new();
        let kind = say(&format!("rights-kind-{}", about.kind.as_str()), &none);
        let of = if about.kind.is_request() { "request" } else { "complaint" };
        let mut args = FluentArgs::new();
        args.set("reference", about.reference.as_str());
        args.set("of", of);
        args.set("kind", kind);
        args.set("date", date(about.received, self.lang));
        args.set("due", about.due.map(|due| day(due, self.lang)).unwrap_or_default());
        args.set("words", about.words.as_deref().unwrap_or_default());
        args.set("complain", self.complain(&about.complaints, &about.regulator));
        self.letter(&format!("rights-{}", about.step.as_str()), args)
    }

    /// Tells a resident that the file she asked for is there, where, and until when.
    #[must_use]
    pub fn download_ready(&self, url: &str, until: When) -> Letter {
        self.ready("download", url, until)
    }

    /// Tells a resident that the copy of what is held about her is there, where, and until when.
    #[must_use]
    pub fn copy_ready(&self, url: &str, until: When) -> Letter {
        self.ready("copy", url, until)
    }

    fn ready(&self, what: &str, url: &str, until: When) -> Letter {
        let mut args = FluentArgs::new();
        args.set("url", url);
        args.set("until", clock(until, self.lang));
        args.set("until-date", date(until, self.lang));
        self.letter(what, args)
    }

    /// Where somebody may complain (UK GDPR Art 12(4)): the council's team and the regulator, each by name, e-mail address or
    /// website, and number.
    fn complain(&self, [to, email, phone]: &[String; 3], [regulator, url, helpline]: &[String; 3]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in [
            ("to", to),
            ("to-email", email),
            ("to-phone", phone),
            ("regulator", regulator),
            ("regulator-url", url),
            ("regulator-phone", helpline),
        ] {
            args.set(name, value.as_str());
        }
        self.words.say(self.lang, "letter-objection-complain", &args)
    }

    /// Tells a resident what an officer wrote down of a choice of hers.
    #[must_use]
    pub fn choice_noted(&self, noted: &Noted) -> Letter {
        let mut args = FluentArgs::new();
        args.set("date", date(noted.at, self.lang));
        args.set("service", noted.service.as_str());
        args.set("purpose", noted.purpose.as_str());
        args.set("way", noted.way.as_str());
        args.set("choice", noted.choice.as_str());
        args.set("decider", noted.decider.as_str());
        self.letter("choice", args)
    }

    /// Tells a resident that a look at her details is shown to her now which was not before: no more than her page says.
    #[must_use]
    pub fn shown_notice(&self) -> Letter {
        self.letter("shown", FluentArgs::new())
    }

    /// Warns that an account nobody uses is deleted from this day on.
    #[must_use]
    pub fn dormant(&self, sign_in_url: &str, on: Date) -> Letter {
        let mut args = FluentArgs::new();
        args.set("day", day(on, self.lang));
        args.set("sign-in-url", sign_in_url);
        self.letter("dormant", args)
    }

    /// The same for the post.
    #[must_use]
    pub fn dormant_by_post(&self, sign_in_url: &str, on: Date) -> Letter {
        let mut args = FluentArgs::new();
        args.set("day", day(on, self.lang));
        args.set("sign-in-url", sign_in_url);
        self.letter("dormant-post", args)
    }

    /// Tells that an account is closed, with the link that opens it again until it is deleted: on this day, if it is known.
    #[must_use]
    pub fn closed(&self, reopen_url: &str, on: Option<Date>) -> Letter {
        let mut args = FluentArgs::new();
        args.set("reopen-url", reopen_url);
        let Some(on) = on else { return self.letter("closed-undated", args) };
        args.set("day", day(on, self.lang));
        self.letter("closed", args)
    }

    /// Tells that an account is deleted.
    #[must_use]
    pub fn erased(&self) -> Letter {
        self.letter("erased", FluentArgs::new())
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

#[cfg(test)]
mod tests;
