//! The ways in, in the walk: tickets that are given and tried in private, proposals and rosters that others answer by a reaction.

use std::{collections::BTreeMap, fmt::Write as _};

use hygie_tests::strict_homeserver::Event;
use rand::RngExt;
use serde_json::json;

use super::{
    hygie::id_of,
    model::{CIRCLE, GUESTS, Import, LISTED, PROPOSED, Proposal, STABLE},
    walk::{Step, Walk},
};

/// A card in the admins' room that can be answered.
struct Shown {
    event: String,
    body: String,
}

/// What the card of a roster says.
const OF_ROSTER: &str = "J’ai lu le fichier";

impl Walk {
    pub(super) async fn entry(&mut self, step: Step) {
        match step {
            Step::GiveTicket => {
                let group = self.some(&["est", "ouest", "sud"]);
                self.command("samir", &format!("ticket in {group}"));
            }
            Step::TryTicket => self.try_ticket().await,
            Step::Propose => self.propose().await,
            Step::Answer => self.answer_a_card(),
            _ => self.change_the_roster(),
        }
    }

    /// The tickets that Samir was handed, in order.
    pub(super) fn tokens(&self) -> Vec<String> {
        let with_samir = &self.private[&id_of("samir")];
        let tokens = self.homeserver.look(with_samir, |room| {
            let said = room.events.iter();
            let said = said.filter_map(|event| event.content["body"].as_str());
            let tokens = said.filter_map(|body| body.split("rejoindre ").nth(1)?.split('`').next());
            tokens.map(str::to_owned).collect()
        });
        tokens.unwrap_or_default()
    }

    /// A guest writes one of the last tickets to the bot; others may have been faster.
    async fn try_ticket(&mut self) {
        let user = id_of(self.some(&GUESTS));
        let tokens = self.tokens();
        let last = tokens.len().saturating_sub(3)..tokens.len();
        if last.is_empty() {
            return;
        }
        let token = tokens[self.random.random_range(last)].clone();
        let line = match self.random.random_range(0..3) {
            0 => format!("join {token}"),
            1 => format!("rejoindre {}", token.to_uppercase()),
            _ => token.clone(),
        };
        let room = self.private[&user].clone();
        if self.says_in_private(&room, &user, &line).await {
            self.told("ticket tried");
            self.model.tried.push((token, user));
        }
    }

    /// Whether somebody could say a command to the bot in private.
    async fn says_in_private(&mut self, room: &str, user: &str, line: &str) -> bool {
        let bot = id_of("hygie");
        let joined = self
            .homeserver
            .look(room, |room| room.membership(&bot) == "join");
        let content = json!({"msgtype": "m.text", "body": line});
        if joined != Some(true) {
            return false;
        }
        let Ok(event) = self.say(room, user, content).await else {
            return false;
        };
        self.commands.push((room.to_owned(), event));
        true
    }

    async fn propose(&mut self) {
        let number = self.model.proposals.len();
        let Some(person) = PROPOSED.get(number).map(|name| id_of(name)) else {
            return;
        };
        if self.directs.is_empty() {
            return;
        }
        let (room, user) = self.directs[self.random.random_range(0..self.directs.len())].clone();
        let place = self.some(&["est", "ouest", "sud"]).to_owned();
        let reason = format!("zinzolin{number}");
        let line = format!("proposer {person} pour {place} parce que {reason}");
        if self.says_in_private(&room, &user, &line).await {
            self.told("proposed");
            self.model.proposals.push(Proposal {
                person,
                place,
                reason,
                answer: None,
            });
        }
    }

    /// The cards below which the bot has reacted, in order: from then on a reaction is an answer.
    fn shown(&self) -> Vec<Shown> {
        let Some(admins) = self.room("admins") else {
            return Vec::new();
        };
        let bot = id_of("hygie");
        let shown = self.homeserver.look(&admins, |room| {
            let by_bot = || room.events.iter().filter(|event| event.sender == bot);
            let reacted: Vec<&str> = by_bot()
                .filter(|event| event.kind == "m.reaction")
                .filter_map(|event| event.content["m.relates_to"]["event_id"].as_str())
                .collect();
            // Whether two people quarrel is looked into by nobody here.
            let of_tone = |event: &Event| {
                let body = event.content["body"].as_str();
                body.is_some_and(|body| body.contains("Le ton monte"))
            };
            let cards = by_bot().filter(|event| reacted.contains(&event.id.as_str()));
            let cards = cards.filter(|event| !of_tone(event));
            let cards = cards.map(|event| Shown {
                event: event.id.clone(),
                body: event.content["body"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            });
            cards.collect()
        });
        shown.unwrap_or_default()
    }

    /// Somebody of the team says yes or no to one of the last cards: the first who may decides, and nobody after them.
    fn answer_a_card(&mut self) {
        let Some(admins) = self.room("admins") else {
            return;
        };
        let cards = self.shown();
        let last = cards.len().saturating_sub(3)..cards.len();
        if last.is_empty() {
            return;
        }
        let at = self.random.random_range(last);
        let who = self.some(&["lea", "lea", "zoe", "awa"]);
        let yes = self.random.random_ratio(2, 3);
        let key = if yes { "✅" } else { "❌" };
        let relation = json!({"rel_type": "m.annotation", "event_id": cards[at].event, "key": key});
        let content = json!({"m.relates_to": relation});
        let sent = self
            .homeserver
            .send(&admins, &id_of(who), "m.reaction", content);
        if sent.is_err() {
            return;
        }
        self.told("card answered");
        if cards[at].body.contains(OF_ROSTER) {
            let earlier = cards[..at].iter();
            let number = earlier.filter(|it| it.body.contains(OF_ROSTER)).count();
            self.answer_import(number, who, yes);
            return;
        }
        let proposals = self.model.proposals.iter_mut();
        let about = proposals.filter(|it| cards[at].body.contains(&it.person));
        for proposal in about {
            let may = who != "awa" || proposal.place == "est";
            if may && proposal.answer.is_none() {
                proposal.answer = Some(yes);
            }
        }
    }

    fn answer_import(&mut self, number: usize, who: &str, yes: bool) {
        let import = &mut self.model.imports[number];
        if who != "lea" || import.answer.is_some() {
            return;
        }
        import.answer = Some(yes);
        if yes {
            self.model.roster.extend(import.areas.clone());
        }
    }

    /// Somebody moves, or a file comes; never while a file waits for its answer, which is about the roster as it was.
    fn change_the_roster(&mut self) {
        let answered = |import: &Import| import.answer.is_some();
        if !self.model.imports.last().is_none_or(answered) {
            return;
        }
        if self.random.random_ratio(1, 6) {
            return self.import();
        }
        let people: Vec<&str> = STABLE.into_iter().chain(LISTED).collect();
        let (user, area) = (id_of(self.some(&people)), self.some(&[CIRCLE, "ailleurs"]));
        if self.command("lea", &format!("roster set {user} zone = {area}")) {
            self.told("roster changed");
            self.model.roster.insert(user, area.to_owned());
        }
    }

    /// Samir attaches a file with a part of the people, and has it read: it changes at least one of them.
    fn import(&mut self) {
        let Some(admins) = self.room("admins") else {
            return;
        };
        let mut areas = BTreeMap::new();
        for name in STABLE.into_iter().chain(LISTED) {
            let area = self.some(&[CIRCLE, "ailleurs", ""]);
            if !area.is_empty() {
                areas.insert(id_of(name), area.to_owned());
            }
        }
        let known = &self.model.roster;
        if !areas
            .iter()
            .any(|(user, area)| known.get(user) != Some(area))
        {
            return;
        }
        let mut file = "mxid,zone\n".to_owned();
        for (user, area) in &areas {
            writeln!(file, "{user},{area}").expect("it is text");
        }
        let url = self.homeserver.upload(file.as_bytes());
        let content = json!({"msgtype": "m.file", "body": "liste.csv", "url": url});
        let attached = self
            .homeserver
            .send(&admins, &id_of("samir"), "m.room.message", content);
        let Ok(attached) = attached else { return };
        let content = json!({
            "msgtype": "m.text", "body": "!hygie roster import",
            "m.relates_to": {"m.in_reply_to": {"event_id": attached}},
        });
        if self.command_with(&admins, "samir", content) {
            self.told("roster attached");
            self.model.imports.push(Import {
                areas,
                answer: None,
            });
        }
    }
}
