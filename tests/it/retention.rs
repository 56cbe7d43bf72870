//! How data leaves: accounts that end, the schedule carried out, holds, warnings.
//!
//! ```text
//! back      what whoever closed her account is written who signs up anew, or has forgotten her password
//! killed    a run that is killed goes on where it was
//! left      closing and deleting an account, through the pages
//! runs      a run from its plan to its certificate: cooling, the breaker, holds, a kill
//! beside    the server's own run, which lets residents go before
//! found     what is due is found by an index
//! certified what a run's certificate says beside what went
//! stopped   what is counted although the run was stopped in between
//! begun     what was laid down of an account and is taken back, or is not
//! damaged   what cannot be read keeps nothing else back
//! each      of each category one overdue, one not due, one held
//! held      what goes along with an account or a key is held with it
//! warned    accounts nobody uses: three letters, any use, letters that come back
//! years     logs of whole years
//! told      what is said of one that was destroyed
//! commands  the same from the command line
//! ```

mod back;
mod begun;
mod beside;
mod certified;
mod commands;
mod damaged;
mod each;
mod found;
mod held;
mod killed;
mod left;
mod posted;
mod runs;
mod second;
mod stopped;
mod told;
mod warned;
mod years;

pub use damaged::damage;
pub use runs::UNWARNED;

use crate::app::{Changes, House};
use crate::world::World;
use portreeve::domain::account::FullName;
use portreeve::domain::ids::AccountId;
use portreeve::service::log;
use portreeve::service::retention::{self, Certificate, Planned, Step};
use portreeve::store::{accounts, erasures, events};
use std::time::Duration;

/// Two people stand behind the schedule.
pub const APPROVED: (&str, &str, &str) =
    ("retention.toml", "approved_by = []", "approved_by = [\"Meg Hale\", \"Tom Reed\"]");

pub const DAY: Duration = Duration::from_hours(24);

pub fn person(name: &str) -> FullName {
    FullName::parse(name).unwrap()
}

/// A house with an approved schedule, whose clock was looked at.
pub async fn house(world: World, changes: Changes<'_>) -> House {
    let house = House::with(world, &[], &[&[APPROVED], changes].concat()).await;
    retention::look_at_the_clock(&house.app, house.app.now()).await.unwrap();
    house
}

/// So many days go by, and somebody says that the clock is right.
pub async fn days(house: &House, days: u32) {
    house.later(DAY * days);
    retention::confirm_clock(&house.app, &person("Ole Berg"), house.app.now()).await.unwrap();
    retention::look_at_the_clock(&house.app, house.app.now()).await.unwrap();
}

/// Plans a run, lets its cooling period go by, and carries it out.
pub async fn carry_out(house: &House) -> Certificate {
    let planned = retention::plan(&house.app, None, house.app.now()).await.unwrap();
    assert!(matches!(planned, Planned::Run(..)), "{planned:?}");
    house.later(DAY * 8);
    retention::look_at_the_clock(&house.app, house.app.now()).await.unwrap();
    to_the_end(house).await
}

/// Carries the open run out.
pub async fn to_the_end(house: &House) -> Certificate {
    for _ in 0..200 {
        let now = house.app.now();
        retention::finish_erasures(&house.app, now).await.unwrap();
        match retention::step(&house.app, now).await.unwrap() {
            Step::Done(certificate) => return *certificate,
            Step::Went(_) => crate::retention::seal(house).await,
            other => panic!("{other:?}"),
        }
    }
    panic!("the run does not end");
}

/// It is another year, as somebody confirms.
pub async fn open_year(house: &House) {
    let (app, by) = (&house.app, person("Ole Berg"));
    log::open_year((&app.db, &app.issuer), &app.roots, &app.snapshot().policy, &by, app.now()).await.unwrap();
    retention::confirm_clock(app, &by, app.now()).await.unwrap();
    seal(house).await;
}

/// Every event gets its place in the log: what was erased waits for that.
pub async fn seal(house: &House) {
    let mut sealer = portreeve::service::log::Sealer::default();
    while events::unsealed(&mut house.app.db.peek()).await.unwrap() > 0 {
        sealer.step(&house.app, house.app.now()).await.unwrap();
    }
}

pub async fn is_there(house: &House, account: AccountId) -> bool {
    accounts::get(&mut house.app.db.peek(), account).await.is_ok()
}

/// Whether it is laid down that somebody is erased.
pub async fn is_entombed(house: &House, account: AccountId) -> bool {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM vault.tombstone WHERE person = $1";
    house.app.db.peek().sql(sql).bind(account).scalar::<i64>().await.unwrap() == 1
}

/// The tables that still name somebody.
pub async fn left(house: &House, account: AccountId) -> Vec<&'static str> {
    erasures::left(&mut house.app.db.peek(), account).await.unwrap().into_iter().map(|(table, _)| table).collect()
}
