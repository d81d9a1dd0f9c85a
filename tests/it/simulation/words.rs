//! What people say in the walk.

use rand::{RngExt, rngs::StdRng};
use serde_json::{Value, json};

/// Texts that the built-in rules take down; what of each must not be readable anywhere afterwards.
const LEAKS: &[&str] = &[
    "la patiente 2 69 05 49 588 157 80 est rentrée",
    "dossier 255081416802538 à revoir",
    "IBAN FR14 2004 1010 0505 0001 3M02 606 merci",
    "rappelle-moi au 06 12 34 56 78 ce soir",
    "écris à jeanne.martin@gmail.com pour le dossier",
    "venez sur https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv",
];

const CLEAN: &[&str] = &[
    "bonjour à toutes et à tous",
    "la réunion est à 14 h, salle 2",
    "merci beaucoup 🩺",
    "appelez le 15 ou le 112",
    "l’ordonnance est prête, 3 boîtes de 20",
];

fn pick<'a>(random: &mut StdRng, from: &[&'a str]) -> &'a str {
    from[random.random_range(0..from.len())]
}

/// A message that nobody takes down.
pub(super) fn clean(random: &mut StdRng, number: usize) -> Value {
    let text = pick(random, CLEAN);
    let kind = if random.random_ratio(1, 8) {
        "m.emote"
    } else {
        "m.text"
    };
    json!({"msgtype": kind, "body": format!("{text} ({number})")})
}

/// A message that must be taken down, hidden in one of the ways that clients have.
pub(super) fn leak(random: &mut StdRng) -> Value {
    let text = pick(random, LEAKS);
    match random.random_range(0..4) {
        0 => {
            json!({"msgtype": "m.text", "body": "voir ci-dessous", "format": "org.matrix.custom.html", "formatted_body": format!("<p><b>{text}</b></p>")})
        }
        1 => {
            json!({"msgtype": "m.image", "body": text, "filename": "photo.jpg", "url": "mxc://sim.test/photo"})
        }
        2 => json!({"msgtype": "m.notice", "body": text}),
        _ => json!({"msgtype": "m.text", "body": text}),
    }
}

/// An edit of `event` to `new`.
pub(super) fn edit(event: &str, new: &Value) -> Value {
    let mut content = new.clone();
    content["m.new_content"] = new.clone();
    content["m.relates_to"] = json!({"rel_type": "m.replace", "event_id": event});
    content
}

/// What no log and no database may hold.
pub(super) const SECRETS: [&str; 5] = [
    "157 80",
    "255081416802538",
    "3M02",
    "34 56 78",
    "jeanne.martin",
];
