//! Risks of what is decided, or not decided: admission, pictures, names, encryption, the code of conduct.

use super::{Look, Severity, count, setting};
use crate::community::{
    definition::{Acceptance, Definition, Kind, Strangers, Way},
    place::Place,
    words::says,
};

/// Kinds whose groups are to be encrypted where Hygie has keys.
pub(crate) fn needs_encryption(kind: Kind) -> bool {
    matches!(kind, Kind::Support | Kind::CareTeam | Kind::Mediation)
}

/// Whether members write in groups of this kind, not the team alone.
pub(crate) fn members_write(kind: Kind) -> bool {
    !kind.always_exists()
}

pub(super) fn check(look: &mut Look) {
    admission(look);
    photos(look);
    names(look);
    encryption(look);
    let definition = &look.community.definition;
    if definition.code_of_conduct.acceptance == Acceptance::None {
        let mend = setting(&Place::Space, "code_of_conduct.acceptance", "asked");
        look.raise(
            "conduct-not-accepted",
            Severity::Low,
            &Place::Space,
            &[],
            mend,
        );
    }
    if definition.contact.is_none() {
        let owner = definition.owners.first();
        let owner = owner.map_or("@…", |owner| owner.as_str());
        let mend = setting(&Place::Space, "contact", owner);
        look.raise("no-contact", Severity::Low, &Place::Space, &[], mend);
    }
}

/// Moderators invite by hand, there is no roster, and nobody hears who else came in.
fn admission(look: &mut Look) {
    let admission = &look.community.definition.admission;
    let lax = admission.strangers == Strangers::Ignore
        && admission.ways.contains(&Way::Moderators)
        && look.community.records.roster.is_empty();
    if lax {
        let mend = setting(&Place::Space, "admission.strangers", "report");
        look.raise("lax-admission", Severity::Medium, &Place::Space, &[], mend);
    }
}

fn photos(look: &mut Look) {
    for (group, place) in look.groups() {
        if members_write(group.kind) && group.photos.is_none() {
            let mend = setting(&place, "photos", "team");
            look.raise("photos-undecided", Severity::Medium, &place, &[], mend);
        }
    }
}

/// The reserved word that a name holds as a whole word.
pub(crate) fn engages<'a>(definition: &'a Definition, name: &str) -> Option<&'a str> {
    let mut reserved = definition.reserved_names.iter();
    let word = reserved.find(|word| says(name, word));
    word.map(String::as_str)
}

/// A name that speaks for an institution which does not speak through the community. The label in the name of the space mends that of
/// the community, not those of its groups.
fn names(look: &mut Look) {
    let definition = &look.community.definition;
    if definition.official == Some(true) {
        return;
    }
    let undecided = definition.official.is_none();
    let mend = || setting(&Place::Space, "official", "false");
    match engages(definition, &definition.name) {
        Some(word) if undecided => {
            let args = [("word", word.into())];
            look.raise("name-engages", Severity::High, &Place::Space, &args, mend());
        }
        None if undecided => {
            look.raise(
                "official-not-said",
                Severity::Medium,
                &Place::Space,
                &[],
                mend(),
            );
        }
        _ => {}
    }
    for (group, place) in look.groups() {
        if let Some(word) = engages(definition, &group.name) {
            let mend = setting(&place, "name", "…");
            let args = [("word", word.into())];
            look.raise("group-name-engages", Severity::Medium, &place, &args, mend);
        }
    }
}

fn encryption(look: &mut Look) {
    let open = look.groups().filter(|(group, place)| {
        let encrypted = group.encryption
            || look
                .room(place)
                .is_some_and(crate::community::snapshot::Room::is_encrypted);
        needs_encryption(group.kind) && !encrypted
    });
    let open: Vec<_> = open.map(|(_, place)| place).collect();
    if look.snapshot.encrypts {
        for place in open {
            let mend = setting(&place, "encryption", "true");
            look.raise("not-encrypted", Severity::High, &place, &[], mend);
        }
    } else if !open.is_empty() {
        let args = [("count", count(open.len()))];
        // For whoever runs Hygie: it is no command of the chat.
        let mend = "hygie crypto init".to_owned();
        look.raise("no-keys", Severity::Medium, &Place::Space, &args, mend);
    }
}
