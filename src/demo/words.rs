//! The words of the sample services, in English and Welsh.

use serde::Serialize;
use std::collections::BTreeMap;

/// A language of the sample services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Welsh,
}

impl Language {
    /// From a BCP 47 tag.
    pub fn parse(tag: &str) -> Option<Self> {
        match tag {
            "en" => Some(Self::English),
            "cy" => Some(Self::Welsh),
            _ => None,
        }
    }

    /// As a BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Welsh => "cy",
        }
    }
}

/// Every text of one language by its key.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Words(BTreeMap<&'static str, &'static str>);

impl Words {
    /// The words of `language`.
    pub fn of(language: Language) -> Self {
        let pick = |&(key, english, welsh): &(&'static str, &'static str, &'static str)| match language {
            Language::English => (key, english),
            Language::Welsh => (key, welsh),
        };
        Self(WORDS.iter().map(pick).collect())
    }

    /// The text for `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).copied()
    }

    /// The text for `key`, which is one of ours: a key without text shows as itself.
    pub fn say<'a>(&'a self, key: &'a str) -> &'a str {
        self.get(key).unwrap_or(key)
    }
}

const WORDS: &[(&str, &str, &str)] = &[
    ("skip", "Skip to main content", "Neidio i’r prif gynnwys"),
    ("language", "Language", "Iaith"),
    ("sample", "Sample", "Enghraifft"),
    (
        "sample_note",
        "This is a made-up council service. It shows how a service uses one council account.",
        "Gwasanaeth cyngor ffug yw hwn. Mae’n dangos sut y mae gwasanaeth yn defnyddio un cyfrif cyngor.",
    ),
    ("sign_in", "Sign in", "Mewngofnodi"),
    (
        "sign_in_how",
        "You sign in with your council account. You can create one on the next page if you do not have one.",
        "Byddwch yn mewngofnodi gyda’ch cyfrif cyngor. Gallwch greu un ar y dudalen nesaf os nad oes gennych un.",
    ),
    ("other_ways", "Other ways to use this service", "Ffyrdd eraill o ddefnyddio’r gwasanaeth hwn"),
    ("by_phone", "Phone", "Ffoniwch"),
    ("hello", "Hello", "Helo"),
    ("signed_in_to", "You are signed in to", "Rydych wedi mewngofnodi i"),
    (
        "told",
        "What your council account told this service since",
        "Yr hyn a ddywedodd eich cyfrif cyngor wrth y gwasanaeth hwn ers hynny",
    ),
    ("signal_consent_withdrawn", "You withdrew your consent", "Tynnoch eich cydsyniad yn ôl"),
    ("signal_sharing_paused", "Sharing was paused", "Oedwyd y rhannu"),
    ("signal_sharing_resumed", "Sharing goes on", "Mae’r rhannu’n parhau"),
    ("signal_attribute_corrected", "This was corrected", "Cywirwyd hyn"),
    ("signal_processing_restricted", "This may only be kept", "Dim ond cadw hyn a ganiateir"),
    ("signal_restriction_lifted", "This may be used again", "Caniateir defnyddio hyn eto"),
    ("signal_account_closed", "Your account was closed", "Caewyd eich cyfrif"),
    ("signal_erasure_decided", "This is to be erased", "Mae hyn i’w ddileu"),
    ("when", "When", "Pryd"),
    ("received", "What this service received", "Yr hyn a gafodd y gwasanaeth hwn"),
    (
        "received_from",
        "This came from your council account when you signed in.",
        "Daeth hyn o’ch cyfrif cyngor pan wnaethoch fewngofnodi.",
    ),
    ("what", "What", "Beth"),
    ("value", "Received", "Derbyniwyd"),
    ("your_account", "Your account", "Eich cyfrif"),
    (
        "your_account_why",
        "See every service that uses your account and what each of them received.",
        "Gweld pob gwasanaeth sy’n defnyddio’ch cyfrif a’r hyn a gafodd pob un.",
    ),
    ("sign_out", "Sign out", "Allgofnodi"),
    ("success", "Success", "Llwyddiant"),
    ("important", "Important", "Pwysig"),
    ("signed_out", "You have signed out", "Rydych wedi allgofnodi"),
    (
        "signed_out_elsewhere",
        "You have signed out of your council account, so you are signed out here too",
        "Rydych wedi allgofnodi o’ch cyfrif cyngor, felly rydych wedi allgofnodi yma hefyd",
    ),
    ("problem", "There is a problem", "Mae problem"),
    ("not_signed_in", "You have not signed in", "Nid ydych wedi mewngofnodi"),
    (
        "cancelled",
        "You chose not to continue, so your council account shared nothing with this service.",
        "Fe wnaethoch ddewis peidio â pharhau, felly ni rannodd eich cyfrif cyngor unrhyw beth â’r gwasanaeth hwn.",
    ),
    ("try_again", "Sign in again", "Mewngofnodi eto"),
    ("back_to", "Go to the start page of", "Mynd i dudalen gychwyn"),
    ("code_for_help", "If you contact us, give us this code:", "Os byddwch yn cysylltu â ni, rhowch y cod hwn i ni:"),
    (
        "problem_state",
        "This sign-in was not started in this browser, or it was started too long ago. We have not signed you in.",
        "Ni ddechreuwyd mewngofnodi yn y porwr hwn, neu fe’i dechreuwyd yn rhy bell yn ôl. Nid ydym wedi eich mewngofnodi.",
    ),
    (
        "problem_issuer",
        "The answer did not come from your council account. We have not signed you in.",
        "Ni ddaeth yr ateb o’ch cyfrif cyngor. Nid ydym wedi eich mewngofnodi.",
    ),
    (
        "problem_answer",
        "Your council account could not sign you in to this service.",
        "Ni allai eich cyfrif cyngor eich mewngofnodi i’r gwasanaeth hwn.",
    ),
    (
        "problem_token",
        "The answer from your council account could not be trusted. We have not signed you in.",
        "Ni ellid ymddiried yn yr ateb o’ch cyfrif cyngor. Nid ydym wedi eich mewngofnodi.",
    ),
    (
        "problem_unreachable",
        "We cannot reach the council account service. Try again in a few minutes.",
        "Ni allwn gyrraedd gwasanaeth cyfrif y cyngor. Rhowch gynnig arall arni ymhen ychydig funudau.",
    ),
    (
        "problem_half_signed_out",
        "You are signed out here. We cannot reach the council account service, so you may still be signed in to your account.",
        "Rydych wedi allgofnodi yma. Ni allwn gyrraedd gwasanaeth cyfrif y cyngor, felly efallai eich bod yn dal wedi mewngofnodi i’ch cyfrif.",
    ),
    (
        "problem_form",
        "This page was open for too long. Go back to the start page and try again.",
        "Roedd y dudalen hon ar agor am rhy hir. Ewch yn ôl i’r dudalen gychwyn a rhowch gynnig arall arni.",
    ),
    ("problem_page", "This page cannot be found.", "Ni ellir dod o hyd i’r dudalen hon."),
    ("yes", "Yes", "Ie"),
    ("no", "No", "Na"),
    ("at", "at", "am"),
    ("claim_name", "Full name", "Enw llawn"),
    ("claim_given_name", "First names", "Enwau cyntaf"),
    ("claim_family_name", "Last name", "Cyfenw"),
    ("claim_email", "Email address", "Cyfeiriad e-bost"),
    ("claim_email_verified", "Email address checked", "Cyfeiriad e-bost wedi’i wirio"),
    ("claim_phone_number", "Phone number", "Rhif ffôn"),
    ("claim_phone_number_verified", "Phone number checked", "Rhif ffôn wedi’i wirio"),
    ("claim_birthdate", "Date of birth", "Dyddiad geni"),
    ("claim_over_16", "Aged 16 or over", "16 oed neu’n hŷn"),
    ("claim_over_18", "Aged 18 or over", "18 oed neu’n hŷn"),
    ("claim_over_65", "Aged 65 or over", "65 oed neu’n hŷn"),
    ("claim_in_borough", "In the council’s area", "Yn ardal y cyngor"),
    ("claim_postcode_district", "First part of the postcode", "Rhan gyntaf y cod post"),
    ("claim_address", "Address", "Cyfeiriad"),
    ("claim_preferred_username", "User name", "Enw defnyddiwr"),
    ("claim_locale", "Language", "Iaith"),
    ("claim_updated_at", "Last changed", "Newidiwyd ddiwethaf"),
    ("claim_sub", "Reference for you at this service", "Cyfeirnod ar eich cyfer yn y gwasanaeth hwn"),
];

#[cfg(test)]
mod tests {
    use super::WORDS;

    #[test]
    fn every_text_is_there_once_in_both_languages() {
        let mut keys: Vec<_> = WORDS.iter().map(|(key, ..)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), WORDS.len());
        for (key, english, welsh) in WORDS {
            assert!(!english.trim().is_empty() && !welsh.trim().is_empty(), "{key}");
            assert!(english != welsh, "{key} is not translated");
        }
    }
}
