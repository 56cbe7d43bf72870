//! The home page: what this is, and the two ways in.

use crate::view::pages::Home;
use crate::visit::Visit;
use axum::response::Response;

/// GET `/`. One who is signed in goes to her account.
pub async fn show(visit: Visit) -> Response {
    if visit.signed_in.is_some() {
        return visit.see_other("/account");
    }
    visit.page(&Home {}, None).await
}
