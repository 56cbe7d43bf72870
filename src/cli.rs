//! The command line. One file a command; every command takes `--json`, and ends with 0 (fine), 1 (found a problem) or
//! 2 (bad usage).
//!
//! | file | command |
//! | --- | --- |
//! | `demo` | the whole thing, with nothing configured |
//! | `serve` | the service itself |
//! | `migrate`, `doctor`, `config` | before and around it |
//! | `policy`, `keys`, `passwords` | what it runs on |
//! | `notice`, `ropa` | what residents are told, and the record of processing |
//! | `audit` | the record: out of the house, and proved |
//! | `client` | the services, and what they were told |
//! | `resident` | those who have an account |
//! | `retention` | how data leaves |
//! | `backup`, `restore` | copies of the house, and what is looked at when one is put back |
//! | `staff` | those who work on the staff pages |
//! | `open` | settings into the parts of an application |
//! | `doors` | what stands before the routes of each listener |

mod audit;
mod backup;
mod client;
mod config;
mod demo;
mod doctor;
mod doors;
mod keys;
mod migrate;
mod notice;
mod open;
mod passwords;
mod policy;
mod resident;
mod restore;
mod retention;
mod ropa;
mod serve;
mod staff;

use crate::domain::account::FullName;
use clap::{Parser, Subcommand};
use serde::Serialize;
use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

/// One account for every council service: an OpenID provider that can prove what it did with people's data.
#[derive(Debug, Parser)]
#[command(name = "portreeve", version, after_help = "Begin with `portreeve demo`: it needs nothing.")]
struct Line {
    /// Answer in JSON, for programs.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try everything: a made-up council with two services and a mail tray, on this computer alone.
    Demo(demo::Demo),
    /// Run the service.
    Serve(serve::Serve),
    /// Bring the database's schema up to date (serve does so too when it starts).
    Migrate(migrate::Migrate),
    /// Look for what is wrong with an installation, with a remedy for each finding.
    Doctor(doctor::Doctor),
    /// The settings.
    #[command(subcommand)]
    Config(config::Config),
    /// The policies: what a council edits and an auditor reads.
    #[command(subcommand)]
    Policy(policy::Policy),
    /// What residents are told, now and in the past.
    #[command(subcommand)]
    Notice(notice::Notice),
    /// The record of processing activities (UK GDPR Article 30).
    #[command(subcommand)]
    Ropa(ropa::Ropa),
    /// The services that rely on this one.
    #[command(subcommand)]
    Client(client::Client),
    /// Those who have an account here.
    #[command(subcommand)]
    Resident(resident::Resident),
    /// How data leaves: the schedule carried out, holds, certificates.
    #[command(subcommand)]
    Retention(retention::Retention),
    /// Copy the data and the vault, sealed under the root secret, while serve runs.
    Backup(backup::Backup),
    /// Put copies of the data and of the vault back, where there is nothing yet, and look at them.
    Restore(restore::Restore),
    /// Members of staff: who may sign in to the staff pages, with which roles.
    #[command(subcommand)]
    Staff(staff::Staff),
    /// The keys that tokens are signed with.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// The record of deeds: taken out, and proved.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Passwords that nobody may choose.
    #[command(subcommand)]
    Passwords(passwords::Passwords),
}

/// How a command ended that did what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Nothing is wrong.
    Fine,
    /// It found something that somebody has to mend.
    Found,
}

/// Writes answers, as text or JSON.
#[derive(Debug, Clone, Copy)]
struct Say {
    json: bool,
}

impl Say {
    /// The answer in either form.
    fn answer(self, value: &impl Serialize, text: &str) {
        if self.json {
            line(&serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()));
        } else {
            line(text.trim_end_matches('\n'));
        }
    }
}

/// A line of output. A reader that has gone away is no fault of ours.
fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// A person's name, as an argument.
fn person(text: &str) -> Result<FullName, String> {
    FullName::parse(text).map_err(|error| error.to_string())
}

/// Runs the command that `arguments` (with the program's name first) ask for.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let parsed = match Line::try_parse_from(&arguments) {
        Ok(parsed) => parsed,
        Err(asked) => {
            // What `--json` asks for holds for a refusal, too; a request for help or the version is none.
            if asked.use_stderr() && arguments.iter().any(|word| word == "--json") {
                line(&serde_json::json!({ "error": asked.render().to_string().trim() }).to_string());
            } else {
                let _ = asked.print();
            }
            return ExitCode::from(u8::try_from(asked.exit_code()).unwrap_or(2));
        }
    };
    let say = Say { json: parsed.json };
    match obey(parsed.command, say) {
        Ok(Ending::Fine) => ExitCode::SUCCESS,
        Ok(Ending::Found) => ExitCode::from(1),
        Err(error) => {
            if say.json {
                line(&serde_json::json!({ "error": format!("{error:#}") }).to_string());
            } else {
                let _ = writeln!(std::io::stderr(), "portreeve: {error:#}");
            }
            ExitCode::from(1)
        }
    }
}

fn obey(command: Command, say: Say) -> anyhow::Result<Ending> {
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match command {
        Command::Demo(demo) => runtime()?.block_on(demo.run(say)),
        Command::Serve(serve) => runtime()?.block_on(serve.run()),
        Command::Migrate(migrate) => runtime()?.block_on(migrate.run(say)),
        Command::Doctor(doctor) => runtime()?.block_on(doctor.run(say)),
        Command::Config(config) => {
            // The relay's connections belong to a runtime, even where none is opened.
            let runtime = runtime()?;
            let _inside = runtime.enter();
            config.run(say)
        }
        Command::Policy(policy) => runtime()?.block_on(policy.run(say)),
        Command::Notice(notice) => runtime()?.block_on(notice.run(say)),
        Command::Ropa(ropa) => runtime()?.block_on(ropa.run(say)),
        Command::Keys(keys) => runtime()?.block_on(keys.run(say)),
        Command::Client(client) => runtime()?.block_on(client.run(say)),
        Command::Resident(resident) => runtime()?.block_on(resident.run(say)),
        Command::Retention(retention) => runtime()?.block_on(retention.run(say)),
        Command::Backup(backup) => runtime()?.block_on(backup.run(say)),
        Command::Restore(restore) => runtime()?.block_on(restore.run(say)),
        Command::Staff(staff) => runtime()?.block_on(staff.run(say)),
        Command::Audit(audit) => runtime()?.block_on(audit.run(say)),
        Command::Passwords(passwords) => passwords.run(say),
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, person};
    use clap::{CommandFactory, Parser};

    #[test]
    fn the_command_line_is_sound() {
        Line::command().debug_assert();
    }

    #[test]
    fn somebody_has_to_stand_for_a_change() {
        assert!(person("Ada Wójcik").is_ok());
        assert!(person("  ").is_err());
    }

    #[test]
    fn bad_usage_is_told_from_a_request_for_help() {
        let code = |line: &str| Line::try_parse_from(line.split(' ')).unwrap_err().exit_code();
        assert_eq!(code("portreeve --help"), 0);
        assert_eq!(code("portreeve demo --port none"), 2);
        assert_eq!(code("portreeve keys"), 2);
        assert_eq!(code("portreeve serve"), 2);
    }
}
