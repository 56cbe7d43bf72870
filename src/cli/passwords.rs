//! `portreeve passwords import`.

use super::{Ending, Say};
use crate::crypto::weak::BreachedFilter;
use anyhow::Context as _;
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Passwords that nobody may choose.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Passwords {
    /// Make the filter of breached passwords from a list.
    #[command(after_help = "Name the filter in the settings as `breached_filter` and restart.")]
    Import {
        /// The list, one a line: a password, or its SHA-1 in hex with an optional `:count`. `-` reads standard input.
        list: PathBuf,
        /// The filter to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Read the list, and write nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

impl Passwords {
    pub(super) fn run(self, say: Say) -> anyhow::Result<Ending> {
        let Self::Import { list, out, dry_run } = self;
        let lines: Box<dyn BufRead> = if list == Path::new("-") {
            Box::new(std::io::stdin().lock())
        } else {
            let file = File::open(&list).with_context(|| format!("{} cannot be read", list.display()))?;
            Box::new(BufReader::with_capacity(1 << 20, file))
        };
        let filter = BreachedFilter::import(lines).with_context(|| list.display().to_string())?;
        if !dry_run {
            write(&filter, &out).with_context(|| format!("{} cannot be written", out.display()))?;
        }
        let text = if dry_run { "The list can be imported.".to_owned() } else { format!("Written: {}", out.display()) };
        say.answer(&json!({ "filter": out, "written": !dry_run }), &text);
        Ok(Ending::Fine)
    }
}

/// Beside its place first, so that a filter in use is replaced whole or not at all.
fn write(filter: &BreachedFilter, out: &Path) -> anyhow::Result<()> {
    let mut beside = out.as_os_str().to_owned();
    beside.push(".new");
    let mut file = std::io::BufWriter::new(File::create(&beside)?);
    filter.write(&mut file)?;
    file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    std::fs::rename(&beside, out)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::crypto::weak::BreachedFilter;

    #[test]
    fn what_is_written_is_read_back() {
        let file = std::env::temp_dir().join(format!("portreeve-breached-{}", uuid::Uuid::new_v4()));
        write(&BreachedFilter::import(b"letmein\nhunter22\n" as &[u8]).unwrap(), &file).unwrap();
        let read = BreachedFilter::load(&file).unwrap();
        assert!(read.contains("hunter22"));
        std::fs::remove_file(file).unwrap();
    }
}
