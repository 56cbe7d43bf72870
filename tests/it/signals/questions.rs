//! Questions 5 and 15 of an auditor: when did a withdrawal take effect at the service, and which services confirmed an
//! erasure. The exact answer is there, what is of the second resident is not, and another story has another answer.

use super::receiver::{Mood, Receiver};
use super::{change, only, round, stage};
use crate::app::House;
use crate::oidc::Stage;
use crate::oidc::browser::Browser;
use crate::oidc::party::{LIBRARY, NEWS, OLD_BASIC, files_with};
use crate::sharing::says;
use crate::temp::TempDir;
use crate::visitor::Visitor;
use portreeve::domain::ids::AccountId;
use portreeve::domain::signal::What;
use portreeve::domain::staff::Role;
use portreeve::jobs::deliver_signals::DeliverSignals;
use std::time::Duration;
use uuid::Uuid;

/// The text of each row of the first table or list of facts, cell by cell.
fn cells(page: &str, row: &str, end: &str) -> Vec<Vec<String>> {
    let text = |html: &str| {
        let parts = html.replace("<br>", "|");
        let parts: String = parts.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
        parts.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let rows = page.split(row).skip(1).map(|rest| rest.split(end).next().unwrap());
    rows.map(|row| {
        row.split("</td>").flat_map(|cell| cell.split("</dt>")).map(text).filter(|cell| !cell.is_empty()).collect()
    })
    .collect()
}

/// Ben was told the same and went there too.
async fn ben(stage: &mut Stage, party: &crate::oidc::party::Party) -> AccountId {
    let ben = stage.house.resident("Ben Oak", "ben@havenbrook.example", "saddle-orbit-77").await;
    let mut his = Browser::new(&stage.house);
    his.sign_in(&stage.house, ben, true).await;
    std::mem::swap(&mut stage.browser, &mut his);
    says(&stage.house, ben, party.id, if party.id == NEWS.id { "permit-newsletter" } else { super::PURPOSE }).await;
    stage.tokens(party, &[]).await;
    std::mem::swap(&mut stage.browser, &mut his);
    ben
}

async fn answers(house: &House, who: AccountId, party: &crate::oidc::party::Party, form: &[(&str, &str)]) {
    let jti = only(house, who, party.id).await.jti.to_string();
    let form = [&[("jti", jti.as_str())], form].concat();
    assert_eq!(party.post(house, "/signals/done", &form).await.status, 204);
}

/// What a governance officer reads of one change.
async fn table(house: &House, officer: &str, txn: Uuid) -> Vec<Vec<String>> {
    let (_, mut dee) = house.officer(officer, &[Role::InformationGovernance]).await;
    let page = dee.get(&format!("/signals/changes/{txn}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for other in ["Ben ", "ben@", "Ada ", "ada@"] {
        assert!(!page.body.contains(other), "{other}: {}", page.body);
    }
    let body = page.body.split("<tbody").nth(1).unwrap().split("</tbody>").next().unwrap();
    cells(body, "<tr class=\"govuk-table__row\">", "</tr>")
}

async fn withdrawal(world: crate::world::World, mood: Mood) {
    let receiver = Receiver::default();
    let push = format!("signals = {{ delivery = \"push\", endpoint = \"{}\" }}", receiver.open().await);
    let mut stage = Stage::with(world, &files_with(&[("news", &push)])).await;
    receiver.hears(&stage.house, "news");
    says(&stage.house, stage.ada, "news", "permit-newsletter").await;
    stage.tokens(&NEWS, &[]).await;
    let ben = ben(&mut stage, &NEWS).await;
    let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
    let visitor = Visitor::new(house);
    visitor.post("/sign-in", &[("email", "ada@havenbrook.example"), ("password", "kettle-orbit-49")]).await;
    let page = "/account/sharing/news/permit-newsletter";
    house.later(Duration::from_mins(2));
    visitor.post(&format!("{page}/withdraw"), &[]).await;
    let at = house.app.now();
    let line = crate::sharing::lines(house, ada).await.pop().unwrap();
    assert_eq!((line.at, line.how.steps, house.events("sharing.consent_withdrawn").await), (at, Some(1), 1));
    receiver.is(mood);
    house.later(Duration::from_mins(1));
    round(house, &mut duty).await;
    let signal = only(house, ada, "news").await;
    assert_eq!(signal.queued_at, at, "with the withdrawal, not after it");
    let seen = async || {
        let shown = visitor.get(page).await.body;
        let told = shown.split("What we told").nth(1).unwrap().split("</dl>").next().unwrap();
        cells(told, "__row\">", "</div>")
    };
    let told = "You no longer agree to a use of your details|1 December 2026 at 12:02pm";
    if signal.delivered_at.is_none() {
        assert_eq!(seen().await, [[told, "We have not reached it yet. We keep trying."]]);
        return;
    }
    assert_eq!(signal.delivered_at, Some(house.app.now()));
    let has = "It has our message. It has not yet said that it is done.|1 December 2026 at 12:03pm";
    assert_eq!(seen().await, [[told, has]]);
    house.later(Duration::from_mins(4));
    answers(house, ada, &NEWS, &[("outcome", "done")]).await;
    assert_eq!(seen().await, [[told, "It says that it is done.|1 December 2026 at 12:07pm"]]);
    assert_eq!(only(house, ada, "news").await.answered_at, Some(house.app.now()));
    let his = super::rows(house, ben, "news").await;
    assert!(his.is_empty(), "{his:?}");
    let stands = crate::sharing::standing(house, ben, "permit-newsletter").await;
    assert!(stands.is_in_force(house.app.now()));
}

async fn erasure(world: crate::world::World, museum: &[(&str, &str)]) -> Vec<Vec<String>> {
    let library = Receiver::default();
    let mut stage = stage(world, &library).await;
    stage.tokens(&OLD_BASIC, &[]).await;
    let ben = ben(&mut stage, &LIBRARY).await;
    let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
    let txn = change(&house.app, ada, What::Erased(None)).await;
    let his = change(&house.app, ben, What::Erased(None)).await;
    house.later(Duration::from_mins(1));
    round(house, &mut duty).await;
    super::poll::takes(house, &crate::oidc::party::MUSEUM).await;
    house.later(Duration::from_mins(1));
    answers(house, ada, &LIBRARY, &[("outcome", "done")]).await;
    answers(house, ada, &crate::oidc::party::MUSEUM, museum).await;
    let other = table(house, "Dee Hart", his).await;
    assert_eq!(other, [["library", "Told, has not said it is done", "1 December 2026 at 12:01pm", "Not yet"]]);
    // The command says the same, and ends with 1 until all have confirmed.
    let folder = TempDir::new("signals");
    let settings = house.settings(folder.path());
    let of = |txn: Uuid| {
        let txn = txn.to_string();
        let arguments = ["--json", "client", "signals", "--config", settings.as_str(), "--change", txn.as_str()];
        let output = crate::serve::portreeve(&arguments).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, said) = of(txn);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let states: Vec<_> = said["signals"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!((code, states.len(), states[2]), (1, 3, "by_hand"), "{said}");
    let (code, said) = of(Uuid::nil());
    assert!(code != 0 && said.contains("No service was told of such a change"), "{code} {said}");
    table(house, "Eve Pike", txn).await
}

both! {
    async fn q05_when_a_withdrawal_took_effect_at_the_service(world: World) {
        withdrawal(world, Mood::Well).await;
    }

    async fn q05_a_service_that_is_down_has_not_been_told(world: World) {
        withdrawal(world, Mood::Down).await;
    }

    async fn q15_which_services_confirmed_and_which_did_not(world: World) {
        let refused = erasure(world, &[("outcome", "refused"), ("reason", "legal_obligation")]).await;
        let library = ["library", "Done", "1 December 2026 at 12:01pm", "1 December 2026 at 12:02pm"].map(str::to_owned);
        assert_eq!(refused, [
            library.to_vec(),
            ["museum", "Refused", "1 December 2026 at 12:01pm", "1 December 2026 at 12:02pm", "legal_obligation"].map(str::to_owned).to_vec(),
            ["old-basic", "Must be told by hand", "Not yet", "Not yet"].map(str::to_owned).to_vec(),
        ]);
    }

    async fn q15_another_answer_is_another_table(world: World) {
        let done = erasure(world, &[("outcome", "done")]).await;
        let museum = ["museum", "Done", "1 December 2026 at 12:01pm", "1 December 2026 at 12:02pm"];
        assert_eq!(done[1], museum);
    }
}
