//! `portreeve client new-secret | rotate-secret`: the first secret; a new one, and the one before it for a while.

use crate::app::Clock;
use crate::cli::open::House;
use crate::cli::{Ending, Say};
use crate::crypto::hex;
use crate::crypto::tokens::Token;
use crate::domain::client::{AuthMethod, Client, Secret, SecurityProfile, end_of};
use crate::domain::ids::ClientId;
use crate::domain::time::When;
use crate::service::registration::{self, Rotated};
use crate::store::clients;
use anyhow::Context as _;
use jiff::civil::Date;
use std::path::Path;
use std::time::Duration;

/// A secret for a file that has none yet.
pub(super) fn first(say: Say) -> Ending {
    let secret = Token::random();
    let line = format!("client_secret_sha256 = \"{}\"", hex(&secret.hash().0));
    let text = format!(
        "{}\nThis is the secret, for the service alone. It is not shown again. Its file gets this line, beside\n\
         token_endpoint_auth_method = \"client_secret_basic\" and a legacy profile that is excused from keys:\n\n{line}",
        secret.as_str()
    );
    say.answer(&serde_json::json!({ "client_secret": secret.as_str(), "line": line }), &text);
    Ending::Fine
}

pub(super) async fn rotate(
    house: &House,
    id: &str,
    (overlap, replace): (Duration, bool),
    dry: bool,
    say: Say,
) -> anyhow::Result<Ending> {
    let (db, now) = (house.db_there().await?, Clock::Wall.now());
    let bundle = super::in_force(house, &db).await?;
    let id = ClientId::parse(id).context("this is no client_id")?;
    // Without an overlap every secret before stops at once, and that is said.
    let replaces = replace || overlap.is_zero();
    if let Some(row) = clients::by_id(&mut db.peek(), id.as_str()).await? {
        anyhow::ensure!(row.secret.is_some(), "{id} has no secret: it authenticates otherwise");
        let until = now + overlap;
        let client = registration::loaded(&row, &bundle, &house.issuer);
        may_have(&id, client.ok().as_ref().and_then(last_excused), now)?;
        keeps(&id, registration::promised(&row, now), replaces)?;
        if dry {
            return Ok(tell(say, &id, None, &format!("The one before would work until {until}.")));
        }
        let recorder = super::recorder(house, &db, &bundle).await?;
        let secret = match registration::rotate_secret(&db, &recorder, &id, (until, replaces), now).await? {
            Rotated::Secret(secret) => secret,
            Rotated::Promised(until) => return keeps(&id, Some(until), false).map(|()| Ending::Found),
            Rotated::NoSecret => anyhow::bail!("{id} has no secret any longer"),
        };
        return Ok(tell(say, &id, Some(&secret), &format!("The one before works until {until}.")));
    }
    let in_force = secrets(bundle.clients.get(&id).map(|client| &client.auth));
    keeps(&id, in_force.iter().filter_map(|one| one.until).find(|until| now < *until), replaces)?;
    let used = in_force.iter().find(|one| one.until.is_none()).map(|one| hex(&one.sha256));
    let file = house.policies.join(format!("services/{id}.toml"));
    let text = std::fs::read_to_string(&file).with_context(|| {
        format!("there is no service {id}: it has not registered, and {} is no file", file.display())
    })?;
    may_have(&id, written_last_day(&text), now)?;
    let (secret, until) = (Token::random(), last_day(now, overlap));
    let changed = rotated(&text, &hex(&secret.hash().0), (used.as_deref(), until)).with_context(|| {
        let file = file.display();
        format!("{file} has no line client_secret_sha256 to change: `portreeve client new-secret` makes the first one")
    })?;
    let before = until.map_or("The one before would stop at once.".to_owned(), |day| {
        format!("The one before works to the end of {day} (UTC).")
    });
    if dry {
        return Ok(tell(say, &id, None, &before));
    }
    write(&file, &changed).with_context(|| format!("{} cannot be written", file.display()))?;
    let rest = format!("{before}\n{} is changed; put it in force with `portreeve client apply`.", file.display());
    Ok(tell(say, &id, Some(&secret), &rest))
}

fn tell(say: Say, id: &ClientId, secret: Option<&Token>, rest: &str) -> Ending {
    let shown = secret.map(Token::as_str);
    let head = match shown {
        Some(secret) => format!("{secret}\nThis is the secret of {id}. It is not shown again."),
        None => format!("A secret would be made for {id}."),
    };
    let answer = serde_json::json!({ "client_id": id.as_str(), "client_secret": shown, "dry_run": secret.is_none(), "said": rest });
    say.answer(&answer, &format!("{head}\n{rest}"));
    Ending::Fine
}

/// What a service proves itself with, where that is a secret: the one in force, and the one before it.
fn secrets(auth: Option<&AuthMethod>) -> &[Secret] {
    match auth {
        Some(AuthMethod::ClientSecretBasic { secrets } | AuthMethod::ClientSecretPost { secrets }) => secrets,
        Some(AuthMethod::PrivateKeyJwt { .. } | AuthMethod::None) | None => &[],
    }
}

/// The last day on which a service is excused from keys.
fn last_excused(client: &Client) -> Option<Date> {
    match &client.security_profile {
        SecurityProfile::Legacy(legacy) => Some(legacy.until),
        SecurityProfile::Standard | SecurityProfile::Fapi2 => None,
    }
}

/// The same, as it stands in a file that is to be put in force.
fn written_last_day(text: &str) -> Option<Date> {
    let table = text.parse::<toml::Table>().ok()?;
    table.get("legacy")?.get("until")?.as_datetime()?.to_string().parse().ok()
}

/// After that day no secret is taken, and a new one would only seem to help.
fn may_have(id: &ClientId, until: Option<Date>, now: When) -> anyhow::Result<()> {
    match until.filter(|day| end_of(*day) <= now) {
        None => Ok(()),
        Some(day) => anyhow::bail!(
            "{id} was excused from keys until {day}, and no secret of it is taken any more: have it use private_key_jwt, or write \
             another day under legacy and put that in force first"
        ),
    }
}

/// What was said of the secret that is older than the one before holds, unless it is to be replaced.
fn keeps(id: &ClientId, promised: Option<When>, replaces: bool) -> anyhow::Result<()> {
    match promised.filter(|_| !replaces) {
        None => Ok(()),
        Some(until) => anyhow::bail!(
            "the secret that {id} had before the one in force works until {until}, and would stop now: wait until then, or say \
             --replace if the service no longer uses it (--overlap 0d, if a secret has leaked: then all of them stop)"
        ),
    }
}

/// The last day (UTC) that is needed for so long an overlap; none for no overlap.
fn last_day(now: When, overlap: Duration) -> Option<Date> {
    let end = (now + overlap).timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
    (!overlap.is_zero()).then_some(end)
}

/// The file's text with another secret, and until a day the one in force: what stands in the file may never have been put in
/// force, and no service has it then. Everything else stays as it was written.
fn rotated(text: &str, sha256: &str, (used, until): (Option<&str>, Option<Date>)) -> Option<String> {
    const NOW: &str = "client_secret_sha256";
    const BEFORE: &str = "previous_client_secret";
    let written = text.parse::<toml::Table>().ok()?.get(NOW)?.as_str()?.to_owned();
    let old = used.unwrap_or(&written);
    let key = |line: &str| line.split_once('=').map(|(key, _)| key.trim().to_owned());
    let mut lines = Vec::new();
    for line in text.lines() {
        match key(line).as_deref() {
            Some(NOW) => {
                lines.push(format!("{NOW} = \"{sha256}\""));
                lines.extend(until.map(|day| format!("{BEFORE} = {{ sha256 = \"{old}\", until = {day} }}")));
            }
            Some(BEFORE) => {}
            _ => lines.push(line.to_owned()),
        }
    }
    let changed = lines.join("\n") + "\n";
    // Written some other way than on a line of its own, it was not changed.
    let now = changed.parse::<toml::Table>().ok()?;
    (now.get(NOW)?.as_str()? == sha256 && now.contains_key(BEFORE) == until.is_some()).then_some(changed)
}

/// In place of the old file, whole or not at all. A name with a dot before it is no policy file.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let beside = file.with_file_name(format!(".{name}.new"));
    std::fs::write(&beside, text)?;
    std::fs::set_permissions(&beside, std::fs::metadata(file)?.permissions())?;
    std::fs::rename(&beside, file)
}

#[cfg(test)]
mod tests {
    use super::{last_day, rotated};
    use crate::domain::time::When;
    use std::time::Duration;

    const OLD: &str = "# Ours\nclient_id = \"a\"\nclient_secret_sha256 = \"aa\" # made in May\nsector = \"a\"\n\n[[share]]\npurpose = \"x\"\n";

    #[test]
    fn one_line_becomes_two_and_the_rest_stays() {
        let day = jiff::civil::date(2026, 12, 8);
        let first = rotated(OLD, "bb", (Some("aa"), Some(day))).unwrap();
        let two = "client_secret_sha256 = \"bb\"\nprevious_client_secret = { sha256 = \"aa\", until = 2026-12-08 }";
        assert_eq!(first, OLD.replace("client_secret_sha256 = \"aa\" # made in May", two));
        let second = rotated(&first, "cc", (None, Some(day))).unwrap();
        assert_eq!(second, first.replace("\"aa\"", "\"b\"").replace("\"bb\"", "\"cc\"").replace("\"b\"", "\"bb\""));
        // What was written and not put in force is no secret before this one.
        let again = rotated(&first, "cc", (Some("aa"), Some(day))).unwrap();
        assert_eq!(again, first.replace("\"bb\"", "\"cc\""));
        let leaked = rotated(&second, "dd", (Some("bb"), None)).unwrap();
        assert!(!leaked.contains("previous") && !leaked.contains("cc"), "{leaked}");
        assert_eq!(rotated("client_id = \"a\"\n", "bb", (None, None)), None);
        assert_eq!(rotated("x = { client_secret_sha256 = \"aa\" }\n", "bb", (None, None)), None);
    }

    #[test]
    fn days_are_rounded_up() {
        let noon = When::from_seconds(1_796_126_400);
        assert_eq!(last_day(noon, Duration::from_hours(7 * 24)), Some(jiff::civil::date(2026, 12, 8)));
        assert_eq!(last_day(noon, Duration::from_hours(1)), Some(jiff::civil::date(2026, 12, 1)));
        assert_eq!(last_day(noon, Duration::ZERO), None);
    }
}
