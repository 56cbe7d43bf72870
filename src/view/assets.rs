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

#[cfg(test)]
mod tests {
    use super::{ASSETS, find, url};
    use std::path::Path;

    #[test]
    fn no_script_keeps_anything_in_a_browser() {
        let scripts = ASSETS.iter().filter(|asset| asset.content_type.contains("javascript"));
        let texts: Vec<_> = scripts.map(|asset| std::str::from_utf8(asset.bytes).unwrap()).collect();
        assert!(texts.len() > 1);
        for way in ["document.cookie", "cookieStore", "localStorage", "indexedDB", "caches.open"] {
            assert!(texts.iter().all(|text| !text.contains(way)), "{way}");
        }
        // GOV.UK Frontend does for an accordion, which no template has.
        let kept: usize = texts.iter().map(|text| text.matches("sessionStorage").count()).sum();
        assert_eq!(kept, 2, "once to write and once to read");
        let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/view/templates");
        let folders = ["", "staff", "set_up"].map(|folder| std::fs::read_dir(templates.join(folder)).unwrap());
        let files = folders.into_iter().flatten().map(|file| file.unwrap().path()).filter(|path| path.is_file());
        for file in files {
            assert!(!std::fs::read_to_string(&file).unwrap().contains("ccordion"), "{}", file.display());
        }
    }

    #[test]
    fn every_asset_is_found_under_its_hashed_name_only() {
        for asset in ASSETS {
            assert_eq!(find(asset.name).map(|found| found.key), Some(asset.key));
            assert_eq!(url(asset.key), Some(format!("/assets/{}", asset.name)));
            assert!(asset.name.len() > asset.key.len() + 12, "{}", asset.name);
            assert!(asset.gzip.starts_with(&[0x1f, 0x8b]) && !asset.brotli.is_empty());
        }
        for stranger in ["app.css", "", "../app.css", "app.000000000000.css"] {
            assert!(find(stranger).is_none(), "{stranger}");
        }
        assert!(url("other.css").is_none());
    }

    #[test]
    fn nothing_of_gov_uk_that_a_council_may_not_use_is_served() {
        for asset in ASSETS {
            assert!(asset.content_type.starts_with("text/") || asset.content_type == "image/svg+xml");
            let text = String::from_utf8(asset.bytes.to_vec()).unwrap();
            for bad in ["@font-face", "GDS Transport", "woff", "crest", "govuk-logo", ".govuk-header", "#1d70b8"] {
                assert!(asset.key == "govuk-frontend.js" || !text.contains(bad), "{bad} in {}", asset.key);
            }
        }
    }

    #[test]
    fn the_script_imports_the_library_as_it_is_served() {
        let script = ASSETS.iter().find(|asset| asset.key == "app.js").unwrap();
        let library = ASSETS.iter().find(|asset| asset.key == "govuk-frontend.js").unwrap();
        let text = String::from_utf8(script.bytes.to_vec()).unwrap();
        assert!(text.contains(&format!("from './{}'", library.name)), "{text}");
    }
}
