//! `staff.toml`: how long members of staff are signed in, and the council's own OpenID provider that may sign them in.

use super::assurance::length;
use super::finding::Finding;
use super::sources::Sources;
use crate::domain::client::{Issuer, Words};
use crate::domain::redirect::is_loopback;
use crate::domain::session::Lifetime;
use crate::domain::staff::Role;
use serde::{Deserialize, Deserializer, de::Error};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::time::Duration;
use url::Url;

pub(super) const FILE: &str = "staff.toml";

const MINUTE: u64 = 60;
const IDLE: RangeInclusive<u64> = 5 * MINUTE..=60 * MINUTE;
const ABSOLUTE: RangeInclusive<u64> = 15 * MINUTE..=12 * 60 * MINUTE;

/// How members of staff sign in, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// How long a session lasts.
    pub session: Lifetime,
    /// The council's own provider, if it signs members of staff in.
    pub upstream: Option<Upstream>,
    /// Which group of that provider has which roles.
    pub groups: BTreeMap<String, Vec<Role>>,
}

/// The council's own OpenID provider.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// Its issuer, just as its discovery document and its tokens write it.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// What the claim `tid` must be, where its tokens have one: the tenant that is the council.
    pub tenant: Option<String>,
    /// The claim that names groups. `sub` lists people one by one.
    #[serde(default = "groups")]
    pub groups_claim: String,
    /// What its button says.
    pub name: Words,
}

fn groups() -> String {
    "groups".to_owned()
}

impl Staff {
    /// The roles of somebody who is in these groups, each once, in order.
    #[must_use]
    pub fn roles_of<'a>(&self, groups: impl IntoIterator<Item = &'a str>) -> Vec<Role> {
        let roles: BTreeSet<Role> =
            groups.into_iter().filter_map(|group| self.groups.get(group)).flatten().copied().collect();
        roles.into_iter().collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: String,
    #[serde(default)]
    session: Session,
    upstream: Option<Upstream>,
    #[serde(default)]
    group: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Session {
    #[serde(deserialize_with = "length")]
    idle: Duration,
    #[serde(deserialize_with = "length")]
    absolute: Duration,
}

impl Default for Session {
    fn default() -> Self {
        Self { idle: Duration::from_mins(15), absolute: Duration::from_hours(8) }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    value: String,
    #[serde(deserialize_with = "roles")]
    roles: Vec<Role>,
}

fn roles<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Role>, D::Error> {
    let words = Vec::<String>::deserialize(deserializer)?;
    let role = |word: &String| {
        let known = || Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
        Role::parse(word).ok_or_else(|| D::Error::custom(format!("{word:?} is no role: there are {}", known())))
    };
    words.iter().map(role).collect()
}

pub(super) fn load(sources: &Sources, issuer: &Issuer, findings: &mut Vec<Finding>) -> Option<Staff> {
    let written: Written = sources.parse(FILE, findings)?;
    let mut wrong = |rule: &'static str, path: &str, message: String, remedy: &str| {
        findings.push(Finding::error(rule, sources.place(FILE, path), message, remedy));
    };
    if written.schema != "portreeve.staff/1" {
        let message = "The schema is not one this program reads.".to_owned();
        wrong("file.schema", "schema", message, "Write portreeve.staff/1.");
    }
    let Session { idle, absolute } = written.session;
    if !IDLE.contains(&idle.as_secs()) {
        wrong("staff.range", "session.idle", "It must be from 5 min to 1 h.".to_owned(), "Set it within its range.");
    }
    if !ABSOLUTE.contains(&absolute.as_secs()) || absolute < idle {
        let message = "It must be from 15 min to 12 h, and not less than idle.".to_owned();
        wrong("staff.range", "session.absolute", message, "Set it within its range.");
    }
    if let Some(upstream) = &written.upstream {
        for (key, message, remedy) in faults(upstream, issuer) {
            wrong("staff.upstream", &format!("upstream.{key}"), message.to_owned(), remedy);
        }
    }
    let mut groups: BTreeMap<String, Vec<Role>> = BTreeMap::new();
    for (nth, group) in written.group.into_iter().enumerate() {
        let path = format!("group.{nth}");
        if group.value.trim().is_empty() || group.roles.is_empty() {
            let message = "A group needs a value and roles.".to_owned();
            wrong("staff.group", &path, message, "Write both, or take it out.");
        }
        if groups.contains_key(&group.value) {
            let message = format!("There are two groups {:?}.", group.value);
            wrong("staff.twice", &path, message, "Write all its roles in one.");
        }
        groups.insert(group.value, group.roles);
    }
    Some(Staff { session: Lifetime { idle, absolute }, upstream: written.upstream, groups })
}

/// What is wrong with the provider, as (key, what, remedy).
fn faults(upstream: &Upstream, issuer: &Issuer) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut faults = Vec::new();
    let url = Url::parse(&upstream.issuer).ok().filter(|url| url.query().is_none() && url.fragment().is_none());
    let plain = url.as_ref().is_some_and(|url| url.scheme() == "http" && is_loopback(url)) && issuer.is_loopback();
    if !plain && url.is_none_or(|url| url.scheme() != "https") {
        faults.push(("issuer", "The issuer is no https address.", "Write it as its discovery document does."));
    }
    for (key, value) in [("client_id", &upstream.client_id), ("groups_claim", &upstream.groups_claim)] {
        if value.trim().is_empty() {
            faults.push((key, "It is empty.", "Write what the provider calls it."));
        }
    }
    // An assertion of ours to the provider must never pass for a token of ours.
    if upstream.client_id == issuer.as_str() {
        faults.push(("client_id", "It is our own issuer.", "Have the provider call us something else."));
    }
    if upstream.tenant.as_ref().is_some_and(|tenant| tenant.trim().is_empty()) {
        faults.push(("tenant", "It is empty: no tenant has that name.", "Write the tenant, or take the line out."));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::{FILE, load};
    use crate::domain::client::Issuer;
    use crate::domain::staff::Role;
    use crate::policy::sample::tests::broken;
    use crate::policy::sources::Sources;
    use std::time::Duration;

    const UPSTREAM: &str = "[upstream]\nissuer = \"https://login.havenbrook.example/\"\nclient_id = \"portreeve\"\n\
                            name = \"Work account\"\n";
    const GROUP: &str = "[[group]]\nvalue = \"desk\"\nroles = [\"customer_service\"]\n";

    /// The rules that a whole file breaks.
    fn rules(text: &str) -> Vec<&'static str> {
        broken(&[(FILE, "", &format!("schema = \"portreeve.staff/1\"\n{text}"))])
    }

    #[test]
    fn the_figures_of_the_house_hold_where_nothing_is_set() {
        let issuer = Issuer::parse("https://account.havenbrook.example").unwrap();
        let read = |text: &str| {
            let text = format!("schema = \"portreeve.staff/1\"\n{text}");
            load(&Sources::new([(FILE.to_owned(), text)]), &issuer, &mut vec![]).unwrap()
        };
        let staff = read("");
        assert_eq!((staff.session.idle, staff.session.absolute), (Duration::from_mins(15), Duration::from_hours(8)));
        assert_eq!((staff.upstream, staff.groups.len()), (None, 0));
        let more = "[[group]]\nvalue = \"both\"\nroles = [\"auditor\", \"customer_service\"]\n";
        let staff = read(&format!("{UPSTREAM}{GROUP}{more}"));
        let upstream = staff.upstream.as_ref().unwrap();
        assert_eq!((upstream.groups_claim.as_str(), upstream.tenant.as_deref()), ("groups", None));
        assert_eq!(staff.roles_of(["both", "desk", "else"]), [Role::CustomerService, Role::Auditor]);
        assert_eq!(staff.roles_of(["Desk", "else"]), []);
    }

    #[test]
    fn each_rule_breaks_and_passes_its_twin() {
        let with = |from: &str, to: &str| format!("{UPSTREAM}{GROUP}").replacen(from, to, 1);
        let issuer = "https://login.havenbrook.example/";
        let name = "name = \"Work account\"";
        let cases = [
            ("staff.range", "[session]\nidle = \"4 min\"".to_owned(), "[session]\nidle = \"5 min\"".to_owned()),
            ("staff.range", "[session]\nidle = \"61 min\"".to_owned(), "[session]\nidle = \"60 min\"".to_owned()),
            ("staff.range", "[session]\nabsolute = \"13 h\"".to_owned(), "[session]\nabsolute = \"12 h\"".to_owned()),
            (
                "staff.range",
                "[session]\nidle = \"30 min\"\nabsolute = \"29 min\"".to_owned(),
                "[session]\nidle = \"30 min\"\nabsolute = \"30 min\"".to_owned(),
            ),
            ("staff.upstream", with(issuer, "http://login.example"), with(issuer, "http://localhost:9000")),
            ("staff.upstream", with(issuer, "ftp://localhost:9000"), with(issuer, "http://localhost:9000")),
            ("staff.upstream", with(issuer, "login.example"), with(issuer, "https://login.example")),
            ("staff.upstream", with(issuer, "https://login.example?a=b"), with(issuer, "https://login.example/v2.0")),
            ("staff.upstream", with(issuer, "https://login.example#a"), with(issuer, "https://login.example/a")),
            ("staff.upstream", with("\"portreeve\"", "\" \""), with("\"portreeve\"", "\"p\"")),
            (
                "staff.upstream",
                with("\"portreeve\"", "\"http://localhost:8080\""),
                with("\"portreeve\"", "\"http://localhost:8080/staff\""),
            ),
            (
                "staff.upstream",
                with(name, &format!("{name}\ntenant = \"\"")),
                with(name, &format!("{name}\ntenant = \"x\"")),
            ),
            (
                "staff.upstream",
                with(name, &format!("{name}\ngroups_claim = \"\"")),
                with(name, &format!("{name}\ngroups_claim = \"sub\"")),
            ),
            ("staff.group", with("\"desk\"", "\"\""), with("\"desk\"", "\"d\"")),
            ("staff.group", with("[\"customer_service\"]", "[]"), with("customer_service", "auditor")),
            (
                "staff.twice",
                format!("{UPSTREAM}{GROUP}{GROUP}"),
                format!("{UPSTREAM}{GROUP}{}", GROUP.replace("desk", "Desk")),
            ),
            ("staff.no_group", UPSTREAM.to_owned(), format!("{UPSTREAM}{GROUP}")),
            ("staff.no_upstream", GROUP.to_owned(), format!("{UPSTREAM}{GROUP}")),
            ("file.unreadable", with("customer_service", "desk_officer"), with("customer_service", "administrator")),
        ];
        for (rule, bad, twin) in cases {
            assert_eq!(rules(&bad), [rule], "{bad}");
            assert_eq!(rules(&twin), Vec::<&str>::new(), "{twin}");
        }
    }

    #[test]
    fn plain_http_is_for_a_house_on_loopback() {
        let text = format!("schema = \"portreeve.staff/1\"\n{UPSTREAM}{GROUP}");
        let text = text.replace("https://login.havenbrook.example/", "http://localhost:9000");
        let sources = Sources::new([(FILE.to_owned(), text)]);
        let mut found = vec![];
        load(&sources, &Issuer::parse("https://account.havenbrook.example").unwrap(), &mut found);
        assert_eq!((found[0].rule, found[0].line), ("staff.upstream", Some(3)));
    }
}
