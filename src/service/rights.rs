//! A person's rights (UK GDPR Chapter III): what the council does when she uses one.

pub mod restriction;
