//! Words in a text that also holds what was drawn by chance: tokens, hashes and identifiers spell any short word now and
//! then, so that a test that looks for letters alone fails once in some thousand runs.

/// Whether a text says something. A short word of letters and figures alone has to stand there by itself, not amidst others of them.
pub fn says(text: &str, word: &str) -> bool {
    if word.chars().count() > 5 || !word.chars().all(char::is_alphanumeric) {
        return text.contains(word);
    }
    let part = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], text[at + word.len()..].chars().next());
        (is_coded(before) || !part(before.chars().next_back())) && !part(after)
    })
}

/// Whether a text ends with a character as addresses (`%20`) or JSON (`\n`, `\u0022`) write it.
fn is_coded(text: &str) -> bool {
    let ends = |mark: &str, digits: usize| {
        let Some(at) = text.len().checked_sub(mark.len() + digits).filter(|at| text.is_char_boundary(*at)) else {
            return false;
        };
        text[at..].strip_prefix(mark).is_some_and(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()))
    };
    ends("%", 2) || ends("\\u", 4) || ["\\n", "\\r", "\\t"].iter().any(|code| text.ends_with(code))
}

#[test]
fn a_word_is_said_where_it_stands_by_itself() {
    for text in [
        "Ada",
        "\"Ada Wójcik\"",
        "name=Ada%20W",
        "x%20Ada",
        "\\nAda",
        "\\u0022Ada",
        "xAdax, Ada.",
        "<b>Ada</b>",
        "to_Ada-",
    ] {
        assert!(says(text, "Ada"), "{text}");
    }
    for text in ["", "ada", "q0RAdak3", "Adam", "éAda", "7Ada Ada7", "20Ada", "nAda", "0022Ada", "é20Ada"] {
        assert!(!says(text, "Ada"), "{text}");
    }
    assert!(says("xada@example", "ada@") && says("xWójcik7", "Wójcik") && !says("ada.example", "ada@"));
}
