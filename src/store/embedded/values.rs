//! Which Rust types SQLite keeps, and as what.

use super::{Embedded, Kind, ValueRef, Values};
use rusqlite::types::ValueRef as Plain;
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
            fn encode_by_ref(&self, buffer: &mut Values) -> Result<IsNull, BoxDynError> {
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
    i64, Integer, this => Plain::Integer(*this), Plain::Integer(number) => Ok(number);
    i32, Integer, this => Plain::Integer((*this).into()), Plain::Integer(number) => Ok(number.try_into()?);
    i16, Integer, this => Plain::Integer((*this).into()), Plain::Integer(number) => Ok(number.try_into()?);
    bool, Integer, this => Plain::Integer((*this).into()), Plain::Integer(number) => Ok(number != 0);
    f64, Real, this => Plain::Real(*this), Plain::Real(number) => Ok(number);
    String, Text, this => Plain::Text(this.as_bytes()), Plain::Text(text) => Ok(std::str::from_utf8(text)?.to_owned());
    Vec<u8>, Blob | Text, this => Plain::Blob(this), Plain::Blob(bytes) | Plain::Text(bytes) => Ok(bytes.to_vec());
    Uuid, Blob, this => Plain::Blob(this.as_bytes()), Plain::Blob(bytes) => Ok(Uuid::from_slice(bytes)?);
}

impl Type<Embedded> for str {
    fn type_info() -> Kind {
        Kind::Text
    }
}

impl Encode<'_, Embedded> for &str {
    fn encode_by_ref(&self, buffer: &mut Values) -> Result<IsNull, BoxDynError> {
        buffer.push(Plain::Text(self.as_bytes()));
        Ok(IsNull::No)
    }
}

impl Type<Embedded> for [u8] {
    fn type_info() -> Kind {
        Kind::Blob
    }
}

impl Encode<'_, Embedded> for &[u8] {
    fn encode_by_ref(&self, buffer: &mut Values) -> Result<IsNull, BoxDynError> {
        buffer.push(Plain::Blob(self));
        Ok(IsNull::No)
    }
}

impl<'q, T: Encode<'q, Embedded> + Type<Embedded> + 'q> Encode<'q, Embedded> for Option<T> {
    fn encode_by_ref(&self, buffer: &mut Values) -> Result<IsNull, BoxDynError> {
        match self {
            Some(value) => value.encode_by_ref(buffer),
            None => Ok(IsNull::Yes),
        }
    }
}
