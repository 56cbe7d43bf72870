//! Texts sent: to witnesses, whose answer is a text (C2SP tlog-witness), and to a collector, whose answer is a status.

use super::{ANSWER_LIMIT, Outbound, OutboundError, StatusCode, count, why};
use http::{HeaderValue, header};
use secrecy::{ExposeSecret as _, SecretString};

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

    /// POSTs lines of JSON and gives the status; the answer's body is not read.
    ///
    /// # Errors
    /// [`OutboundError`], never for a status.
    pub async fn post_lines(
        &self,
        url: &str,
        authorization: Option<&SecretString>,
        body: String,
    ) -> Result<StatusCode, OutboundError> {
        let result = async {
            let (url, client) = self.permit(url)?;
            let mut request = client.post(url).header(header::CONTENT_TYPE, "application/x-ndjson").body(body);
            if let Some(secret) = authorization {
                let mut value = HeaderValue::from_str(secret.expose_secret())
                    .map_err(|_| OutboundError::Refused("its authorization cannot stand in a header"))?;
                value.set_sensitive(true);
                request = request.header(header::AUTHORIZATION, value);
            }
            Ok(request.send().await.map_err(|error| why(&error))?.status())
        }
        .await;
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
