//! The OpenID Connect endpoints, one file each.
