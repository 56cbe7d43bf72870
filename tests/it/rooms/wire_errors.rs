//! No error of the wire is written outside the catalogue of `domain::wire_errors`.

use super::{Breaches, File};
use portreeve::domain::wire_errors::Code;

const CATALOGUE: &str = "src/domain/wire_errors.rs";

/// A code between quotation marks, plain or escaped, in what is not a test. The demo plays the services' side: what it
/// says and expects is theirs.
pub fn errors_come_from_the_catalogue(file: &File) -> Breaches {
    let provider = file.path.starts_with("src/") && !file.path.starts_with("src/demo") && file.ends_in(&["rs"]);
    if !provider || file.path == CATALOGUE || file.path.ends_with("/tests.rs") || file.path.contains("/tests/") {
        return Vec::new();
    }
    let text = file.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let numbered = text.lines().zip(1..).filter(|(line, _)| !line.trim_start().starts_with("//"));
    numbered
        .flat_map(|(line, n)| {
            Code::ALL.iter().filter(move |code| names(line, code.as_str())).map(move |code| (n, code))
        })
        .map(|(n, code)| format!("{}:{n}: {} is written outside {CATALOGUE}", file.path, code.as_str()))
        .collect()
}

fn names(line: &str, code: &str) -> bool {
    line.contains(&format!("\"{code}\"")) || line.contains(&format!("\"{code}\\\""))
}

#[test]
fn a_code_written_by_hand_is_found() {
    let found = |path, text| super::of(errors_come_from_the_catalogue, path, text).len();
    assert_eq!(found("src/oidc/x.rs", "fn f() {\n    g(\"invalid_grant\");\n}\n"), 1);
    assert_eq!(found("src/oidc/x.rs", "const H: &str = \"Bearer error=\\\"invalid_token\\\"\";\n"), 1);
    assert_eq!(found("src/oidc/x.rs", "// \"invalid_grant\"\ng(Code::InvalidGrant);\n"), 0);
    assert_eq!(found("src/oidc/x.rs", "#[cfg(test)]\nmod tests {\n    g(\"invalid_grant\");\n}\n"), 0);
    assert_eq!(found("src/demo/x.rs", "g(\"invalid_grant\");\n"), 0);
    assert_eq!(found(CATALOGUE, "InvalidGrant \"invalid_grant\""), 0);
}
