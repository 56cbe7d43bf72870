//! A forgotten password: three pages.
