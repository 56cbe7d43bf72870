//! Server, headers, cookies, CSRF, throttle, client address.
