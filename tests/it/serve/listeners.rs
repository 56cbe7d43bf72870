//! The listeners that settings may add: plain http that leads to https, and the staff's.

use super::tls::{Certificate, Installation};
use super::{Running, free_port, get, portreeve};
use reqwest::Client;
use reqwest::header::{HOST, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use std::process::Stdio;

/// Adds both to the settings; gives the redirect listener's address and the staff's.
fn add_to(here: &Installation) -> (String, String) {
    let (redirect, staff) = (free_port(), free_port());
    let text = std::fs::read_to_string(&here.settings).unwrap();
    let more = format!(
        "staff_origin = \"https://localhost:{staff}\"\n[listen]\nstaff = \"127.0.0.1:{staff}\"\n\
         redirect = \"127.0.0.1:{redirect}\"\n"
    );
    assert!(text.contains("[listen]\n"), "{text}");
    std::fs::write(&here.settings, text.replacen("[listen]\n", &more, 1)).unwrap();
    (format!("http://127.0.0.1:{redirect}"), format!("https://localhost:{staff}"))
}

#[tokio::test]
async fn plain_http_leads_to_https_and_staff_have_a_listener_of_their_own() {
    let certificate = Certificate::new();
    let here = Installation::new(&certificate);
    let (plain, staff) = add_to(&here);
    let running = Running(portreeve(&["serve", "--config", &here.settings]).stdout(Stdio::null()).spawn().unwrap());
    assert_eq!(get(&format!("{}/ready", here.internal)).await, (200, "ready".into()));
    let authority = reqwest::Certificate::from_pem(certificate.authority.as_bytes()).unwrap();
    // Over HTTP/1.1 a request names the host that it is told to.
    let client = Client::builder().tls_certs_only([authority]).redirect(Policy::none()).no_proxy().http1_only();
    let client = client.build().unwrap();

    for path in ["/", "/sign-in?flow=1"] {
        let answer = client.get(format!("{plain}{path}")).send().await.unwrap();
        let to = answer.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned());
        assert_eq!((answer.status().as_u16(), to), (308, Some(format!("{}{path}", here.site))));
    }
    let answer = client.post(format!("{plain}/sign-in")).form(&[("password", "x")]).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers().get(LOCATION)), (403, None));
    assert_eq!(answer.text().await.unwrap(), "Use https");

    let page = client.get(format!("{staff}/sign-in")).send().await.unwrap();
    assert_eq!(page.status().as_u16(), 200);
    let cookie = page.headers()[SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-portreeve-") && cookie.contains("; Secure"), "{cookie}");
    let page = page.text().await.unwrap();
    assert!(page.contains("Sign in to the staff pages"), "{page}");
    // Each site answers to its own name, with its own pages.
    let public = here.site.strip_prefix("https://").unwrap();
    let elsewhere = client.get(format!("{staff}/sign-in")).header(HOST, public).send().await.unwrap();
    assert_eq!(elsewhere.status().as_u16(), 421);
    let residents = client.get(format!("{}/sign-in", here.site)).send().await.unwrap();
    assert_eq!(residents.status().as_u16(), 200);
    assert!(!residents.text().await.unwrap().contains("Sign in to the staff pages"));
    assert!(client.get(staff.replacen("https", "http", 1)).send().await.is_err(), "staff come over TLS alone");
    assert_eq!(running.stop(), Some(0));
}
