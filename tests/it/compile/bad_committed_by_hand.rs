// E0451: fields `first` and `events` of struct `Committed` are private
//! Promise 1: what was not committed cannot say that it was.
use portreeve::store::{Committed, Quiet};
use std::marker::PhantomData;

pub fn committed() -> Committed<Quiet, ()> {
    Committed { value: (), first: None, events: PhantomData }
}
