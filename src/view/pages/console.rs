//! The pages of the consoles: one template, filled with blocks. Each console says what it shows in what order; how a table or
//! a form looks is said once.

use crate::domain::time::When;
use crate::view::{Page, Wrong};
use serde::Serialize;
use std::collections::BTreeMap;

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Text {
    /// A message of the catalogues, with its values.
    Say {
        /// Its id.
        id: String,
        /// Its values.
        values: BTreeMap<&'static str, Worth>,
    },
    /// Words of the store or of the policies, as they stand.
    Plain(String),
    /// A point in time: date and clock time.
    At(When),
    /// The day of it alone.
    Day(When),
    /// The label of a claim.
    Claim(String),
}

/// A value in a message: of a number the words depend on how many it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Worth {
    /// So many.
    Number(i64),
    /// Words.
    Text(String),
}

impl Text {
    /// A message without values.
    #[must_use]
    pub fn say(id: &str) -> Self {
        Self::Say { id: id.to_owned(), values: BTreeMap::new() }
    }

    /// A message with one value more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        if let Self::Say { values, .. } = &mut self {
            let text = value.to_string();
            values.insert(name, text.parse().map_or(Worth::Text(text), Worth::Number));
        }
        self
    }

    /// As it stands.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self::Plain(text.into())
    }
}

/// One cell or value: a text, perhaps a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What it says.
    pub text: Text,
    /// Where it leads.
    pub href: Option<String>,
    /// A number, set to the right.
    pub numeric: bool,
}

impl Cell {
    /// A text.
    #[must_use]
    pub const fn new(text: Text) -> Self {
        Self { text, href: None, numeric: false }
    }

    /// A link.
    #[must_use]
    pub fn link(text: Text, href: impl Into<String>) -> Self {
        Self { text, href: Some(href.into()), numeric: false }
    }

    /// A number.
    #[must_use]
    pub fn number(number: impl std::fmt::Display) -> Self {
        Self { text: Text::Plain(number.to_string()), href: None, numeric: true }
    }
}

impl From<Text> for Cell {
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Field {
    /// One line.
    Input {
        /// Its name and id.
        name: &'static str,
        /// Its label.
        label: Text,
        /// What helps to fill it.
        hint: Option<Text>,
        /// What was typed.
        value: String,
        /// `text`, `date`, `datetime-local`, `number`; `area` for several lines.
        r#type: &'static str,
        /// What the browser offers while it is typed.
        offers: Vec<&'static str>,
    },
    /// One of several. The first one's id is the field's name.
    Choice {
        /// Its name.
        name: &'static str,
        /// What is asked.
        legend: Text,
        /// What helps to choose.
        hint: Option<Text>,
        /// What was chosen.
        value: String,
        /// What there is to choose from: value, words, and a hint.
        items: Vec<(String, Text, Option<Text>)>,
    },
}

impl Field {
    /// One line of text.
    #[must_use]
    pub fn input(name: &'static str, label: &str, value: &str) -> Self {
        Self::Input {
            name,
            label: Text::say(label),
            hint: None,
            value: value.to_owned(),
            r#type: "text",
            offers: Vec::new(),
        }
    }

    /// The same with another type.
    #[must_use]
    pub fn of_type(mut self, of: &'static str) -> Self {
        if let Self::Input { r#type, .. } = &mut self {
            *r#type = of;
        }
        self
    }

    /// The same with words that the browser offers.
    #[must_use]
    pub fn offering(mut self, words: Vec<&'static str>) -> Self {
        if let Self::Input { offers, .. } = &mut self {
            *offers = words;
        }
        self
    }

    /// One of several.
    #[must_use]
    pub fn choice(name: &'static str, legend: &str, value: &str, items: Vec<(String, Text, Option<Text>)>) -> Self {
        Self::Choice { name, legend: Text::say(legend), hint: None, value: value.to_owned(), items }
    }

    /// With a hint.
    #[must_use]
    pub fn hinted(mut self, id: &str) -> Self {
        let (Self::Input { hint, .. } | Self::Choice { hint, .. }) = &mut self;
        *hint = Some(Text::say(id));
        self
    }
}

/// A form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// `post` acts, `get` looks.
    pub method: &'static str,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What goes with it unseen.
    pub hidden: Vec<(&'static str, String)>,
    /// The button's id.
    pub id: &'static str,
    /// What the button says.
    pub button: Text,
    /// What tells it from others that say the same, for those who hear the page.
    pub apart: Option<Text>,
    /// `""`, `secondary` or `warning`.
    pub weight: &'static str,
}

impl Form {
    /// A form that acts.
    #[must_use]
    pub fn post(action: impl Into<String>, id: &'static str, button: &str) -> Self {
        Self {
            action: action.into(),
            method: "post",
            fields: Vec::new(),
            hidden: Vec::new(),
            id,
            button: Text::say(button),
            apart: None,
            weight: "",
        }
    }

    /// A form that looks.
    #[must_use]
    pub fn get(action: impl Into<String>, id: &'static str, button: &str) -> Self {
        Self { method: "get", ..Self::post(action, id, button) }
    }

    /// With these fields.
    #[must_use]
    pub fn fields(mut self, fields: Vec<Field>) -> Self {
        self.fields = fields;
        self
    }

    /// With something that goes with it unseen.
    #[must_use]
    pub fn hidden(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.hidden.push((name, value.to_string()));
        self
    }

    /// With words behind those of the button, which are heard and not seen.
    #[must_use]
    pub fn apart(mut self, words: Text) -> Self {
        self.apart = Some(words);
        self
    }

    /// As a lesser or a weightier button.
    #[must_use]
    pub const fn weight(mut self, weight: &'static str) -> Self {
        self.weight = weight;
        self
    }
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading of the second level.
    Heading(Text),
    /// A paragraph.
    Para(Text),
    /// Words set apart.
    Inset(Text),
    /// Words that warn.
    Warning(Text),
    /// That something was done.
    Done(Text),
    /// Keys and values.
    Facts(Vec<(Text, Cell)>),
    /// A table: what it is, its heads, its rows.
    Table {
        /// What it is.
        caption: Text,
        /// The heads of its columns.
        head: Vec<Text>,
        /// Its rows.
        rows: Vec<Vec<Cell>>,
    },
    /// Links, one a line.
    Links(Vec<Cell>),
    /// A form.
    Form(Form),
    /// Text for machines, as it stands.
    Code(String),
    /// A picture served by us, and what it shows.
    Picture {
        /// Its address.
        src: String,
        /// What it shows.
        alt: Text,
    },
}

/// A page of a console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Console {
    /// The title and first heading.
    pub title: Text,
    /// Where back leads.
    pub back: Option<String>,
    /// What it shows.
    pub blocks: Vec<Block>,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

impl Console {
    /// An empty page with this title.
    #[must_use]
    pub const fn new(title: Text) -> Self {
        Self { title, back: None, blocks: Vec::new(), errors: Vec::new() }
    }

    /// With a way back.
    #[must_use]
    pub fn back(mut self, to: impl Into<String>) -> Self {
        self.back = Some(to.into());
        self
    }

    /// With a part more.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// With a part more, if there is one.
    #[must_use]
    pub fn maybe(mut self, block: Option<Block>) -> Self {
        self.blocks.extend(block);
        self
    }

    /// With what to mend.
    #[must_use]
    pub fn wrong(mut self, errors: Vec<Wrong>) -> Self {
        self.errors = errors;
        self
    }
}

impl Page for Console {
    const TEMPLATE: &'static str = "console.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}
