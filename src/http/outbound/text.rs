//! A text sent, and a text that comes back: what witnesses speak (C2SP tlog-witness).

use super::{ANSWER_LIMIT, Outbound, OutboundError, StatusCode, count, why};

impl Outbound {
    /// POSTs a text and gives the status with the answer's text.
    ///
    /// # Errors
    /// [`OutboundError`], never for a status.
    pub async fn post_text(&self, url: &str, body: String) -> Result<(StatusCode, String), OutboundError> {
        let result = self.exchange(url, body).await;
        count(result.as_ref().err());
        result
    }

    async fn exchange(&self, url: &str, body: String) -> Result<(StatusCode, String), OutboundError> {
        let (url, client) = self.permit(url)?;
        let sent = client.post(url).header("content-type", "text/plain; charset=utf-8").body(body).send();
        let mut response = sent.await.map_err(|error| why(&error))?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| why(&error))? {
            if body.len() + chunk.len() > ANSWER_LIMIT {
                return Err(OutboundError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let text = String::from_utf8(body).map_err(|_| OutboundError::NotText)?;
        Ok((response.status(), text))
    }
}
