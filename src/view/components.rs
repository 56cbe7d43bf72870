//! The GOV.UK components: the official Nunjucks templates of the npm package, rewritten by `build.rs` for minijinja.

include!(concat!(env!("OUT_DIR"), "/components.rs"));
