//! All the policies as one: what is activated, content-addressed, and run by every node.

use super::finding::{Finding, Place, Refused, Severity};
use super::lint::lint;
use super::registrations::LoadedTemplate;
use super::services::Loaded;
use super::sources::{Sources, is_known};
use super::{Access, Assurance, Controller, Engine, Notice, Notices, Processing, Reason, Register, Staff};
use super::{
    access, assurance, controller, notices, processing, reasons, register, registrations, schedule, services, staff,
};
use crate::domain::client::{Client, Issuer, Lang, Words};
use crate::domain::ids::ClientId;
use crate::domain::registration::Template;
use crate::domain::retention::Schedule;
use crate::domain::sharing::NoticeRef;
use crate::domain::time::When;
use aws_lc_rs::digest;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The format of the canonical bytes.
const SCHEMA: &str = "portreeve.bundle/1";

/// A policy bundle whose every file is sound in itself.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Whose service this is.
    pub controller: Controller,
    /// What the council itself does with accounts.
    pub processing: Processing,
    /// Purposes, powers and papers.
    pub register: Register,
    /// What residents are told.
    pub notices: Notices,
    /// How long things are kept.
    pub retention: Schedule,
    /// How carefully the schedule is followed.
    pub engine: Engine,
    /// Levels and figures.
    pub assurance: Assurance,
    /// Reasons of the staff.
    pub reasons: Vec<Reason>,
    /// Who on the staff may do what.
    pub access: Access,
    /// How members of staff sign in, and for how long.
    pub staff: Staff,
    /// The services, by id.
    pub clients: BTreeMap<ClientId, Arc<Client>>,
    /// The templates of clients that register themselves, by name.
    pub templates: BTreeMap<String, Arc<Template>>,
    pub(super) services: Vec<Loaded>,
    pub(super) registrations: Vec<LoadedTemplate>,
    pub(super) sources: Sources,
    canonical: Vec<u8>,
    digest: [u8; 32],
    version: String,
}

/// What the canonical bytes hold: the files' own texts, so that an auditor reads what was activated, and any later
/// build reads it by its own rules.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Canonical {
    schema: String,
    files: BTreeMap<String, String>,
}

impl Bundle {
    /// Reads a folder of policies for an installation with this issuer.
    ///
    /// # Errors
    /// [`Refused`] holds everything that is wrong in any file.
    pub fn load(folder: &Path, issuer: &Issuer) -> Result<Self, Refused> {
        let mut findings = Vec::new();
        let sources = Sources::read(folder, &mut findings);
        Self::build(sources, issuer, findings)
    }

    /// Reads the files given as (path, text).
    ///
    /// # Errors
    /// [`Refused`] holds everything that is wrong in any file.
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>, issuer: &Issuer) -> Result<Self, Refused> {
        Self::from_sources(Sources::new(files), issuer)
    }

    fn from_sources(sources: Sources, issuer: &Issuer) -> Result<Self, Refused> {
        let mut findings = Vec::new();
        for path in sources.files().keys().filter(|path| !is_known(path)) {
            let at = Place { file: path.clone(), line: None };
            findings.push(Finding::error("file.unknown", at, "This is no policy file.", "Take it out."));
        }
        Self::build(sources, issuer, findings)
    }

    /// Reads an activated bundle back. The issuer is asked for again: one that has left loopback since must not
    /// find plain http in force.
    ///
    /// # Errors
    /// [`Refused`] if the bytes are no bundle, or one that this installation cannot run.
    pub fn from_canonical(bytes: &[u8], issuer: &Issuer) -> Result<Self, Refused> {
        let refused = |message: String| Refused {
            findings: vec![Finding::error(
                "bundle.unreadable",
                Place { file: "the activated bundle".to_owned(), line: None },
                message,
                "Activate the policies again.",
            )],
        };
        let canonical: Canonical = serde_json::from_slice(bytes).map_err(|error| refused(format!("{error}.")))?;
        if canonical.schema != SCHEMA {
            return Err(refused(format!("It is a {:?}, not a {SCHEMA:?}.", canonical.schema)));
        }
        Self::from_sources(Sources::new(canonical.files).activated(), issuer)
    }

    fn build(sources: Sources, issuer: &Issuer, mut findings: Vec<Finding>) -> Result<Self, Refused> {
        let controller = controller::load(&sources, &mut findings);
        let processing = processing::load(&sources, &mut findings);
        let register = register::load(&sources, &mut findings);
        let notices = notices::load(&sources, &mut findings);
        let retention = schedule::load(&sources, &mut findings);
        let assurance = assurance::load(&sources, &mut findings);
        let reasons = reasons::load(&sources, &mut findings);
        let access = access::load(&sources, &mut findings);
        let staff = staff::load(&sources, issuer, &mut findings);
        let services = services::load(&sources, issuer, &mut findings);
        let registrations = registrations::load(&sources, issuer, &mut findings);
        let canonical = Canonical { schema: SCHEMA.to_owned(), files: sources.files().clone() };
        let canonical = serde_json_canonicalizer::to_vec(&canonical).ok();
        let parts = (controller, processing, register, retention, assurance, reasons, (access, staff), canonical);
        let (
            Some(controller),
            Some(processing),
            Some(register),
            Some((retention, engine)),
            Some(assurance),
            Some(reasons),
            (Some(access), Some(staff)),
            Some(canonical),
            true,
        ) = (parts.0, parts.1, parts.2, parts.3, parts.4, parts.5, parts.6, parts.7, findings.is_empty())
        else {
            findings.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
            return Err(Refused { findings });
        };
        let mut sum = [0; 32];
        sum.copy_from_slice(digest::digest(&digest::SHA256, &canonical).as_ref());
        let by_id = |service: &Loaded| (service.client.id.clone(), Arc::new(service.client.clone()));
        let by_name = |of: &LoadedTemplate| (of.template.name.clone(), Arc::new(of.template.clone()));
        Ok(Self {
            controller,
            processing,
            register,
            notices,
            retention,
            engine,
            assurance,
            reasons,
            access,
            staff,
            clients: services.iter().map(by_id).collect(),
            templates: registrations.iter().map(by_name).collect(),
            services,
            registrations,
            sources,
            canonical,
            version: Self::version_of(&sum),
            digest: sum,
        })
    }

    /// Refuses a bundle with a lint error: what `activate` and a first start ask for. `held` are the data categories
    /// of this installation, `today` the day that approvals and agreements must not have run out on.
    ///
    /// # Errors
    /// [`Refused`] holds the errors; warnings pass.
    pub fn check(&self, held: &[&str], today: Date) -> Result<(), Refused> {
        let mut findings = lint(self, held, today);
        findings.retain(|finding| finding.severity == Severity::Error);
        if findings.is_empty() { Ok(()) } else { Err(Refused { findings }) }
    }

    /// A service by its client id.
    #[must_use]
    pub fn client(&self, id: &str) -> Option<&Arc<Client>> {
        self.clients.get(&ClientId::parse(id)?)
    }

    /// This bundle with the services and registration templates of another: what `client plan` and `client apply` look
    /// at.
    ///
    /// # Errors
    /// [`Refused`] holds everything that is wrong in any file.
    pub fn with_clients_of(&self, other: &Self, issuer: &Issuer) -> Result<Self, Refused> {
        let of_clients = |path: &str| path.starts_with("services/") || path.starts_with("registrations/");
        let kept = self.sources.files().iter().filter(|(path, _)| !of_clients(path));
        let taken = other.sources.files().iter().filter(|(path, _)| of_clients(path));
        let sources = Sources::new(kept.chain(taken).map(|(path, text)| (path.clone(), text.clone())));
        Self::from_sources(if self.sources.is_activated() { sources.activated() } else { sources }, issuer)
    }

    /// A notice in just this language: what a record says was shown. Lint has made sure that every notice in use is
    /// there in every language of the controller.
    #[must_use]
    pub fn notice(&self, reference: &NoticeRef, lang: Lang) -> Option<&Notice> {
        self.notices.get(reference, lang)
    }

    /// Whether who has read one edition has read the other, in substance: editorial changes never ask again. See
    /// [`Register::same_in_substance`].
    #[must_use]
    pub fn same_in_substance(&self, a: &NoticeRef, b: &NoticeRef) -> bool {
        self.register.same_in_substance(a, b)
    }

    /// The edition that holds now where a share names `named`: a later one supersedes the one before on the day it takes
    /// effect. See [`Register::edition_on`].
    #[must_use]
    pub fn edition_at(&self, named: &NoticeRef, now: When) -> NoticeRef {
        self.register.edition_on(named, self.controller.today(now))
    }

    /// A purpose in a resident's words: "give you a parking permit".
    #[must_use]
    pub fn purpose(&self, id: &str) -> Option<&Words> {
        self.register.purpose(id).map(|purpose| &purpose.title)
    }

    /// RFC 8785 JSON of the whole bundle: what the store keeps and the digest is of.
    #[must_use]
    pub fn canonical(&self) -> &[u8] {
        &self.canonical
    }

    /// SHA-256 of the canonical bytes.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The digest in hex.
    #[must_use]
    pub fn digest_hex(&self) -> String {
        hex(&self.digest)
    }

    /// The version that a bundle of this digest has.
    #[must_use]
    pub fn version_of(digest: &[u8]) -> String {
        hex(digest.get(..6).unwrap_or_default())
    }

    /// The first 12 hex digits of the digest: what a decision names as the version that made it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// The files of an activated bundle, as they were.
pub(super) fn files(canonical: &[u8]) -> Option<BTreeMap<String, String>> {
    serde_json::from_slice::<Canonical>(canonical).ok().map(|canonical| canonical.files)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(nibble), 16));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::Bundle;
    use crate::policy::sample;
    use crate::policy::sample::tests::{demo, with};

    #[test]
    fn a_bundle_comes_back_from_its_bytes() {
        let bundle = with(&[]).unwrap();
        let again = Bundle::from_canonical(bundle.canonical(), &demo()).unwrap();
        assert_eq!(bundle.digest(), again.digest());
        assert_eq!(bundle.version(), &again.digest_hex()[..12]);
        assert_eq!(bundle.canonical(), again.canonical());
        for bad in [&b"{}"[..], b"", br#"{"schema":"portreeve.bundle/2","files":{}}"#] {
            assert_eq!(Bundle::from_canonical(bad, &demo()).unwrap_err().findings[0].rule, "bundle.unreadable");
        }
    }

    #[test]
    fn a_folder_and_its_bytes_are_one_bundle() {
        let folder = std::env::temp_dir().join(format!("portreeve-policies-{}", std::process::id()));
        sample::write_to(&folder, "http://localhost:8090", "http://localhost:8091").unwrap();
        let loaded = Bundle::load(&folder, &demo());
        std::fs::write(folder.join("stray.toml"), "x = 1").unwrap();
        let stray = Bundle::load(&folder, &demo()).unwrap_err();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(loaded.unwrap().digest(), with(&[]).unwrap().digest());
        assert_eq!(stray.findings[0].rule, "file.unknown");
        assert_eq!(Bundle::load(&folder, &demo()).unwrap_err().findings[0].rule, "folder.unreadable");
    }

    #[test]
    fn a_changed_word_is_another_digest() {
        let other = with(&[("reasons.toml", "needs_case = true", "needs_case = false")]).unwrap();
        assert_ne!(with(&[]).unwrap().digest(), other.digest());
    }

    #[test]
    fn an_activated_bundle_is_read_for_the_issuer_it_runs_under() {
        let live = crate::domain::client::Issuer::parse("https://account.havenbrook.example").unwrap();
        let refused = Bundle::from_canonical(with(&[]).unwrap().canonical(), &live).unwrap_err();
        assert!(refused.findings.iter().all(|finding| finding.rule == "client.plain_http"), "{refused}");
    }

    #[test]
    fn every_service_is_found_by_its_id() {
        let bundle = with(&[]).unwrap();
        let ids: Vec<&str> = bundle.clients.keys().map(crate::domain::ids::ClientId::as_str).collect();
        assert_eq!(ids, ["garden-waste", "parking-permits"]);
        assert!(bundle.client("garden-waste").is_some());
        assert!(bundle.client("nobody").is_none());
    }
}
