//! The policies of Havenbrook Borough Council, which is made up: what the demo runs, and a pattern to start from.

use jiff::civil::Date;
use std::io;
use std::path::Path;

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        /// Every sample file: its path below the folder of policies, and its text.
        pub const FILES: &[(&str, &str)] = &[$(($path, include_str!(concat!("../../policies/", $path)))),*];
    };
}

/// The day that the sample’s papers are dated to. A clock that is slow would have them all approved in the future.
pub const DATED: Date = jiff::civil::date(2026, 11, 22);

files!(
    "access.cedar",
    "access.cedarschema",
    "assurance.toml",
    "controller.toml",
    "notices/account@1.cy.md",
    "notices/account@1.en.md",
    "notices/garden-waste@1.cy.md",
    "notices/garden-waste@1.en.md",
    "notices/garden-waste-order@1.cy.md",
    "notices/garden-waste-order@1.en.md",
    "notices/parking-permit@1.cy.md",
    "notices/parking-permit@1.en.md",
    "notices/parking-zone@1.cy.md",
    "notices/parking-zone@1.en.md",
    "notices/permit-newsletter@1.cy.md",
    "notices/permit-newsletter@1.en.md",
    "notices/trying-out@1.cy.md",
    "notices/trying-out@1.en.md",
    "notices/trying-out-details@1.cy.md",
    "notices/trying-out-details@1.en.md",
    "processing.toml",
    "reasons.toml",
    "register.toml",
    "registrations/conformance.toml",
    "retention.toml",
    "retention/record.toml",
    "retention/short.toml",
    "services/garden-waste.toml",
    "services/parking-permits.toml",
    "staff.toml",
);

/// Where the sample services stand in the files.
const GARDEN: &str = "http://localhost:8090";
const PERMITS: &str = "http://localhost:8091";

/// One sample file.
#[must_use]
pub fn file(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(file, _)| *file == path).map(|(_, text)| *text)
}

/// The sample files for sample services at other addresses (origins without a trailing slash).
#[must_use]
pub fn files(garden_url: &str, permits_url: &str) -> Vec<(String, String)> {
    let moved = |text: &str| text.replace(PERMITS, "\0").replace(GARDEN, garden_url).replace('\0', permits_url);
    FILES.iter().map(|(path, text)| ((*path).to_owned(), moved(text))).collect()
}

/// Writes the sample files into a folder, over what lies there.
///
/// # Errors
/// What the file system says.
pub fn write_to(folder: &Path, garden_url: &str, permits_url: &str) -> io::Result<()> {
    for inner in ["services", "registrations", "notices", "retention"] {
        std::fs::create_dir_all(folder.join(inner))?;
    }
    for (path, text) in files(garden_url, permits_url) {
        std::fs::write(folder.join(path), text)?;
    }
    Ok(())
}

/// Writes the sample files without the sample services: what an installation begins with. Gives their paths. Services that
/// register themselves are excused from much by the sample's template, so it is there only where it is asked for (row G01).
///
/// # Errors
/// What the file system says.
pub fn begin(folder: &Path, registrations: bool) -> io::Result<Vec<&'static str>> {
    for inner in ["services", "registrations", "notices", "retention"] {
        std::fs::create_dir_all(folder.join(inner))?;
    }
    let begins = |path: &str| !path.starts_with("services/") && (registrations || !path.starts_with("registrations/"));
    let kept = FILES.iter().filter(|(path, _)| begins(path));
    kept.map(|(path, text)| std::fs::write(folder.join(path), text).map(|()| *path)).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::{FILES, GARDEN, PERMITS, files};
    use crate::domain::client::Issuer;
    use crate::policy::{Bundle, Refused, Severity, lint};
    use jiff::civil::Date;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// The data categories of an installation: those of the events, and these.
    pub fn held() -> Vec<&'static str> {
        use crate::domain::audit::vocabulary::{CONTEXT, all};
        let payloads = all().flat_map(|entry| entry.payload).chain(CONTEXT).map(|(_, category)| *category);
        let tables = [
            "account_profile",
            "account_detail",
            "sign_in_identifier",
            "contact",
            "contact.history",
            "credential",
            "session",
            "browser",
            "auth_code",
            "access_token",
            "refresh_token",
            "otp_challenge",
            "outbox_message",
            "signal",
            "delivery_log",
            "sharing.consent",
            "sharing.other_basis",
            "event.envelope",
            "event.signin",
            "event.security",
            "officer.access",
            "person_key",
            "signing_key",
            "policy.version",
            "throttle",
            "lease",
            "flow",
            "registration",
            "client.assertion_jti",
            "client.registration",
            "client.initial_token",
            "system",
        ];
        payloads.chain(tables).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The day that the sample is looked at on.
    pub const DAY: Date = jiff::civil::date(2026, 12, 1);

    pub fn demo() -> Issuer {
        Issuer::parse("http://localhost:8080").unwrap()
    }

    /// The sample with some texts replaced: (file, what stands there, what is to stand there).
    pub fn with(changes: &[(&str, &str, &str)]) -> Result<Bundle, Refused> {
        let mut files = files(GARDEN, PERMITS);
        for (path, from, to) in changes {
            match files.iter_mut().find(|(file, _)| file == path) {
                Some((_, text)) => {
                    assert!(from.is_empty() || text.contains(from), "{path} has no {from:?}");
                    *text = if from.is_empty() { (*to).to_owned() } else { text.replacen(from, to, 1) };
                }
                None => files.push(((*path).to_owned(), (*to).to_owned())),
            }
        }
        Bundle::from_files(files, &demo())
    }

    /// The rules of severity error that a changed sample breaks, when loaded or when linted.
    pub fn broken(changes: &[(&str, &str, &str)]) -> Vec<&'static str> {
        let findings = match with(changes) {
            Err(refused) => refused.findings,
            Ok(bundle) => lint(&bundle, &held(), DAY),
        };
        findings.iter().filter(|finding| finding.severity == Severity::Error).map(|finding| finding.rule).collect()
    }

    #[test]
    fn every_sample_file_is_listed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
        let mut lying = BTreeSet::new();
        for inner in ["", "services/", "registrations/", "notices/", "retention/"] {
            for entry in std::fs::read_dir(folder.join(inner)).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_file() {
                    lying.insert(format!("{inner}{}", entry.file_name().to_string_lossy()));
                }
            }
        }
        let listed: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(listed, lying);
    }

    #[test]
    fn the_sample_is_sound_and_says_what_is_left_to_do() {
        let bundle = with(&[]).unwrap();
        bundle.check(&held(), DAY).unwrap();
        let left: Vec<&str> = lint(&bundle, &held(), DAY).iter().map(|finding| finding.rule).collect();
        assert_eq!(left, ["language.unreviewed", "retention.draft"]);
        assert_eq!(bundle.assurance, crate::policy::Assurance::default(), "the files name the figures of the house");
    }

    #[test]
    fn the_service_file_that_the_pages_show_is_in_order() {
        let shown = include_str!("../../deploy/samples/service.toml");
        let file = "services/my-service.toml";
        assert_eq!(broken(&[(file, "", shown)]), Vec::<&str>::new());
        let (alone, _) = shown.split_once("[[share]]").unwrap();
        assert!(broken(&[(file, "", alone)]).contains(&"claim.no_share"));
        let client = with(&[(file, "", shown)]).unwrap().clients.iter().any(|(id, _)| id.as_str() == "my-service");
        assert!(client);
    }

    #[test]
    fn an_installation_begins_without_the_sample_services_and_may_have_one_later() {
        let path = std::env::temp_dir().join(format!("portreeve-begun-{}", uuid::Uuid::new_v4()));
        let https = Issuer::parse("https://account.example.gov.uk").unwrap();
        for registrations in [true, false] {
            let _ = std::fs::remove_dir_all(&path);
            super::begin(&path, registrations).unwrap();
            let bundle = Bundle::load(&path, &https).unwrap();
            bundle.check(&held(), DAY).unwrap();
            assert!(bundle.clients.is_empty());
            assert_eq!(bundle.templates.is_empty(), !registrations);
        }
        let service = include_str!("../../deploy/samples/service.toml");
        let service = service.replace("http://localhost:3000", "https://my-service.example.gov.uk");
        let service = service.replace("http://localhost:3001", "https://my-service.example.gov.uk");
        std::fs::write(path.join("services/my-service.toml"), service).unwrap();
        Bundle::load(&path, &https).unwrap().check(&held(), DAY).unwrap();
        std::fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn the_services_move_to_other_ports() {
        let moved = files("http://localhost:8091", "http://localhost:9091");
        let text = |path: &str| moved.iter().find(|(file, _)| file == path).map(|(_, text)| text.clone()).unwrap();
        let (garden, permits) = (text("services/garden-waste.toml"), text("services/parking-permits.toml"));
        assert!(garden.contains("http://localhost:8091/callback") && !garden.contains("8090"), "{garden}");
        assert!(permits.contains("http://localhost:9091/callback") && !permits.contains("8091"), "{permits}");
    }

    #[test]
    fn what_the_sample_makes_up_is_nobodys() {
        for (path, text) in FILES {
            for number in text.split('"').filter(|part| part.starts_with("01") || part.starts_with("02")) {
                assert!(number.starts_with("01632 960"), "{path}: {number}");
            }
            for word in text
                .split(|c: char| c.is_whitespace() || c == '"')
                .filter(|word| word.contains('@') && !word.starts_with('@'))
            {
                let made_up = word.trim_end_matches(['.', ',']).ends_with(".example") || word.contains("@1");
                assert!(made_up, "{path}: {word}");
            }
        }
    }
}
