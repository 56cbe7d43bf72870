//! Looks for values in bytes, however they may have been written down there.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::collections::HashMap;

/// The shortest form of a value that is looked for.
const SHORTEST: usize = 6;

/// Something that must not be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planted {
    /// What it is, for the finding: the finding itself must not print a secret that is somebody's.
    pub what: String,
    pub value: String,
    /// Whether a letter to the resident may hold it.
    pub in_letters: bool,
}

/// One way in which a value may be written.
struct Form {
    planted: usize,
    bytes: Vec<u8>,
    /// Digits alone are found within other numbers, where they mean nothing.
    by_itself: bool,
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// The characters of an encoding that depend on the value alone, wherever it begins in what was encoded.
fn within(engine: &impl base64::Engine, value: &[u8]) -> Vec<String> {
    let at = |before: usize| {
        let text = engine.encode([&vec![0; before], value].concat());
        let (from, to) = ((before * 8).div_ceil(6), (before + value.len()) * 8 / 6);
        text[from..to].to_owned()
    };
    (0..3).map(at).collect()
}

/// A value in every form: as it is, in small and in large letters, escaped, and encoded in each usual way.
fn forms(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned(), value.to_lowercase(), value.to_uppercase()];
    let percent: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    forms.push(percent.replace('+', "%20"));
    forms.push(percent);
    // As JSON, Rust and logs write what is not plain.
    forms.push(value.escape_default().to_string());
    forms.push(serde_json::to_string(value).unwrap().trim_matches('"').to_owned());
    let units = value.encode_utf16().map(|unit| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    });
    forms.push(units.collect());
    for cased in [value.to_owned(), value.to_lowercase()] {
        let bytes = cased.as_bytes();
        forms.extend([hex(bytes), hex(bytes).to_uppercase()]);
        forms.extend(within(&STANDARD_NO_PAD, bytes));
        forms.extend(within(&URL_SAFE_NO_PAD, bytes));
    }
    forms.sort();
    forms.dedup();
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

/// All that is looked for, by how it begins.
pub struct Search<'a> {
    planted: &'a [Planted],
    forms: Vec<Form>,
    begins: HashMap<[u8; SHORTEST], Vec<usize>>,
}

impl<'a> Search<'a> {
    pub fn of(planted: &'a [Planted]) -> Self {
        let mut all = Vec::new();
        for (index, one) in planted.iter().enumerate() {
            assert!(one.value.len() >= SHORTEST, "{} is too short to be looked for", one.what);
            for form in forms(&one.value) {
                let by_itself = form.bytes().all(|byte| byte.is_ascii_digit());
                all.push(Form { planted: index, bytes: form.into_bytes(), by_itself });
            }
        }
        let mut begins: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, form) in all.iter().enumerate() {
            begins.entry(form.bytes[..SHORTEST].try_into().unwrap()).or_default().push(index);
        }
        Self { planted, forms: all, begins }
    }

    /// What is found in these bytes, one line each, with a little of what stands around it.
    pub fn findings(&self, place: &str, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for (at, start) in bytes.windows(SHORTEST).enumerate() {
            let start: &[u8; SHORTEST] = start.try_into().unwrap();
            for form in self.begins.get(start).into_iter().flatten().map(|index| &self.forms[*index]) {
                let end = at + form.bytes.len();
                if bytes.get(at..end) != Some(&form.bytes[..]) {
                    continue;
                }
                let beside = [at.checked_sub(1), Some(end)].into_iter().flatten().filter_map(|next| bytes.get(next));
                if form.by_itself && beside.copied().any(|byte| byte.is_ascii_alphanumeric()) {
                    continue;
                }
                let around = &bytes[at.saturating_sub(120)..bytes.len().min(end + 60)];
                let what = &self.planted[form.planted].what;
                found.push(format!("{place} holds {what}: …{}…", String::from_utf8_lossy(around)));
            }
        }
        found.dedup();
        found
    }
}

#[test]
fn every_form_of_a_value_is_found() {
    let planted = |value: &str| [Planted { what: "it".into(), value: value.into(), in_letters: false }];
    let name = planted("Zdzisława O'Quill");
    let search = Search::of(&name);
    for text in [
        "{\"name\":\"Zdzisława O'Quill\"}",
        "zdzisława o'quill",
        "?q=Zdzis%C5%82awa+O%27Quill&",
        "?q=Zdzis%C5%82awa%20O%27Quill&",
        "Zdzis\\u{142}awa O\\'Quill",
        "Zdzis\\u0142awa O'Quill",
        &hex("xx Zdzisława O'Quill xx".as_bytes()),
        &hex("Zdzisława O'Quill".as_bytes()).to_uppercase(),
        &URL_SAFE_NO_PAD.encode("Zdzisława O'Quill"),
        &URL_SAFE_NO_PAD.encode("{\"n\":\"Zdzisława O'Quill\"}"),
        &STANDARD_NO_PAD.encode("x Zdzisława O'Quill?"),
        &STANDARD_NO_PAD.encode("xy Zdzisława O'Quill?"),
    ] {
        assert!(!search.findings("text", text.as_bytes()).is_empty(), "{text}");
    }
    assert_eq!(search.findings("text", b"Zdzis O'Quill, Zdz"), Vec::<String>::new());
    let code = planted("314159");
    let search = Search::of(&code);
    for (text, found) in [("code 314159", 1), ("\"314159\"", 1), ("1314159", 0), ("314159Z", 0), ("333134313539", 1)] {
        assert_eq!(search.findings("text", text.as_bytes()).len(), found, "{text}");
    }
}
