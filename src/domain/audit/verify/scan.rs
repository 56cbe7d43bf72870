//! The line that an export writes, read in one pass: no tree of values, no second writing to compare with.
//!
//! Whatever is not exactly in that form (another order of members, a space, an escape but that of a quotation mark) is none
//! here, and is read the slower way ([`super::line`]); a test holds that both say the same.

use super::Kept;
use crate::domain::audit::leaf::SAFE;

/// What a line says. Its leaf and payload are in [`Texts`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scanned<'l> {
    pub(super) index: u64,
    pub(super) kept: Kept,
    /// In hex; of a payload that is given.
    pub(super) salt: Option<&'l str>,
    pub(super) leaf: Members<'l>,
}

/// The members of a leaf that anything is proved of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Members<'l> {
    pub(super) class: &'l str,
    pub(super) commit: &'l str,
    pub(super) policy: &'l str,
    pub(super) reason: Option<&'l str>,
    pub(super) time_ms: i64,
    pub(super) kind: &'l str,
}

/// The texts of one line without their escapes; the room is used again for the next.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) leaf: String,
    pub(super) payload: String,
}

/// The same word as it stands in a string of JSON, and by itself.
macro_rules! word {
    ($scan:ident, $into:expr, $escaped:literal, $plain:literal) => {
        $scan.rest = $scan.rest.strip_prefix($escaped)?;
        $into.push_str($plain);
    };
}

struct Scan<'l> {
    rest: &'l str,
}

/// Reads the first line of a text, and what comes after it; none if it is not in the form of an export, which does not say
/// that it is wrong.
pub(super) fn line<'l>(text: &'l str, texts: &mut Texts) -> Option<(Scanned<'l>, &'l str)> {
    texts.leaf.clear();
    texts.payload.clear();
    let mut scan = Scan { rest: text.strip_prefix("{\"index\":")? };
    let index = scan.digits()?;
    scan.skip(",\"leaf\":\"")?;
    let leaf = scan.leaf(&mut texts.leaf)?;
    scan.skip("\",\"kept\":\"")?;
    let mut scanned = Scanned { index, kept: Kept::Withheld, salt: None, leaf };
    if scan.skip("given\",\"salt\":\"").is_some() {
        scanned.kept = Kept::Given;
        scanned.salt = Some(scan.value()?);
        scan.skip("\",\"payload\":\"")?;
        scan.text(&mut texts.payload)?;
    } else if scan.skip("destroyed").is_some() {
        scanned.kept = Kept::Destroyed;
    } else {
        scan.skip("withheld")?;
    }
    scan.skip("\"}")?;
    match scan.rest {
        "" => Some((scanned, "")),
        rest => Some((scanned, rest.strip_prefix('\n')?)),
    }
}

impl<'l> Scan<'l> {
    fn skip(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    fn take(&mut self, length: usize) -> Option<&'l str> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// A whole number from 0 on, in the one way to write it.
    fn digits(&mut self) -> Option<u64> {
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let digits = self.take(length)?;
        let well = (1..=19).contains(&length) && (length == 1 || !digits.starts_with('0'));
        well.then(|| digits.bytes().fold(0, |number, digit| 10 * number + u64::from(digit - b'0')))
    }

    /// A string up to its end, if it has nothing that is ever written with an escape.
    fn value(&mut self) -> Option<&'l str> {
        self.take(plain(self.rest.as_bytes()))
    }

    /// The leaf, as a string within the line. Its members stand in the order of RFC 8785 §3.2.3, each once.
    fn leaf(&mut self, into: &mut String) -> Option<Members<'l>> {
        let scan = self;
        word!(scan, into, "{\\\"actor\\\":{\\\"class\\\":\\\"", "{\"actor\":{\"class\":\"");
        let class = scan.member(into)?;
        word!(scan, into, "\\\",\\\"ref\\\":", "\",\"ref\":");
        scan.perhaps(into)?;
        word!(scan, into, ",\\\"role\\\":", ",\"role\":");
        scan.perhaps(into)?;
        word!(scan, into, "},\\\"basis\\\":", "},\"basis\":");
        scan.perhaps(into)?;
        word!(scan, into, ",\\\"build\\\":\\\"", ",\"build\":\"");
        scan.member(into)?;
        word!(scan, into, "\\\",\\\"channel\\\":\\\"", "\",\"channel\":\"");
        scan.member(into)?;
        word!(scan, into, "\\\",\\\"client_id\\\":", "\",\"client_id\":");
        scan.perhaps(into)?;
        word!(scan, into, ",\\\"commit\\\":\\\"", ",\"commit\":\"");
        let commit = scan.member(into)?;
        word!(scan, into, "\\\",\\\"id\\\":\\\"", "\",\"id\":\"");
        scan.member(into)?;
        word!(scan, into, "\\\",\\\"on_behalf_of\\\":", "\",\"on_behalf_of\":");
        scan.perhaps(into)?;
        word!(scan, into, ",\\\"outcome\\\":\\\"", ",\"outcome\":\"");
        scan.member(into)?;
        word!(scan, into, "\\\",\\\"policy_version\\\":\\\"", "\",\"policy_version\":\"");
        let policy = scan.member(into)?;
        word!(scan, into, "\\\",\\\"purpose\\\":", "\",\"purpose\":");
        scan.perhaps(into)?;
        word!(scan, into, ",\\\"reason_code\\\":", ",\"reason_code\":");
        let reason = scan.perhaps(into)?;
        word!(scan, into, ",\\\"subject\\\":", ",\"subject\":");
        scan.perhaps(into)?;
        word!(scan, into, ",\\\"time_ms\\\":", ",\"time_ms\":");
        let time_ms = scan.number(into)?;
        word!(scan, into, ",\\\"type\\\":\\\"", ",\"type\":\"");
        let kind = scan.member(into)?;
        word!(scan, into, "\\\",\\\"v\\\":1}", "\",\"v\":1}");
        Some(Members { class, commit, policy, reason, time_ms, kind })
    }

    fn member(&mut self, into: &mut String) -> Option<&'l str> {
        let value = self.value()?;
        into.push_str(value);
        Some(value)
    }

    /// A string of the leaf, or null.
    #[expect(clippy::option_option, reason = "none is no reading, some none is null")]
    fn perhaps(&mut self, into: &mut String) -> Option<Option<&'l str>> {
        if let Some(rest) = self.rest.strip_prefix("null") {
            self.rest = rest;
            into.push_str("null");
            return Some(None);
        }
        self.skip("\\\"")?;
        into.push('"');
        let value = self.member(into)?;
        self.skip("\\\"")?;
        into.push('"');
        Some(Some(value))
    }

    /// A number of the leaf: whole, and one that every reader of JSON reads alike.
    fn number(&mut self, into: &mut String) -> Option<i64> {
        let before = self.rest;
        let below = self.rest.starts_with('-');
        if below {
            self.skip("-")?;
        }
        let number = self.digits().filter(|number| *number <= SAFE && !(below && *number == 0))?;
        into.push_str(before.get(..before.len() - self.rest.len())?);
        let number = i64::try_from(number).ok()?;
        Some(if below { -number } else { number })
    }

    /// A string whose only escapes are those of quotation marks.
    fn text(&mut self, into: &mut String) -> Option<()> {
        loop {
            let value = self.value()?;
            into.push_str(value);
            match self.rest.strip_prefix("\\\"") {
                Some(rest) => self.rest = rest,
                None => return self.rest.starts_with('"').then_some(()),
            }
            into.push('"');
        }
    }
}

/// How many bytes from the first on are never written with an escape.
fn plain(bytes: &[u8]) -> usize {
    const AT_ONCE: usize = 16;
    let odd = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    let (blocks, _) = bytes.as_chunks::<AT_ONCE>();
    let whole = blocks.iter().take_while(|block| !block.iter().fold(false, |any, byte| any | odd(*byte))).count();
    let rest = bytes.get(whole * AT_ONCE..).unwrap_or_default();
    whole * AT_ONCE + rest.iter().position(|byte| odd(*byte)).unwrap_or(rest.len())
}
