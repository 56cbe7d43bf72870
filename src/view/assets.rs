//! The style sheet and scripts, compiled by `build.rs` from govuk-frontend, each under a name made from its content so
//! that it may be cached for ever. `/assets/<name>` serves them.

/// One file to serve.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// What templates call it: `app.css`.
    pub key: &'static str,
    /// The name it is served under: `app.<hash>.css`.
    pub name: &'static str,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// The file as it is.
    pub bytes: &'static [u8],
    /// `Content-Encoding: gzip`.
    pub gzip: &'static [u8],
    /// `Content-Encoding: br`.
    pub brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The file served under this name, if there is one.
#[must_use]
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// The address of the file that templates call `key`.
#[must_use]
pub fn url(key: &str) -> Option<String> {
    ASSETS.iter().find(|asset| asset.key == key).map(|asset| format!("/assets/{}", asset.name))
}
