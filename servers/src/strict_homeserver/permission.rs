//! Who may do what in a room: the rules of room version 12, as far as a community needs them.

use serde_json::Value;

use super::Room;

/// Why something is refused: HTTP status, Matrix error code, sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The Matrix error code.
    pub errcode: &'static str,
    /// What is wrong.
    pub error: String,
}

impl Refusal {
    pub(super) fn forbidden(error: &str) -> Self {
        Self {
            status: 403,
            errcode: "M_FORBIDDEN",
            error: error.to_owned(),
        }
    }

    pub(super) fn not_found() -> Self {
        Self {
            status: 404,
            errcode: "M_NOT_FOUND",
            error: "there is no such thing".to_owned(),
        }
    }

    pub(super) fn bad(errcode: &'static str, error: &str) -> Self {
        Self {
            status: 400,
            errcode,
            error: error.to_owned(),
        }
    }
}

/// Above everybody: the creator of a room of version 12.
const CREATOR: i64 = i64::MAX;

impl Room {
    /// The power of `user`.
    #[must_use]
    pub fn level(&self, user: &str) -> i64 {
        if self
            .events
            .first()
            .is_some_and(|create| create.sender == user)
        {
            return CREATOR;
        }
        let levels = self.state("m.room.power_levels", "");
        let Some(levels) = levels else { return 0 };
        let own = levels["users"][user].as_i64();
        own.or(levels["users_default"].as_i64()).unwrap_or(0)
    }

    fn needed(&self, name: &str, default: i64) -> i64 {
        let levels = self.state("m.room.power_levels", "");
        levels
            .and_then(|levels| levels[name].as_i64())
            .unwrap_or(default)
    }

    fn needed_to_send(&self, kind: &str, is_state: bool) -> i64 {
        let levels = self.state("m.room.power_levels", "");
        let own = levels.and_then(|levels| levels["events"][kind].as_i64());
        own.unwrap_or_else(|| {
            if is_state {
                self.needed("state_default", 50)
            } else {
                self.needed("events_default", 0)
            }
        })
    }

    pub(super) fn may_send(&self, user: &str, kind: &str, is_state: bool) -> Result<(), Refusal> {
        if self.membership(user) != "join" {
            return Err(Refusal::forbidden("User not in room"));
        }
        if self.level(user) < self.needed_to_send(kind, is_state) {
            return Err(Refusal::forbidden(
                "You don't have permission to post that to the room",
            ));
        }
        Ok(())
    }

    /// Power levels are changed up to one's own, and never those of an equal.
    pub(super) fn may_set_levels(&self, user: &str, new: &Value) -> Result<(), Refusal> {
        let creator = self
            .events
            .first()
            .map_or("", |create| create.sender.as_str());
        if new["users"].get(creator).is_some() {
            return Err(Refusal::bad("M_BAD_JSON", "the creator must not be listed"));
        }
        let own = self.level(user);
        let nothing = Value::Null;
        let old = self.state("m.room.power_levels", "").unwrap_or(&nothing);
        let both = |name: &str| [old[name].as_object(), new[name].as_object()];
        for name in ["users", "events", "notifications"] {
            for key in both(name).into_iter().flatten().flat_map(|map| map.keys()) {
                let (before, after) = (old[name][key].as_i64(), new[name][key].as_i64());
                if before == after {
                    continue;
                }
                let of_an_equal =
                    name == "users" && key != user && before.is_some_and(|it| it >= own);
                if of_an_equal || before.max(after).is_some_and(|it| it > own) {
                    return Err(Refusal::forbidden(
                        "You don't have permission to add ops level greater than your own",
                    ));
                }
            }
        }
        let plain = [
            "users_default",
            "events_default",
            "state_default",
            "ban",
            "kick",
            "redact",
            "invite",
        ];
        for name in plain {
            let (before, after) = (old[name].as_i64(), new[name].as_i64());
            if before != after && before.max(after).is_some_and(|it| it > own) {
                return Err(Refusal::forbidden(
                    "You don't have permission to add ops level greater than your own",
                ));
            }
        }
        Ok(())
    }

    /// Who takes down somebody else's event needs the power for it; one's own never does.
    pub(super) fn may_redact(&self, user: &str, event: &str) -> Result<(), Refusal> {
        self.may_send(user, "m.room.redaction", false)?;
        let target = self.event(event).ok_or_else(Refusal::not_found)?;
        if target.sender != user && self.level(user) < self.needed("redact", 50) {
            return Err(Refusal::forbidden(
                "You don't have permission to redact events",
            ));
        }
        Ok(())
    }

    /// Whether `user` may make the membership of `target` what `change` asks for; `lets_in`: whether the room that this one is
    /// restricted to has `target`.
    pub(super) fn may_change(
        &self,
        user: &str,
        target: &str,
        change: &str,
        lets_in: impl Fn(&str) -> bool,
    ) -> Result<(), Refusal> {
        let there = self.membership(target);
        let above = || self.level(user) > self.level(target);
        let joined = || self.membership(user) == "join";
        let allowed = match change {
            "join" => there == "invite" || (there != "ban" && self.is_open_to(&lets_in)),
            "leave" => matches!(there, "join" | "invite" | "knock"),
            "invite" => {
                joined()
                    && !matches!(there, "join" | "ban")
                    && self.level(user) >= self.needed("invite", 0)
            }
            "kick" => {
                joined()
                    && matches!(there, "join" | "invite" | "knock")
                    && self.level(user) >= self.needed("kick", 50)
                    && above()
            }
            "ban" => joined() && self.level(user) >= self.needed("ban", 50) && above(),
            "unban" => joined() && there == "ban" && self.level(user) >= self.needed("ban", 50),
            _ => false,
        };
        if allowed {
            Ok(())
        } else {
            Err(Refusal::forbidden(&format!(
                "You cannot {change} {target}, who is at {there}"
            )))
        }
    }

    fn is_open_to(&self, lets_in: impl Fn(&str) -> bool) -> bool {
        let Some(rules) = self.state("m.room.join_rules", "") else {
            return false;
        };
        match rules["join_rule"].as_str() {
            Some("public") => true,
            Some("restricted") => {
                let allow = rules["allow"].as_array().into_iter().flatten();
                allow.filter_map(|it| it["room_id"].as_str()).any(lets_in)
            }
            _ => false,
        }
    }
}
