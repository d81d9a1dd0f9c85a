//! What a homeserver lets somebody do.

use super::*;

/// Whether somebody of this level may change the power levels so (room versions 11 and 12, "Authorization rules").
pub(super) fn lets(create: &Value, before: &Value, after: &Value, by: &str, own: i64) -> bool {
    let users = |levels: &Value| levels["users"].as_object().cloned().unwrap_or_default();
    if needed::has_creators(create)
        && needed::creators(create).any(|it| users(after).contains_key(it))
    {
        return false;
    }
    let number = |levels: &Value, name: &str| levels.get(name).and_then(Value::as_i64);
    let within = |before: Option<i64>, after: Option<i64>| {
        before == after || before.is_none_or(|it| it <= own) && after.is_none_or(|it| it <= own)
    };
    let single = [
        "users_default",
        "events_default",
        "state_default",
        "ban",
        "redact",
        "kick",
        "invite",
    ];
    let singles = single
        .iter()
        .all(|name| within(number(before, name), number(after, name)));
    let maps = ["events", "notifications"].iter().all(|map| {
        let (before, after) = (&before[map], &after[map]);
        let names = [before, after]
            .into_iter()
            .filter_map(Value::as_object)
            .flat_map(|it| it.keys());
        names
            .into_iter()
            .all(|name| within(number(before, name), number(after, name)))
    });
    let (was, is) = (users(before), users(after));
    let people = was.keys().chain(is.keys()).all(|user| {
        let (was, is) = (
            was.get(user).and_then(Value::as_i64),
            is.get(user).and_then(Value::as_i64),
        );
        was == is || is.is_none_or(|it| it <= own) && was.is_none_or(|it| it < own || user == by)
    });
    singles && maps && people
}
