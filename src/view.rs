//! Pages and forms: their types, the GOV.UK components, templates, words in English and Welsh, assets and letters.
//!
//! A door fills one of the structs of [`pages`] and asks the [`Renderer`] for HTML; it never writes a word itself.
//!
//! | where | what |
//! | --- | --- |
//! | [`pages`] | one struct for each page; its template lies in `templates/` under the same name |
//! | [`chrome`] | what stands around every page: council, service, language, who is signed in |
//! | [`renderer`] | turns a page and its chrome into HTML |
//! | [`errors`] | everything that can be wrong with what a resident typed |
//! | [`words`] | the Fluent catalogues, clock times and dates |
//! | [`letters`] | the plain-text e-mails |
//! | [`chart`] | bars over time, for the consoles |
//! | [`qr`] | pictures for authenticator apps |
//! | [`assets`] | style sheet and scripts, named by their content |
//! | [`lang`] | which language to answer in |

pub mod assets;
pub mod chart;
pub mod chrome;
mod components;
pub mod errors;
pub mod lang;
pub mod letters;
#[cfg(test)]
mod nunjucks;
pub mod pages;
pub mod qr;
pub mod renderer;
pub mod sheet;
pub mod words;

pub use chrome::{Both, Brand, Chrome, Idle, OtherWays, Place, ServiceContext, StaffChrome};
pub use errors::{AddressField, Wrong};
pub use lang::{Lang, Languages};
pub use renderer::{Html, Page, Renderer, RendererError};
pub use sheet::Sheet;
