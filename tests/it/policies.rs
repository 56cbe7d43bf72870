//! Policies as an operator, an officer and an auditor meet them: proposed and approved, and written out as documents.

mod documents;
mod followed;
mod proposals;

use crate::app::House;
use crate::serve::portreeve;
use crate::staff::command::settings;
use crate::temp::TempDir;
use serde_json::{Value, json};

/// A house with its settings and a folder of policies, for commands.
pub struct Office {
    pub folder: TempDir,
    config: String,
}

impl Office {
    pub fn of(house: &House) -> Self {
        let folder = TempDir::new("office");
        let config = settings(house, folder.path());
        Self { folder, config }
    }

    /// Exit code, and what was said: as JSON, or as it was said.
    pub fn run(&self, command: &[&str]) -> (i32, Value) {
        let arguments = [&["--json"], command, &["--config", &self.config]].concat();
        let output = portreeve(&arguments).output().unwrap();
        let said = serde_json::from_slice(&output.stdout);
        let said = said.unwrap_or_else(|_| json!({ "error": String::from_utf8_lossy(&output.stderr) }));
        (output.status.code().unwrap(), said)
    }

    pub fn at(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// What a command has written into a file.
    pub fn written(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).unwrap()
    }

    /// Changes a policy file, or adds it.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.path().join("policies").join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(from), "{text}");
        std::fs::write(&path, if from.is_empty() { to.to_owned() } else { text.replacen(from, to, 1) }).unwrap();
    }

    /// A second edition of the newsletter's notice, which its share names.
    pub fn second_edition(&self, change: &str) {
        self.edit("services/parking-permits.toml", "permit-newsletter@1", "permit-newsletter@2");
        self.edit("notices/permit-newsletter@2.en.md", "", "# Parking news\n\nWe write to you twice a year.\n");
        self.edit("notices/permit-newsletter@2.cy.md", "", "# Newyddion parcio\n\nRydym yn ysgrifennu atoch.\n");
        let edition = format!(
            "[[notice]]\nid = \"permit-newsletter\"\nversion = 2\nchange = {change:?}\nwhy = \"How often\"\napproved_by = \"Board\"\n\
             approved_ref = \"B 1\"\neffective_from = 2026-11-26\n\n[[notice]]"
        );
        self.edit("register.toml", "[[notice]]", &edition);
    }
}
