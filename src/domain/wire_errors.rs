//! Every error that services are told, in one catalogue: the registry's code, the words we send with it, what it comes
//! from and what to do. An answer can be made of nothing else, and `/docs/errors` is this catalogue as a page.

#[cfg(test)]
mod tests;

/// A code and the words that go with it (RFC 6749 §4.1.2.1, §5.2). Only this file makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    code: Code,
    description: &'static str,
}

impl Said {
    /// The registered code.
    #[must_use]
    pub const fn code(self) -> Code {
        self.code
    }

    /// The words for the service's developer; never a secret, never a person.
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.description
    }
}

/// What there is to know about a code.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The code it is about.
    pub code: Code,
    /// Where it is defined.
    pub defined: &'static str,
    /// The endpoints that answer with it.
    pub at: &'static [&'static str],
    /// What it comes from.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// The words sent with it; none where each answer names what it is about.
    pub says: &'static [Said],
}

macro_rules! catalogue {
    ($(
        $code:ident $wire:literal, $defined:literal, at $($at:literal)+,
        cause $cause:literal, remedy $remedy:literal, says { $($name:ident $words:literal)* }
    )+) => {
        /// A code of the OAuth registry that we answer with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $wire, "`.")] $code),+
        }

        impl Code {
            /// Every code, in the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The code on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => $wire),+ }
            }

            /// What there is to know about it.
            #[must_use]
            pub const fn entry(self) -> Entry {
                match self {
                    $(Self::$code => Entry {
                        code: self,
                        defined: $defined,
                        at: &[$($at),+],
                        cause: $cause,
                        remedy: $remedy,
                        says: &[$(said::$name),*],
                    }),+
                }
            }
        }

        /// Every answer.
        pub mod said {
            use super::{Code, Said};

            $($(
                #[doc = concat!("`", $wire, "`: ", $words, ".")]
                pub const $name: Said = Said { code: Code::$code, description: $words };
            )*)+
        }
    };
}

catalogue! {
    InvalidRequest "invalid_request", "RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1",
    at "/authorize" "/par" "/token" "/userinfo" "/introspect" "/revoke" "/register" "/signals/poll" "/signals/done" "/in-use",
    cause "A parameter is missing, stands twice, has a value that is not allowed, or came the wrong way.",
    remedy "Read the description: it names the parameter. Let your library build the request, and send nothing that this \
            installation's metadata does not list.",
    says {
        BODY_ONLY "send the parameters in the body and nothing in the address"
        FORM_ONLY "the body must be application/x-www-form-urlencoded"
        TWICE "a parameter stands more than once"
        TOO_LONG "the request is longer than 32 KiB"
        GRANT_TYPE_MISSING "grant_type is missing"
        CODE_MISSING "code is missing"
        REFRESH_TOKEN_MISSING "refresh_token is missing"
        TOKEN_MISSING "token is missing"
        ONE_METHOD "use one method of client authentication"
        CLIENT_ID_DIFFERS "client_id differs from the Authorization header"
        ASSERTION_TYPE "client_assertion_type must be the JWT bearer type of RFC 7523"
        NO_TOKEN "send the access token as Bearer"
        ONE_TOKEN "send one access token, by one method"
        REQUEST_OR_URI "send request or request_uri, not both"
        URI_NOT_PUSHED "request_uri cannot be pushed"
        REDIRECT_URI "redirect_uri is missing or not one of those registered"
        MUST_PUSH "this client must push its request: see pushed_authorization_request_endpoint"
        RESPONSE_TYPE_MISSING "response_type is missing: it is code"
        RESPONSE_MODE "response_mode is query or form_post"
        PKCE "PKCE must be used: send code_challenge with code_challenge_method=S256"
        PROMPT "prompt=none stands alone; other values are login, consent, select_account and create"
        MAX_AGE "max_age is a whole number of seconds"
        CLAIMS "claims is not the JSON object that OpenID Connect Core 5.5 describes"
        VTR "vtr is not the JSON array of vectors that RFC 8485 describes"
        HINT "id_token_hint is not one of ours"
        POLL "the body must be a JSON object as RFC 8936 describes, with content type application/json"
        JTI_MISSING "jti is missing"
        OUTCOME "outcome is done, or refused with a reason: unknown_subject, legal_obligation, legal_claim, under_review or other"
        SIGNAL_UNKNOWN "no signal with this jti was handed to this client"
        SIGNAL_ANSWERED "this signal was answered before, in the same way: nothing is left to do"
        SIGNAL_CONTRADICTED "this signal was answered before, in another way: the first answer stands"
        SUB_MISSING "sub is missing"
        UNTIL "until is a day like 2029-12-01, at most five years ahead"
        SUB_UNKNOWN "no resident with an account in use has this sub at this client"
    }

    InvalidClient "invalid_client", "RFC 6749 §5.2",
    at "/par" "/token" "/introspect" "/revoke" "/signals/poll" "/signals/done" "/in-use",
    cause "The client is not known, or did not prove itself by the method and key it is registered with. An assertion also \
           fails when its audience, times or jti are wrong, or when it was used before.",
    remedy "Compare client_id and token_endpoint_auth_method with the service file. For private_key_jwt: sign with a key \
            of your jwks or jwks_uri and name its kid; the audience is the issuer; exp is at most 5 minutes ahead; \
            the clock must be right; make a new assertion for each request.",
    says {
        AUTHENTICATION "client authentication failed: check the method and key registered for it"
        BASIC_MALFORMED "the Authorization header is not client_id:client_secret"
        NO_CLIENT "the request names no client"
        NO_SECRET "an app that keeps no secret cannot ask about tokens"
        NO_SIGNALS "an app that keeps no secret takes no signals"
        NEEDS_NO_ACCOUNT "only a client with keeps_account in its service file says that accounts are in use"
    }

    InvalidGrant "invalid_grant", "RFC 6749 §5.2",
    at "/token" "/revoke",
    cause "The code or refresh token was used before, is too old, was made for another client, its sign-in has ended, or was \
           of a lower level than the service asks for now. For a code also: redirect_uri or code_verifier is not that of the \
           request. The words do not say which, so that a thief learns nothing; our log does.",
    remedy "Send the resident through sign-in again. Redeem a code once and at once, and store the new refresh token before \
            you use it: using an old one again ends the sign-in.",
    says { GRANT "the code or token is not valid for this client and request: begin again" }

    InvalidScope "invalid_scope", "RFC 6749 §4.1.2.1 and §5.2",
    at "/authorize" "/par" "/token",
    cause "openid is missing, a refresh asks for more than was granted, or client_credentials asks for a scope that the \
           service's file does not name.",
    remedy "Ask for openid and for what the service's file allows. A refresh may leave scope out.",
    says {
        NO_OPENID "scope must contain openid"
        SCOPE_BEYOND "scope goes beyond what was granted"
        MACHINE_SCOPE "scope is not among the machine_scopes of the service's file"
    }

    InvalidTarget "invalid_target", "RFC 8707 §2",
    at "/authorize" "/par" "/token",
    cause "resource names an API that no service serves, that your service may not call, or that this sign-in was not asked \
           for; or several APIs in one token.",
    remedy "Write the API's address into calls of your service file, exactly as its own file has it in serves, and send it \
            as resource with the authorization request too.",
    says {
        TARGET "resource is not one that this client may call"
        TARGET_NOT_GRANTED "resource is not one that this client may call, or was not granted"
    }

    UnauthorizedClient "unauthorized_client", "RFC 6749 §5.2",
    at "/token",
    cause "The client asks for client_credentials, but its service file has no machine_scopes.",
    remedy "Add machine_scopes to the service file if the service's own programs need tokens in nobody's name.",
    says { NO_MACHINE "the service's file names no machine_scopes: it gets no tokens in its own name" }

    UnsupportedGrantType "unsupported_grant_type", "RFC 6749 §5.2",
    at "/token",
    cause "grant_type is another than those we have. The password and implicit grants are refused to everyone.",
    remedy "Use the authorization code flow for people, client_credentials for programs.",
    says { GRANT_TYPE "grant_type is authorization_code, refresh_token or client_credentials" }

    UnsupportedResponseType "unsupported_response_type", "RFC 6749 §4.1.2.1",
    at "/authorize" "/par",
    cause "response_type is another than code: implicit and hybrid flows are refused to everyone.",
    remedy "Set your library to the authorization code flow with PKCE.",
    says { RESPONSE_TYPE "response_type is code" }

    LoginRequired "login_required", "OpenID Connect Core 1.0 §3.1.2.6",
    at "/authorize",
    cause "The request says prompt=none, but nobody is signed in, or too long ago for max_age, or the service is kept apart \
           from others; or somebody else is signed in than id_token_hint or claims names.",
    remedy "Not a fault. Send the request again without prompt=none when the resident is there to sign in.",
    says {
        NOBODY "nobody is signed in, or not recently enough, or not for this service"
        SOMEBODY_ELSE "somebody else than the request names is signed in"
    }

    InteractionRequired "interaction_required", "OpenID Connect Core 1.0 §3.1.2.6",
    at "/authorize",
    cause "The request says prompt=none, but the resident must see a page first: a second step, what the service will get, or \
           whether it is she on a shared device.",
    remedy "Not a fault. Send the request again without prompt=none when the resident is there.",
    says {
        SECOND_STEP "the resident must take a second step first"
        TELL_FIRST "the resident must be told or asked something first"
    }

    ConsentRequired "consent_required", "OpenID Connect Core 1.0 §3.1.2.6",
    at "/authorize",
    cause "The request says prompt=none, but asks for something that only the resident's consent gives.",
    remedy "Not a fault. Send the request again without prompt=none, or without the claims that need consent.",
    says { CONSENT "the resident must be asked for consent first" }

    UnmetAuthenticationRequirements "unmet_authentication_requirements",
    "OpenID Connect Core Error Code unmet_authentication_requirements 1.0 §2",
    at "/authorize",
    cause "No resident of this installation can reach a level that an essential acr, vtr or the service's least_assurance \
           demands. It is never answered with less.",
    remedy "Demand a level of acr_values_supported in the metadata, or only wish for a higher one with acr_values.",
    says { UNMET "nobody here can reach what the request needs" }

    RequestNotSupported "request_not_supported", "OpenID Connect Core 1.0 §3.1.2.6",
    at "/authorize" "/par",
    cause "A request object came from a client with no keys to verify it by.",
    remedy "Register jwks or jwks_uri, or send plain parameters.",
    says { NO_KEYS "this client has no keys registered to verify a request object by" }

    InvalidRequestObject "invalid_request_object", "OpenID Connect Core 1.0 §3.1.2.6, RFC 9101 §7",
    at "/authorize" "/par",
    cause "The request object is not signed with a key of the client, not made for this issuer, not valid now, or differs \
           from the parameters outside it.",
    remedy "Sign with a registered key; iss is your client_id, aud is our issuer; set exp a few minutes ahead; repeat \
            client_id and response_type unchanged outside.",
    says {
        OBJECT_UNSIGNED "the request object is not signed by this client for this server, now"
        OBJECT_TOO_MUCH "it holds too many parameters"
        OBJECT_NESTED "a request object holds no other"
        OBJECT_DIFFERS "client_id or response_type differs from the one outside"
    }

    RequestUriNotSupported "request_uri_not_supported", "OpenID Connect Core 1.0 §3.1.2.6",
    at "/authorize",
    cause "request_uri came from a client that has registered none.",
    remedy "Push the request to /par instead, or write request_uris into the service file.",
    says { NO_REQUEST_URIS "this client has no request_uris registered" }

    InvalidRequestUri "invalid_request_uri", "OpenID Connect Core 1.0 §3.1.2.6",
    at "/authorize",
    cause "request_uri is not registered letter for letter, or what lies there could not be had: we follow no redirects and \
           wait a few seconds only.",
    remedy "Register the exact address, and see that it answers us. Better: push the request to /par.",
    says {
        REQUEST_URI_OTHER "request_uri is not one of those registered"
        REQUEST_URI_GONE "what lies at request_uri cannot be had"
    }

    RegistrationNotSupported "registration_not_supported", "OpenID Connect Core 1.0 §3.1.2.6",
    at "/authorize" "/par",
    cause "The request has the registration parameter of self-issued providers.",
    remedy "Leave it out; a service is registered by its file, or at /register.",
    says { REGISTRATION "register the service: registration is not supported here" }

    InvalidToken "invalid_token", "RFC 6750 §3.1",
    at "/userinfo" "/register",
    cause "The access token is too old, was taken back, or was never given out. At /register the same goes for the initial \
           or registration access token.",
    remedy "Refresh the access token, or let the resident sign in again. For /register ask for a new token.",
    says { DEAD_TOKEN "the access token does not work" }

    InsufficientScope "insufficient_scope", "RFC 6750 §3.1",
    at "/userinfo",
    cause "The access token was not given for userinfo: it is for an API, or a program's own.",
    remedy "Ask for openid, and use at /userinfo a token that names no resource.",
    says { LACKS_OPENID "the access token lacks openid" }

    InvalidRedirectUri "invalid_redirect_uri", "RFC 7591 §3.2.2",
    at "/register",
    cause "A redirect URI has a fragment, a wildcard, plain http outside this machine, or a scheme that may run as script. \
           The description names the member and the fault.",
    remedy "Register complete https addresses; native apps use a scheme of their own or loopback.",
    says {}

    InvalidClientMetadata "invalid_client_metadata", "RFC 7591 §3.2.2",
    at "/register",
    cause "Another member cannot be taken. The description begins with the member's name and says what it may be.",
    remedy "Mend or leave out the member that is named.",
    says {}

    TemporarilyUnavailable "temporarily_unavailable", "RFC 6749 §4.1.2.1",
    at "/authorize" "/par" "/token" "/userinfo" "/introspect" "/revoke" "/register" "/signals/poll" "/signals/done" "/in-use",
    cause "We are short of something for a moment; the status is 503. At /register a client has changed its registration 20 times \
           within an hour; the status is 429. At /authorize a service is told so only where it sent \
           prompt=none and the resident's session was found; otherwise she is told on a page.",
    remedy "Wait as Retry-After says and try again. A refresh may be repeated with the same token within 30 seconds.",
    says {
        SHORTAGE "try again in a moment"
        OFTEN "this registration was changed too often in the last hour: wait as Retry-After says"
    }

    ServerError "server_error", "RFC 6749 §4.1.2.1",
    at "/authorize" "/par" "/token" "/userinfo" "/introspect" "/revoke" "/register" "/signals/poll" "/signals/done" "/in-use",
    cause "A fault of ours, with status 500. It is in our log. At /authorize a service is told so only where it sent \
           prompt=none and the resident's session was found; otherwise she is told on a page.",
    remedy "Try again later. If it stays, tell us the time.",
    says { FAULT "a fault of ours: try again later" }
}
