//! The made-up resident, who can sign in at once.

use super::folder::Folder;
use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::password::Password;
use crate::crypto::record::EventSeed;
use crate::crypto::roots::keep_private;
use crate::crypto::tokens::{self, Token};
use crate::domain::account::{Address, Birthdate, EmailAddress, FullName, Given, Postcode, State};
use crate::domain::audit::vocabulary::{AccountCreated, DetailChanged};
use crate::domain::audit::{ActorClass, Channel, Draft};
use crate::service::{details, people};
use crate::store::contacts::NewContact;
use crate::store::{accounts, attributes, contacts};
use anyhow::Context as _;
use std::fs;
use std::path::Path;

const NAME: &str = "Rhian Prosser";
const EMAIL: &str = "rhian.prosser@example.org";
/// Day, month and year.
const BORN: (&str, &str, &str) = ("14", "2", "1984");
const LINES: [&str; 2] = ["3 Orchard Row", "Havenbrook"];
const POSTCODE: &str = "HV1 4QT";

/// Who can sign in.
pub(super) struct Resident {
    pub(super) email: &'static str,
    /// `None` if her file was deleted while her account stayed.
    pub(super) password: Option<String>,
}

/// Makes her at the first start; later finds her again.
pub(super) async fn ensure(app: &App, folder: &Folder) -> anyhow::Result<Resident> {
    let file = folder.path().join("resident.txt");
    let email = EmailAddress::parse(EMAIL)?;
    let blind = BlindIndex::of(&app.roots, IndexKind::SignInName, &email.folded());
    let exists = accounts::by_identifier(&mut app.db.peek(), &blind.0).await?.is_some();
    let kept = fs::read_to_string(&file).ok().and_then(|text| password_in(&text));
    if exists {
        return Ok(Resident { email: EMAIL, password: kept });
    }
    // The file comes first: an account whose password nobody knows would be no use.
    let password = match kept {
        Some(kept) => kept,
        None => keep(&file)?,
    };
    create(app, &email, &password).await?;
    Ok(Resident { email: EMAIL, password: Some(password) })
}

fn password_in(text: &str) -> Option<String> {
    text.lines().find_map(|line| line.strip_prefix("Password: ")).map(ToOwned::to_owned)
}

fn keep(file: &Path) -> anyhow::Result<String> {
    let password = draw();
    let text = format!("Resident: {EMAIL}\nPassword: {password}\n");
    // What lies there holds no password.
    if file.exists() {
        fs::remove_file(file).with_context(|| format!("{} cannot be replaced", file.display()))?;
    }
    keep_private(file, text.as_bytes()).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(password)
}

/// 16 letters and digits that are not mistaken for one another, in fours.
fn draw() -> String {
    let mut drawn = String::new();
    while drawn.len() < 16 {
        let token = Token::random();
        drawn.extend(token.as_str().chars().filter(|c| matches!(c, 'a'..='k' | 'm'..='n' | 'p'..='z' | '2'..='9')));
    }
    let characters: Vec<char> = drawn.chars().take(16).collect();
    characters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

async fn create(app: &App, email: &EmailAddress, password: &str) -> anyhow::Result<()> {
    let now = app.now();
    let phc = app.hasher.hash(Password::parse(password)?).await?;
    let keys = people::create_keys(app, now).await?;
    let account = keys.account();
    let name = keys.seal(people::name_field(account), FullName::parse(NAME)?.as_str())?;
    let blind = |kind| BlindIndex::of(&app.roots, kind, &email.folded()).0;
    let id = tokens::uuid();
    let address = keys.seal(people::address_field(id), email.as_str())?;
    let contact = NewContact { id, account, kind: "email", blind: blind(IndexKind::Email).to_vec(), address };
    let identifier = blind(IndexKind::SignInName);
    let snapshot = app.snapshot();
    let policy = &snapshot.policy;
    let notice = format!("{} en", policy.edition_at(&policy.processing.account.notice, now));
    let draft = Draft::new(ActorClass::System, AccountCreated { notice }).about(account).by(Channel::Batch);
    let event = snapshot.recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let today = snapshot.policy.controller.today(now);
    let given = [
        Given::Birthdate(Birthdate::parse(BORN, today)?),
        Given::Address(Address::at(&LINES, Postcode::parse(POSTCODE)?, None)?),
    ];
    let gave = |given: &Given| {
        let detail = given.detail().as_str().to_owned();
        let payload = DetailChanged { detail, how: "given".to_owned(), claims: Vec::new(), services: Vec::new() };
        let draft = Draft::new(ActorClass::System, payload).about(account).by(Channel::Batch);
        snapshot.recorder.seal(EventSeed::draw(now), &draft, Some(&keys))
    };
    let [birthdate, address] = &given;
    let kept = [details::first(app, &keys, birthdate)?, details::first(app, &keys, address)?];
    let events = (event, (gave(birthdate)?, gave(address)?));
    app.db
        .write(async |mut w| {
            accounts::insert(&mut w, account, State::Active.as_str(), &name, now).await?;
            accounts::claim_identifier(&mut w, "email", &identifier, account, now).await?;
            contacts::insert(&mut w, &contact, now).await?;
            accounts::insert_credential(&mut w, account, phc.as_str(), now).await?;
            for detail in &kept {
                attributes::insert(&mut w, detail, now).await?;
            }
            w.commit(events.clone(), ()).await
        })
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{draw, password_in};

    #[test]
    fn a_drawn_password_is_random_and_can_be_typed() {
        let (one, two) = (draw(), draw());
        assert_ne!(one, two);
        assert_eq!(one.len(), 19);
        assert!(one.split('-').all(|four| four.len() == 4), "{one}");
        assert!(!one.contains(['l', 'o', '0', '1']), "{one}");
        assert_eq!(password_in(&format!("Resident: x\nPassword: {one}\n")), Some(one));
        assert_eq!(password_in(""), None);
    }
}
