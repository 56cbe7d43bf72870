//! Sizes, names, and what a commit may hold.

use super::{Breaches, File};

const MOST_LINES: usize = 500;

/// A file that needs more lines than this is two files.
pub fn no_file_is_too_long(file: &File) -> Breaches {
    let lines = file.text.lines().count();
    let most = if file.path == "src/main.rs" { 60 } else { MOST_LINES };
    if file.ends_in(&["rs", "js", "mjs", "cjs", "py", "ftl", "sql", "html", "css", "toml", "md"]) && lines > most {
        return vec![format!("{}: {lines} lines, {most} is the most", file.path)];
    }
    Vec::new()
}

/// A name that says nothing gathers everything.
pub fn names_say_what_a_room_is_for(file: &File) -> Breaches {
    const EMPTY: &[&str] = &["util", "utils", "common", "helper", "helpers", "misc"];
    if !file.ends_in(&["rs", "js", "mjs", "cjs"]) {
        return Vec::new();
    }
    let parts = file.path.split('/').map(|part| part.split_once('.').map_or(part, |(stem, _)| stem));
    let mut breaches: Breaches = parts
        .filter(|part| EMPTY.contains(part))
        .map(|part| format!("{}: `{part}` is no name for a module", file.path))
        .collect();
    if file.ends_in(&["rs"]) {
        let words = super::words::words(&file.text);
        let inline = words.windows(2).filter(|pair| pair[0].text == "mod" && EMPTY.contains(&pair[1].text.as_str()));
        breaches.extend(
            inline.map(|pair| format!("{}:{}: `{}` is no name for a module", file.path, pair[1].line, pair[1].text)),
        );
    }
    breaches
}

/// The top level of the repository is what the plan names and the hidden files of the tools.
pub fn the_top_level_is_the_plan(file: &File) -> Breaches {
    const FOLDERS: &[&str] = &["src", "migrations", "policies", "tests", "deploy"];
    const FILES: &[&str] = &[
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "build.rs",
        "LICENSE",
        ".clippy.toml",
        ".deny.toml",
        ".gitattributes",
        ".gitignore",
        ".rustfmt.toml",
        ".ci/run",
    ];
    let planned = FILES.contains(&file.path.as_str())
        || file.path.split_once('/').is_some_and(|(folder, _)| FOLDERS.contains(&folder));
    if planned { Vec::new() } else { vec![format!("{}: not in the plan of the top level", file.path)] }
}

/// No file names the machine it was written on or the registry its packages came from.
pub fn nothing_names_a_machine_or_a_registry(file: &File) -> Breaches {
    // Taken apart, so that this file passes its own rule.
    const NAMES: &[&str] = &[
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("npm", "js.org"),
        concat!("npm", "js.com"),
        concat!("yarn", "pkg.com"),
        concat!("crates", ".io"),
        concat!("pypi", ".org"),
        concat!("python", "hosted.org"),
    ];
    // Cargo writes the name of its index beside every package.
    if file.path == "Cargo.lock" {
        return Vec::new();
    }
    let numbered = file.text.lines().zip(1..);
    numbered
        .flat_map(|(line, n)| NAMES.iter().filter(|&&name| line.contains(name)).map(move |name| (n, name)))
        .map(|(n, name)| format!("{}:{n}: names {name}", file.path))
        .collect()
}

/// npm takes packages from where it is told to, not from where the lock was written.
pub fn locks_name_no_host(file: &File) -> Breaches {
    if file.path.ends_with("package-lock.json") && file.text.contains("\"resolved\"") {
        return vec![format!("{}: has \"resolved\"; write it with omit-lockfile-registry-resolved=true", file.path)];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::super::of;
    use super::*;

    #[test]
    fn a_long_file_is_seen() {
        for (path, lines, breaches) in [
            ("src/store/grants.rs", 501, 1),
            ("src/store/grants.rs", 500, 0),
            ("tests/browser/newcomer.test.js", 501, 1),
            ("src/view/words/en.ftl", 501, 1),
            ("deploy/verify/verify.py", 501, 1),
            ("src/main.rs", 61, 1),
            ("tests/browser/package-lock.json", 501, 0),
        ] {
            assert_eq!(of(no_file_is_too_long, path, &"x\n".repeat(lines)).len(), breaches, "{path}: {lines}");
        }
    }

    #[test]
    fn a_name_without_meaning_is_seen() {
        let rule = names_say_what_a_room_is_for;
        for (path, source) in [
            ("src/store/util.rs", ""),
            ("src/common/grants.rs", ""),
            ("tests/browser/lib/helpers.js", ""),
            ("tests/it/helper.rs", ""),
            ("src/store.rs", "mod misc { }"),
        ] {
            assert_eq!(of(rule, path, source).len(), 1, "{path}: {source}");
        }
        assert_eq!(of(rule, "src/store/grants.rs", "mod tests { } // mod util").len(), 0);
    }

    #[test]
    fn a_file_outside_the_plan_is_seen() {
        for path in ["Makefile", "docs/index.md", "notes.txt", ".ci/other", ".idea/x.xml", "srcs/lib.rs"] {
            assert_eq!(of(the_top_level_is_the_plan, path, "").len(), 1, "{path}");
        }
        for path in ["src/lib.rs", ".ci/run", "Cargo.lock", "deploy/CHANGELOG.md", "policies/services/x.toml"] {
            assert_eq!(of(the_top_level_is_the_plan, path, "").len(), 0, "{path}");
        }
    }

    #[test]
    fn a_name_of_a_machine_or_registry_is_seen() {
        let rule = nothing_names_a_machine_or_a_registry;
        for text in [concat!("cd /wo", "rk/main"), concat!("https://registry.npm", "js.org/axe-core")] {
            assert_eq!(of(rule, "deploy/x.md", text).len(), 1, "{text}");
        }
        assert_eq!(of(rule, "deploy/x.md", "/how/it/works/ and cargo's index").len(), 0);
    }

    #[test]
    fn a_lock_with_hosts_is_seen() {
        let lock = r#"{"packages": {"node_modules/x": {"resolved": "x.tgz"}}}"#;
        assert_eq!(of(locks_name_no_host, "tests/browser/package-lock.json", lock).len(), 1);
        assert_eq!(of(locks_name_no_host, "tests/browser/package-lock.json", "{}").len(), 0);
    }
}
