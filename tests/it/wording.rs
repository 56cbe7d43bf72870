//! Words in a text that also holds what was drawn by chance: tokens, hashes and identifiers spell any short word now and
//! then, so that a test that looks for letters alone fails once in some thousand runs.

/// Whether a text says something. A word of letters and figures alone has to stand there by itself, not amidst others of them.
pub fn says(text: &str, word: &str) -> bool {
    if !word.chars().all(char::is_alphanumeric) {
        return text.contains(word);
    }
    let part = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        !part(before) && !part(after)
    })
}

#[test]
fn a_word_is_said_where_it_stands_by_itself() {
    for text in ["Ada", "\"Ada Wójcik\"", "name=Ada%20W", "xAdax, Ada.", "<b>Ada</b>", "to_Ada-"] {
        assert!(says(text, "Ada"), "{text}");
    }
    for text in ["", "ada", "q0RAdak3", "Adam", "éAda", "7Ada Ada7"] {
        assert!(!says(text, "Ada"), "{text}");
    }
    assert!(says("xada@example", "ada@") && !says("ada.example", "ada@"));
}
