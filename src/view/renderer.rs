//! Turns a page and its chrome into HTML.

use super::chrome::{Brand, Chrome, Place, StaffChrome};
use super::errors::Wrong;
use super::lang::{Lang, Languages};
use super::letters::Letters;
use super::pages::{Device, DeviceKind};
use super::sheet::Sheet;
use super::words::{Words, WordsError, clock, date, day};
use super::{assets, components};
use crate::domain::retention::Period;
use crate::domain::rights::bundle::Verdict;
use crate::domain::time::When;
use fluent_bundle::{FluentArgs, FluentValue};
use jiff::Timestamp;
use jiff::civil::Date;
use minijinja::value::{Kwargs, Serde};
use minijinja::{Environment, Error, ErrorKind, State, Value, context};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A page: plain data, and the template that shows it.
pub trait Page: Serialize {
    /// The template's name in `templates/`.
    const TEMPLATE: &'static str;

    /// What to mend, in the order of the fields.
    fn errors(&self) -> &[Wrong] {
        &[]
    }
}

/// A whole HTML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html(pub String);

/// Why there is no renderer.
#[derive(Debug, thiserror::Error)]
pub enum RendererError {
    /// A template does not compile.
    #[error("a page template does not compile")]
    Template(#[from] minijinja::Error),
    /// The catalogues cannot be used.
    #[error(transparent)]
    Words(#[from] WordsError),
}

/// Templates and words, read once; cheap to clone.
#[derive(Clone)]
pub struct Renderer {
    env: Arc<Environment<'static>>,
    words: Arc<Words>,
    brand: Arc<Brand>,
    languages: Languages,
    sheet: Option<Sheet>,
}

macro_rules! templates {
    ($($name:literal)+) => {
        &[$(($name, include_str!(concat!("templates/", $name)))),+]
    };
}

static TEMPLATES: &[(&str, &str)] = templates! {
    "accessibility.html" "account.html" "age_band.html" "ask_received.html" "ask_without.html" "busy.html" "change_email.html" "change_password.html" "check_code.html"
    "choose_password.html" "claims.html" "complain.html" "consent.html" "console.html" "cookies.html" "create_account.html"
    "detail_uses.html" "details.html"
    "errors.html" "expired.html" "finish_sign_up.html" "forgotten.html" "form.html" "form_post.html" "give_detail.html" "home.html"
    "idle.html" "inform.html" "layout.html" "leave_account.html" "left_account.html" "limits.html" "locked.html" "logout_confirm.html" "not_found.html"
    "not_my_sign_in.html" "notice.html" "other_ways.html" "password.html" "privacy.html" "problem.html"
    "recovery_codes.html" "reopen_account.html" "second_step.html" "second_step_set_up.html" "second_step_settings.html"
    "seen.html" "seen_heading.html" "seen_one.html" "seen_part.html" "seen_rows.html" "service_pages.html"
    "set_up.html" "set_up_step.html" "set_up/claims.html" "set_up/go-live.html" "set_up/keys.html" "set_up/level.html"
    "set_up/request.html" "set_up/sector.html" "set_up/sessions.html" "set_up/signals.html" "set_up/token.html"
    "set_up/userinfo.html"
    "data_complaint.html" "data_complaint_received.html" "download.html" "download_sheet.html" "reach.html" "rights.html" "rights_complain.html"
    "rights_copy.html" "rights_kinds.html" "rights_one.html" "rights_rows.html" "shared_address.html" "sharing.html" "sharing_act.html" "sharing_choose.html" "sharing_object.html"
    "sharing_one.html" "sharing_receipt.html" "sharing_rows.html"
    "sign_in.html" "signed_out.html" "staff/enrol.html" "staff/front.html" "staff/nobody.html"
    "staff/passkey.html" "staff/passkeys.html" "staff/prove.html" "staff/refused.html" "staff/sign_in.html" "staff/sign_out.html"
    "step_code.html" "undo_email.html"
    "username.html" "vectors_of_trust.html"
};

impl Renderer {
    /// Compiles every template and reads the catalogues.
    pub fn new(brand: &Brand) -> Result<Self, RendererError> {
        let words = Arc::new(Words::load()?);
        let mut env = components::environment()?;
        for (name, source) in TEMPLATES {
            env.add_template(name, source)?;
        }
        env.add_global("brand", Value::from(Serde(brand)));
        env.add_function("asset", |key: &str| {
            assets::url(key).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no asset {key}")))
        });
        env.add_function("both", |state: &State, text: &Value| text.get_attr(lang_of(state).as_str()));
        env.add_function("clock", |state: &State, at: &Value| Ok::<_, Error>(clock(when(at)?, lang_of(state))));
        env.add_function("date", |state: &State, at: &Value| Ok::<_, Error>(date(when(at)?, lang_of(state))));
        env.add_function("day", |state: &State, on: &Value| Ok::<_, Error>(day(civil(on)?, lang_of(state))));
        let speaker = Arc::clone(&words);
        env.add_function("t", move |state: &State, id: &str, values: Kwargs| {
            say(&speaker, lang_of(state), id, &values)
        });
        let speaker = Arc::clone(&words);
        env.add_function("length", move |state: &State, period: Option<&str>| length(&speaker, lang_of(state), period));
        let speaker = Arc::clone(&words);
        env.add_function("device_name", move |state: &State, device: &Value| {
            Ok::<_, Error>(speaker.device(lang_of(state), &seen(device)?))
        });
        let speaker = Arc::clone(&words);
        env.add_function("claim_label", move |state: &State, claim: &str| claim_label(&speaker, lang_of(state), claim));
        let speaker = Arc::clone(&words);
        env.add_function("field_label", move |state: &State, field: &str| field_label(&speaker, lang_of(state), field));
        Ok(Self { env: Arc::new(env), words, brand: Arc::new(brand.clone()), languages: Languages::BOTH, sheet: None })
    }

    /// The same, in these languages alone: no page and no letter is in another, whoever asks for it.
    #[must_use]
    pub fn offering(self, languages: Languages) -> Self {
        Self { languages, ..self }
    }

    /// The same, in a council's colours.
    #[must_use]
    pub fn coloured(self, sheet: Sheet) -> Self {
        Self { sheet: Some(sheet), ..self }
    }

    /// The style sheet of a council's colours that is served under this name.
    #[must_use]
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheet.as_ref().filter(|sheet| &*sheet.name == name)
    }

    /// The languages offered.
    #[must_use]
    pub const fn languages(&self) -> Languages {
        self.languages
    }

    /// The page as a document in the chrome's language.
    #[must_use]
    pub fn page<P: Page>(&self, page: &P, chrome: &Chrome) -> Html {
        match self.render(page, chrome) {
            Ok(html) => Html(html),
            Err(why) => {
                // Debug text of a template error names the page's values, so only its kind and place are logged.
                tracing::error!(template = P::TEMPLATE, kind = ?why.kind(), line = why.line(), "a page did not render");
                Html(LAST_RESORT.to_owned())
            }
        }
    }

    /// The part of the page that is its own, without what stands around every page; none if it does not render.
    #[must_use]
    pub fn main_of<P: Page>(&self, page: &P, chrome: &Chrome) -> Option<String> {
        let html = self.render(page, chrome).ok()?;
        let (_, main) = html.split_once("<main")?;
        main.split_once("</main>").map(|(main, _)| main.to_owned())
    }

    fn render<P: Page>(&self, page: &P, chrome: &Chrome) -> Result<String, Error> {
        let lang = self.languages.speak(chrome.lang);
        let mut wrong = BTreeMap::new();
        let mut errors = Vec::new();
        for error in page.errors() {
            let mut args = FluentArgs::new();
            if let Some(until) = error.until() {
                args.set("time", clock(until, lang));
            }
            let text = self.words.say(lang, error.words(), &args);
            errors.push(context! { text => &text, href => format!("#{}", error.element()) });
            let prefix = self.words.say(lang, "error-word", &FluentArgs::new());
            // One field shows one message: its first.
            wrong.entry(error.field()).or_insert_with(|| context! { text, visuallyHiddenText => prefix });
        }
        let idle_words = chrome.signs_out_at.zip(chrome.idle).map(|(at, idle)| self.signs_out_at(at, idle.renewable));
        self.env.get_template(P::TEMPLATE)?.render(context! {
            lang => lang.as_str(),
            page => Value::from(Serde(page)),
            languages => self.choices(lang, chrome),
            sheet => self.sheet.as_ref().map(Sheet::url),
            theme => self.sheet.as_ref().map_or("#1b5e57", |sheet| &sheet.theme),
            form_token => &chrome.form_token,
            signed_in_as => &chrome.signed_in_as,
            signs_out_at => chrome.signs_out_at.map(|at| Value::from(Serde(at))),
            idle => Value::from(Serde(&chrome.idle)),
            idle_words => idle_words.map(|words| Value::from(Serde(words))),
            service => Value::from(Serde(&chrome.service)),
            staff => chrome.staff.as_ref().map(|staff| self.staff(staff, lang, chrome)),
            service_name => chrome.service.as_ref().map_or_else(
                || self.words.say(lang, "the-service", &FluentArgs::new()),
                |service| service.name.get(lang).to_owned(),
            ),
            errors,
            wrong,
        })
    }

    /// The language links; none where there is nothing to choose.
    fn choices(&self, spoken: Lang, chrome: &Chrome) -> Vec<Value> {
        let link = |lang: Lang| {
            context! { text => lang.own_name(), lang => lang.as_str(), href => chrome.here_in(lang), current => lang == spoken }
        };
        let choices: Vec<Value> = self.languages.all().map(link).collect();
        if choices.len() > 1 { choices } else { Vec::new() }
    }

    /// What the layout shows of the staff listener, with its words: the groups of places, each leading to its first, and the
    /// places of the group that this page is in.
    fn staff(&self, staff: &StaffChrome, lang: Lang, chrome: &Chrome) -> Value {
        let say = |id: &str, args: &FluentArgs<'_>| self.words.say(lang, id, args);
        let path = chrome.here.split('?').next().unwrap_or_default();
        let below = |place: &&Place| path.strip_prefix(place.path).is_some_and(|rest| rest.starts_with('/'));
        // The longest: a page below another that is in the navigation too.
        let exact = staff.places.iter().find(|place| place.path == path);
        let here = exact.or_else(|| staff.places.iter().filter(below).max_by_key(|place| place.path.len()));
        let link = |place: &Place| {
            let text = say(&format!("staff-place-{}", place.words), &FluentArgs::new());
            context! { text, href => place.path, current => exact == Some(place), active => here == Some(place) }
        };
        let (mut navigation, mut groups, mut places) = (Vec::new(), Vec::new(), Value::from(()));
        for group in staff.places.chunk_by(|one, next| one.group == next.group) {
            let Some(first) = group.first() else { continue };
            if let [alone] = group {
                navigation.push(link(alone));
                if alone.path != "/" {
                    groups.push(context! { places => [link(alone)] });
                }
                continue;
            }
            let text = Value::from(say(&format!("staff-group-{}", first.group), &FluentArgs::new()));
            let links: Value = group.iter().map(link).collect();
            let active = here.is_some_and(|here| here.group == first.group);
            navigation.push(context! { text => text.clone(), href => first.path, active });
            groups.push(context! { text, places => links.clone() });
            if active {
                places = links;
            }
        }
        if let Some(name) = &staff.signed_in_as {
            let mut args = FluentArgs::new();
            args.set("name", name.as_str());
            navigation.push(context! { text => say("signed-in-as", &args) });
            navigation.push(context! { text => say("sign-out", &FluentArgs::new()), href => "/sign-out" });
        }
        context! { navigation, groups, places }
    }

    /// When she is signed out if she does nothing, or whatever she does, in words: for the script that keeps them true. In
    /// every language, for her other tabs may be in another one.
    #[must_use]
    pub fn signs_out_at(&self, at: When, renewable: bool) -> BTreeMap<&'static str, String> {
        let say = |lang: Lang| {
            let mut args = FluentArgs::new();
            args.set("time", clock(at, lang));
            self.words.say(lang, if renewable { "signs-out-at" } else { "idle-end" }, &args)
        };
        Lang::ALL.map(|lang| (lang.as_str(), say(lang))).into()
    }

    /// What stands in a copy of what is held in the place of words that went, with why.
    #[must_use]
    pub fn mark(&self, verdict: Verdict, lang: Lang) -> String {
        let lang = self.languages.speak(lang);
        self.words.say(lang, &format!("bundle-mark-{}", verdict.as_str()), &FluentArgs::new())
    }

    /// The letters in one language.
    #[must_use]
    pub fn letters(&self, lang: Lang) -> Letters<'_> {
        Letters { words: &self.words, brand: &self.brand, lang: self.languages.speak(lang) }
    }
}

/// What is shown when even the problem page does not render.
const LAST_RESORT: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>There is a problem</title>\
</head><body><main><h1>There is a problem</h1><p>Try again later.</p><p lang=\"cy\">Mae problem. Rhowch gynnig arall arni \
yn nes ymlaen.</p></main></body></html>";

fn lang_of(state: &State) -> Lang {
    state.lookup("lang").and_then(|lang| lang.as_str().and_then(Lang::parse)).unwrap_or_default()
}

fn say(words: &Words, lang: Lang, id: &str, values: &Kwargs) -> Result<String, Error> {
    let mut args = FluentArgs::new();
    for name in values.args() {
        let value: Value = values.get(name)?;
        let value = match value.as_i64() {
            Some(number) => FluentValue::from(number),
            None => FluentValue::from(value.to_string()),
        };
        args.set(name.to_owned(), value);
    }
    Ok(words.say(lang, id, &args))
}

/// How long something is kept; what is not of a single unit stands as it is written.
fn length(words: &Words, lang: Lang, period: Option<&str>) -> String {
    let mut args = FluentArgs::new();
    let Some(text) = period else { return words.say(lang, "download-kept-for-good", &args) };
    let period = Period::parse(text).ok();
    if period.is_some_and(Period::is_zero) {
        return words.say(lang, "download-kept-not", &args);
    }
    let Some((count, unit)) = period.and_then(Period::of_one_unit) else { return text.to_owned() };
    args.set("count", count);
    words.say(lang, &format!("length-{unit}"), &args)
}

/// The claim's label; one without words in the catalogue is shown by its name.
fn claim_label(words: &Words, lang: Lang, claim: &str) -> String {
    let id = format!("claim-{claim}");
    if words.has(&id) { words.say(lang, &id, &FluentArgs::new()) } else { claim.to_owned() }
}

/// The label of something that a member of staff looked at: what is no claim has words of its own.
fn field_label(words: &Words, lang: Lang, field: &str) -> String {
    let id = format!("seen-field-{field}");
    if words.has(&id) { words.say(lang, &id, &FluentArgs::new()) } else { claim_label(words, lang, field) }
}

/// A device as a template has it.
fn seen(device: &Value) -> Result<Device, Error> {
    let text = |key: &str| Ok::<_, Error>(device.get_attr(key)?.as_str().map(ToOwned::to_owned));
    let kind = match text("kind")?.as_deref() {
        Some("phone") => DeviceKind::Phone,
        Some("tablet") => DeviceKind::Tablet,
        Some("mobile") => DeviceKind::Mobile,
        Some("computer") => DeviceKind::Computer,
        _ => DeviceKind::Unknown,
    };
    Ok(Device { kind, browser: text("browser")?, system: text("system")? })
}

fn when(at: &Value) -> Result<When, Error> {
    let at: Option<Timestamp> = at.as_str().and_then(|text| text.parse().ok());
    at.map(When::from).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "not a point in time"))
}

fn civil(on: &Value) -> Result<Date, Error> {
    let on: Option<Date> = on.as_str().and_then(|text| text.parse().ok());
    on.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "not a day"))
}

#[cfg(test)]
mod tests {
    use super::TEMPLATES;
    use std::collections::BTreeSet;

    #[test]
    fn every_template_in_the_folder_is_compiled_in() {
        let listed: BTreeSet<String> = TEMPLATES.iter().map(|(name, _)| (*name).to_owned()).collect();
        let mut there = BTreeSet::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(format!("src/view/templates/{folder}")).unwrap() {
                let entry = entry.unwrap();
                let name = format!("{folder}{}", entry.file_name().into_string().unwrap());
                if entry.file_type().unwrap().is_dir() {
                    folders.push(format!("{name}/"));
                } else {
                    there.insert(name);
                }
            }
        }
        assert_eq!(listed, there);
    }

    #[test]
    fn no_template_of_ours_switches_escaping_off() {
        for (name, source) in TEMPLATES {
            for bad in ["safe", "autoescape", "\"html\":", "Html\":"] {
                assert!(!source.contains(bad), "{bad} in {name}");
            }
        }
    }
}
