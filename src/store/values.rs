//! How our own types travel: ids as UUIDs, times as microseconds (SQLite) or `timestamptz` (PostgreSQL).
//!
//! Text times were measured to sort wrongly on SQLite (`.25Z` before `.5Z` before `Z`), hence the integer.

use super::embedded::Embedded;
use crate::domain::ids::{
    AccountId, CaseId, ChallengeId, EnquiryId, EventId, FlowId, GrantId, MessageId, QuestionId, RecordId, SessionId,
    StaffId, StaffSessionId,
};
use crate::domain::time::When;
use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Postgres, Type};
use uuid::Uuid;

impl Type<Embedded> for When {
    fn type_info() -> <Embedded as Database>::TypeInfo {
        <i64 as Type<Embedded>>::type_info()
    }

    fn compatible(ty: &<Embedded as Database>::TypeInfo) -> bool {
        <i64 as Type<Embedded>>::compatible(ty)
    }
}

impl Encode<'_, Embedded> for When {
    fn encode_by_ref(&self, buf: &mut <Embedded as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <i64 as Encode<'_, Embedded>>::encode(self.micros(), buf)
    }
}

impl<'r> Decode<'r, Embedded> for When {
    fn decode(value: <Embedded as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        <i64 as Decode<'r, Embedded>>::decode(value).map(Self::from_micros)
    }
}

impl Type<Postgres> for When {
    fn type_info() -> <Postgres as Database>::TypeInfo {
        <Timestamp as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for When {
    fn encode_by_ref(&self, buf: &mut <Postgres as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <Timestamp as Encode<'_, Postgres>>::encode(self.timestamp().to_sqlx(), buf)
    }
}

impl<'r> Decode<'r, Postgres> for When {
    fn decode(value: <Postgres as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        <Timestamp as Decode<'r, Postgres>>::decode(value).map(|at| Self::from(at.to_jiff()))
    }
}

macro_rules! uuids {
    ($($name:ident),+) => {$(
        impl<D: Database> Type<D> for $name
        where
            Uuid: Type<D>,
        {
            fn type_info() -> D::TypeInfo {
                <Uuid as Type<D>>::type_info()
            }

            fn compatible(ty: &D::TypeInfo) -> bool {
                <Uuid as Type<D>>::compatible(ty)
            }
        }

        impl<'q, D: Database> Encode<'q, D> for $name
        where
            Uuid: Encode<'q, D>,
        {
            fn encode_by_ref(&self, buf: &mut D::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                self.0.encode_by_ref(buf)
            }
        }

        impl<'r, D: Database> Decode<'r, D> for $name
        where
            Uuid: Decode<'r, D>,
        {
            fn decode(value: D::ValueRef<'r>) -> Result<Self, BoxDynError> {
                <Uuid as Decode<'r, D>>::decode(value).map(Self)
            }
        }
    )+};
}

uuids!(
    AccountId,
    SessionId,
    GrantId,
    FlowId,
    EventId,
    RecordId,
    MessageId,
    ChallengeId,
    QuestionId,
    CaseId,
    EnquiryId,
    StaffId,
    StaffSessionId
);
