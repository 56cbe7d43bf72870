//! Passwords: read once, hashed with Argon2id (RFC 9106) on as many threads as there are cores, and no more.

use super::roots::RootSecret;
use super::{random, sha256};
use argon2::password_hash::phc::{Output, Salt};
use argon2::{Algorithm, Argon2, Block, KeyId, Params, ParamsBuilder, PasswordHash, Version};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use subtle::ConstantTimeEq as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// Why a text cannot be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than [`Password::MIN_CHARS`] characters.
    #[error("the password has fewer than {} characters", Password::MIN_CHARS)]
    TooShort,
    /// More than [`Password::MAX_BYTES`] bytes.
    #[error("the password has more than {} bytes", Password::MAX_BYTES)]
    TooLong,
    /// It holds the character NUL, which nobody types.
    #[error("the password holds a character that cannot be typed")]
    Untypable,
}

/// A password in the form of RFC 8265's `OpaqueString`: other spaces become the ASCII one and the whole is NFC, so
/// that two keyboards that show the same text send the same bytes. Case, spaces and length stay as typed; nothing is
/// cut off.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// The fewest characters of a new password.
    pub const MIN_CHARS: usize = 8;
    /// The most bytes, as typed and as prepared.
    pub const MAX_BYTES: usize = 1024;

    /// A password being chosen.
    ///
    /// # Errors
    /// [`PasswordError`] says what to mend.
    pub fn parse(typed: &str) -> Result<Self, PasswordError> {
        let password = Self::attempt(typed)?;
        if password.0.chars().count() < Self::MIN_CHARS { Err(PasswordError::TooShort) } else { Ok(password) }
    }

    /// A password being tried: one that is too short to have been chosen is simply wrong, not an error.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`] and [`PasswordError::Untypable`], before any hashing.
    pub fn attempt(typed: &str) -> Result<Self, PasswordError> {
        if typed.len() > Self::MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        if typed.contains('\0') {
            return Err(PasswordError::Untypable);
        }
        let mut prepared = Zeroizing::new(String::with_capacity(typed.len() * 3));
        prepared.extend(typed.chars().map(|c| if is_other_space(c) { ' ' } else { c }).nfc());
        if prepared.len() > Self::MAX_BYTES { Err(PasswordError::TooLong) } else { Ok(Self(prepared)) }
    }

    /// The prepared text, for the check of weak passwords.
    #[must_use]
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Unicode's space separators beside U+0020.
fn is_other_space(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password's hash in the PHC string format: algorithm, parameters, salt and hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Phc(String);

impl Phc {
    /// A hash as the store holds it; read when it is verified.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Phc {
    /// Whether it is in the form of a hash that a password can be held against.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        PasswordHash::new(&self.0).is_ok_and(|phc| phc.algorithm == Algorithm::Argon2id.ident() && phc.hash.is_some())
    }
}

impl fmt::Debug for Phc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phc(…)")
    }
}

/// What became of a password that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// It is the one.
    pub matches: bool,
    /// It is the one, and its hash was made with other parameters than today's: hash it again now.
    pub needs_rehash: bool,
}

/// Why nothing was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Every core is hashing and the queue is full: answer 503 with `Retry-After`.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// The stored text is not an Argon2id hash.
    #[error("the stored hash is damaged")]
    Damaged,
    /// The stored hash was made with a pepper that is not configured now.
    #[error("the stored hash needs a pepper that is not configured")]
    NoPepper,
    /// The library refused, or the thread died.
    #[error("the password could not be hashed")]
    Fault,
}

/// What hashing costs. Only upwards of the floor: OWASP's least for Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// 19 MiB, two passes, one lane.
    pub const FLOOR: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

    /// At least the floor in each figure, and at most 1 GiB, 64 passes and 16 lanes.
    #[must_use]
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Option<Self> {
        let fits = (Self::FLOOR.memory_kib..=1024 * 1024).contains(&memory_kib)
            && (Self::FLOOR.passes..=64).contains(&passes)
            && (Self::FLOOR.lanes..=16).contains(&lanes);
        fits.then_some(Self { memory_kib, passes, lanes })
    }
}

struct Pepper {
    id: KeyId,
    key: Zeroizing<[u8; 32]>,
}

/// Hashes and verifies, one permit a core, with a short queue before it.
#[derive(Debug, Clone)]
pub struct Hasher(Arc<Bench>);

struct Bench {
    params: Params,
    pepper: Option<Pepper>,
    /// One for each that may hash at once.
    cores: Arc<Semaphore>,
    /// One for each that may hash or wait.
    room: Arc<Semaphore>,
    /// Working memory of today's cost, one for each core at most. Threads come and go, and what each of them had
    /// allocated for a hash would stay with it.
    memory: Mutex<Vec<Vec<Block>>>,
}

impl Hasher {
    /// `cores` hash at once and `queue` more wait. `pepper` is a second secret that lives outside the database: with it, a
    /// stolen table cannot be guessed at all. Hashes made without it go on working and are made anew at sign-in.
    ///
    /// # Errors
    /// [`HashError::Fault`] if the library refuses the cost.
    pub fn new(cost: Cost, cores: usize, queue: usize, pepper: Option<&RootSecret>) -> Result<Self, HashError> {
        let pepper = pepper.map(Pepper::of).transpose()?;
        let mut params = ParamsBuilder::new();
        params.m_cost(cost.memory_kib).t_cost(cost.passes).p_cost(cost.lanes);
        if let Some(pepper) = &pepper {
            params.keyid(pepper.id);
        }
        let cores = cores.max(1);
        Ok(Self(Arc::new(Bench {
            params: params.build().map_err(|_| HashError::Fault)?,
            pepper,
            cores: Arc::new(Semaphore::new(cores)),
            room: Arc::new(Semaphore::new(cores.saturating_add(queue))),
            memory: Mutex::default(),
        })))
    }

    /// A place at the bench, for what must not begin before it is sure that a password will be looked at.
    ///
    /// # Errors
    /// [`HashError::Busy`] if there is no place in the queue.
    pub fn seat(&self) -> Result<Seat, HashError> {
        let place = Arc::clone(&self.0.room).try_acquire_owned().map_err(|_| HashError::Busy)?;
        Ok(Seat { bench: Arc::clone(&self.0), place })
    }

    /// Hashes a new password with a new salt.
    ///
    /// # Errors
    /// [`HashError::Busy`] if there is no place in the queue.
    pub async fn hash(&self, password: Password) -> Result<Phc, HashError> {
        self.seat()?.run(move |bench| bench.hash(&password)).await
    }

    /// Checks a password against a stored hash.
    ///
    /// # Errors
    /// [`HashError::Busy`], and [`HashError::Damaged`] or [`HashError::NoPepper`] for what is stored.
    pub async fn verify(&self, password: Password, stored: &Phc) -> Result<Verdict, HashError> {
        self.seat()?.verify(password, stored).await
    }
}

/// A place at the bench, good for one password.
#[derive(Debug)]
pub struct Seat {
    bench: Arc<Bench>,
    place: OwnedSemaphorePermit,
}

impl Seat {
    /// As [`Hasher::verify`], and never busy.
    ///
    /// # Errors
    /// [`HashError::Damaged`] or [`HashError::NoPepper`] for what is stored.
    pub async fn verify(self, password: Password, stored: &Phc) -> Result<Verdict, HashError> {
        let stored = stored.clone();
        self.run(move |bench| bench.verify(&password, &stored)).await
    }

    /// Does the work of [`Seat::verify`] for an account that does not exist, so that time and load do not tell.
    ///
    /// # Errors
    /// [`HashError::Fault`] if nothing can be hashed at all.
    pub async fn verify_nobody(self, password: Password) -> Result<Verdict, HashError> {
        self.run(move |bench| bench.hash(&password)).await?;
        Ok(Verdict { matches: false, needs_rehash: false })
    }

    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&Bench) -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let Self { bench, place } = self;
        let core = Arc::clone(&bench.cores).acquire_owned().await.map_err(|_| HashError::Fault)?;
        // The permits move into the thread: a request that is given up must not free a core that is still hashing.
        let held: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, core);
        let done = tokio::task::spawn_blocking(move || {
            let answer = work(&bench);
            drop(held);
            answer
        });
        done.await.map_err(|_| HashError::Fault)?
    }
}

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench").field("params", &self.params).finish_non_exhaustive()
    }
}

impl Pepper {
    fn of(secret: &RootSecret) -> Result<Self, HashError> {
        // Six bytes tell two peppers apart and say nothing about either.
        let digest = sha256(&[b"pepper id", secret.bytes()]);
        let (id, _) = digest.split_at(6);
        Ok(Self { id: KeyId::new(id).map_err(|_| HashError::Fault)?, key: Zeroizing::new(*secret.bytes()) })
    }
}

impl Bench {
    fn hash(&self, password: &Password) -> Result<Phc, HashError> {
        let salt: [u8; 16] = random();
        let mut hash = Zeroizing::new(vec![0; self.params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)]);
        self.compute(self.params.clone(), self.pepper.as_ref(), (password, &salt), &mut hash)?;
        let phc = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: (&self.params).try_into().map_err(|_| HashError::Fault)?,
            salt: Some(Salt::new(&salt).map_err(|_| HashError::Fault)?),
            hash: Some(Output::new(&hash).map_err(|_| HashError::Fault)?),
        };
        Ok(Phc(phc.to_string()))
    }

    fn verify(&self, password: &Password, stored: &Phc) -> Result<Verdict, HashError> {
        let stored = PasswordHash::new(&stored.0).map_err(|_| HashError::Damaged)?;
        let is_ours = stored.algorithm == Algorithm::Argon2id.ident() && stored.version == Some(Version::V0x13.into());
        let params = Params::try_from(&stored).map_err(|_| HashError::Damaged)?;
        let (Some(salt), Some(hash), true) = (&stored.salt, &stored.hash, is_ours) else {
            return Err(HashError::Damaged);
        };
        let pepper = self.pepper.as_ref().filter(|pepper| pepper.id.as_bytes() == params.keyid());
        if pepper.is_none() && !params.keyid().is_empty() {
            return Err(HashError::NoPepper);
        }
        let mut computed = Zeroizing::new(vec![0; hash.len()]);
        self.compute(params.clone(), pepper, (password, salt), &mut computed)?;
        let matches = bool::from(computed.ct_eq(hash.as_bytes()));
        let of_today = (params.m_cost(), params.t_cost(), params.p_cost(), params.keyid())
            == (self.params.m_cost(), self.params.t_cost(), self.params.p_cost(), self.params.keyid());
        Ok(Verdict { matches, needs_rehash: matches && !of_today })
    }

    /// Computes the hash, in memory that was used before if there is some of the right size.
    fn compute(
        &self,
        params: Params,
        pepper: Option<&Pepper>,
        (password, salt): (&Password, &[u8]),
        hash: &mut [u8],
    ) -> Result<(), HashError> {
        let (blocks, usual) = (params.block_count(), params.block_count() == self.params.block_count());
        let kept = || self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let used = if usual { kept().pop() } else { None };
        let mut memory = used.unwrap_or_else(|| vec![Block::default(); blocks]);
        let computed = Self::argon2(params, pepper)?.hash_password_into_with_memory(
            password.0.as_bytes(),
            salt,
            hash,
            &mut memory,
        );
        if usual {
            kept().push(memory);
        }
        computed.map_err(|_| HashError::Fault)
    }

    fn argon2(params: Params, pepper: Option<&Pepper>) -> Result<Argon2<'_>, HashError> {
        match pepper {
            Some(pepper) => Argon2::new_with_secret(&*pepper.key, Algorithm::Argon2id, Version::V0x13, params)
                .map_err(|_| HashError::Fault),
            None => Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params)),
        }
    }
}

#[cfg(test)]
mod tests;
