//! The GOV.UK components: the official Nunjucks templates of the npm package, rewritten by `build.rs`, and what they
//! expect of their template engine. `{% from "components/button/macro.njk" import govukButton %}` uses one.

use minijinja::value::{Rest, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};
use std::fmt::Write as _;

include!(concat!(env!("OUT_DIR"), "/components.rs"));

/// An environment with every component, escaping HTML in whatever it renders.
pub(super) fn environment() -> Result<Environment<'static>, Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Chainable);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_formatter(format);
    env.set_unknown_method_callback(method);
    env.add_function("govukAttributes", attributes);
    env.add_filter("escape", |value: &Value| Value::from_safe_string(escaped(value)));
    env.add_filter("string", |value: &Value| text(value));
    env.add_filter("safe", |value: &Value| Value::from_safe_string(text(value)));
    env.add_filter("trim", trim);
    // Indentation is for people who read the source; nobody reads ours, and pages are smaller without.
    env.add_filter("indent", |value: Value, _: Rest<Value>| value);
    env.add_filter("length", |value: &Value| value.len().unwrap_or(0));
    env.add_filter("items", items);
    env.add_test("truthy", |value: &Value| value.is_true());
    for (name, source) in TEMPLATES {
        env.add_template(name, source)?;
    }
    Ok(env)
}

/// A value as JavaScript would write it: nothing for what is missing.
fn text(value: &Value) -> String {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => String::new(),
        ValueKind::Bool => if value.is_true() { "true" } else { "false" }.to_owned(),
        _ => value.to_string(),
    }
}

/// The value's text with HTML's special characters escaped, unless it is markup of ours already.
fn escaped(value: &Value) -> String {
    let raw = text(value);
    if value.is_safe() {
        return raw;
    }
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            other => out.push(other),
        }
    }
    out
}

fn format(out: &mut Output, _: &mut State, value: &Value) -> Result<(), Error> {
    out.write_str(&escaped(value)).map_err(|why| Error::new(ErrorKind::WriteFailure, why.to_string()))
}

fn trim(value: &Value) -> Value {
    let trimmed = text(value).trim().to_owned();
    if value.is_safe() { Value::from_safe_string(trimmed) } else { Value::from(trimmed) }
}

fn items(value: &Value) -> Result<Vec<Value>, Error> {
    if value.kind() != ValueKind::Map {
        return Ok(Vec::new());
    }
    value.try_iter()?.map(|key| Ok(Value::from(vec![key.clone(), value.get_item(&key)?]))).collect()
}

/// `[…].includes(x)`, the one JavaScript method the templates call.
fn method(_: &mut State, value: &Value, name: &str, arguments: &[Value]) -> Result<Value, Error> {
    match (name, arguments) {
        ("includes", [wanted]) => Ok(Value::from(value.try_iter()?.any(|item| item == *wanted))),
        _ => Err(Error::new(ErrorKind::UnknownMethod, format!("there is no method {name}"))),
    }
}

/// The `attributes` of a component as markup: a text as it is, a dictionary as ` name="value"` pairs. A value may be
/// `{value, optional}`; an optional one falls away when it is missing or false, and stands alone when it is true.
fn attributes(given: &Value) -> Result<Value, Error> {
    let mut out = String::new();
    if given.as_str().is_some() {
        out = text(given);
    } else {
        for pair in items(given)? {
            let (name, item) = (pair.get_item_by_index(0)?, pair.get_item_by_index(1)?);
            let (value, optional) = if item.kind() == ValueKind::Map {
                (item.get_attr("value")?, item.get_attr("optional")?.is_true())
            } else {
                (item, false)
            };
            let missing = value.is_undefined() || value.is_none();
            let flag = value.kind() == ValueKind::Bool;
            if optional && flag && value.is_true() {
                let _ = write!(out, " {}", escaped(&name));
            } else if !optional || !(missing || flag) {
                let _ = write!(out, " {}=\"{}\"", escaped(&name), escaped(&value));
            }
        }
    }
    Ok(Value::from_safe_string(out))
}

#[cfg(test)]
mod tests {
    use super::{UI, USED, environment};
    use minijinja::{Value, context};

    /// The markup without the white space that means nothing.
    fn normal(html: &str) -> String {
        let words: Vec<&str> = html.split_whitespace().collect();
        words.join(" ").replace("> ", ">").replace(" <", "<").replace(" >", ">")
    }

    fn macro_name(component: &str) -> String {
        let mut name = "govuk".to_owned();
        for word in component.split('-') {
            name.push_str(&word[..1].to_uppercase());
            name.push_str(&word[1..]);
        }
        name
    }

    #[test]
    fn every_fixture_of_every_component_comes_out_the_same() {
        let env = environment().unwrap();
        let (mut seen, mut wrong) = (0, Vec::new());
        for component in USED {
            let path = format!("{UI}/components/{component}/fixtures.json");
            // Read as template values, which keep the order of dictionary keys.
            let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            let name = macro_name(component);
            let source = format!(
                "{{% from \"components/{component}/macro.njk\" import {name} %}}\
                 {{% if block %}}{{% call {name}(params) %}}{{{{ block | safe }}}}{{% endcall %}}\
                 {{% else %}}{{{{ {name}(params) }}}}{{% endif %}}"
            );
            for fixture in file.get_attr("fixtures").unwrap().try_iter().unwrap() {
                seen += 1;
                let part = |name| fixture.get_attr(name).unwrap();
                let (params, block) = (part("options"), part("callBlock"));
                let (name, expected) = (part("name"), normal(&part("html").to_string()));
                match env.render_str(&source, context! { params, block }) {
                    Ok(html) if normal(&html) == expected => {}
                    Ok(html) => wrong.push(format!("{component}: {name}\n is  {}\n not {expected}", normal(&html))),
                    Err(why) => wrong.push(format!("{component}: {name}: {why:#}")),
                }
            }
        }
        assert!(wrong.is_empty(), "{} of {seen} differ:\n{}", wrong.len(), wrong.join("\n"));
        assert!(seen > 300, "only {seen} fixtures were found");
    }

    #[test]
    fn typed_text_is_escaped_in_every_place_it_goes() {
        let env = environment().unwrap();
        let html = env
            .render_str(
                "{% from \"components/input/macro.njk\" import govukInput %}\
                 {{ govukInput({\"name\": \"n\", \"label\": {\"text\": bad}, \"value\": bad, \"errorMessage\": {\"text\": bad}}) }}",
                context! { bad => "\"><script>'`" },
            )
            .unwrap();
        assert!(!html.contains("<script>") && !html.contains("'`"), "{html}");
    }
}
