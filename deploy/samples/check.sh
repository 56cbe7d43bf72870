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
  own=$(curl -sSf "$JWKS_URI") || { echo "no keys at $JWKS_URI: is the service running?" >&2; exit 1; }
  printf '%s' "$own" | grep -q '"kty"' || { echo "no keys in what is at $JWKS_URI" >&2; exit 1; }
  if printf '%s' "$own" | grep -q '"d"'; then echo "a private key is published" >&2; exit 1; fi
else
  echo "your keys were not looked at: set JWKS_URI to the jwks_uri of your service file" >&2; exit 1
fi
# What is wrong is said with a code: see /docs/errors.
curl -sS -d grant_type=authorization_code -d client_id=nobody "$ISSUER/token" | grep -qF '"error":"invalid_client"'
echo "all is well"
