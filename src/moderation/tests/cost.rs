//! What the worst texts cost.

use super::*;

/// The steps that depend on the text: pieces of HTML, folded bytes, runs, groups and findings.
fn steps(body: &str) -> usize {
    let html = super::html::extract(body);
    let folded = Folded::new(&html.text);
    let mut steps = html.text.len() + html.attributes.len() + folded.text().len();
    super::digits::for_each_run(folded.text(), 1, |run| {
        steps += run.digits.len() + run.groups.len();
    });
    let mut found = Vec::new();
    for rule in &rules().rules {
        rule.detector.find(&folded, &mut found);
    }
    steps + found.len() + found.iter().map(|it| it.canonical.len()).sum::<usize>()
}

#[test]
fn twice_the_text_takes_at_most_twice_the_steps() {
    for part in [
        "1",
        "1 ",
        "1 8 4 0 5 7 ",
        "06 39 98 12 34 ",
        "+1 ",
        "1-",
        "\u{200b}",
        "e\u{301}\u{302}",
        "\u{FDFA}",
        "<",
        "<b>",
        "<b><i a='b'>",
        "<p title=x>",
        "</",
        "<!--",
        "&",
        "&#49;",
        "a@a.aa@",
        "a (at) b ",
        "FR76 ",
        "t.me/",
        "%2E",
        "https://matrix.to/#/#a:s ",
        "con ",
        "12 rue des Lilas, 59000 Lille ",
        "rue 12 rue a 12 ",
        "12 High Street LS1 4AB ",
        "habite chez adresse 12 rue x ",
        "né le 12/03/1950 ",
        "ddn ne le ",
        "1/2/3/4/",
        "Mme Dupont Martin a un cancer ",
        "Mme Awa Mme Awa cancer ",
        "cancer diabete ",
        "90.12.34.56 ",
        "1.2.3.4.",
        "2a01:cb00::1 ",
        "a:1:b::",
        "AB-123-CD ",
        "plaque 1234 AB 75 ",
        "mdp mot de passe code est : ",
        "digicode 45 B 12 ",
        "bearer syt_ghp_eyJ",
        "Es1a ",
        "connard ",
        "c o n ",
        "f.d.p ",
        "c*",
        "aaa",
        "« con \" ",
        "sale arabe ",
        "je veux mourir ",
        "je suis un poids ",
        "mdr mort ",
        "promo 5 € cliquez ici ",
        "5 % ",
        "zero six ",
        "IPP 12 ",
        "dossier 1234567 ",
        "4970 1012 3456 7893 ",
        "756 9217 0769 85 ",
        "INS 255081416802538 ",
        "finess 2a 1 ",
        "RPPS 1",
        "12345678z ",
        "bit.ly/a ",
        "a. b/",
        "a . b x@a.b:c.d ",
        "les vaccins causent l'autisme ",
    ] {
        let of = |size: usize| steps(&part.repeat(size / part.len()));
        for size in [8_000, 16_000, 32_000] {
            let (once, twice) = (of(size), of(2 * size));
            assert!(
                twice <= 2 * once + 200,
                "{part:?}: {once} steps for {size}, {twice} for twice that"
            );
        }
    }
}

/// 64 KiB of what is dearest to each part: prints times, asserts only that all end.
#[test]
fn the_worst_texts_of_64_kib_end_and_their_times_are_printed() {
    let fill = |part: &str| part.repeat(65_000 / part.len());
    let _ = verdict(&text("+32 470 12 34 56"));
    for (name, body) in [
        (
            "ordinary French",
            fill("La patiente de la chambre 12 va mieux, merci à l'équipe. "),
        ),
        (
            "ordinary ASCII",
            fill("The patient in room 12 is better, thanks to the team. "),
        ),
        ("digits", fill("1 8 4 0 5 7 ")),
        ("one run", fill("1")),
        ("plus signs", fill("+1 2 3 4 5 6 7 8 ")),
        ("at signs", fill("a@a.aa@")),
        ("spoken at", fill("a (at) b ")),
        ("IBAN starts", fill("FR76 ")),
        ("words", fill("con fils de ")),
        ("links", fill("t.me/ ")),
        ("percent", fill("%2E")),
        ("combining", fill("e\u{301}\u{302}")),
        ("ligatures", fill("\u{FDFA}")),
        ("tags", fill("<b><i a='b'>")),
        ("addresses", fill("12 rue des Lilas, 59000 Lille ")),
        ("streets", fill("rue 12 rue a 12 ")),
        ("births", fill("ddn ne le 12/03/1950 ")),
        ("persons", fill("Mme Dupont Martin a un cancer ")),
        ("first names", fill("Awa Awa Awa Awa Awa cancer ")),
        ("IPs", fill("90.12.34.56 2a01:cb00::1 ")),
        ("plates", fill("plaque 1234 AB 75 AB-123-CD ")),
        ("secrets", fill("mdp mot de passe code est : ")),
        ("keys", fill("bearer syt_ghp_eyJ")),
        ("insults", fill("tu es un gros con ")),
        ("spaced letters", fill("c o n ")),
        ("hate", fill("les arabes sont ")),
        ("danger", fill("je veux mourir ")),
        ("advertising", fill("promo 5 € cliquez ici ")),
        ("words of numbers", fill("zero six ")),
        ("names of numbers", fill("IPP 12 NDA ")),
        ("cards", fill("4970 1012 3456 7893 ")),
        ("institutions", fill("finess 2a 1 ")),
        ("hosts", fill("https://bit.ly/a ")),
        ("broken hosts", fill("a . b. c/ (dot) ")),
        ("claims", fill("les vaccins causent l'autisme ")),
    ] {
        let content =
            json!({"msgtype": "m.text", "body": body, "formatted_body": format!("{body}<")});
        let start = Instant::now();
        let found = verdict(&content).map_or(0, |verdict| verdict.hits.len());
        println!(
            "{name:>16}: {:>9.1?} for twice 64 KiB, {found} hits",
            start.elapsed()
        );
    }
    let short =
        text("La patiente de la chambre 12 va mieux, merci à toute l'équipe pour hier soir.");
    let start = Instant::now();
    for _ in 0..1_000 {
        let _ = verdict(&short);
    }
    println!("  a short message: {:>9.1?}", start.elapsed() / 1_000);
}
