//! Signing out, and what the services said.
