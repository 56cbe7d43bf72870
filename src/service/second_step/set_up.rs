//! Setting an app up: shown, confirmed by its first code, and ten recovery codes to print.

use super::carried::Carried;
use super::{letter, seed_field};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::{self, Code, Token};
use crate::crypto::totp::{RecoveryCode, Seed};
use crate::domain::assurance::Proof;
use crate::domain::audit::vocabulary::AuthenticatorSet;
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::service::sessions::{self as sittings, Which};
use crate::service::{Failure, people, post};
use crate::store::authenticators::{self, NewAuthenticator};
use crate::store::{Error, grants, outbox, sessions};
use uuid::Uuid;

/// So many recovery codes are printed.
const CODES: usize = 10;

/// An app on its way: nothing is stored yet.
pub struct SetUp {
    /// The secret it is to share with us.
    pub seed: Seed,
    replaces: Option<Uuid>,
}

impl SetUp {
    /// A new one, for this session; `replaces` is the app that the account has now, just proven.
    pub(super) fn begin(app: &App, who: &SignedIn, replaces: Option<Uuid>, now: When) -> Result<String, Failure> {
        let seed = Seed::random().base32().to_string();
        let until = (now + app.snapshot().policy.assurance.link).micros();
        Carried::SetUp { account: who.account, session: who.session, seed, replaces, until }.seal(&app.roots)
    }

    /// The set-up of a reference, if it is this session's and not too old.
    #[must_use]
    pub fn open(app: &App, who: &SignedIn, reference: &str, now: When) -> Option<Self> {
        match Carried::open(&app.roots, reference)? {
            Carried::SetUp { account, session, seed, replaces, until }
                if account == who.account && session == who.session && now.micros() < until =>
            {
                Some(Self { seed: Seed::parse(&seed)?, replaces })
            }
            _ => None,
        }
    }
}

/// New recovery codes: what the store keeps of them, and the reference under which their owner sees them.
pub(super) fn draw_codes(app: &App, who: &SignedIn, now: When) -> Result<(Vec<[u8; 32]>, String), Failure> {
    let codes: Vec<RecoveryCode> = (0..CODES).map(|_| RecoveryCode::random()).collect();
    let hashes = codes.iter().map(|code| code.hash(&app.roots, who.account)).collect();
    let until = (now + app.snapshot().policy.assurance.link).micros();
    let codes = codes.iter().map(RecoveryCode::printed).collect();
    let shown = Carried::Codes { account: who.account, session: who.session, codes, until }.seal(&app.roots)?;
    Ok((hashes, shown))
}

/// The recovery codes of a reference, as printed, if they are this session's and not too old.
#[must_use]
pub fn opened_codes(app: &App, who: &SignedIn, reference: &str, now: When) -> Option<Vec<String>> {
    match Carried::open(&app.roots, reference)? {
        Carried::Codes { account, session, codes, until }
            if account == who.account && session == who.session && now.micros() < until =>
        {
            Some(codes)
        }
        _ => None,
    }
}

/// What became of a set-up.
#[derive(Debug)]
pub enum Confirmed {
    /// The app is the account's: the session goes on under this cookie, and the reference shows the recovery codes.
    Done {
        /// The cookie.
        token: Token,
        /// The reference.
        codes: String,
    },
    /// The code is not the app's.
    Wrong,
    /// The account has another app by now, or the session is over.
    Over,
}

/// Makes an app the account's, once its first code has come. Whoever took the place of another app's owner is put out:
/// on a replacement every other session and every refresh token ends. `notice` is the letter that tells the owner.
pub async fn confirm(
    app: &App,
    who: &SignedIn,
    set_up: &SetUp,
    code: &Code,
    notice: &post::Text,
    context: Context,
    now: When,
) -> Result<Confirmed, Failure> {
    let Some(step) = set_up.seed.step_of(code, 0, now) else {
        return Ok(Confirmed::Wrong);
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    let id = tokens::uuid();
    let sealed = keys.seal(seed_field(id), &set_up.seed.base32())?;
    let new = NewAuthenticator { id, account: who.account, seed: sealed, step, replaces: set_up.replaces };
    let (hashes, codes) = draw_codes(app, who, now)?;
    let endings = sittings::Endings::of(app, who.account, Which::AllBut(who.session), tokens::uuid());
    let letter = letter(app, &keys, notice).await?;
    let how = if set_up.replaces.is_some() { "replaced" } else { "added" };
    let draft = Draft::new(ActorClass::Resident, AuthenticatorSet { how: how.to_owned() }).about(who.account);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft.from(context), Some(&keys))?;
    let token = Token::random();
    let (of, hash, proof) = ((who.session, who.account), token.hash().0, Proof::PasswordAndCode);
    let done = app
        .db
        .write(async |mut w| {
            if !authenticators::put(&mut w, &new, now).await?
                || !sessions::lift(&mut w, of, &hash, (proof.amr(), proof.level().as_str()), now).await?
            {
                return Err(Error::Missing);
            }
            authenticators::set_recovery(&mut w, who.account, &hashes, now).await?;
            if new.replaces.is_some() {
                sittings::end_within(&mut w, &endings, false, now).await?;
                grants::end_of_account(&mut w, who.account, now).await?;
            }
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match done {
        Ok(_) => Ok(Confirmed::Done { token, codes }),
        Err(Error::Missing) => Ok(Confirmed::Over),
        Err(error) => Err(error.into()),
    }
}
