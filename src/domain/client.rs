//! A client as the provider sees it (RFC 6749 §2).
