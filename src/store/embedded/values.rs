//! Which Rust types SQLite keeps, and as what.

use super::{Embedded, Kind, ValueRef};
use rusqlite::types::Value as Plain;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Decode, Encode, Type};
use uuid::Uuid;

/// One type: what it is kept as, how it goes in, and how it comes out.
macro_rules! kept {
    ($($type:ty, $kind:ident $(| $also:ident)*, $this:ident => $in:expr, $($out:pat => $got:expr),+;)+) => {$(
        impl Type<Embedded> for $type {
            fn type_info() -> Kind {
                Kind::$kind
            }

            fn compatible(kind: &Kind) -> bool {
                matches!(kind, Kind::$kind $(| Kind::$also)*)
            }
        }

        impl Encode<'_, Embedded> for $type {
            fn encode_by_ref(&self, buffer: &mut Vec<Plain>) -> Result<IsNull, BoxDynError> {
                let $this = self;
                buffer.push($in);
                Ok(IsNull::No)
            }
        }

        impl<'r> Decode<'r, Embedded> for $type {
            fn decode(value: ValueRef<'r>) -> Result<Self, BoxDynError> {
                match value.0 {
                    $($out => $got,)+
                    other => Err(format!("{} is not what was expected", Kind::of(other)).into()),
                }
            }
        }
    )+};
}

kept! {
    i64, Integer, this => Plain::Integer(*this), Plain::Integer(number) => Ok(*number);
    i32, Integer, this => Plain::Integer((*this).into()), Plain::Integer(number) => Ok((*number).try_into()?);
    i16, Integer, this => Plain::Integer((*this).into()), Plain::Integer(number) => Ok((*number).try_into()?);
    bool, Integer, this => Plain::Integer((*this).into()), Plain::Integer(number) => Ok(*number != 0);
    f64, Real, this => Plain::Real(*this), Plain::Real(number) => Ok(*number);
    String, Text, this => Plain::Text(this.clone()), Plain::Text(text) => Ok(text.clone());
    Vec<u8>, Blob | Text, this => Plain::Blob(this.clone()),
        Plain::Blob(bytes) => Ok(bytes.clone()), Plain::Text(text) => Ok(text.clone().into());
    Uuid, Blob, this => Plain::Blob(this.as_bytes().to_vec()), Plain::Blob(bytes) => Ok(Uuid::from_slice(bytes)?);
}

impl Type<Embedded> for str {
    fn type_info() -> Kind {
        Kind::Text
    }
}

impl Encode<'_, Embedded> for &str {
    fn encode_by_ref(&self, buffer: &mut Vec<Plain>) -> Result<IsNull, BoxDynError> {
        buffer.push(Plain::Text((*self).to_owned()));
        Ok(IsNull::No)
    }
}

impl Type<Embedded> for [u8] {
    fn type_info() -> Kind {
        Kind::Blob
    }
}

impl Encode<'_, Embedded> for &[u8] {
    fn encode_by_ref(&self, buffer: &mut Vec<Plain>) -> Result<IsNull, BoxDynError> {
        buffer.push(Plain::Blob(self.to_vec()));
        Ok(IsNull::No)
    }
}

impl<'q, T: Encode<'q, Embedded> + Type<Embedded> + 'q> Encode<'q, Embedded> for Option<T> {
    fn encode_by_ref(&self, buffer: &mut Vec<Plain>) -> Result<IsNull, BoxDynError> {
        match self {
            Some(value) => value.encode_by_ref(buffer),
            None => Ok(IsNull::Yes),
        }
    }
}
