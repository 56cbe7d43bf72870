//! The one integration crate: its files mirror `src`, and `rooms` keeps the walls of the house.
//!
//! ```text
//! account       the account, signing out and the standing pages
//! recovery      a forgotten password
//! relay         a mail relay on loopback
//! resident      accounts as an operator meets them: suspended, restored
//! rights        a resident's rights: restriction, cases and their clock
//! rooms         who may call whom, sizes, names, what a commit may hold
//! backup        copies of the house, put back on a bare place; stores that went back; copies that are over
//! client        services as an operator meets them: plan, apply, secrets, tokens
//! conformance   what the certification plans ask, and which test holds it
//! compile_fail  what the types refuse, proved by rustc on the programs in compile/
//! disposal      payloads that leave the record, and what proves that they did
//! events        what events hold: the published schemas
//! explain       how a database goes about a statement
//! fuzz          the saved corpus of tests/fuzz
//! oidc          the OpenID Connect endpoints and the way back to a service, over HTTP
//! planted       what must not be anywhere, looked for everywhere (row U06)
//! policies      policies as they are proposed, approved and written out
//! questions     what is asked of the record, each with a story and another one
//! postgres      a throw-away PostgreSQL server for this process
//! search        the record is searched, and reports over it
//! second_step   the code after the password (rows W07, W08, A11, S09, B06)
//! jobs          duties: the outbox, leases, what runs out
//! looking       officers look at residents: enquiries, four eyes, broken glass
//! ledger        lines of the sharing ledger, as tests lay them down
//! log           the record: places, tree, checkpoints
//! seen          "Who has seen my data", and what is kept from it
//! serve         the program as an operator meets it
//! crash         the program killed amidst sign-ups, and started again
//! sessions      sessions end everywhere
//! sharing       what a resident sees of her sharing and undoes, and commands about it
//! store         the store on both databases
//! sign_in       signing in, through the pages
//! signals       services are told of a change, and answer (RFC 8417, 8935, 8936)
//! sign_up       creating an account, through the pages
//! staff         the staff listener, and the pages of refused requests
//! temp          temporary folders
//! visitor       a browser before a house of `app`, and the letters it sends
//! wording       words in a text that also holds what was drawn by chance
//! world         where a test lives; `both!` runs it on SQLite and on PostgreSQL
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up should stop there and say where"
)]
// For the one table of everything that discovery says.
#![recursion_limit = "256"]

mod app;
mod compile_fail;
mod conformance;
mod explain;
mod postgres;
mod relay;
mod rooms;
mod temp;
mod visitor;
mod wording;
#[macro_use]
mod world;

mod account;
mod backup;
mod client;
mod crash;
mod disposal;
mod events;
mod fuzz;
mod jobs;
mod ledger;
mod log;
mod looking;
mod oidc;
mod planted;
mod policies;
mod questions;
mod recovery;
mod resident;
mod retention;
mod rights;
mod search;
mod second_step;
mod seen;
mod serve;
mod sessions;
mod sharing;
mod sign_in;
mod sign_up;
mod signals;
mod staff;
mod store;
