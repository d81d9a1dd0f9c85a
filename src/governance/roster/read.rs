//! Reading a roster from a file of comma-separated values, as spreadsheets write them.
//!
//! The first line names the columns, in any order, in French or English; unknown ones become attributes. Columns are separated by commas,
//! semicolons or tabs, whichever the first line has most of. Skills are separated by `;` or `|`, and where columns are not separated
//! by commas, by commas too. The text is UTF-8 (or UTF-16, when it begins with its mark), else Windows-1252, which Latin-1 is a part of.
//!
//! What is wrong with a line is said with its number and column, the line is left out, and nothing else is stopped by it.

use std::{borrow::Cow, collections::BTreeSet};

use csv::{ReaderBuilder, StringRecord};

use super::{
    columns::{Column, Terms, shown},
    write::unescaped,
};
use crate::{community::record::Person, reply::Text};

/// The largest file, in bytes.
pub const LARGEST: usize = 2 << 20;
/// The most lines of a file, the first included.
pub const MOST_LINES: usize = 20_000;
/// The most columns.
const MOST_COLUMNS: usize = 100;

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Everybody whose line is right, in the order of the file.
    pub people: Vec<Person>,
    /// The columns that the file has: of the others it says nothing.
    pub columns: BTreeSet<Column>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Everybody who is named, also on lines that are wrong.
    pub named: BTreeSet<String>,
}

/// What is wrong with a line of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Which line, from 1; 0 when it is about the whole file.
    pub line: usize,
    /// The name of the column, or its number where it has none; empty when it is about the whole line.
    pub column: String,
    /// What is wrong, and the remedy.
    pub what: Text,
}

impl Problem {
    /// It, with its place.
    #[must_use]
    pub fn text(&self) -> Text {
        let line = i64::try_from(self.line).unwrap_or(i64::MAX);
        let what = self.what.clone();
        match (self.line, self.column.as_str()) {
            (0, _) => Text::new("roster-problem-file").with("what", what),
            (_, "") => Text::new("roster-problem-line")
                .with("line", line)
                .with("what", what),
            (_, column) => Text::new("roster-problem")
                .with("line", line)
                .with("column", column)
                .with("what", what),
        }
    }
}

/// Reads a file.
#[must_use]
pub fn read(bytes: &[u8], terms: &Terms) -> Reading {
    let mut reading = Reading::default();
    if bytes.len() > LARGEST {
        let most = i64::try_from(LARGEST >> 20).unwrap_or(i64::MAX);
        reading.problem(0, "", Text::new("roster-too-large").with("most", most));
        return reading;
    }
    let text = decode(bytes);
    let delimiter = delimiter(&text);
    let separators: &[char] = if delimiter == b',' {
        &[';', '|']
    } else {
        &[';', '|', ',']
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut lines = Lines::new(&text);
    let mut header: Option<Vec<Column>> = None;
    let mut record = StringRecord::new();
    let mut count = 0;
    // Reading from memory what is UTF-8 has no errors.
    while let Ok(true) = reader.read_record(&mut record) {
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        count += 1;
        if count > MOST_LINES {
            let most = i64::try_from(MOST_LINES).unwrap_or(i64::MAX);
            let what = Text::new("roster-too-many-lines").with("most", most);
            reading.problem(line, "", what);
            break;
        }
        match &header {
            Some(columns) => reading.line(line, columns, &record, (separators, terms)),
            None => match first_line(&record) {
                Ok(columns) => {
                    let known = columns.iter().filter(|it| !it.name().is_empty());
                    reading.columns = known.cloned().collect();
                    header = Some(columns);
                }
                Err(what) => {
                    reading.problem(line, "", what);
                    return reading;
                }
            },
        }
    }
    if header.is_none() {
        reading.problem(0, "", Text::new("roster-no-header"));
    }
    reading
}

/// The columns that the first line names.
fn first_line(record: &StringRecord) -> Result<Vec<Column>, Text> {
    if record.len() > MOST_COLUMNS {
        let most = i64::try_from(MOST_COLUMNS).unwrap_or(i64::MAX);
        return Err(Text::new("roster-too-many-columns").with("most", most));
    }
    let columns: Vec<Column> = record
        .iter()
        .map(|name| Column::called(unescaped(name)))
        .collect();
    if !columns.contains(&Column::Mxid) && !columns.contains(&Column::Email) {
        return Err(Text::new("roster-no-header"));
    }
    let mut seen = BTreeSet::new();
    for column in columns.iter().filter(|it| !it.name().is_empty()) {
        if !seen.insert(crate::community::words::fold(column.name())) {
            let name = shown(column.name());
            return Err(Text::new("roster-column-twice").with("column", name));
        }
    }
    Ok(columns)
}

impl Reading {
    fn problem(&mut self, line: usize, column: &str, what: Text) {
        let column = shown(column);
        self.problems.push(Problem { line, column, what });
    }

    fn line(
        &mut self,
        line: usize,
        columns: &[Column],
        record: &StringRecord,
        (separators, terms): (&[char], &Terms),
    ) {
        let mut person = Person::new("");
        let before = self.problems.len();
        for (at, cell) in record.iter().enumerate() {
            let named = columns.get(at).filter(|column| !column.name().is_empty());
            let Some(column) = named else {
                if !cell.trim().is_empty() {
                    let what = Text::new("roster-column-unnamed");
                    self.problem(line, &(at + 1).to_string(), what);
                }
                continue;
            };
            if let Err(what) = column.set(&mut person, unescaped(cell), separators, terms) {
                self.problem(line, column.name(), what);
            }
        }
        let Some(key) = key(&person) else {
            if self.problems.len() == before {
                self.problem(line, "", Text::new("roster-no-key"));
            }
            return;
        };
        let is_new = self.named.insert(key.clone());
        if self.problems.len() > before {
            return;
        }
        if !is_new {
            let what = Text::new("roster-twice").with("person", shown(&key));
            return self.problem(line, "", what);
        }
        person.key = key;
        self.people.push(person);
    }
}

/// By which somebody is known: the account, else the address.
#[must_use]
pub fn key(person: &Person) -> Option<String> {
    match &person.user {
        Some(user) => Some(user.to_string()),
        None if person.email.is_empty() => None,
        None => Some(key_of_email(&person.email)),
    }
}

/// By which somebody without an account is known.
#[must_use]
pub fn key_of_email(email: &str) -> String {
    format!("mailto:{}", email.to_lowercase())
}

fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, length)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0,
    }
}

/// What stands between columns: of the three, what the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or_default();
    let mut quoted = false;
    let mut counts = [0, 0, 0];
    for letter in first.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => counts[0] += 1,
            ';' if !quoted => counts[1] += 1,
            '\t' if !quoted => counts[2] += 1,
            _ => {}
        }
    }
    let [commas, semicolons, tabs] = counts;
    if tabs > commas && tabs > semicolons {
        b'\t'
    } else if semicolons > commas {
        b';'
    } else {
        b','
    }
}

/// Tells lines by bytes. The reader's own count is that of where it began to look, before empty lines.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The line of the first letter from `byte` on; asked for in order.
    fn of(&mut self, byte: u64) -> usize {
        let from = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(letter) = self.text.get(self.at) {
            let breaks = matches!(letter, b'\n' | b'\r');
            if self.at >= from && !breaks {
                break;
            }
            let of_two = *letter == b'\r' && self.text.get(self.at + 1) == Some(&b'\n');
            self.line += usize::from(breaks && !of_two);
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        community::{
            change::Change,
            definition::{CommunityId, Locale},
            record::Record,
            role::Role,
            snapshot::{
                Snapshot,
                tests::{redeclare, settled},
            },
        },
        governance::roster::{diff::Diff, terms, write},
    };

    fn read_by(snapshot: &Snapshot, bytes: &[u8]) -> Reading {
        let community = snapshot.communities.values().next().unwrap();
        read(bytes, &terms(snapshot, community, Role::Admin))
    }

    fn reading(text: &str) -> Reading {
        read_by(&settled(), text.as_bytes())
    }

    /// The key and the place of each problem.
    fn wrong(reading: &Reading) -> Vec<(usize, &str, &str)> {
        let problems = reading.problems.iter();
        problems
            .map(|it| (it.line, it.column.as_str(), it.what.key()))
            .collect()
    }

    #[test]
    fn a_roster_is_read_whatever_separates_and_encodes_it_and_however_its_columns_are_called() {
        let plain = "mxid,email,name,role,zone,skills,programme,profession,affiliation,language,étage\r\n\
            @awa:s,awa@example.org,Awa Ndiaye,modératrice,Est,soins;vaccination,PEV,infirmière,staff,fr,2\r\n";
        let french = "Étage;LANGUE;Appartenance;Métier;Programme;Compétences;Secteur;Rôle;Nom;Courriel;Identifiant\n\
            2;Français;staff;infirmière;PEV;soins|vaccination, soins;Est;moderator;Awa Ndiaye;awa@example.org;@awa:s\n";
        let tabs = plain.replace(',', "\t");
        let latin = encoding_rs::WINDOWS_1252.encode(french).0.into_owned();
        let mut marked = "\u{feff}".as_bytes().to_vec();
        marked.extend(plain.as_bytes());
        let mut wide = vec![0xff, 0xfe];
        wide.extend(tabs.encode_utf16().flat_map(u16::to_le_bytes));
        let mut expected = Person::new("@awa:s");
        expected.email = "awa@example.org".to_owned();
        expected.name = "Awa Ndiaye".to_owned();
        expected.role = Some(Role::Moderator);
        expected.zone = "Est".to_owned();
        expected.skills = vec!["soins".to_owned(), "vaccination".to_owned()];
        expected.programme = "PEV".to_owned();
        expected.profession = "infirmière".to_owned();
        expected.affiliation = "staff".to_owned();
        expected.language = Some(Locale::Fr);
        let files = [
            plain.as_bytes(),
            french.as_bytes(),
            tabs.as_bytes(),
            &latin,
            &marked,
            &wide,
        ];
        for (nth, file) in files.into_iter().enumerate() {
            let reading = read_by(&settled(), file);
            assert_eq!(wrong(&reading), [], "{nth}");
            let mut read = reading.people[0].clone();
            let floor = std::mem::take(&mut read.more);
            assert_eq!(read, expected, "{nth}");
            assert_eq!(floor.values().collect::<Vec<_>>(), ["2"], "{nth}");
        }
    }

    #[test]
    fn errors_name_line_and_column_and_stop_nothing_else() {
        let reading = reading(
            "mxid,email,role,language\n\n@a:s,,,\nawa,,,\n@b:elsewhere,,,\n\"@c\n:s\",,,\n@d:s,nowhere,,\n@e:s,,king,\n\
             @f:s,,admin,\n@g:s,,,de\n@a:s,,,\n,,member,\n@h:s,,,,x\n@hygie:s,,,\n,\"Zoe@Example.org\",,\n@i:s,,facilitator,en\n",
        );
        assert_eq!(
            wrong(&reading),
            [
                (4, "mxid", "roster-bad-mxid"),
                (5, "mxid", "roster-server-foreign"),
                (6, "mxid", "roster-bad-mxid"),
                (8, "email", "roster-bad-email"),
                (9, "role", "roster-bad-role"),
                (10, "role", "roster-role-nominated"),
                (11, "language", "roster-bad-language"),
                (12, "", "roster-twice"),
                (13, "", "roster-no-key"),
                (14, "5", "roster-column-unnamed"),
                (15, "mxid", "roster-is-the-bot"),
            ]
        );
        let keys: Vec<_> = reading.people.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["@a:s", "mailto:zoe@example.org", "@i:s"]);
        for problem in &reading.problems {
            for locale in [Locale::Fr, Locale::En] {
                let said = problem.text().plain(locale);
                assert!(said.contains(&problem.line.to_string()), "{said}");
            }
        }
    }

    #[test]
    fn a_profession_is_one_of_those_that_take_part_and_written_as_the_community_does() {
        let mut snapshot = settled();
        let text = "mxid,profession\n@a:s,INFIRMIERE\n@b:s,courtier\n@c:s,\n";
        let free = read_by(&snapshot, text.as_bytes());
        assert_eq!((free.people.len(), wrong(&free)), (3, vec![]));
        redeclare(&mut snapshot, |file| {
            file.admission.professions = vec!["infirmière".to_owned()];
        });
        let reading = read_by(&snapshot, text.as_bytes());
        assert_eq!(wrong(&reading), [(3, "profession", "roster-profession")]);
        let said: Vec<_> = reading.people.iter().map(|it| &*it.profession).collect();
        assert_eq!(said, ["infirmière", ""]);
    }

    #[test]
    fn a_file_that_cannot_be_a_roster_says_why() {
        for (text, expected) in [
            (String::new(), "roster-no-header"),
            ("\n \n".to_owned(), "roster-no-header"),
            ("@awa:s,est\n@ben:s,ouest\n".to_owned(), "roster-no-header"),
            ("mxid,zone,secteur\n".to_owned(), "roster-column-twice"),
            (
                format!("mxid{}", ",x".repeat(200)),
                "roster-too-many-columns",
            ),
            (" ".repeat(LARGEST + 1), "roster-too-large"),
        ] {
            let reading = reading(&text);
            assert_eq!(reading.problems[0].what.key(), expected);
            assert!(reading.people.is_empty());
        }
        let many: Vec<_> = (0..=MOST_LINES).map(|it| format!("@p{it}:s\n")).collect();
        let many = many.concat();
        let reading = reading(&format!("mxid\n{many}"));
        assert_eq!(reading.people.len(), MOST_LINES - 1);
        let keys = wrong(&reading);
        assert_eq!(keys, [(MOST_LINES + 1, "", "roster-too-many-lines")]);
    }

    #[test]
    fn other_servers_are_let_in_as_the_community_says() {
        let mut snapshot = settled();
        redeclare(&mut snapshot, |file| {
            file.federate = true;
            file.servers.allow = vec!["*.ally.org".to_owned()];
        });
        let file = b"mxid\n@a:s\n@b:x.ally.org\n@c:other.org\n";
        let reading = read_by(&snapshot, file);
        assert_eq!(wrong(&reading), [(4, "mxid", "roster-server-denied")]);
        assert_eq!(reading.people.len(), 2);
    }

    fn imported(snapshot: &mut Snapshot, bytes: &[u8]) -> Diff {
        let id: CommunityId = "nord".parse().unwrap();
        let reading = read_by(snapshot, bytes);
        let diff = Diff::of(&snapshot.communities[&id].records.roster, &reading);
        let community = &snapshot.communities[&id];
        let changes = crate::governance::roster::taken_over(snapshot, community, &diff.people());
        for change in &changes {
            snapshot.apply(change);
        }
        diff
    }

    #[test]
    fn a_second_import_changes_only_what_differs_and_keeps_what_the_file_does_not_have() {
        let mut snapshot = settled();
        let first = "mxid,email,zone,profession\n@a:s,,est,sf\n@b:s,,est,ide\n,c@x.org,ouest,ide\n";
        let diff = imported(&mut snapshot, first.as_bytes());
        assert_eq!((diff.new.len(), diff.changed.len()), (3, 0));
        let diff = imported(&mut snapshot, first.as_bytes());
        assert!(diff.is_empty() && diff.missing.is_empty() && diff.unchanged == 3);
        let second = "mxid,email,zone\n@a:s,,ouest\n@c:s,C@x.org,ouest\n";
        let diff = imported(&mut snapshot, second.as_bytes());
        let changed: Vec<_> = diff
            .changed
            .iter()
            .map(|(person, columns)| (person.key.as_str(), columns.as_slice()))
            .collect();
        assert_eq!(
            changed,
            [
                ("@a:s", [Column::Zone].as_slice()),
                ("@c:s", [Column::Mxid, Column::Email].as_slice())
            ]
        );
        assert_eq!((diff.missing, diff.unchanged), (vec!["@b:s".to_owned()], 0));
        let roster = &snapshot.communities.values().next().unwrap().records.roster;
        assert_eq!(roster.len(), 3, "who has an account now is there once");
        assert_eq!(
            (
                roster["@a:s"].profession.as_str(),
                roster["@a:s"].zone.as_str()
            ),
            ("sf", "ouest")
        );
        assert_eq!(roster["@c:s"].profession, "ide");
    }

    #[test]
    fn cells_that_a_spreadsheet_would_compute_are_neutralised_and_come_back_as_they_were() {
        let mut snapshot = settled();
        let id: CommunityId = "nord".parse().unwrap();
        let mut person = Person::new("@awa:s");
        person.name = "=HYPERLINK(\"http://evil\")".to_owned();
        person.zone = "'t Veld".to_owned();
        person.profession = "@SUM(1)".to_owned();
        person.skills = vec!["-1".to_owned(), "+2".to_owned()];
        person.more.insert("=x".to_owned(), "'=y".to_owned());
        let kept = Change::keep(&id, Record::Person(Box::new(person.clone())));
        snapshot.apply(&kept);
        let text = write::roster(&snapshot.communities[&id]);
        assert!(text.contains("\r\n@awa:s,"), "{text}");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for record in reader.records() {
            for cell in record.unwrap().iter().skip(1) {
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
            }
        }
        let reading = read_by(&snapshot, text.as_bytes());
        assert_eq!(reading.people, [person]);
    }

    fn person() -> impl Strategy<Value = Person> {
        let word = || {
            prop::sample::select(vec![
                "",
                "est",
                "=1",
                "'x",
                "''",
                "-",
                "a,b",
                "a\"b",
                "é\u{2028}",
                "@x",
                "Ndiaye Awa",
            ])
        };
        let skill = prop::sample::select(vec!["soins", "=x", "a,b", "é", "-"]);
        let role = prop::sample::select(vec![None, Some(Role::Member), Some(Role::Facilitator)]);
        let language = prop::sample::select(vec![None, Some(Locale::Fr), Some(Locale::En)]);
        let more = prop::collection::btree_map(
            prop::sample::select(vec!["étage", "=n", "x,y"]),
            word(),
            0..3,
        );
        let texts = (word(), word(), word(), word(), word());
        let skills = prop::collection::btree_set(skill, 0..4);
        (0..6_u8, any::<bool>(), texts, skills, role, language, more).prop_map(
            |(nth, account, texts, skills, role, language, more)| {
                let key = if account {
                    format!("@p{nth}:s")
                } else {
                    format!("mailto:p{nth}@x.org")
                };
                let mut person = Person::new(&key);
                if !account {
                    person.email = format!("P{nth}@x.org");
                }
                let owned = |text: &str| super::super::columns::tidy(text);
                (person.name, person.zone) = (owned(texts.0), owned(texts.1));
                (person.programme, person.profession) = (owned(texts.2), owned(texts.3));
                person.affiliation = owned(texts.4);
                person.skills = skills.into_iter().map(str::to_owned).collect();
                (person.role, person.language) = (role, language);
                let more = more
                    .into_iter()
                    .filter(|(_, value)| !owned(value).is_empty());
                person.more = more
                    .map(|(name, value)| (name.to_owned(), owned(value)))
                    .collect();
                person
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_exported_is_imported_unchanged(people in prop::collection::vec(person(), 0..6)) {
            let mut snapshot = settled();
            let id: CommunityId = "nord".parse().unwrap();
            for person in people {
                snapshot.apply(&Change::keep(&id, Record::Person(Box::new(person))));
            }
            let roster = snapshot.communities[&id].records.roster.clone();
            let text = write::roster(&snapshot.communities[&id]);
            let reading = read_by(&snapshot, text.as_bytes());
            prop_assert!(reading.problems.is_empty(), "{:?} in {text}", reading.problems);
            let read: std::collections::BTreeMap<_, _> = reading.people.iter().map(|it| (it.key.clone(), it.clone())).collect();
            prop_assert_eq!(&read, &roster);
            prop_assert!(Diff::of(&roster, &reading).is_empty());
        }

        #[test]
        fn whatever_the_bytes_reading_ends_and_errors_are_on_lines_that_are_there(bytes in prop::collection::vec(any::<u8>(), 0..200), lines in "(mxid|email|zone|,|;|\t|\"|\r|\n|@a:s|=|'|x@y|é){0,40}") {
            for bytes in [bytes.clone(), lines.clone().into_bytes(), [b"mxid\n", bytes.as_slice()].concat()] {
                let reading = read_by(&settled(), &bytes);
                let text = decode(&bytes);
                let most = 1 + text.chars().filter(|it| matches!(it, '\n' | '\r')).count();
                for problem in &reading.problems {
                    prop_assert!(problem.line <= most);
                }
                prop_assert!(reading.people.iter().all(|it| Some(&it.key) == key(it).as_ref()));
            }
        }

        #[test]
        fn a_wrong_line_stops_no_other(wrong in "[^\n\r\"]{0,30}", at in 0..4_usize) {
            let mut lines: Vec<String> = (0..4).map(|nth| format!("@p{nth}:s,est")).collect();
            lines.insert(at, wrong);
            let reading = reading(&format!("mxid,zone\n{}\n", lines.join("\n")));
            for nth in 0..4 {
                let key = format!("@p{nth}:s");
                prop_assert!(reading.people.iter().any(|it| it.key == key && it.zone == "est"));
            }
        }
    }
}
