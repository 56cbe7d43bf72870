//! The value of a claim, made when it leaves: the one function that turns what is held into what is said.

use super::{Area, Claim};
use crate::domain::account::{Address, Birthdate, Detail, EmailAddress, FullName, Given, Phone, Postcode};
use jiff::civil::Date;
use serde_json::{Value, json};

/// What is held of one person, opened as far as it is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// Her name.
    pub name: Option<FullName>,
    /// The address she is written to.
    pub email: Option<EmailAddress>,
    /// Whether there is such an address: one is kept only once it is proven.
    pub email_proven: bool,
    /// Her date of birth.
    pub birthdate: Option<Birthdate>,
    /// Where she lives.
    pub address: Option<Address>,
    /// Her phone number, and whether it was proven to be hers.
    pub phone: Option<(Phone, bool)>,
}

impl Held {
    /// Whether she gave a detail.
    #[must_use]
    pub const fn has(&self, detail: Detail) -> bool {
        match detail {
            Detail::Birthdate => self.birthdate.is_some(),
            Detail::Address => self.address.is_some(),
            Detail::PhoneNumber => self.phone.is_some(),
        }
    }

    /// Adds a detail that she gave. `proven` says whether it was checked to be hers.
    #[must_use]
    pub fn with(mut self, given: Given, proven: bool) -> Self {
        match given {
            Given::Birthdate(birthdate) => self.birthdate = Some(birthdate),
            Given::Address(address) => self.address = Some(address),
            Given::PhoneNumber(phone) => self.phone = Some((phone, proven)),
        }
        self
    }
}

/// The value of a claim (OIDC Core §5.1, §5.1.1) on a day of the council's calendar; none if what it is made from is not
/// held, or does not tell.
#[must_use]
pub fn derive(claim: Claim, held: &Held, today: Date, area: &Area) -> Option<Value> {
    let postcode = || held.address.as_ref().and_then(Address::postcode);
    let over = |years: u8| held.birthdate.map(|birthdate| json!(birthdate.age_on(today) >= years));
    match claim {
        Claim::Name => held.name.as_ref().map(|name| json!(name.as_str())),
        Claim::Email => held.email.as_ref().map(|email| json!(email.as_str())),
        Claim::EmailVerified => held.email_proven.then(|| json!(true)),
        Claim::PhoneNumber => held.phone.as_ref().map(|(phone, _)| json!(phone.as_str())),
        Claim::PhoneNumberVerified => held.phone.as_ref().map(|(_, proven)| json!(proven)),
        Claim::Address => held.address.as_ref().map(address),
        Claim::InBorough => postcode().and_then(|postcode| area.has(postcode)).map(|within| json!(within)),
        Claim::PostcodeDistrict => postcode().map(|postcode| json!(postcode.district())),
        Claim::Birthdate => held.birthdate.map(|birthdate| json!(birthdate.stored())),
        Claim::Over16 => over(16),
        Claim::Over18 => over(18),
        Claim::Over65 => over(65),
    }
}

fn address(address: &Address) -> Value {
    let formatted = address.formatted();
    match address.postcode().map(Postcode::as_str) {
        Some(postcode) => json!({ "formatted": formatted, "postal_code": postcode }),
        None => json!({ "formatted": formatted }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::area::Prefix;
    use super::{Area, Claim, Held, derive};
    use crate::domain::account::{Address, Birthdate, Detail, Given, Phone, Postcode};
    use jiff::civil::{Date, date};
    use serde_json::{Value, json};

    const TODAY: Date = date(2026, 12, 1);

    fn area() -> Area {
        Area::new([Prefix::parse("HV1").unwrap()].into(), [Prefix::parse("HV1 9").unwrap()].into())
    }

    fn says(held: &Held) -> Vec<(&'static str, Value)> {
        let value = |claim: Claim| Some((claim.as_str(), derive(claim, held, TODAY, &area())?));
        Claim::ALL.into_iter().filter_map(value).collect()
    }

    fn lives(postcode: &str) -> Held {
        let address = Address::at(&["3 Orchard Row"], Postcode::parse(postcode).unwrap(), None).unwrap();
        Held::default().with(Given::Address(address), false)
    }

    #[test]
    fn nothing_is_said_of_what_is_not_held() {
        assert_eq!(says(&Held::default()), []);
        assert!(Detail::ALL.into_iter().all(|detail| !Held::default().has(detail)));
        assert!(lives("HV1 4QT").has(Detail::Address) && !lives("HV1 4QT").has(Detail::Birthdate));
        let boat = Address::described("Narrowboat Gwennol").unwrap();
        let boat = Held::default().with(Given::Address(boat), false);
        assert_eq!(says(&boat), [("address", json!({"formatted": "Narrowboat Gwennol"}))]);
    }

    #[test]
    fn an_address_says_where_and_whether_it_is_here() {
        let wanted = json!({"formatted": "3 Orchard Row\nHV1 4QT", "postal_code": "HV1 4QT"});
        let district = ("postcode_district", json!("HV1"));
        assert_eq!(says(&lives("HV1 4QT")), [("address", wanted), ("in_borough", json!(true)), district.clone()]);
        assert_eq!(says(&lives("HV2 1AA"))[1], ("in_borough", json!(false)));
        // The list cannot tell, so nothing is said.
        assert_eq!(says(&lives("HV1 9AA"))[1], district);
    }

    #[test]
    fn a_date_of_birth_says_what_age_is_reached() {
        let born = |y, m, d| {
            Held::default().with(Given::Birthdate(Birthdate::plausible(date(y, m, d), TODAY).unwrap()), false)
        };
        let over = |held: &Held| {
            [Claim::Over16, Claim::Over18, Claim::Over65].map(|claim| derive(claim, held, TODAY, &area()).unwrap())
        };
        assert_eq!(over(&born(2008, 12, 1)), [json!(true), json!(true), json!(false)]);
        assert_eq!(over(&born(2008, 12, 2)), [json!(true), json!(false), json!(false)]);
        assert_eq!(over(&born(1961, 12, 1)), [json!(true), json!(true), json!(true)]);
        assert_eq!(over(&born(1961, 12, 2)), [json!(true), json!(true), json!(false)]);
        assert_eq!(over(&born(2010, 12, 1)), [json!(true), json!(false), json!(false)]);
        assert_eq!(over(&born(2010, 12, 2)), [json!(false), json!(false), json!(false)]);
        assert_eq!(derive(Claim::Birthdate, &born(1961, 12, 1), TODAY, &area()), Some(json!("1961-12-01")));
    }

    #[test]
    fn a_phone_number_says_whether_it_was_proven() {
        let phone = |proven| Held::default().with(Given::PhoneNumber(Phone::parse("07700 900982").unwrap()), proven);
        let number = ("phone_number", json!("+447700900982"));
        assert_eq!(says(&phone(false)), [number.clone(), ("phone_number_verified", json!(false))]);
        assert_eq!(says(&phone(true)), [number, ("phone_number_verified", json!(true))]);
    }
}
