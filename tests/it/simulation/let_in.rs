//! Who is in at the end: whom a ticket, an answer or the roster let in, all of them and nobody else.

use std::collections::{BTreeMap, BTreeSet};

use hygie::{
    community::definition::CommunityId,
    decide::{AuditFilter, AuditRow},
    governance::tickets::Token,
};

use super::{
    hygie::id_of,
    model::{CIRCLE, GUESTS, LISTED, PROPOSED, STABLE},
    walk::Walk,
};

impl Walk {
    /// Who is in a place or invited to it.
    fn people(&self, place: &str) -> BTreeSet<String> {
        let room = self.room(place).unwrap_or_default();
        let people = self.homeserver.look(&room, |room| {
            let members = room.state.keys();
            let members = members.filter(|(kind, _)| kind == "m.room.member");
            let there =
                members.filter(|(_, user)| matches!(room.membership(user), "join" | "invite"));
            there.map(|(_, user)| user.clone()).collect()
        });
        people.unwrap_or_default()
    }

    pub(super) async fn who_is_in_was_let_in(&self, problems: &mut Vec<String>) {
        let nord: CommunityId = "nord".parse().expect("an id");
        let all = AuditFilter::default();
        let log = self.hygie.store.audit(&nord, &all, i32::MAX.unsigned_abs());
        let log = log.await.expect("it answers");
        let mut let_in = self.by_ticket(&log, problems);
        let_in.extend(self.by_proposal(&log, problems));
        let by_name = GUESTS.into_iter().chain(PROPOSED).chain(LISTED);
        let newcomers: BTreeSet<String> = by_name.map(id_of).collect();
        for place in ["est", "ouest", "sud"] {
            let here = let_in.iter().filter(|(_, to)| to == place);
            let wanted = here.map(|(user, _)| user.clone()).collect();
            self.are_in(place, &newcomers, &wanted, problems);
        }
        // The space has who was let in anywhere, and everybody of the roster.
        let roster = &self.model.roster;
        let mut wanted: BTreeSet<String> = let_in.into_iter().map(|(user, _)| user).collect();
        wanted.extend(roster.keys().cloned());
        let mut people = newcomers;
        people.extend(STABLE.map(id_of));
        wanted.extend(STABLE.map(id_of));
        self.are_in("", &people, &wanted, problems);
        let circle = roster.iter().filter(|(_, area)| *area == CIRCLE);
        let wanted = circle.map(|(user, _)| user.clone()).collect();
        self.are_in(CIRCLE, &people, &wanted, problems);
    }

    /// Of these people, those who are in a place should be these.
    fn are_in(
        &self,
        place: &str,
        of: &BTreeSet<String>,
        wanted: &BTreeSet<String>,
        problems: &mut Vec<String>,
    ) {
        let people = self.people(place);
        let there: BTreeSet<&String> = of.iter().filter(|it| people.contains(*it)).collect();
        if there != wanted.iter().collect() {
            problems.push(format!(
                "in {place:?} are {there:?} and should be {wanted:?}"
            ));
        }
    }

    /// Whom tickets let in, and where: each one person, as the log has it.
    fn by_ticket(&self, log: &[AuditRow], problems: &mut Vec<String>) -> Vec<(String, String)> {
        let mut given: BTreeMap<&str, &str> = BTreeMap::new();
        let mut used: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
        for entry in log.iter().map(|row| &row.entry) {
            let detail = entry.detail.as_deref().unwrap_or_default();
            let mut words = detail.split(' ');
            let (Some(name), Some(place)) = (words.next(), words.next()) else {
                continue;
            };
            match entry.action.as_str() {
                "ticket" => drop(given.insert(name, place)),
                "ticket-used" => {
                    let way = (entry.actor.to_string(), place.to_owned());
                    used.entry(name).or_default().push(way);
                }
                _ => {}
            }
        }
        for (name, ways) in &used {
            if ways.len() > 1 {
                problems.push(format!("the ticket {name} let in {ways:?}"));
            }
        }
        let tokens = self.tokens();
        if tokens.len() != given.len() {
            problems.push(format!("of {given:?} {} were handed over", tokens.len()));
        }
        for (token, user) in &self.model.tried {
            let id = Token::parse(token).expect("it was handed over").id();
            let name = &id[..6];
            // Who is there already uses none.
            let place = given.get(name).copied().unwrap_or_default();
            let is_there = |(who, to): &(String, String)| who == user && to == place;
            if !used.contains_key(name) && !used.values().flatten().any(is_there) {
                problems.push(format!("the ticket {name} let in nobody, not even {user}"));
            }
        }
        used.into_values().flatten().collect()
    }

    /// Whom an answer to a proposal let in, and where; each is answered once, as who came first said.
    fn by_proposal(&self, log: &[AuditRow], problems: &mut Vec<String>) -> Vec<(String, String)> {
        let mut let_in = Vec::new();
        for proposal in &self.model.proposals {
            let about = log.iter().map(|row| &row.entry);
            let about = about.filter(|entry| {
                entry.action.starts_with("proposal-")
                    && entry.target.as_ref() == Some(&proposal.person)
            });
            let answers: Vec<bool> = about
                .map(|entry| entry.action == "proposal-approved")
                .collect();
            let wanted: Vec<bool> = proposal.answer.into_iter().collect();
            if answers != wanted {
                problems.push(format!("{proposal:?} was answered {answers:?}"));
            }
            if proposal.answer == Some(true) {
                let_in.push((proposal.person.clone(), proposal.place.clone()));
            }
        }
        let_in
    }
}
