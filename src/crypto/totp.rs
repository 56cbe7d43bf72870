//! Codes of an authenticator app (RFC 6238): HMAC-SHA-1, six digits, a new one every 30 seconds, because that is what
//! every app there is can do. And the recovery codes that stand in for the app.

use super::roots::Roots;
use super::tokens::Code;
use super::{hmac, random};
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use aws_lc_rs::hmac as aws_hmac;
use data_encoding::BASE32_NOPAD;
use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// How long a code is shown, in seconds (RFC 6238 §5.2).
const PERIOD: i64 = 30;

/// The secret an app and we share: 160 bits (RFC 4226 §4, R6).
#[derive(Clone)]
pub struct Seed(Zeroizing<Vec<u8>>);

impl Seed {
    const BYTES: usize = 20;

    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        Self(Zeroizing::new(random::<{ Self::BYTES }>().to_vec()))
    }

    /// Reads what [`Seed::base32`] wrote.
    #[must_use]
    pub fn parse(base32: &str) -> Option<Self> {
        let bytes = BASE32_NOPAD.decode(base32.as_bytes()).ok()?;
        (bytes.len() == Self::BYTES).then(|| Self(Zeroizing::new(bytes)))
    }

    /// As apps take it (RFC 4648 §6): 32 letters and digits.
    #[must_use]
    pub fn base32(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(&self.0))
    }

    /// As people type it: groups of four.
    #[must_use]
    pub fn grouped(&self) -> Zeroizing<String> {
        Zeroizing::new(super::grouped(&self.base32(), 4, ' '))
    }

    /// What the QR code says (the Key Uri Format that apps read): `issuer` and `account` are shown in the app's list.
    #[must_use]
    pub fn key_uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        // `+` for a space would be read as a plus.
        let written =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let (issuer, account) = (written(issuer), written(account));
        let secret = self.base32();
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period={PERIOD}",
            *secret
        ))
    }

    /// The code of a step (RFC 6238 §4.2).
    #[must_use]
    pub fn code(&self, step: i64) -> Option<Code> {
        Code::parse(&format!("{:06}", self.truncated(step) % 1_000_000))
    }

    /// The step within one of `now`'s whose code this is (RFC 6238 §5.2: one step either way), later than `after`.
    #[must_use]
    pub fn step_of(&self, code: &Code, after: i64, now: When) -> Option<i64> {
        let here = step_at(now);
        let mut found = None;
        // All three are looked at, so that the time it takes says nothing.
        for step in [here + 1, here, here - 1] {
            let matches =
                self.code(step).is_some_and(|own| own.as_str().as_bytes().ct_eq(code.as_str().as_bytes()).into());
            if matches && step > after {
                found = Some(step);
            }
        }
        found
    }

    /// RFC 4226 §5.3.
    fn truncated(&self, step: i64) -> u32 {
        let key = aws_hmac::Key::new(aws_hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = aws_hmac::sign(&key, &step.to_be_bytes());
        let bytes = tag.as_ref();
        let offset = usize::from(bytes.last().copied().unwrap_or_default() & 0xf);
        let four = bytes.get(offset..offset + 4).unwrap_or_default();
        four.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

/// The number of the step that a moment lies in (RFC 6238 §4.2, T0 = 0).
#[must_use]
pub fn step_at(now: When) -> i64 {
    now.seconds().div_euclid(PERIOD)
}

/// A code printed on paper that stands in for the app once: ten letters and digits, 50 bits.
#[derive(Clone)]
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    const LENGTH: usize = 10;
    /// Thirty-two signs; without 0 and o, and of 1, i and l only the last, as which all three are read.
    const ALPHABET: &'static [u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyzl";

    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        let drawn = Zeroizing::new(random::<{ Self::LENGTH }>());
        let sign = |byte: &u8| Self::ALPHABET.get(usize::from(byte % 32)).map_or('2', |sign| char::from(*sign));
        Self(Zeroizing::new(drawn.iter().map(sign).collect()))
    }

    /// Reads what a person typed: spaces, hyphens and capitals are hers to put.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > 64 {
            return None;
        }
        let kept: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| match c.to_ascii_lowercase() {
                '1' | 'i' => 'l',
                other => other,
            })
            .collect();
        let whole = kept.len() == Self::LENGTH && kept.bytes().all(|b| Self::ALPHABET.contains(&b));
        whole.then(|| Self(Zeroizing::new(kept)))
    }

    /// As it is printed: two groups of five.
    #[must_use]
    pub fn printed(&self) -> String {
        super::grouped(&self.0, 5, '-')
    }

    /// What the store keeps: keyed, so that a stolen database tells no code, and bound to the account.
    #[must_use]
    pub fn hash(&self, roots: &Roots, account: AccountId) -> [u8; 32] {
        hmac(roots.code(), &[b"recovery code", account.0.as_bytes(), self.0.as_bytes()])
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{RecoveryCode, Seed, step_at};
    use crate::crypto::roots::{RootSecret, Roots};
    use crate::crypto::tokens::Code;
    use crate::domain::ids::AccountId;
    use crate::domain::time::When;
    use std::collections::BTreeSet;
    use uuid::Uuid;
    use zeroize::Zeroizing;

    fn rfc() -> Seed {
        Seed(Zeroizing::new(b"12345678901234567890".to_vec()))
    }

    #[test]
    fn the_vectors_of_rfc_4226_come_out() {
        let codes: Vec<String> = (0..10).map(|step| rfc().code(step).unwrap().as_str().to_owned()).collect();
        assert_eq!(
            codes,
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
        );
    }

    #[test]
    fn the_sha_1_vectors_of_rfc_6238_come_out() {
        for (seconds, eight_digits) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            let step = step_at(When::from_seconds(seconds));
            assert_eq!(rfc().truncated(step) % 100_000_000, eight_digits, "{seconds}");
        }
    }

    #[test]
    fn w08_one_step_either_way_and_none_twice() {
        let now = When::from_seconds(1_800_000_010);
        let here = step_at(now);
        let code = |step| rfc().code(step).unwrap();
        for (step, found) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            assert_eq!(rfc().step_of(&code(here + step), 0, now), found.then_some(here + step), "{step}");
        }
        assert_eq!(rfc().step_of(&code(here), here, now), None);
        assert_eq!(rfc().step_of(&code(here - 1), here, now), None);
        assert_eq!(rfc().step_of(&code(here + 1), here, now), Some(here + 1));
        assert_eq!(rfc().step_of(&Code::parse("000000").unwrap(), 0, now), None);
    }

    #[test]
    fn a_seed_is_written_for_apps_and_for_people() {
        let seed = rfc();
        assert_eq!(*seed.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(*seed.grouped(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(Seed::parse(&seed.base32()).unwrap().0, seed.0);
        assert_eq!(
            *seed.key_uri("Havenbrook account", "ada+x@example.org"),
            "otpauth://totp/Havenbrook%20account:ada%2Bx%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Havenbrook%20account&algorithm=SHA1&digits=6&period=30"
        );
        for bad in ["", "GEZD", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq"] {
            assert!(Seed::parse(bad).is_none(), "{bad}");
        }
        assert_ne!(Seed::random().0, Seed::random().0);
        assert_eq!(format!("{seed:?}"), "Seed(…)");
    }

    #[test]
    fn a_recovery_code_is_read_however_typed() {
        let signs: BTreeSet<u8> = RecoveryCode::ALPHABET.iter().copied().collect();
        assert_eq!(signs.len(), 32);
        for _ in 0..1_000 {
            let code = RecoveryCode::random();
            assert_eq!(code.0.len(), 10);
            assert_eq!(RecoveryCode::parse(&code.printed()).unwrap().0, code.0);
            assert_eq!(RecoveryCode::parse(&format!(" {} ", code.printed().to_uppercase())).unwrap().0, code.0);
        }
        assert_eq!(RecoveryCode::parse("abcde-23456").unwrap().printed(), "abcde-23456");
        assert_eq!(RecoveryCode::parse("abcI1-23456").unwrap().printed(), "abcll-23456");
        for bad in ["", "abcde-2345", "abcde-234567", "abcde-2345o", "abcde-23450", "ábcde-23456", &" ".repeat(65)] {
            assert!(RecoveryCode::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_recovery_code_s_hash_is_keyed_and_of_one_account() {
        let roots = |byte| Roots::derive(&RootSecret::from([byte; 32])).unwrap();
        let (ada, bob) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let code = RecoveryCode::parse("abcde23456").unwrap();
        assert_eq!(code.hash(&roots(1), ada), code.hash(&roots(1), ada));
        assert_ne!(code.hash(&roots(1), ada), code.hash(&roots(1), bob));
        assert_ne!(code.hash(&roots(1), ada), code.hash(&roots(2), ada));
        assert_ne!(code.hash(&roots(1), ada), RecoveryCode::parse("abcde23457").unwrap().hash(&roots(1), ada));
    }
}
