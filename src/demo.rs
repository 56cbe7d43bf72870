//! The sample services and the mail tray.
