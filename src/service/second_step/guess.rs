//! A code that was typed: counted, looked at, and spent once.

use super::seed;
use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::crypto::tokens::Code;
use crate::crypto::totp::RecoveryCode;
use crate::domain::audit::vocabulary::{CodeFailed, Locked};
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::ids::AccountId;
use crate::domain::sign_in::Gate;
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::guesses::{self, Reserved};
use crate::service::sessions::Browser;
use crate::store::{Error, Write, accounts, authenticators, sessions, throttle};
use uuid::Uuid;

/// What was typed into the field `code`.
#[derive(Debug, Clone)]
pub enum Shown {
    /// The six digits of an app.
    App(Code),
    /// A recovery code.
    Recovery(RecoveryCode),
}

impl Shown {
    /// Reads either; `None` if it can be neither.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        Code::parse(typed).map(Self::App).or_else(|| RecoveryCode::parse(typed).map(Self::Recovery))
    }
}

/// The counter of an account's codes, for browsers it does not know, and in one browser that it knows: somebody who has
/// found the password out must not be able to keep its owner out.
const STRANGERS: &str = "second_step";
const KNOWN: &str = "second_step_known";

#[derive(Debug, Clone, Copy)]
struct Counter {
    kind: &'static str,
    key: [u8; 32],
    reserved: Reserved,
}

/// What a code turned out to be.
pub(in crate::service) enum Guess {
    /// It fits; whether it is the first time, [`Spend::spend`] says.
    Right(Spend),
    /// It does not fit.
    Wrong,
    /// Too many did not.
    Wait { until: When },
    /// The account has no second step.
    None,
}

/// A code to spend in the write of the deed that it opens.
pub(in crate::service) struct Spend {
    /// The app it belongs to, or stands in for.
    pub(in crate::service) authenticator: Uuid,
    what: What,
    counter: Counter,
    codes_left: i64,
    account: AccountId,
}

enum What {
    Step(i64),
    Recovery([u8; 32]),
}

impl Spend {
    /// Spends it by one conditional statement (security row W08); `false` if it was spent before.
    pub(in crate::service) async fn spend(&self, w: &mut Write) -> Result<bool, Error> {
        let spent = match &self.what {
            What::Step(step) => authenticators::spend_step(w, self.authenticator, *step).await?,
            What::Recovery(hash) => authenticators::spend_recovery(w, self.account, hash).await?,
        };
        if spent {
            throttle::clear(w, self.counter.kind, &self.counter.key).await?;
        }
        Ok(spent)
    }

    /// Whether the account knows the browser that the code was typed in.
    pub(in crate::service) fn browser_known(&self) -> bool {
        self.counter.kind == KNOWN
    }

    /// If it is a recovery code: how many are left after it.
    pub(in crate::service) const fn codes_left(&self) -> Option<i64> {
        match self.what {
            What::Step(_) => None,
            What::Recovery(_) => Some(self.codes_left - 1),
        }
    }
}

/// Looks at a code of the person whose keys these are.
pub(in crate::service) async fn check(
    app: &App,
    keys: &PersonKeys,
    shown: &Shown,
    browser: &Browser,
    context: &Context,
    now: When,
) -> Result<Guess, Failure> {
    let account = keys.account();
    if authenticators::get(&mut app.db.peek(), account).await?.is_none() {
        return Ok(Guess::None);
    }
    let counter = count(app, keys, browser, now).await?;
    if let Gate::Closed { until } = counter.reserved.gate {
        return Ok(Guess::Wait { until });
    }
    // Read after it was counted: guesses at once meet the step that the first of them spent.
    let Some(row) = authenticators::get(&mut app.db.peek(), account).await? else {
        return Ok(Guess::None);
    };
    let what = match shown {
        Shown::App(code) => seed(keys, &row)?.step_of(code, row.last_step, now).map(What::Step),
        Shown::Recovery(code) => Some(What::Recovery(code.hash(&app.roots, account))),
    };
    match what {
        Some(what) => {
            Ok(Guess::Right(Spend { authenticator: row.id, what, counter, codes_left: row.codes_left, account }))
        }
        None => Ok(match record_miss(app, keys, counter.reserved, context, now).await? {
            Some(until) => Guess::Wait { until },
            None => Guess::Wrong,
        }),
    }
}

async fn count(app: &App, keys: &PersonKeys, browser: &Browser, now: When) -> Result<Counter, Failure> {
    let account = keys.account();
    let hash = browser.token.hash().0;
    let mut read = app.db.peek();
    let identifiers = accounts::identifiers(&mut read, account).await?;
    let known = match identifiers.first() {
        Some((_, blind)) => sessions::browser_known(&mut read, blind, &hash).await?,
        None => false,
    };
    let place = if known { format!("{account}\n{}", crate::crypto::hex(&hash)) } else { account.to_string() };
    let key = BlindIndex::of(&app.roots, IndexKind::Browser, &place).0;
    let kind = if known { KNOWN } else { STRANGERS };
    let limit = app.snapshot().policy.assurance.codes.limit;
    Ok(Counter { kind, key, reserved: guesses::reserve(app, kind, &key, limit, now).await? })
}

/// Records that a code which fitted had been spent before. Says until when one must wait, if it was the last.
pub(in crate::service) async fn missed(
    app: &App,
    keys: &PersonKeys,
    spend: &Spend,
    context: &Context,
    now: When,
) -> Result<Option<When>, Failure> {
    record_miss(app, keys, spend.counter.reserved, context, now).await
}

async fn record_miss(
    app: &App,
    keys: &PersonKeys,
    reserved: Reserved,
    context: &Context,
    now: When,
) -> Result<Option<When>, Failure> {
    let recorder = &app.snapshot().recorder;
    let payload = CodeFailed { purpose: "second_step".to_owned(), misses: reserved.count };
    let draft =
        Draft::new(ActorClass::Visitor, payload).about(keys.account()).denied("wrong_code").from(context.clone());
    let failed = recorder.seal(EventSeed::draw(now), &draft, Some(keys))?;
    if reserved.gate != Gate::Last {
        app.db.write(async |w| w.commit(failed.clone(), ()).await).await?;
        return Ok(None);
    }
    let until = now + app.snapshot().policy.assurance.codes.limit.closed;
    let draft = Draft::new(ActorClass::System, Locked { until: until.to_string() }).about(keys.account());
    let locked = recorder.seal(EventSeed::draw(now), &draft.from(context.clone()), Some(keys))?;
    app.db.write(async |w| w.commit((failed.clone(), locked.clone()), ()).await).await?;
    Ok(Some(until))
}
