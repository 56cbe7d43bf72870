//! The two sample services of Havenbrook Borough Council, which does not exist.

use super::key::ServiceKey;
use super::service::{Clock, Colours, Needs, ServiceConfig, Text};

const COUNCIL: Text = Text { en: "Havenbrook Borough Council", cy: "Cyngor Bwrdeistref Havenbrook" };

/// "Garden waste" at `base_url` (an origin such as `http://localhost:8090`), a client of `issuer`.
#[must_use]
pub fn garden_waste(base_url: &str, issuer: &str, key: ServiceKey, clock: Clock) -> ServiceConfig {
    ServiceConfig {
        slug: "garden-waste".to_owned(),
        client_id: "garden-waste".to_owned(),
        council: COUNCIL,
        name: Text { en: "Garden waste", cy: "Gwastraff gardd" },
        about: Text {
            en: "Join the garden waste collection, see your collection days and renew your yearly place.",
            cy: "Ymunwch â’r casgliad gwastraff gardd, gweld eich diwrnodau casglu ac adnewyddu’ch lle blynyddol.",
        },
        asks: None,
        needs: Some(Needs {
            task: Text { en: "Check that you can order", cy: "Gwirio eich bod yn gallu archebu" },
            scopes: &[],
            claims: r#"{"userinfo":{"over_18":null}}"#,
        }),
        phone: "01632 960002".to_owned(),
        base_url: base_url.to_owned(),
        issuer: issuer.to_owned(),
        scopes: ["profile", "email"].map(str::to_owned).to_vec(),
        colours: Colours { band: "#1d5c2f", button: "#1d5c2f" },
        key,
        clock,
    }
}

/// "Parking permits" at `base_url` (an origin such as `http://localhost:8091`), a client of `issuer`.
#[must_use]
pub fn parking_permits(base_url: &str, issuer: &str, key: ServiceKey, clock: Clock) -> ServiceConfig {
    ServiceConfig {
        slug: "parking-permits".to_owned(),
        client_id: "parking-permits".to_owned(),
        council: COUNCIL,
        name: Text { en: "Parking permits", cy: "Trwyddedau parcio" },
        about: Text {
            en: "Apply for a resident’s parking permit, change the car it is for, and renew it before it ends.",
            cy: "Gwnewch gais am drwydded barcio i breswylydd, newid y car y mae ar ei gyfer, a’i hadnewyddu cyn iddi ddod i ben.",
        },
        asks: Some(Text {
            en: "Choose whether to get permit news by email",
            cy: "Dewis a ydych am gael newyddion trwyddedau drwy e-bost",
        }),
        needs: Some(Needs {
            task: Text { en: "Apply for a permit where you live", cy: "Gwneud cais am drwydded lle rydych yn byw" },
            scopes: &["address"],
            claims: r#"{"userinfo":{"in_borough":null,"postcode_district":null}}"#,
        }),
        phone: "01632 960001".to_owned(),
        base_url: base_url.to_owned(),
        issuer: issuer.to_owned(),
        scopes: ["profile", "email"].map(str::to_owned).to_vec(),
        colours: Colours { band: "#4a2f73", button: "#4a2f73" },
        key,
        clock,
    }
}

#[cfg(test)]
mod tests {
    use super::{garden_waste, parking_permits};
    use crate::demo::key::ServiceKey;
    use crate::domain::time::When;
    use std::sync::Arc;

    /// Relative luminance (WCAG 2.2, "relative luminance").
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let c = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    #[test]
    fn white_on_their_colours_can_be_read() {
        for sample in [garden_waste, parking_permits] {
            let key = ServiceKey::generate().unwrap();
            let config = sample("http://localhost:1", "http://localhost:2", key, Arc::new(|| When::from_seconds(0)));
            for colour in [config.colours.band, config.colours.button] {
                assert!(1.05 / (luminance(colour) + 0.05) >= 7.0, "{}: {colour}", config.slug);
            }
        }
    }
}
