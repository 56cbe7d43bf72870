//! Why a service may have which claims: shares, records, and the release decision.
