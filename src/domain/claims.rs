//! Claims and the scopes that ask for them (OIDC Core §5.1, §5.4).
