//! The work of the team: who answers for what, what each carries, who is away, silent or gone for good, what is asked of admins, and what a
//! correspondent makes known above.

use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, Options, World},
};

use crate::{
    communities::{NORD, Nord, body, direct_with_bot, with_clock},
    team::{card, wait_power},
};

/// A part of the community, with a field watch whose correspondent is Luc.
const SUD: &str = r#"
id: sud
parent: nord
name: Sud
purpose: S’entraider
locale: fr
timezone: Europe/Paris
owners: ["{samir}", "{ines}"]
code_of_conduct: {version: 1, text: "Respect"}
groups:
  - {id: veille, name: "Veille Sud", kind: field-watch, topic: "Ce qui se voit", correspondents: ["{luc}"]}
"#;

/// [`NORD`] with these safeguards.
fn safeguarded(safeguards: &str) -> String {
    let lines = format!("safeguards: {{{safeguards}}}\ncode_of_conduct:");
    NORD.replace("code_of_conduct:", &lines)
}

/// What `charge` says of somebody: their line, and what follows it.
fn carried(said: &str, who: &Member) -> String {
    let lines = said
        .lines()
        .skip_while(|line| !line.contains(who.id().as_str()));
    let is_next = |line: &&str| line.contains("groupes ") && !line.contains(who.id().as_str());
    let lines: Vec<&str> = lines.take_while(|line| !is_next(line)).collect();
    assert!(!lines.is_empty(), "{} in {said}", who.id());
    lines.join("\n")
}

impl Nord {
    /// Waits until the admins were told something that holds these words so many times.
    async fn told_times(&self, words: &str, times: usize) {
        wait_until(&format!("{words} to be said {times} times"), async || {
            let said = self.samir.bodies(&self.admins).await;
            let count = said.iter().filter(|body| body.contains(words)).count();
            (count == times).then_some(())
        })
        .await;
    }

    async fn samir_says(&self, line: &str) -> String {
        self.command(&self.samir, &self.admins, line).await
    }
}

#[tokio::test]
async fn everybody_learns_who_answers_and_the_team_since_when_and_by_whom() {
    let file = NORD.replace("code_of_conduct:", "contact: \"{zoe}\"\ncode_of_conduct:");
    let nord = Nord::with(Database::Sqlite, &file, Options::default()).await;
    let awa = nord.invited("awa", &[&nord.space, &nord.est]).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let direct = direct_with_bot(&luc, &nord.bot()).await;
    let whole = nord.asks(&luc, &direct, "qui").await;
    for name in ["samir", "ines", "lea", "zoe", "awa"] {
        assert!(whole.contains(nord.world.id_of(name).as_str()), "{whole}");
    }
    let contact = format!("Pour écrire à l’équipe : {}", nord.world.id_of("zoe"));
    assert!(whole.contains(&contact), "{whole}");
    let (led, not_led) = (
        nord.asks(&luc, &direct, "qui secteur-est ?").await,
        nord.asks(&luc, &direct, "who Secteur Ouest").await,
    );
    assert!(led.contains(awa.id().as_str()), "{led}");
    assert!(!not_led.contains(awa.id().as_str()), "{not_led}");
    let own = nord.asks(&luc, &direct, "qui moi").await;
    assert!(own.contains("membre, comme les autres"), "{own}");
    let others = nord.asks(&luc, &direct, &format!("qui {}", awa.id())).await;
    assert!(others.contains("se disent à l’équipe"), "{others}");

    let line = format!(
        "nommer {} correspondant dans secteur-est pendant 3 mois",
        luc.id()
    );
    nord.samir_says(&line).await;
    // Asked in the group, it is answered in private.
    luc.send_text(&nord.est, &nord.line("qui secteur-est"))
        .await;
    luc.wait_message_in(&direct, |body| {
        body.contains("Qui répond de Secteur Est") && body.contains(luc.id().as_str())
    })
    .await;
    let said = luc.bodies(&nord.est).await;
    assert!(!said.iter().any(|body| body.contains("Qui répond")));
    let team = direct_with_bot(&awa, &nord.bot()).await;
    let role = nord.asks(&awa, &team, &format!("qui {}", luc.id())).await;
    let by = format!("donné par {}", nord.samir.id());
    for part in ["correspondance dans Secteur Est", &by, "jusqu’au"] {
        assert!(role.contains(part), "{part} in {role}");
    }
    nord.samir_says(&format!("révoquer {}", luc.id())).await;
    let now = nord.asks(&luc, &direct, "qui secteur-est").await;
    assert!(!now.contains(luc.id().as_str()), "{now}");
}

on_both! {
    async fn the_load_says_what_each_leads_is_asked_and_has_done_and_who_is_away(database) {
        let file = safeguarded("min_admins: 1, groups_per_admin: 1")
            .replace("topic: \"Ouest\"", "topic: \"Ouest\", moderators: [\"{awa}\"]");
        let nord = Nord::in_world(World::start(database, &[&file], with_clock()).await).await;
        let awa = nord.invited("awa", &[&nord.space, &nord.admins]).await;
        let zoe = nord.invited("zoe", &[&nord.space, &nord.admins]).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let (mia, tom) = (nord.world.member("mia").await, nord.world.member("tom").await);
        // Who was heard of and has the fewest questions is asked next; of two, the first by name.
        for who in [&awa, &zoe, &nord.samir] {
            who.send_text(&nord.admins, "me voilà").await;
        }
        nord.quiet().await;
        for line in ["muet", "rétablir", "muet"] {
            nord.command(&zoe, &nord.admins, &format!("{line} {}", luc.id())).await;
        }
        let direct = direct_with_bot(&luc, &nord.bot()).await;
        nord.asks(&luc, &direct, &format!("proposer {} pour secteur-est parce que voisine", mia.id())).await;
        nord.told(&format!("C’est au tour de {}", awa.id())).await;
        let said = nord.samir_says("charge").await;
        let (of_awa, of_zoe) = (carried(&said, &awa), carried(&said, &zoe));
        assert!(of_awa.contains("groupes 2, questions en attente 1, actions 0"), "{said}");
        assert!(of_awa.contains("beaucoup pour une personne") && of_awa.contains("vu le"), "{said}");
        assert!(of_zoe.contains("groupes 0, questions en attente 0, actions 3"), "{said}");
        assert!(!of_zoe.contains("beaucoup"), "{said}");
        assert!(said.find(awa.id().as_str()) < said.find(zoe.id().as_str()), "who carries most stands first: {said}");

        let away = nord.command(&awa, &nord.admins, "absence pendant 2 semaines").await;
        assert!(away.contains("D’ici là, rien ne lui est demandé"), "{away}");
        let said = nord.samir_says("charge").await;
        let of_awa = carried(&said, &awa);
        assert!(of_awa.contains("questions en attente 0, actions 1") && of_awa.contains("absent jusqu’au"), "{said}");
        nord.asks(&luc, &direct, &format!("proposer {} pour secteur-est parce que voisin", tom.id())).await;
        nord.told(&format!("C’est au tour de {}", nord.samir.id())).await;
        let back = nord.command(&awa, &nord.admins, "retour").await;
        assert!(back.contains("est de retour"), "{back}");
        assert!(!carried(&nord.samir_says("charge").await, &awa).contains("absent"));
        let refused = nord.command(&zoe, &nord.admins, "charge").await;
        assert!(refused.contains("Cette commande est réservée"), "{refused}");

        nord.command(&awa, &nord.admins, "absence pendant 3 jours").await;
        nord.jump(31);
        let over = awa.direct_message_from(&nord.bot()).await;
        awa.wait_message_in(&over, |body| body.contains("Votre absence dans Nord est finie")).await;
        let said = nord.samir_says("charge").await;
        let of_zoe = carried(&said, &zoe);
        assert!(of_zoe.contains("actions 0") && of_zoe.contains("sans nouvelles depuis"), "only the last thirty days count: {said}");
        assert!(!carried(&said, &awa).contains("absent"), "{said}");
    }

    async fn who_leaves_is_out_of_everything_and_their_roles_are_with_who_takes_over(database) {
        let mut nord = Nord::start(database).await;
        let lea = nord.invited("lea", &[&nord.space, &nord.admins]).await;
        let awa = nord.invited("awa", &[&nord.space, &nord.admins, &nord.est]).await;
        let ben = nord.member("ben", &[&nord.est]).await;
        nord.samir_says(&format!("nommer {} animatrice dans secteur-ouest", awa.id())).await;
        awa.accept_invite(&nord.ouest).await;
        nord.quiet().await;
        let nobody = format!("départ {} relais {}", awa.id(), nord.bot());
        let refused = nord.command(&lea, &nord.admins, &nobody).await;
        assert!(refused.contains("ne peut pas prendre le relais"), "{refused}");
        let line = format!("départ {} parce que fin de contrat relais {}", awa.id(), ben.id());
        let said = nord.command(&lea, &nord.admins, &line).await;
        assert!(said.contains("5 salons quittés") && said.contains("2 rôles sont confiés"), "{said}");
        for room in [&nord.space, &nord.admins, &nord.est, &nord.ouest] {
            awa.wait_left(room).await;
        }
        let direct = awa.direct_message_from(&nord.bot()).await;
        awa.wait_message_in(&direct, |body| body.contains("a été retiré de la communauté Nord") && body.contains("fin de contrat")).await;
        for room in [&nord.admins, &nord.ouest] {
            ben.accept_invite(room).await;
        }
        for (room, level) in [(&nord.est, 50), (&nord.ouest, 60)] {
            wait_power(&ben, room, ben.id(), Some(level)).await;
            wait_power(&ben, room, awa.id(), None).await;
        }
        let log = nord.samir_says("journal").await;
        assert!(log.contains("leaver") && log.contains("fin de contrat"), "{log}");

        // The file still names her.
        nord.world.restart().await;
        nord.quiet().await;
        let plan = nord.samir_says("plan").await;
        assert!(plan.contains("Tout est comme"), "{plan}");
        for room in nord.rooms() {
            let invited = nord.samir.members_of(room, "invite").await;
            assert!(!invited.contains(&awa.id().to_owned()), "{room}");
        }
        let who = nord.command(&ben, &nord.admins, "qui secteur-est").await;
        assert!(who.contains(ben.id().as_str()) && !who.contains(awa.id().as_str()), "{who}");
    }

    async fn a_correspondent_makes_a_group_known_above_once_and_again_after_a_change(database) {
        let nord = Nord::in_world(World::start(database, &[NORD, SUD], Options::default()).await).await;
        let (space, admins) = (nord.world.space("sud").await, nord.world.room("sud", "admins").await);
        let watch = nord.world.room("sud", "veille").await;
        for room in [&space, &admins] {
            nord.samir.accept_invite(room).await;
        }
        let luc = nord.invited("luc", &[&space, &watch]).await;
        nord.quiet().await;
        let there = luc.members_of(&watch, "invite").await.len() + luc.members_of(&watch, "join").await.len();
        let direct = direct_with_bot(&luc, &nord.bot()).await;
        let said = nord.asks(&luc, &direct, "inscrire veille").await;
        assert!(said.contains("Veille Sud est connu de Nord"), "{said}");
        let card = body(&nord.told("Veille Sud, groupe de Sud").await);
        let (by, carries) = (format!("Présenté par {}", luc.id()), format!("correspondance : {}", luc.id()));
        let people = format!("{} personnes", there - 1);
        for part in ["veille de terrain", "Ce qui se voit", &people, &by, &carries] {
            assert!(card.contains(part), "{part} in {card}");
        }
        let again = nord.asks(&luc, &direct, "inscrire veille").await;
        assert!(again.contains("rien n’a changé depuis"), "{again}");
        nord.command(&nord.samir, &admins, "groupe régler veille sujet = Ce qui s’entend").await;
        let changed = nord.asks(&luc, &direct, "inscrire veille").await;
        assert!(changed.contains("est connu de Nord"), "{changed}");
        nord.told("Ce qui s’entend").await;
        nord.told_times("📇", 2).await;
        let alone = nord.samir_says("inscrire secteur-est").await;
        assert!(alone.contains("ne fait partie d’aucune autre"), "{alone}");
    }
}

#[tokio::test]
async fn a_field_watch_without_a_correspondent_raises_an_alarm_until_it_has_one() {
    let file = safeguarded("grace: 0s").replace(
        "kind: discussion, topic: \"Est\"",
        "kind: field-watch, topic: \"Est\"",
    );
    let nord = Nord::with(Database::Sqlite, &file, Options::default()).await;
    let alarm = "Secteur Est (`secteur-est`) : personne pour la correspondance";
    nord.told_times(alarm, 1).await;
    let luc = nord.member("luc", &[]).await;
    nord.samir_says(&format!(
        "nommer {} correspondant dans secteur-est",
        luc.id()
    ))
    .await;
    luc.accept_invite(&nord.est).await;
    nord.told("Secteur Est : quelqu’un pour la correspondance")
        .await;
    let said = nord.samir_says("alertes").await;
    assert!(!said.contains("correspondance"), "{said}");
    luc.leave(&nord.est).await.expect("everybody may leave");
    nord.told_times(alarm, 2).await;
}

#[tokio::test]
async fn who_lacks_what_admins_must_have_is_not_nominated_and_an_admin_who_lacks_it_is_reported() {
    let file = safeguarded("grace: 0s, admins_must_have: {affiliation: staff}");
    let nord = Nord::with(Database::Sqlite, &file, Options::default()).await;
    let lea = nord.invited("lea", &[&nord.space, &nord.admins]).await;
    let zoe = nord.invited("zoe", &[&nord.space, &nord.admins]).await;
    let lacks = format!("{} a un rôle d’administration", nord.samir.id());
    let alarm = body(&nord.told(&lacks).await);
    assert!(
        alarm.contains("ne dit pas `affiliation` = `staff`"),
        "{alarm}"
    );
    for who in [&nord.samir, &lea] {
        nord.samir_says(&format!("liste changer {} affiliation = Staff", who.id()))
            .await;
        nord.told(&format!("{} : ce qui est demandé", who.id()))
            .await;
    }

    let line = format!("nommer {} admin parce que fiable", zoe.id());
    let refused = nord.samir_says(&line).await;
    assert!(
        refused.contains("ne peut pas avoir ce rôle") && refused.contains("`staff`"),
        "{refused}"
    );
    nord.samir_says(&format!("liste changer {} affiliation = staff", zoe.id()))
        .await;
    let asked = nord.samir_says(&line).await;
    assert!(asked.contains("Une deuxième personne décide"), "{asked}");
    let card = card(&nord.samir, &nord.admins, "🗳️").await;
    nord.quiet().await;
    lea.react(&nord.admins, &card, "✅").await;
    wait_power(&nord.samir, &nord.est, zoe.id(), Some(100)).await;
}

#[tokio::test]
async fn moderators_who_are_silent_count_as_none_until_they_are_heard_of() {
    let world = World::start(Database::Sqlite, &[NORD], with_clock()).await;
    let nord = Nord::in_world(world).await;
    let awa = nord.invited("awa", &[&nord.space, &nord.est]).await;
    awa.send_text(&nord.est, "me voilà").await;
    nord.quiet().await;
    let silent =
        "Secteur Est : les 2 personnes qui modèrent ce groupe ne donnent plus de nouvelles";
    let said = nord.samir_says("risques").await;
    assert!(!said.contains(silent), "{said}");
    let said = nord.samir_says("alertes").await;
    assert!(!said.contains("Secteur Est"), "{said}");

    nord.jump(31);
    nord.samir.send_text(&nord.admins, "encore là").await;
    nord.quiet().await;
    let said = nord.samir_says("risques").await;
    assert!(said.contains(silent), "{said}");
    let said = nord.samir_says("alertes").await;
    let alarm = "Secteur Est (`secteur-est`) : 1 personne active pour le conduire";
    assert!(said.contains(alarm), "{said}");
    let noted = "SELECT count(*) FROM record WHERE kind = 'alarm' AND key = 'safeguard/leaders/secteur-est'";
    wait_until("the alarm to be noted", async || {
        (nord.world.sql_count(noted).await == 1).then_some(())
    })
    .await;
    // The grace period is a day: once in the answer, once as an alarm.
    nord.jump(33);
    nord.told_times(alarm, 2).await;

    awa.send_text(&nord.est, "me revoici").await;
    nord.told("Secteur Est : assez de monde pour le conduire")
        .await;
    let said = nord.samir_says("risques").await;
    assert!(!said.contains(silent), "{said}");
}

#[tokio::test]
async fn more_groups_than_the_admins_who_are_heard_of_can_see_to_raise_an_alarm() {
    let file = safeguarded("grace: 0s, min_admins: 1, groups_per_admin: 1");
    let world = World::start(Database::Sqlite, &[&file], with_clock()).await;
    let nord = Nord::in_world(world).await;
    let alarm = "2 groupes pour 1 personne active à l’administration : au plus 1 par personne";
    nord.told_times(alarm, 1).await;
    nord.invited("lea", &[&nord.space, &nord.admins]).await;
    nord.told("assez de monde pour le nombre de groupes").await;
    let said = nord.samir_says("risques").await;
    assert!(!said.contains("au plus 1 groupes par personne"), "{said}");

    nord.jump(31);
    nord.samir.send_text(&nord.admins, "encore là").await;
    nord.told_times(alarm, 2).await;
    let said = nord.samir_says("risques").await;
    let risk = "2 groupes pour une administration active de 1 ; au plus 1 groupes par personne";
    assert!(said.contains(risk), "{said}");
}
