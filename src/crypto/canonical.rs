//! JSON in its canonical form (RFC 8785), in one go where it is written so as it stands.
//!
//! The canonical writer keeps every member of an object apart until all are there, to put them in order: a hundred little
//! pieces of memory for one event. Most of what is sealed has its members in order already, and then differs in nothing
//! from JSON as it is written anyway. So it is written that way, with an eye on it, and by the canonical writer where that
//! saw something that it would write otherwise.

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};
use std::io::{self, Write};
use zeroize::Zeroize as _;

/// Room for what is mostly written, so that no copy of it is left behind where it grew.
const ROOM: usize = 512;

/// The largest whole number that every reader of JSON keeps (RFC 8785 §3.2.2.3).
const WHOLE: u64 = 1 << 53;

/// The canonical text of a value. It must hold no float that is no number: none is ever recorded.
///
/// # Errors
/// What cannot be JSON.
pub(crate) fn to_vec(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let (mut text, mut seen) = (Vec::with_capacity(ROOM), Seen::default());
    value.serialize(&mut Serializer::with_formatter(&mut text, Eye(&mut seen)))?;
    if seen.odd {
        text.zeroize();
        return serde_json_canonicalizer::to_vec(value);
    }
    Ok(text)
}

/// What was seen while it was written.
#[derive(Default)]
struct Seen {
    /// Something that is written otherwise in the canonical form.
    odd: bool,
    /// The keys of the objects that are open, each the last of its object, and behind them the one being written.
    keys: Vec<u8>,
    /// Where those begin, and whether there is one yet.
    open: Vec<(usize, bool)>,
    in_key: bool,
    /// Where the key that is being written begins.
    begun: usize,
}

impl Seen {
    /// A key is written whole. It must stand behind the one before it.
    fn key(&mut self) {
        self.in_key = false;
        let Some((at, later)) = self.open.last_mut() else { return };
        let (before, this) = (self.keys.get(*at..self.begun), self.keys.get(self.begun..));
        // Of what is not ASCII the order goes by UTF-16.
        self.odd |= (*later && before >= this) || this.is_none_or(|key| key.is_empty() || !key.is_ascii());
        self.keys.drain(*at..self.begun);
        *later = true;
    }
}

struct Eye<'a>(&'a mut Seen);

/// Numbers that the canonical form writes in its own way.
macro_rules! odd {
    ($($write:ident $number:ty),+) => {$(
        fn $write<W: ?Sized + Write>(&mut self, writer: &mut W, value: $number) -> io::Result<()> {
            self.0.odd = true;
            serde_json::ser::CompactFormatter.$write(writer, value)
        }
    )+};
}

impl Formatter for Eye<'_> {
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.open.push((self.0.keys.len(), false));
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if let Some((at, _)) = self.0.open.pop() {
            self.0.keys.truncate(at);
        }
        writer.write_all(b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        (self.0.in_key, self.0.begun) = (true, self.0.keys.len());
        if first { Ok(()) } else { writer.write_all(b",") }
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.key();
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if self.0.in_key {
            self.0.keys.extend_from_slice(fragment.as_bytes());
        }
        writer.write_all(fragment.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.odd |= self.0.in_key;
        serde_json::ser::CompactFormatter.write_char_escape(writer, escape)
    }

    fn write_i64<W: ?Sized + Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        self.0.odd |= value.unsigned_abs() > WHOLE;
        serde_json::ser::CompactFormatter.write_i64(writer, value)
    }

    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        self.0.odd |= value > WHOLE;
        serde_json::ser::CompactFormatter.write_u64(writer, value)
    }

    odd! { write_i128 i128, write_u128 u128, write_f32 f32, write_f64 f64 }

    fn write_raw_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        self.0.odd = true;
        writer.write_all(fragment.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::to_vec;
    use proptest::prelude::*;
    use serde::Serialize;
    use serde::ser::{SerializeMap as _, Serializer};
    use serde_json::json;

    /// An object with its members as they were given, one key perhaps twice.
    #[derive(Debug, Clone)]
    enum Tree {
        Leaf(serde_json::Value),
        List(Vec<Self>),
        Object(Vec<(String, Self)>),
    }

    impl Serialize for Tree {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            match self {
                Self::Leaf(value) => value.serialize(to),
                Self::List(list) => list.serialize(to),
                Self::Object(members) => {
                    let mut map = to.serialize_map(Some(members.len()))?;
                    for (key, value) in members {
                        map.serialize_entry(key, value)?;
                    }
                    map.end()
                }
            }
        }
    }

    fn leaf() -> impl Strategy<Value = serde_json::Value> {
        prop_oneof![
            any::<String>().prop_map(|text| json!(text)),
            any::<i64>().prop_map(|number| json!(number)),
            (-1000i64..1000).prop_map(|number| json!(number)),
            any::<u64>().prop_map(|number| json!(number)),
            (-1e30..1e30).prop_map(|number: f64| json!(number)),
            any::<bool>().prop_map(|yes| json!(yes)),
            Just(json!(null)),
        ]
    }

    fn tree() -> impl Strategy<Value = Tree> {
        leaf().prop_map(Tree::Leaf).prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::List),
                prop::collection::btree_map("[a-c]{0,2}|\\PC{0,2}|[\"\\\\\n]", inner.clone(), 0..5)
                    .prop_map(|members| Tree::Object(members.into_iter().collect())),
                prop::collection::hash_map("[a-c]{1,2}|[\u{e000}-\u{10ffff}]", inner, 0..5)
                    .prop_map(|members| Tree::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// Whether or not it was in order, it is as the canonical writer writes it.
        #[test]
        fn it_is_canonical(tree in tree()) {
            prop_assert_eq!(to_vec(&tree).unwrap(), serde_json_canonicalizer::to_vec(&tree).unwrap());
        }
    }

    #[test]
    fn numbers_are_whole_as_far_as_every_reader_keeps_them() {
        for number in [1u64 << 53, (1 << 53) + 1, u64::MAX] {
            assert_eq!(to_vec(&number).unwrap(), serde_json_canonicalizer::to_vec(&number).unwrap());
        }
        for number in [-(1i64 << 53), -(1 << 53) - 1, i64::MIN] {
            assert_eq!(to_vec(&number).unwrap(), serde_json_canonicalizer::to_vec(&number).unwrap());
        }
    }
}
