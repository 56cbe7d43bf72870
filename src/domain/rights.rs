//! What a person may ask of the council about her data, and by when it answers (UK GDPR Chapter III).

pub mod restriction;
