//! Two people, one mailbox.
