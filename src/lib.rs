//! Portreeve: one account for every council service, and a record that proves what was done with people's data.
//!
//! # The tour
//!
//! | room | what it is | may call |
//! | --- | --- | --- |
//! | [`domain`] | decisions and the words of the trade; pure | nothing of ours |
//! | [`policy`] | what a council edits: services, notices, register, retention, figures | domain |
//! | [`crypto`] | keys, seals, hashes, signatures, the sealing of events | domain |
//! | [`mail`] | e-mail out | domain |
//! | [`store`] | the only room with SQL; one text for SQLite and PostgreSQL | domain |
//! | [`service`] | deeds: one function, one transaction, its events | domain, policy, store, crypto, mail |
//! | [`http`] | server, headers, cookies, CSRF, client address, outbound calls | domain, crypto, store |
//! | [`view`] | pages and letters: types, components, words, assets | domain |
//! | [`visit`] | one request to a page: who, language, browser, answer | service, domain, crypto, http, view |
//! | [`oidc`], [`pages`], [`staff`], [`jobs`], [`cli`], [`demo`] | the doors | everything above, never each other |
//! | [`app`], [`config`], [`routes`] | put it together | everything |
//!
//! `tests/it/rooms.rs` holds this table against every path in the source.
//!
//! # Where do I find …
//!
//! * **which address does what?** [`routes`]: every URL, one table.
//! * **what a token request goes through?** [`oidc::token`], then [`oidc::client_auth`], then [`service::tokens`].
//! * **who may have which claim, and why?** [`domain::sharing`]: one pure function decides.
//! * **what she was told and decided, and how it is undone?** [`service::sharing`]; what it comes to: [`domain::sharing::fold`].
//! * **how a service registers itself?** [`oidc::registration`], then [`service::registration`] under a template of
//!   [`domain::registration`].
//! * **what is recorded?** [`domain::audit::vocabulary`]: every event there is, with the category of each payload key;
//!   [`domain::audit::schema`] publishes them in `deploy/events/`.
//! * **how events become a log, and what proves it?** [`service::log`] seals, [`domain::audit::verify`] proves.
//! * **what is destroyed, when, and what may not be?** [`domain::retention`] judges each thing, [`service::retention`] carries the
//!   schedule out, and [`service::erasure`] ends accounts.
//! * **how a right is asked for, and by when it is answered?** [`domain::rights`], then [`service::rights`].
//! * **how payloads leave, and the log still verifies?** [`service::disposal`] takes them out and says so; the verifier asks for it.
//! * **how a write is kept from going unrecorded?** [`store::Write`]: it ends in `commit(events)` or in one of the few
//!   words of [`store::Housekeeping`].
//! * **how a personal field is kept from being opened unrecorded?** [`domain::disclosure::Disclosure`].
//! * **how is the house copied, put back, and known to have gone back?** [`service::backup`], then [`service::backup::head`].
//! * **what does a resident see of who looked at her?** [`service::seen`]; what is kept from her for now, and by whom:
//!   [`service::delay`].
//! * **why is it so?** `src/decisions/`, half a page each.

pub mod app;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod demo;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod oidc;
pub mod pages;
pub mod policy;
pub mod routes;
pub mod service;
pub mod staff;
pub mod store;
pub mod view;
pub mod visit;
