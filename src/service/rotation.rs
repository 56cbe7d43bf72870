//! The signing keys, from one to the next.
//!
//! ```text
//! next ──published long enough──> active ──another is──> retired ──nothing it signed is looked at──> gone
//!   └──────────────────────────────┴──somebody else may have it──────────────────────────────────────┘
//! ```

use super::Failure;
use crate::crypto::keys::{KeyError, KeyRing, KeyState, SigningAlg, StoredKey};
use crate::crypto::record::{EventSeed, Recorder};
use crate::crypto::roots::Roots;
use crate::domain::audit::vocabulary::{KeyCreated, KeyRotated, KeysDestroyed};
use crate::domain::audit::{ActorClass, Channel, Draft, Kind, Sealed};
use crate::domain::rotation::{Due, KEPT_AFTER, due, may_sign_from};
use crate::domain::time::When;
use crate::store::house::{self, SigningKeyRow};
use crate::store::{AndPerhaps, Db, Either, Error, Housekeeping};

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The key made by it, published from now on.
    pub made: String,
    /// The key that signs from now on, if that changed.
    pub signs: Option<String>,
    /// The keys that sign no longer; they stay published for what they signed.
    pub retired: Vec<String>,
    /// The keys that are trusted no longer: whatever they signed is dead.
    pub destroyed: Vec<String>,
}

/// How soon the next key signs, and what becomes of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Once services that keep a copy of the key set know it.
    InTime,
    /// Now: services refuse what it signs until they have read the key set again.
    AtOnce,
    /// Now; and somebody else may have the keys of before, so that neither the one that signed nor the one published ahead is
    /// trusted or published any longer.
    Leaked,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// Done.
    Done(Rotated),
    /// The key that is to sign was published too short a time ago: copies of the key set without it are in use.
    TooSoon {
        /// The key.
        kid: String,
        /// From when it may sign.
        from: When,
    },
}

/// Moves the keys of one algorithm on: the one that was published ahead begins to sign, the one that signed retires,
/// and a new one is published ahead. With none ahead, one is published and nothing else changes, so that services that
/// keep a copy of the key set learn it first. `how` may say that a new key is to sign at once.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn rotate(
    db: &Db,
    roots: &Roots,
    version: &str,
    alg: SigningAlg,
    how: How,
    now: When,
) -> Result<Rotation, Failure> {
    let recorder = Recorder::new(roots.clone(), version);
    let of_alg: Vec<SigningKeyRow> =
        house::keys(&mut db.peek()).await?.into_iter().filter(|key| key.algorithm == alg.as_str()).collect();
    let in_state = |state: KeyState| of_alg.iter().filter(move |key| key.state == state.as_str());
    let at_once = how != How::InTime;
    let ahead = in_state(KeyState::Next).next_back().filter(|_| !at_once);
    if let Some(key) = ahead
        && now < may_sign_from(key.created_at)
    {
        return Ok(Rotation::TooSoon { kid: key.kid.clone(), from: may_sign_from(key.created_at) });
    }
    let ahead = ahead.map(|key| key.kid.clone());
    let state = if at_once { KeyState::Active } else { KeyState::Next };
    let (key, made) = new_key(roots, &recorder, alg, state, now).await?;
    let signs = if at_once { Some(key.kid.clone()) } else { ahead.clone() };
    let of_before = |states: &[KeyState]| -> Vec<String> {
        states.iter().flat_map(|state| in_state(*state)).map(|key| key.kid.clone()).collect()
    };
    let (retired, destroyed) = match (how, &signs) {
        (How::Leaked, _) => (Vec::new(), of_before(&[KeyState::Active, KeyState::Next])),
        (_, Some(_)) => (of_before(&[KeyState::Active]), Vec::new()),
        (_, None) => (Vec::new(), Vec::new()),
    };
    let made = match &signs {
        Some(kid) => {
            let algorithm = alg.as_str().to_owned();
            let rotated = KeyRotated { kid: kid.clone(), algorithm, retired: retired.clone() };
            let gone =
                (!destroyed.is_empty()).then(|| event(&recorder, KeysDestroyed { kids: destroyed.clone() }, now));
            Either::This(AndPerhaps((made, event(&recorder, rotated, now)?), gone.transpose()?))
        }
        None => Either::That(made),
    };
    let (next, active, gone) = (KeyState::Next.as_str(), KeyState::Active.as_str(), KeyState::Retired.as_str());
    db.write(async |mut w| {
        let mut moved = true;
        for kid in &retired {
            moved &= house::move_key(&mut w, kid, (active, gone), now).await?;
        }
        for kid in &destroyed {
            moved &= house::forget_key(&mut w, kid).await?;
        }
        if let Some(kid) = &ahead {
            moved &= house::move_key(&mut w, kid, (next, active), now).await?;
        }
        if !moved {
            return Err(Error::Constraint("the keys were rotated at the same moment".to_owned()));
        }
        house::insert_key(&mut w, &key).await?;
        w.commit(made.clone(), ()).await
    })
    .await?;
    Ok(Rotation::Done(Rotated { made: key.kid, signs, retired, destroyed }))
}

/// Does what is due: publishes the next key of each algorithm, lets it sign, and destroys those of which nothing is
/// looked at any more.
///
/// # Errors
/// [`Failure`]; what was done until then stays done.
pub async fn keep(db: &Db, roots: &Roots, version: &str, now: When) -> Result<Vec<Rotated>, Failure> {
    let mut done = Vec::new();
    let keys = house::keys(&mut db.peek()).await?;
    for alg in SigningAlg::ALL {
        let in_state = |state: KeyState| {
            keys.iter().rfind(move |key| key.algorithm == alg.as_str() && key.state == state.as_str())
        };
        let Some(active) = in_state(KeyState::Active) else { continue };
        let published = in_state(KeyState::Next).map(|key| key.created_at);
        if due(active.moved_at.unwrap_or(active.created_at), published, now) != Due::Nothing
            && let Rotation::Done(rotated) = rotate(db, roots, version, alg, How::InTime, now).await?
        {
            done.push(rotated);
        }
    }
    destroy(db, &Recorder::new(roots.clone(), version), &keys, now).await?;
    Ok(done)
}

/// Destroys the retired keys of which nothing is looked at any more. One whose retirement has no date gets it now.
async fn destroy(db: &Db, recorder: &Recorder, keys: &[SigningKeyRow], now: When) -> Result<(), Failure> {
    let (retired, before) = (KeyState::Retired.as_str(), now - KEPT_AFTER);
    let gone = |key: &&SigningKeyRow| key.state == retired && key.moved_at.is_some_and(|at| at <= before);
    let kids: Vec<String> = keys.iter().filter(gone).map(|key| key.kid.clone()).collect();
    if !kids.is_empty() {
        let destroyed = event(recorder, KeysDestroyed { kids }, now)?;
        db.write(async |mut w| {
            house::forget_keys(&mut w, retired, before, now).await?;
            w.commit(destroyed.clone(), ()).await
        })
        .await?;
    } else if keys.iter().any(|key| key.state == retired && key.moved_at.is_none()) {
        db.write(async |mut w| {
            house::forget_keys(&mut w, retired, before, now).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await?;
    }
    Ok(())
}

fn event<K: Kind>(recorder: &Recorder, payload: K, now: When) -> Result<Sealed<K>, Failure> {
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    Ok(recorder.seal(EventSeed::draw(now), &draft, None)?)
}

pub(super) async fn new_key(
    roots: &Roots,
    recorder: &Recorder,
    alg: SigningAlg,
    state: KeyState,
    now: When,
) -> Result<(SigningKeyRow, Sealed<KeyCreated>), Failure> {
    // An RSA key takes long enough to make for others on this thread to miss their time limits.
    let owned = roots.clone();
    let made = tokio::task::spawn_blocking(move || KeyRing::generate(&owned, alg, state, now));
    let key = made.await.map_err(|_| KeyError::Fault)??;
    let StoredKey { kid, alg, wrapped, public_jwk, created_at, state } = key;
    let payload = KeyCreated { kid: kid.clone(), algorithm: alg.as_str().to_owned() };
    let event = event(recorder, payload, now)?;
    let (algorithm, state) = (alg.as_str().to_owned(), state.as_str().to_owned());
    Ok((SigningKeyRow { kid, algorithm, wrapped: wrapped.0, public_jwk, state, created_at, moved_at: None }, event))
}
