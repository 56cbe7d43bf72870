//! What a grant gives: ID token, access token, refresh token.
