# Step: request
# The same by hand in a terminal: pip install authlib joserfc requests && python relying_party.py
import os
import secrets
import sys
import time

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

issuer = os.environ.get("ISSUER", "http://localhost:8080")
client_id = os.environ.get("CLIENT_ID", "my-service")
callback = os.environ.get("HOME_URL", "http://localhost:3000/") + "callback"
if issuer.startswith("http://localhost"):
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # while you try it out

provider = requests.get(issuer + "/.well-known/openid-configuration", timeout=10).json()
with open(os.environ.get("KEY_FILE", "key.pem"), "rb") as file:
    key = ECKey.import_key(file.read())
client = OAuth2Session(
    client_id,
    key,
    token_endpoint_auth_method="private_key_jwt",
    scope="openid profile email",
    redirect_uri=callback,
    code_challenge_method="S256",
)
nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
url, state = client.create_authorization_url(provider["authorization_endpoint"], nonce=nonce, code_verifier=verifier)
print("Open this, and paste the address you come back to:\n" + url, flush=True)
answer = sys.stdin.readline().strip()

# Step: token
# An assertion lives 5 minutes at most; left alone, Authlib says an hour.
soon = {"exp": int(time.time()) + 60}
proof = PrivateKeyJWT(provider["token_endpoint"], claims=soon, headers={"kid": key.thumbprint()}, alg="ES256")
client.register_client_auth_method(proof)
token = client.fetch_token(
    provider["token_endpoint"], authorization_response=answer, state=state, code_verifier=verifier
)
keys = KeySet.import_key_set(requests.get(provider["jwks_uri"], timeout=10).json())
claims = jwt.decode(token["id_token"], keys, algorithms=["ES256", "RS256"]).claims
jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": issuer},
    aud={"essential": True, "value": client_id},
    nonce={"essential": True, "value": nonce},
    exp={"essential": True},
    sub={"essential": True},
    leeway=10,
).validate(claims)

# Step: userinfo
person = client.get(provider["userinfo_endpoint"], timeout=10).json()
assert person["sub"] == claims["sub"]
print(person)
