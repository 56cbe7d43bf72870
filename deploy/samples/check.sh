# Step: level
# What this installation offers, by its metadata.
set -eu
ISSUER="${ISSUER:-http://localhost:8080}"
metadata=$(curl -sSf "$ISSUER/.well-known/openid-configuration")
printf '%s' "$metadata" | grep -oE '"(acr_values|claims|scopes)_supported":\[[^]]*\]'

# Step: go-live
# The issuer is itself, letter for letter, and has keys.
printf '%s' "$metadata" | grep -qF "\"issuer\":\"$ISSUER\""
curl -sSf "$ISSUER/jwks" | grep -q '"kid"'
# Your own keys can be had without signing in, and hold no private part.
if [ -n "${JWKS_URI:-}" ]; then
  own=$(curl -sSf "$JWKS_URI")
  printf '%s' "$own" | grep -q '"kty"'
  if printf '%s' "$own" | grep -q '"d"'; then echo "a private key is published" >&2; exit 1; fi
fi
# What is wrong is said with a code: see /docs/errors.
curl -sS -d grant_type=authorization_code -d client_id=nobody "$ISSUER/token" | grep -qF '"error":"invalid_client"'
echo "all is well"
