//! Rewrites an official GOV.UK Nunjucks template so that minijinja reads it with the same outcome. Used by `build.rs`;
//! what it makes is held against the fixtures of the npm package by the tests of `components`.
//!
//! The differences it mends: `===`, `elseif`, `null`, bare dictionary keys, `+` between strings, `.length`, loops over
//! a dictionary, paths relative to the file, and `set` inside a loop, which in Nunjucks reaches the variable outside.

use std::collections::BTreeSet;

/// The template `source` of the file `name` ("components/button/template.njk"), for minijinja.
pub fn rewrite(name: &str, source: &str) -> String {
    let parts = split(source);
    let carried = carried(&parts);
    let mut out = String::with_capacity(source.len());
    if !carried.is_empty() {
        out.push_str("{%- set carried = namespace() -%}");
    }
    // In a macro its own parameters hide what is carried.
    let mut seen = carried.clone();
    for part in &parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Tag { open, tokens, close } => {
                match plain(tokens).next() {
                    Some("macro") => seen.retain(|name| !plain(tokens).any(|token| token == name)),
                    Some("endmacro") => seen.clone_from(&carried),
                    _ => {}
                }
                if let Some(inside) = tag(name, tokens, &seen) {
                    out.push_str(open);
                    out.push_str(&inside);
                    out.push_str(close);
                }
            }
        }
    }
    out
}

enum Part {
    Text(String),
    Tag { open: String, tokens: Vec<String>, close: String },
}

/// Cuts a template into text and tags; comments fall away, but what they trim is trimmed.
fn split(source: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = source;
    let mut text = String::new();
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        if let Some(comment) = from.strip_prefix("{#") {
            let (inside, after) = comment.split_once("#}").unwrap_or((comment, ""));
            if inside.starts_with('-') {
                text.truncate(text.trim_end().len());
            }
            rest = if inside.ends_with('-') { after.trim_start() } else { after };
        } else if from.starts_with("{{") || from.starts_with("{%") {
            let end = if from.starts_with("{{") { "}}" } else { "%}" };
            let (open, inside) = from.split_at(if from.get(2..3) == Some("-") { 3 } else { 2 });
            let (tokens, after) = tokens(inside, end);
            let close = if after.starts_with('-') { format!("-{end}") } else { end.to_owned() };
            rest = after.get(close.len()..).unwrap_or("");
            parts.push(Part::Text(std::mem::take(&mut text)));
            parts.push(Part::Tag { open: open.to_owned(), tokens, close });
        } else {
            text.push('{');
            rest = from.get(1..).unwrap_or("");
        }
    }
    text.push_str(rest);
    parts.push(Part::Text(text));
    parts
}

/// The tokens of a tag up to its end, and what follows (from `-%}` or `%}` on).
fn tokens<'a>(inside: &'a str, end: &str) -> (Vec<String>, &'a str) {
    let mut found = Vec::new();
    let mut rest = inside;
    let mut depth = 0_i32;
    while let Some(first) = rest.chars().next() {
        if depth == 0 && (rest.starts_with(end) || rest.strip_prefix('-').is_some_and(|r| r.starts_with(end))) {
            break;
        }
        let length = if first == '"' || first == '\'' {
            string_length(rest, first)
        } else if first.is_whitespace() {
            rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len())
        } else if word(first) {
            rest.find(|c: char| !word(c)).unwrap_or(rest.len())
        } else {
            match first {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth -= 1,
                _ => {}
            }
            ["===", "!==", "==", "!="].iter().find(|op| rest.starts_with(**op)).map_or(first.len_utf8(), |op| op.len())
        };
        let (token, after) = rest.split_at(length);
        found.push(token.to_owned());
        rest = after;
    }
    (found, rest)
}

fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The tokens of a tag without its white space.
fn plain(tokens: &[String]) -> impl Iterator<Item = &str> {
    tokens.iter().map(String::as_str).filter(|token| !token.trim().is_empty())
}

/// Variables set at the top and set again inside a loop.
fn carried(parts: &[Part]) -> BTreeSet<String> {
    let (mut depth, mut outside, mut both) = (0_i32, BTreeSet::new(), BTreeSet::new());
    for part in parts {
        let Part::Tag { tokens, .. } = part else { continue };
        let mut words = plain(tokens);
        match words.next() {
            Some("for") => depth += 1,
            Some("endfor") => depth -= 1,
            Some("set") => {
                let name = words.next().unwrap_or_default().to_owned();
                if depth == 0 {
                    outside.insert(name);
                } else if outside.contains(&name) {
                    both.insert(name);
                }
            }
            _ => {}
        }
    }
    both
}

/// One tag rewritten; `None` for the import of the attributes macro, which is a function of ours.
fn tag(file: &str, tokens: &[String], carried: &BTreeSet<String>) -> Option<String> {
    let first = plain(tokens).next().unwrap_or_default().to_owned();
    let names_a_file = first == "from" || first == "include";
    if names_a_file && tokens.iter().any(|token| token.contains("attributes.njk")) {
        return None;
    }
    let mut out = String::new();
    let mut before = "";
    for (index, token) in tokens.iter().enumerate() {
        let after = tokens.get(index + 1..).and_then(|rest| plain(rest).next()).unwrap_or_default();
        match token.as_str() {
            "===" => out.push_str("=="),
            "!==" => out.push_str("!="),
            "+" => out.push('~'),
            "elseif" => out.push_str("elif"),
            "null" => out.push_str("none"),
            "." if after == "length" => out.push_str(" | "),
            path if names_a_file && path.starts_with(['"', '\'']) => out.push_str(&absolute(file, path)),
            key if key.starts_with(word) && after == ":" && (before == "{" || before == ",") => {
                out.push('"');
                out.push_str(key);
                out.push('"');
            }
            name if carried.contains(name) && before != "." => {
                out.push_str("carried.");
                out.push_str(name);
            }
            other => out.push_str(other),
        }
        if !token.trim().is_empty() {
            before = token;
        }
    }
    if first == "for" && plain(tokens).nth(2) == Some(",") {
        out.truncate(out.trim_end().len());
        out.push_str(" | items ");
    }
    Some(out)
}

/// A quoted path relative to `file`, made absolute.
fn absolute(file: &str, quoted: &str) -> String {
    let mut folders: Vec<&str> = file.split('/').collect();
    folders.pop();
    for step in quoted.trim_matches(['"', '\'']).split('/') {
        match step {
            "." => {}
            ".." => {
                folders.pop();
            }
            other => folders.push(other),
        }
    }
    format!("\"{}\"", folders.join("/"))
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    fn becomes(source: &str, expected: &str) {
        assert_eq!(rewrite("components/x/template.njk", source), expected);
    }

    #[test]
    fn operators_keys_and_words_are_rewritten_in_tags_only() {
        becomes("a === {b} {{ x === null }}", "a === {b} {{ x == none }}");
        becomes(
            "{{ f({ class: 'a: ' + b, \"q\": {for: id} }) }}",
            "{{ f({ \"class\": 'a: ' ~ b, \"q\": {\"for\": id} }) }}",
        );
        becomes("{%- elseif a.items.length !== 1 -%}", "{%- elif a.items | length != 1 -%}");
        becomes("{% for k, v in m %}{% endfor %}", "{% for k, v in m | items %}{% endfor %}");
    }

    #[test]
    fn comments_fall_away_and_trim() {
        becomes("a {#- note {{ x }} -#} b {# y #}c", "ab c");
    }

    #[test]
    fn paths_become_absolute_and_the_attributes_import_goes() {
        becomes("{% include \"./y.njk\" %}", "{% include \"components/x/y.njk\" %}");
        becomes("{% from \"../../macros/i18n.njk\" import a %}", "{% from \"macros/i18n.njk\" import a %}");
        becomes("{% from \"../../macros/attributes.njk\" import govukAttributes %}", "");
    }

    #[test]
    fn what_a_loop_sets_reaches_outside() {
        becomes(
            "{% set a = 1 %}{% for b in c %}{% set a = b.a %}{% set d = 2 %}{% endfor %}{{ a }}",
            "{%- set carried = namespace() -%}{% set carried.a = 1 %}{% for b in c %}{% set carried.a = b.a %}\
             {% set d = 2 %}{% endfor %}{{ carried.a }}",
        );
        becomes(
            "{% set a = 1 %}{% macro f(a) %}{{ a }}{% endmacro %}{% for b in c %}{% set a = b %}{% endfor %}",
            "{%- set carried = namespace() -%}{% set carried.a = 1 %}{% macro f(a) %}{{ a }}{% endmacro %}\
             {% for b in c %}{% set carried.a = b %}{% endfor %}",
        );
    }
}
