//! The council as its pages and letters show it: by the policies in force.

use crate::domain::client::Words;
use crate::policy::{Brand as Colours, Controller};
use crate::view::{Both, Brand, Languages, OtherWays, Renderer, RendererError, Sheet};

/// Pages and letters of the council, in its colours and in the languages offered.
pub(super) fn view(controller: &Controller, languages: Languages) -> Result<Renderer, RendererError> {
    let Colours { header, accent } = controller.brand;
    Ok(Renderer::new(&brand(controller))?.coloured(Sheet::of(header, accent)).offering(languages))
}

fn brand(controller: &Controller) -> Brand {
    let officer = &controller.data_protection_officer;
    let reached = |name: &str| format!("{name}, {}, {}", officer.email, officer.phone);
    Brand {
        council: both(&controller.name),
        account: both(&controller.account_name),
        other_ways: OtherWays {
            phone: Both::from(controller.other_ways.phone.as_str()),
            place: both(&controller.other_ways.place),
            post: both(&controller.other_ways.post),
        },
        email: controller.email.clone(),
        website: controller.website.to_string(),
        data_protection_officer: Both::new(reached(&officer.name.en), reached(&officer.name.cy)),
    }
}

fn both(words: &Words) -> Both {
    Both::new(words.en.clone(), words.cy.clone())
}
