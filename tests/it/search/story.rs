//! What happened at a council within some days: two residents, two officers, two services.

use crate::app::House;
use crate::ledger::keep;
use crate::log::seal;
use crate::world::World;
use portreeve::app::App;
use portreeve::crypto::record::EventSeed;
use portreeve::crypto::seal::PersonKeys;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::leaf::log_year;
use portreeve::domain::audit::vocabulary::{
    AccountSuspended, ConsentGiven, RecordViewed, ReleaseDenied, Released, SigninSucceeded,
};
use portreeve::domain::audit::{ActorClass, Basis, Channel, Context, Draft, Kind};
use portreeve::domain::ids::{AccountId, ClientId, EventId, GrantId, RecordId, StaffId, StaffSessionId};
use portreeve::domain::staff::{Officer, Proof, Role};
use portreeve::domain::time::When;
use portreeve::service::people;
use portreeve::service::search_audit::Ask;
use portreeve::store::events;
use portreeve::store::sharing::{HowRow, SharingRow};
use std::time::Duration;
use uuid::Uuid;

pub const ADA: &str = "ada@example.org";
pub const BOB: &str = "bob@example.org";
pub const PARKING: &str = "parking-permits";
pub const GARDEN: &str = "garden-waste";

/// The house, and who is in it.
pub struct Story {
    pub house: House,
    pub ada: AccountId,
    pub bob: AccountId,
    /// Who looks at residents' records.
    pub bea: Officer,
    /// Who searches.
    pub cai: Officer,
    /// When the story begins.
    pub began: When,
}

pub fn ask() -> Ask {
    Ask { purpose: "security".to_owned(), reason: "complaint".to_owned(), case: Some("C-17".to_owned()) }
}

/// Where whoever searches is.
pub fn context() -> Context {
    let (address, browser) = (Some("192.0.2.0/24".to_owned()), Some("Firefox 140".to_owned()));
    Context { address, browser, ..Context::default() }
}

/// A member of staff, whose keys the vault holds.
pub async fn officer(app: &App) -> Officer {
    let keys = people::create_keys(app, app.now()).await.unwrap();
    Officer {
        id: StaffId(keys.account().0),
        session: StaffSessionId(Uuid::new_v4()),
        roles: vec![Role::InformationGovernance],
        pseudonym: keys.pseudonym(log_year(app.now())),
        proof: Proof::Passkey,
        proved_at: app.now(),
    }
}

impl Story {
    pub fn app(&self) -> &App {
        &self.house.app
    }

    pub async fn begin(world: World) -> Self {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, "turnip lantern cobble").await;
        let bob = house.resident("Bob Evans", BOB, "kettle ribbon gravel").await;
        seal(&house.app).await;
        house.later(Duration::from_hours(1));
        let began = house.app.now();
        let (bea, cai) = (officer(&house.app).await, officer(&house.app).await);
        Self { house, ada, bob, bea, cai, began }
    }

    pub async fn keys(&self, account: AccountId) -> PersonKeys {
        people::keys(&mut self.app().db.peek(), &self.app().roots, account).await.unwrap()
    }

    pub async fn pseudonym(&self, account: AccountId) -> String {
        self.keys(account).await.pseudonym(log_year(self.app().now()))
    }

    /// Something happens; the clock goes on by a second.
    pub async fn happens<K: Kind + Clone>(&self, draft: Draft<K>) -> EventId {
        let keys = match draft.subject {
            Some(account) => Some(self.keys(account).await),
            None => None,
        };
        self.house.later(Duration::from_secs(1));
        let seed = EventSeed::draw(self.app().now());
        let event = self.app().snapshot().recorder.seal(seed, &draft, keys.as_ref()).unwrap();
        self.app().db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
        event.row.id
    }

    pub async fn signs_in(&self, who: AccountId, client: &str) -> EventId {
        let payload = SigninSucceeded { amr: vec!["pwd".to_owned()], own_device: false };
        let client = ClientId::parse(client).unwrap();
        self.happens(Draft::new(ActorClass::Resident, payload).about(who).at(&client)).await
    }

    pub async fn consents(&self, who: AccountId, client: &str, purpose: &str) -> EventId {
        let payload = ConsentGiven {
            record: RecordId(Uuid::new_v4()),
            notice: "permit-newsletter@1".to_owned(),
            language: "en".to_owned(),
            sha256: "00".repeat(32),
        };
        let client = ClientId::parse(client).unwrap();
        let draft = Draft::new(ActorClass::Resident, payload).about(who).at(&client);
        self.happens(draft.purpose(purpose, Basis::Consent)).await
    }

    /// A service gets these claims, under a record that says so.
    pub async fn releases(&self, who: AccountId, client: &str, claims: &str) -> EventId {
        let record = SharingRow {
            id: RecordId(Uuid::new_v4()),
            client_id: client.to_owned(),
            purpose: "issue-resident-permit".to_owned(),
            basis: "public_task".to_owned(),
            state: "shown".to_owned(),
            notice: "parking-permit@1".to_owned(),
            notice_sha256: vec![0; 32],
            language: "en".to_owned(),
            claims: claims.to_owned(),
            policy: "policy".to_owned(),
            at: self.app().now(),
            how: HowRow::default(),
        };
        self.app()
            .db
            .write(async |mut w| {
                keep(&mut w, who, record.clone()).await?;
                w.commit_quietly(portreeve::store::Housekeeping::Flow, ()).await
            })
            .await
            .unwrap();
        let payload = Released {
            grant: GrantId(Uuid::new_v4()),
            claims: claims.split(' ').map(ToOwned::to_owned).collect(),
            records: vec![record.id],
            until: self.app().now().to_string(),
            by: "code".to_owned(),
        };
        let client = ClientId::parse(client).unwrap();
        self.happens(Draft::new(ActorClass::Client, payload).about(who).at(&client).by(Channel::Api)).await
    }

    pub async fn is_denied(&self, who: AccountId, client: &str) -> EventId {
        let payload = ReleaseDenied { claims: vec!["birthdate".to_owned()] };
        let client = ClientId::parse(client).unwrap();
        self.happens(Draft::new(ActorClass::Client, payload).about(who).at(&client).denied("no_share")).await
    }

    pub async fn looks(&self, officer: &Officer, at: AccountId, reason: &str) -> EventId {
        let payload = RecordViewed { fields: vec!["name".to_owned()], by: None };
        self.happens(Draft::of_officer(officer, payload).about(at).because(reason, Some("C-9"))).await
    }

    pub async fn is_suspended(&self, who: AccountId) -> EventId {
        let payload = AccountSuspended { sessions: 0, by: FullName::parse("Bea Lloyd").unwrap() };
        let draft = Draft::new(ActorClass::System, payload).about(who).by(Channel::Batch);
        self.happens(draft.because("security_incident", Some("C-1"))).await
    }
}

/// The newest event of a kind.
pub async fn newest_id(app: &App, kind: &str) -> EventId {
    let rows = events::newest(&mut app.db.peek(), 1_000).await.unwrap();
    rows.into_iter().find(|row| row.r#type == kind).unwrap().id
}
