//! What a resident may ask for by right, at every door (UK GDPR Chapter III).

mod restriction;
