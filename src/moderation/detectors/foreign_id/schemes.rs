//! The kinds of foreign identifiers: lengths, keys, usual writings and names.

use super::keys;

/// A kind of number of digits only.
pub struct Scheme {
    pub length: usize,
    pub key: fn(&[u8]) -> bool,
    /// How it is usually grouped.
    pub groups: &'static [&'static [usize]],
    /// What it needs beside its key.
    pub needs: Needs,
    /// Words that say what it is.
    pub names: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// Its usual grouping or its name.
    GroupsOrName,
    /// Its name.
    Name,
}

pub static SCHEMES: [Scheme; 14] = [
    Scheme {
        length: 11,
        key: keys::belgium,
        groups: &[
            &[6, 3, 2],
            &[2, 2, 2, 3, 2],
            &[6, 5],
            &[2, 2, 2, 5],
            &[9, 2],
        ],
        needs: Needs::Nothing,
        names: &[
            "niss",
            "registre national",
            "rijksregister",
            "rijksregisternummer",
            "insz",
            "nrn",
            "bis",
        ],
    },
    Scheme {
        length: 13,
        key: keys::switzerland,
        groups: &[&[3, 4, 4, 2], &[3, 10], &[3, 3, 3, 3, 1]],
        needs: Needs::Nothing,
        names: &["avs", "ahv", "navs", "oasi", "navs13"],
    },
    Scheme {
        length: 13,
        key: keys::luxembourg,
        groups: &[
            &[4, 2, 2, 3, 2],
            &[4, 4, 5],
            &[8, 5],
            &[8, 3, 2],
            &[4, 2, 2, 5],
            &[4, 4, 3, 2],
        ],
        needs: Needs::Nothing,
        names: &["matricule", "cns"],
    },
    Scheme {
        length: 11,
        key: keys::norway,
        groups: &[&[6, 5], &[6, 3, 2]],
        needs: Needs::Nothing,
        names: &["fodselsnummer", "personnummer"],
    },
    Scheme {
        length: 11,
        key: keys::germany_tax,
        groups: &[&[2, 3, 3, 3]],
        needs: Needs::GroupsOrName,
        names: &[
            "steuer-id",
            "steuer id",
            "steuerid",
            "idnr",
            "id-nr",
            "tin",
            "steueridentifikationsnummer",
            "steuer-identifikationsnummer",
            "identifikationsnummer",
            "steuer-idnr",
            "steuernummer",
            "fiscal allemand",
            "german tax id",
            "fiscale allemande",
            "german tax number",
            "tax id",
            "identifiant fiscal",
        ],
    },
    Scheme {
        length: 11,
        key: keys::poland,
        groups: &[],
        needs: Needs::Name,
        names: &["pesel", "numer pesel", "polonais", "polish"],
    },
    Scheme {
        length: 10,
        key: keys::united_kingdom_nhs,
        groups: &[],
        needs: Needs::Name,
        names: &["nhs"],
    },
    Scheme {
        length: 10,
        key: keys::sweden,
        groups: &[],
        needs: Needs::Name,
        names: &[
            "personnummer",
            "pnr",
            "samordningsnummer",
            "suedois",
            "swedish",
        ],
    },
    Scheme {
        length: 10,
        key: keys::denmark,
        groups: &[],
        needs: Needs::Name,
        names: &[
            "cpr",
            "cpr-nummer",
            "cpr-nr",
            "personnummer",
            "danois",
            "danish",
        ],
    },
    Scheme {
        length: 10,
        key: keys::austria,
        groups: &[],
        needs: Needs::Name,
        names: &[
            "svnr",
            "sv-nr",
            "sozialversicherungsnummer",
            "versicherungsnummer",
            "autrichien",
            "autrichienne",
            "austrian",
        ],
    },
    Scheme {
        length: 9,
        key: keys::netherlands,
        groups: &[],
        needs: Needs::Name,
        names: &[
            "bsn",
            "burgerservicenummer",
            "sofinummer",
            "citizen service number",
            "neerlandais",
        ],
    },
    Scheme {
        length: 9,
        key: keys::portugal,
        groups: &[],
        needs: Needs::Name,
        names: &[
            "nif",
            "contribuinte",
            "utente",
            "numero fiscal",
            "portugais",
            "portuguese",
        ],
    },
    Scheme {
        length: 9,
        key: keys::united_states,
        groups: &[],
        needs: Needs::Name,
        names: &["ssn", "social security", "social security number"],
    },
    Scheme {
        length: 13,
        key: keys::romania,
        groups: &[],
        needs: Needs::Name,
        names: &["cnp", "cod numeric personal", "roumain", "romanian"],
    },
];

/// A kind of number with letters.
pub struct Lettered {
    pub length: usize,
    /// What its first characters are: `a` a letter, `9` a digit. Cheap.
    pub starts: &'static [u8],
    pub key: fn(&[u8]) -> bool,
    /// Whether, written in its usual way, it needs no name.
    pub alone: fn(&[u8]) -> bool,
    pub names: &'static [&'static str],
}

pub static LETTERED: [Lettered; 7] = [
    Lettered {
        length: 16,
        starts: b"aaaaaa",
        key: keys::italy,
        alone: is_italian_writing,
        names: &["codice fiscale", "cf"],
    },
    Lettered {
        length: 9,
        starts: b"99999999a",
        key: keys::spain,
        // In one piece, or 12.345.678-Z; a Z after a space may be a word.
        alone: is_spanish_writing,
        names: SPANISH,
    },
    Lettered {
        length: 9,
        starts: b"a9999999a",
        key: |plain| matches!(plain[0], b'X'..=b'Z') && keys::spain(plain),
        alone: |_| true,
        names: SPANISH,
    },
    Lettered {
        length: 10,
        starts: b"a999999999",
        key: keys::germany_health,
        alone: |_| false,
        names: &[
            "kvnr",
            "kv-nr",
            "krankenversichertennummer",
            "versichertennummer",
            "krankenversicherungsnummer",
            "krankenkasse",
            "egk",
            "gesundheitskarte",
            "assure allemand",
            "assurance allemande",
            "assurance maladie allemande",
            "german health insurance",
            "health insurance number",
            "versicherten-nr",
            "versichertennr",
            "versicherten nr",
            "krankenversicherung",
            "allemand",
            "allemande",
            "german",
        ],
    },
    Lettered {
        length: 9,
        starts: b"aa999999a",
        key: keys::united_kingdom_insurance,
        alone: |written| written.len() == 13 && written.contains(&b' '),
        names: &[
            "national insurance",
            "ni number",
            "nino",
            "ni no",
            "nin",
            "insurance number",
        ],
    },
    Lettered {
        length: 8,
        starts: b"9999999a",
        key: keys::ireland,
        alone: |_| false,
        names: IRISH,
    },
    Lettered {
        length: 9,
        starts: b"9999999aa",
        key: keys::ireland,
        alone: |_| false,
        names: IRISH,
    },
];

const SPANISH: &[&str] = &[
    "dni",
    "nie",
    "nif",
    "documento nacional",
    "espagnol",
    "espagnole",
    "spanish",
    "espanol",
];
const IRISH: &[&str] = &["pps", "ppsn", "pps number", "irish", "irlandais"];

/// `12345678Z`, `12345678-Z`, `12.345.678-Z`.
fn is_spanish_writing(written: &[u8]) -> bool {
    let gaps = written.iter().enumerate();
    let gaps = gaps.filter(|(_, byte)| !byte.is_ascii_alphanumeric());
    let places: Vec<usize> = gaps.map(|(at, _)| at).collect();
    let marks = !written.contains(&b' ');
    marks && matches!(places.as_slice(), [] | [8] | [2, 6] | [2, 6, 10])
}

/// In one piece with most of its digits, or in capitals and grouped as on the card: words in a row may look like one.
fn is_italian_writing(written: &[u8]) -> bool {
    let pieces = written.split(|byte| !byte.is_ascii_alphanumeric());
    let lengths: Vec<usize> = pieces.map(<[u8]>::len).collect();
    let digits = written.iter().filter(|byte| byte.is_ascii_digit()).count();
    let capitals = !written.iter().any(u8::is_ascii_lowercase);
    match lengths.as_slice() {
        [_] => digits >= 4,
        [3, 3, 5, 5] | [6, 5, 5] => digits == 7 && capitals,
        _ => false,
    }
}
