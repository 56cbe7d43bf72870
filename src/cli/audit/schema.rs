//! `portreeve audit schema`: what events hold, as JSON Schema (draft 2020-12).

use super::super::{Ending, Say};
use crate::domain::audit::schema::{Schema, all, same_shape};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Which schemas, and where to.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Schemas {
    /// A type of event, or `leaf` or `context`, which all events share.
    #[arg(value_name = "TYPE", conflicts_with = "into")]
    name: Option<String>,
    /// Write all of them into this folder. A schema that is there already may be put in other words, but what it says of
    /// events changes only under a new version.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

impl Schemas {
    pub(super) fn run(self, say: Say) -> anyhow::Result<Ending> {
        let all = all();
        if let Some(folder) = self.into {
            return write(&all, &folder, say);
        }
        if let Some(name) = self.name {
            let one = all.iter().find(|schema| schema.name == name);
            let one = one.with_context(|| format!("there is no type {name}: `portreeve audit schema` lists all"))?;
            say.answer(&one.text, text(&one.text)?.trim_end());
            return Ok(Ending::Fine);
        }
        let list: Vec<Value> =
            all.iter().map(|one| json!({ "type": one.name, "version": one.version, "file": one.file() })).collect();
        let lines: Vec<String> = all
            .iter()
            .map(|one| {
                format!(
                    "{}@{}  {}",
                    one.name,
                    one.version,
                    one.meaning.split_whitespace().collect::<Vec<_>>().join(" ")
                )
            })
            .collect();
        say.answer(&list, &lines.join("\n"));
        Ok(Ending::Fine)
    }
}

fn text(schema: &Value) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(&sorted(schema))? + "\n")
}

/// With the keys of each object in their order, so that a file changes only when the schema does.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut all: Vec<(String, Value)> =
                object.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            all.sort_by(|(one, _), (other, _)| one.cmp(other));
            all.into_iter().collect()
        }
        Value::Array(all) => all.iter().map(sorted).collect(),
        plain => plain.clone(),
    }
}

/// Nothing is written unless all may be.
fn write(all: &[Schema], folder: &Path, say: Say) -> anyhow::Result<Ending> {
    let mut due = Vec::new();
    for schema in all {
        let (file, new) = (folder.join(schema.file()), text(&schema.text)?);
        match std::fs::read_to_string(&file) {
            Ok(old) if old == new => {}
            Ok(old) => {
                let published: Value =
                    serde_json::from_str(&old).with_context(|| format!("{} is no JSON", file.display()))?;
                anyhow::ensure!(
                    same_shape(&published, &schema.text),
                    "{} is published and says other things of {}: raise the version of the type, and nothing was written",
                    file.display(),
                    schema.name
                );
                due.push((file, new));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => due.push((file, new)),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
        }
    }
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for (file, text) in &due {
        std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let answer = json!({ "schemas": all.len(), "written": due.len() });
    say.answer(&answer, &format!("{} schemas, {} of them written.", all.len(), due.len()));
    Ok(Ending::Fine)
}
