//! Who plays in the demo: the people that `config/communities/asc-nord.yaml` names, and three members.

/// A person of the demo.
#[derive(Debug)]
pub struct Person {
    /// The localpart of the Matrix id.
    pub name: &'static str,
    /// The name that others see.
    pub display_name: &'static str,
    /// What the person is in the community, as `demo.json` says it.
    pub role: &'static str,
    /// The groups that the person joins, beside the space and the announcements.
    pub groups: &'static [&'static str],
}

/// Everybody. All are made up.
pub const CAST: &[Person] = &[
    Person {
        name: "samir",
        display_name: "Samir Haddad",
        role: "owner",
        groups: &["admins"],
    },
    Person {
        name: "ines",
        display_name: "Inès Lambert",
        role: "owner",
        groups: &["admins"],
    },
    Person {
        name: "claire",
        display_name: "Claire Vasseur",
        role: "admin",
        groups: &["admins", "equipe-soins"],
    },
    Person {
        name: "moussa",
        display_name: "Moussa Traoré",
        role: "moderator",
        groups: &["admins", "secteur-est"],
    },
    Person {
        name: "awa",
        display_name: "Awa Diop",
        role: "moderator",
        groups: &["admins", "secteur-est"],
    },
    Person {
        name: "bruno",
        display_name: "Bruno Lefèvre",
        role: "moderator",
        groups: &["admins", "secteur-ouest"],
    },
    // Fatou is in every group, so that she can say when the last of them has something.
    Person {
        name: "fatou",
        display_name: "Fatou Benali",
        role: "member",
        groups: &[
            "secteur-est",
            "secteur-ouest",
            "veille-terrain",
            "entraide",
            "equipe-soins",
            "superviseurs",
            "formation",
            "pause-cafe",
        ],
    },
    Person {
        name: "luc",
        display_name: "Luc Petit",
        role: "member",
        groups: &["secteur-est", "secteur-ouest", "entraide"],
    },
    Person {
        name: "nadia",
        display_name: "Nadia Cherif",
        role: "member",
        groups: &["secteur-est", "entraide"],
    },
];

/// The person with this localpart.
#[must_use]
pub fn person(name: &str) -> &'static Person {
    let found = CAST.iter().find(|person| person.name == name);
    found.unwrap_or_else(|| panic!("{name} is not in the cast"))
}
