//! E-mail out: SMTP, or kept for demo and tests.
