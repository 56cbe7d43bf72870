//! Rust source as words: enough of the grammar to know a path from a comment or a string.

/// One word of source: an identifier or number, `::`, or a single sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub line: usize,
}

/// The words of `source`, without comments, strings, characters and lifetimes.
pub fn words(source: &str) -> Vec<Word> {
    let text = Text(source.chars().collect());
    let (mut words, mut i, mut line) = (Vec::new(), 0, 1);
    while i < text.0.len() {
        let end = match (text.at(i), text.at(i + 1)) {
            ('/', '/') => text.find(i, |n| text.at(n) == '\n'),
            ('/', '*') => text.after_comment(i),
            ('"', _) => text.after_string(i),
            ('\'', '\\') => text.find(i + 3, |n| text.at(n) == '\'') + 1,
            ('\'', _) if text.at(i + 2) == '\'' => i + 3,
            (':', ':') => {
                words.push(Word { text: "::".to_owned(), line });
                i + 2
            }
            (c, _) if is_name(c) => {
                let end = text.find(i, |n| !is_name(text.at(n)));
                let name: String = text.0[i..end].iter().collect();
                let string = text.after_prefixed(&name, end);
                if string.is_none() {
                    words.push(Word { text: name, line });
                }
                string.unwrap_or(end)
            }
            (c, _) => {
                if !c.is_whitespace() && c != '\'' {
                    words.push(Word { text: c.to_string(), line });
                }
                i + 1
            }
        }
        .min(text.0.len());
        line += text.0[i..end].iter().filter(|&&c| c == '\n').count();
        i = end;
    }
    words
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Text(Vec<char>);

impl Text {
    fn at(&self, i: usize) -> char {
        self.0.get(i).copied().unwrap_or('\0')
    }

    /// The first place at or after `from` where `found` holds, else the end.
    fn find(&self, from: usize, found: impl Fn(usize) -> bool) -> usize {
        (from..self.0.len()).find(|&n| found(n)).unwrap_or(self.0.len())
    }

    fn after_string(&self, open: usize) -> usize {
        let mut n = open + 1;
        while n < self.0.len() && self.at(n) != '"' {
            n += if self.at(n) == '\\' { 2 } else { 1 };
        }
        n + 1
    }

    fn after_comment(&self, open: usize) -> usize {
        let (mut n, mut depth) = (open + 2, 1);
        while depth > 0 && n < self.0.len() {
            match (self.at(n), self.at(n + 1)) {
                ('/', '*') => (depth, n) = (depth + 1, n + 2),
                ('*', '/') => (depth, n) = (depth - 1, n + 2),
                _ => n += 1,
            }
        }
        n
    }

    /// The end of a string that begins with `letters` (`r"`, `br##"`, `b"`); nothing for a raw identifier (`r#type`)
    /// or any other name.
    fn after_prefixed(&self, letters: &str, from: usize) -> Option<usize> {
        let hashes = self.find(from, |n| self.at(n) != '#') - from;
        match (letters, self.at(from + hashes)) {
            ("b" | "c", '"') if hashes == 0 => Some(self.after_string(from)),
            ("r" | "br" | "cr", '"') => {
                let closes = |n: usize| self.at(n) == '"' && (1..=hashes).all(|k| self.at(n + k) == '#');
                Some(self.find(from + hashes + 1, closes) + 1 + hashes)
            }
            _ => None,
        }
    }
}

/// A path of this crate that some source names, from the crate's root.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
}

/// Every path in `words` that begins at `crate`, `super` or the crate's own name, in a `use` or anywhere else.
/// `module` is the module the file is.
pub fn named(words: &[Word], module: &[&str]) -> Vec<Named> {
    let text = |i: usize| words.get(i).map_or("", |word| word.text.as_str());
    let (mut found, mut inner, mut depth) = (Vec::new(), Vec::<(String, usize)>::new(), 0_usize);
    for i in 0..words.len() {
        match text(i) {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inner.retain(|(_, opened)| *opened <= depth);
            }
            "mod" if text(i + 2) == "{" => inner.push((text(i + 1).to_owned(), depth + 1)),
            "crate" | "portreeve" if text(i + 1) == "::" => tree(words, i + 2, Vec::new(), &mut found),
            "super" if text(i + 1) == "::" && (i == 0 || text(i - 1) != "::") => {
                let here = module.iter().map(|&name| name.to_owned()).chain(inner.iter().map(|(name, _)| name.clone()));
                tree(words, i, here.collect(), &mut found);
            }
            _ => {}
        }
    }
    found
}

fn tree(words: &[Word], mut i: usize, mut path: Vec<String>, found: &mut Vec<Named>) {
    while let Some(word) = words.get(i) {
        match word.text.as_str() {
            "{" => {
                branches(words, i, &path, found);
                return;
            }
            "super" => drop(path.pop()),
            "self" => {}
            name if name.starts_with(|c: char| c.is_alphabetic() || c == '_') => path.push(name.to_owned()),
            _ => break,
        }
        if words.get(i + 1).is_none_or(|next| next.text != "::") {
            break;
        }
        i += 2;
    }
    found.push(Named { path, line: words.get(i).map_or(0, |word| word.line) });
}

fn branches(words: &[Word], open: usize, path: &[String], found: &mut Vec<Named>) {
    let mut depth = 0;
    for i in open..words.len() {
        match words[i].text.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 => return,
            "}" => depth -= 1,
            _ => {}
        }
        // A branch begins after the opening brace and after each comma of this level.
        if depth == 1 && matches!(words[i].text.as_str(), "{" | ",") && words.get(i + 1).is_some_and(|w| w.text != "}")
        {
            tree(words, i + 1, path.to_vec(), found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{named, words};

    fn paths(source: &str, module: &[&str]) -> Vec<String> {
        named(&words(source), module).into_iter().map(|named| named.path.join("::")).collect()
    }

    #[test]
    fn words_are_not_comments_strings_or_lifetimes() {
        let source = r###"// crate::a
            /* crate::b /* crate::c */ crate::d */ let x = "crate::e \" crate::f"; let y = r##"crate::g "# crate::h"##;
            let z = ['"', '\'', b'"' as char]; fn f<'a>(x: &'a str) -> r#type { b"crate::i"; crate::j }"###;
        assert_eq!(paths(source, &[]), ["j"]);
        assert_eq!(words("a\n/*\n*/ \"\n\" b").last().map(|word| word.line), Some(4));
    }

    #[test]
    fn every_branch_of_a_tree_is_named() {
        let source = "use crate::{a::{b, c as d}, e::*, self, f}; crate::g::h(crate::i::J::<crate::k::L>::new());";
        assert_eq!(paths(source, &[]), ["a::b", "a::c", "e", "", "f", "g::h", "i::J", "k::L"]);
    }

    #[test]
    fn super_is_resolved_from_where_it_stands() {
        let module = ["store", "grants"];
        assert_eq!(paths("use super::Db; use super::super::crypto::Key;", &module), ["store::Db", "crypto::Key"]);
        assert_eq!(
            paths("mod tests { use super::x; use super::super::Db; } use super::y;", &module),
            ["store::grants::x", "store::Db", "store::y"]
        );
    }
}
