"""A relying party made of PyPI's Authlib, given an issuer, a client and a callback, and no more.

Reads one JSON object a line: first {issuer, client_id, callback, key} with key as PKCS#8 PEM and its kid, then
{answer}: the address the browser was sent to. Writes one a line: first {url}, where the browser shall go, then what
came of it. tests/browser/authlib.test.js is the browser.
"""

import json
import sys
import time

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet


class Assertion(PrivateKeyJWT):
    """Authlib's assertions last an hour; ours may last five minutes (its documented `claims` say so)."""

    def sign(self, auth, token_endpoint):
        self.claims = {"exp": int(time.time()) + 60}
        return super().sign(auth, token_endpoint)


def read():
    return json.loads(sys.stdin.readline())


def write(**said):
    print(json.dumps(said), flush=True)


def main():
    asked = read()
    document = requests.get(asked["issuer"] + "/.well-known/openid-configuration", timeout=10).json()
    # What RFC 8414 demands of a document; https is off on loopback, where the demo lives.
    metadata = AuthorizationServerMetadata(document)
    for rule in ("response_types_supported", "grant_types_supported", "token_endpoint_auth_methods_supported"):
        getattr(metadata, "validate_" + rule)()
    assert document["issuer"] == asked["issuer"]

    session = OAuth2Session(
        asked["client_id"],
        client_secret=ECKey.import_key(asked["key"]["pem"]),
        token_endpoint_auth_method="private_key_jwt",
        revocation_endpoint_auth_method="private_key_jwt",
        scope="openid profile email offline_access",
        redirect_uri=asked["callback"],
        code_challenge_method="S256",
    )
    session.register_client_auth_method(
        Assertion(document["token_endpoint"], headers={"kid": asked["key"]["kid"]}, alg="ES256")
    )
    verifier, nonce = "v" * 21 + "erifier-of-this-test-run", "nonce-of-this-run"
    url, state = session.create_authorization_url(
        document["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    write(url=url)

    answer = read()["answer"]
    redeem = {"authorization_response": answer, "state": state, "code_verifier": verifier}
    tokens = session.fetch_token(document["token_endpoint"], **redeem)
    keys = KeySet.import_key_set(requests.get(document["jwks_uri"], timeout=10).json())
    claims = identified(tokens, keys, document["issuer"], asked["client_id"])
    assert claims["nonce"] == nonce
    info = session.get(document["userinfo_endpoint"]).json()
    assert info["sub"] == claims["sub"]

    fresh = session.refresh_token(document["token_endpoint"])
    assert fresh["access_token"] != tokens["access_token"]
    again = identified(fresh, keys, document["issuer"], asked["client_id"])
    assert (again["sub"], again["auth_time"]) == (claims["sub"], claims["auth_time"])

    seen = session.introspect_token(document["introspection_endpoint"], token=fresh["access_token"]).json()
    session.revoke_token(document["revocation_endpoint"], token=fresh["refresh_token"]).raise_for_status()
    after = session.introspect_token(document["introspection_endpoint"], token=fresh["access_token"]).json()

    # A code that is used twice is refused, and the library says so by its name.
    try:
        session.fetch_token(document["token_endpoint"], **redeem)
        reused = None
    except OAuthError as error:
        reused = error.error
    write(claims=claims, info=info, active=[seen["active"], after["active"]], reused=reused)


def identified(tokens, keys, issuer, client_id):
    """The claims of the ID token, its signature and they verified (OIDC Core §3.1.3.7)."""
    token = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"])
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
    )
    rules.validate(token.claims)
    return token.claims


main()
