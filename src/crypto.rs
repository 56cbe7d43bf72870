//! Keys, hashes, seals and signatures.
