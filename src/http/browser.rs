//! A browser in the words a resident would use: "Firefox 128 on Android". Enough to recognise one's own device in a
//! list of sessions, and no more: the header itself is not kept.

/// Browsers by the token that gives them away; the first match wins, since most also name those they descend from.
const BROWSERS: [(&str, &str); 10] = [
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

/// Systems likewise; Android also says Linux, and phones of Apple also say Mac OS X.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// The browser and system a `User-Agent` (RFC 9110 §10.1.5) stands for; "A browser" where it says neither. The
/// result holds nothing of the header but a version number.
#[must_use]
pub fn family(user_agent: &str) -> String {
    let browser = BROWSERS.iter().find_map(|(token, name)| {
        let (_, after) = user_agent.split_once(token)?;
        // Android's old browser also says `Version/`; only Safari itself is told by it.
        if *name == "Safari" && !user_agent.contains("Safari/") {
            return None;
        }
        let version: String = after.chars().take_while(char::is_ascii_digit).take(4).collect();
        Some(if version.is_empty() { (*name).to_owned() } else { format!("{name} {version}") })
    });
    let system = SYSTEMS.iter().find(|(token, _)| user_agent.contains(token)).map(|(_, name)| *name);
    let browser = browser.unwrap_or_else(|| "A browser".to_owned());
    match system {
        Some(system) => format!("{browser} on {system}"),
        None => browser,
    }
}

#[cfg(test)]
mod tests {
    use super::family;

    #[test]
    fn browsers_are_named_in_plain_words() {
        for (agent, plain) in [
            ("Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0", "Firefox 128 on Android"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 \
                 Safari/537.36 Edg/126.0.2592.68",
                "Edge 126 on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                "Chrome 126 on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari 17 on iPhone",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1",
                "Chrome 126 on iPad",
            ),
            ("curl/8.5.0", "A browser"),
            ("", "A browser"),
            ("<script>alert(1)</script> Chrome/9<b> Windows", "Chrome 9 on Windows"),
            ("Chrome/99999999999", "Chrome 9999"),
        ] {
            assert_eq!(family(agent), plain);
        }
    }
}
