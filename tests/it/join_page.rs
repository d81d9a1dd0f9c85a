//! Tickets: given by command, handed over in private, redeemed in private or on the join page, in a real browser.

use hygie_tests::{
    browser::{self, Browser, Driver, Look},
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, Options, World},
};
use matrix_sdk::ruma::OwnedRoomId;
use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::communities::{NORD, Nord, body, direct_with_bot};

/// The community, with a Hygie that knows where its pages are seen.
async fn start(database: Database, file: &str) -> Nord {
    let options = Options {
        stopped: true,
        ..Options::default()
    };
    let mut world = World::start(database, &[file], options).await;
    let url = world.slot.url();
    world.set_env("HYGIE_WEB__PUBLIC_URL", Some(&url));
    world.restart().await;
    Nord::in_world(world).await
}

impl Nord {
    /// Gives a ticket by command in the admins' room: the answer there.
    async fn ticket(&self, giver: &Member, line: &str) -> String {
        let answer = self.command(giver, &self.admins, line).await;
        assert!(answer.contains("Billet"), "{line}: {answer}");
        answer
    }

    /// What the bot says to somebody in private and `wanted` holds for, and where.
    async fn told_privately(&self, who: &Member, wanted: &str) -> (OwnedRoomId, String) {
        let direct = who.direct_message_from(&self.bot()).await;
        let said = who.wait_message_in(&direct, |body| body.contains(wanted));
        (direct.clone(), body(&said.await))
    }

    fn page(&self, token: &str) -> String {
        format!("{}/join/{token}", self.world.slot.url())
    }
}

/// The token in what the bot handed over.
fn token(said: &str) -> String {
    let after = said.split("rejoindre ").nth(1).expect("it says how");
    let token = after.split('`').next().unwrap_or_default();
    assert_eq!(token.len(), 30, "{said}");
    token.to_owned()
}

/// The name of a ticket in the answer to the command that made it.
fn name(answer: &str) -> String {
    let name = answer.split('`').nth(1).expect("its name stands there");
    name.to_owned()
}

on_both! {
    async fn a_ticket_lets_one_person_in_and_nobody_after_them(database) {
        let nord = start(database, NORD).await;
        let zoe = nord.invited("zoe", &[&nord.admins]).await;
        nord.ticket(&zoe, "billet dans secteur-est").await;
        let (with_zoe, said) = nord.told_privately(&zoe, "rejoindre").await;
        let token = token(&said);
        assert!(said.contains(&nord.page(&token)) && said.contains("⚠️"), "{said}");
        let ben = nord.world.member("ben").await;
        let direct = direct_with_bot(&ben, &nord.bot()).await;
        let answer = nord.asks(&ben, &direct, &format!("rejoindre {token}")).await;
        assert!(answer.contains("Bienvenue dans Nord"), "{answer}");
        let invited = ben.wait_invite(&nord.space).await;
        let reason = invited["content"]["reason"].as_str().unwrap_or_default();
        assert!(reason.contains("Nord"), "{invited}");
        ben.accept_invite(&nord.space).await;
        ben.accept_invite(&nord.est).await;
        zoe.wait_message_in(&with_zoe, |body| body.contains("a utilisé le billet")).await;
        nord.samir.wait_message_in(&nord.admins, |body| body.contains("entre avec le billet")).await;
        let again = nord.asks(&ben, &direct, &token).await;
        assert!(again.contains("C’est déjà fait"), "{again}");
        let camille = nord.world.member("camille").await;
        let direct = direct_with_bot(&camille, &nord.bot()).await;
        let second = nord.asks(&camille, &direct, &format!("rejoindre {token}")).await;
        assert!(second.contains("a déjà servi"), "{second}");
        nord.quiet().await;
        let (kept, log) = (nord.world.database_dump().await, nord.world.log());
        for secret in [token.clone(), token.replace('-', "")] {
            assert!(!kept.contains(&secret), "the token is in the database");
            assert!(!log.contains(&secret), "the token is in the log");
        }
        assert!(kept.contains("ticket-used"), "it is accounted for");
    }
}

#[tokio::test]
async fn a_ticket_that_was_taken_back_or_is_for_somebody_else_lets_nobody_in() {
    let nord = start(Database::Sqlite, NORD).await;
    let zoe = nord.invited("zoe", &[&nord.admins]).await;
    let camille = nord.world.member("camille").await;
    let direct = direct_with_bot(&camille, &nord.bot()).await;
    let answer = nord.ticket(&zoe, "billet").await;
    let (_, said) = nord.told_privately(&zoe, "rejoindre").await;
    let revoked = nord
        .command(
            &zoe,
            &nord.admins,
            &format!("billet annuler {}", name(&answer)),
        )
        .await;
    assert!(revoked.contains("est annulé"), "{revoked}");
    let line = format!("rejoindre {}", token(&said));
    let refused = nord.asks(&camille, &direct, &line).await;
    assert!(refused.contains("Je ne connais pas ce billet"), "{refused}");
    // For one person, with a role.
    let dina = nord.world.member("dina").await;
    let line = format!(
        "billet {} dans secteur-est comme modération pendant 3 jours",
        dina.id()
    );
    let said = nord.command(&zoe, &nord.admins, &line).await;
    assert!(said.contains("Vous ne pouvez donc pas donner"), "{said}");
    nord.ticket(&nord.samir, &line).await;
    let listed = nord.command(&zoe, &nord.admins, "billets").await;
    assert!(listed.contains(dina.id().as_str()), "{listed}");
    let (with_dina, said) = nord.told_privately(&dina, "rejoindre").await;
    let token = token(&said);
    let other = nord.asks(&camille, &direct, &token).await;
    assert!(other.contains("pour une autre personne"), "{other}");
    let welcome = nord.asks(&dina, &with_dina, &token).await;
    assert!(welcome.contains("modération"), "{welcome}");
    dina.accept_invite(&nord.est).await;
    wait_until("Dina to moderate", async || {
        let levels = nord
            .samir
            .get_state(&nord.est, "m.room.power_levels", "")
            .await?;
        (levels["users"][dina.id().as_str()] == 50).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_ticket_in_a_group_is_taken_down_and_used_and_open_groups_take_members_in() {
    let nord = start(Database::Sqlite, NORD).await;
    let zoe = nord.invited("zoe", &[&nord.admins]).await;
    let ben = nord.member("ben", &[&nord.est]).await;
    nord.ticket(&zoe, "billet dans secteur-ouest").await;
    let (_, said) = nord.told_privately(&zoe, "rejoindre").await;
    let line = nord.line(&format!("rejoindre {}", token(&said)));
    let shown = ben.send_text(&nord.est, &line).await;
    ben.wait_redacted(&nord.est, &shown).await;
    let (with_ben, _) = nord.told_privately(&ben, "en privé").await;
    ben.accept_invite(&nord.ouest).await;
    let closed = nord.asks(&ben, &with_ben, "rejoindre administration").await;
    assert!(closed.contains("sur invitation"), "{closed}");
    assert!(closed.contains(nord.samir.id().as_str()), "{closed}");
    ben.leave(&nord.ouest).await.expect("members may leave");
    ben.wait_left(&nord.ouest).await;
    let open = nord.asks(&ben, &with_ben, "rejoindre secteur ouest").await;
    assert!(open.contains("vous attend"), "{open}");
    ben.join(nord.ouest.as_str())
        .await
        .expect("the group is open to the space");
}

#[tokio::test]
async fn the_page_of_a_ticket_that_is_not_good_tells_nothing() {
    let nord = start(Database::Sqlite, NORD).await;
    let zoe = nord.invited("zoe", &[&nord.admins]).await;
    nord.ticket(&zoe, "billet").await;
    let (_, said) = nord.told_privately(&zoe, "rejoindre").await;
    let page = nord.page(&token(&said));
    let http = Client::new();
    let unknown = nord.page("k7f3x-q2m8d-9hw4t-c6rnb-5zjvy8");
    for (url, body, status) in [
        (&unknown, "id=ben&read=1", StatusCode::NOT_FOUND),
        (&page, "", StatusCode::UNPROCESSABLE_ENTITY),
        (&page, "id=a b&read=1", StatusCode::UNPROCESSABLE_ENTITY),
        (&page, "id=dina&read=1", StatusCode::OK),
        (&page, "id=dina&read=1", StatusCode::OK),
        (&page, "id=erik&read=1", StatusCode::GONE),
    ] {
        let answer = http.post(url).body(body).send().await.expect("it answers");
        assert_eq!(answer.status(), status, "{body}");
        let policy = answer.headers()["content-security-policy"].to_str();
        let policy = policy.expect("it is text");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script"));
        let text = answer.text().await.expect("a page");
        let tells = text.contains("Nord");
        assert_eq!(tells, matches!(status.as_u16(), 200 | 422), "{text}");
    }
    let large = http.post(&page).body("x".repeat(5_000)).send().await;
    let large = large.expect("it answers").status();
    assert_eq!(large, StatusCode::PAYLOAD_TOO_LARGE);
    let gone = http.get(&page).header("accept-language", "en").send().await;
    let gone = gone.expect("it answers").text().await.expect("a page");
    assert!(gone.contains("lang=\"en\"") && gone.contains("no longer good"));
    assert!(!gone.contains("Nord") && !gone.contains("dina"));
}

/// A community that says more.
const RICH: &str = r#"
id: nord
name: Entraide Nord
purpose: Une communauté d’aidants du Nord, pour échanger des conseils du quotidien et ne pas rester seul.
locale: fr
timezone: Europe/Paris
owners: ["{samir}", "{ines}"]
moderators: ["{zoe}"]
code_of_conduct:
  version: 3
  text: |
    Le respect d’abord : on écoute, on ne juge pas.
    Jamais de nom, de numéro ni de photo d’un patient.
    Ici, personne ne donne de conseil médical : parlez-en à votre soignant.
groups:
  - {id: secteur-est, name: "Secteur Est", kind: discussion, terms: {version: 1, text: "Ce qui est dit ici reste ici."}}
  - {id: secteur-ouest, name: "Secteur Ouest", kind: discussion}
"#;

/// What must hold of every page, as a script that returns what does not.
const CHECK: &str = r"
const wrong = [];
const all = [...document.querySelectorAll('body *')];
if (document.querySelectorAll('h1').length !== 1) wrong.push('one h1');
if (document.title.trim() === '') wrong.push('a title');
if (document.querySelector('script')) wrong.push('no script');
if (document.documentElement.scrollWidth > window.innerWidth) wrong.push('wider than the window: ' + document.documentElement.scrollWidth);
for (const field of document.querySelectorAll('input')) {
  if (field.labels.length !== 1 || field.labels[0].textContent.trim() === '') wrong.push('label of ' + field.id);
  for (const id of (field.getAttribute('aria-describedby') || '').split(' ').filter(Boolean))
    if (!document.getElementById(id)) wrong.push('no #' + id);
}
for (const target of document.querySelectorAll('a, button, input')) {
  const box = target.getBoundingClientRect();
  if (box.height < 24 || box.width < 24) wrong.push('too small: ' + target.outerHTML);
}
const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return {r, g, b, a}; };
const channel = (it) => { it /= 255; return it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4; };
const light = ({r, g, b}) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const ground = (it) => { for (; it; it = it.parentElement) { const c = parse(getComputedStyle(it).backgroundColor); if (c.a === 1) return c; } return {r: 255, g: 255, b: 255}; };
const ratio = (one, two) => { const [a, b] = [light(one), light(two)]; return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); };
for (const it of all) {
  const says = [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '') || it.tagName === 'INPUT';
  if (!says) continue;
  const contrast = ratio(parse(getComputedStyle(it).color), ground(it));
  if (contrast < 4.5) wrong.push('contrast ' + contrast.toFixed(2) + ': ' + it.outerHTML.slice(0, 80));
}
const style = getComputedStyle(document.querySelector('main'));
if (style.borderTopLeftRadius === '0px') wrong.push('the style is not loaded');
return wrong;
";

async fn check(browser: &Browser, lang: &str) {
    assert_eq!(browser.look(CHECK).await, json!([]));
    let shown = browser.look("return document.documentElement.lang").await;
    assert_eq!(shown, lang);
}

/// The ring around what is focused is there to be seen.
async fn focus_is_seen(browser: &Browser) {
    let ring = "const it = getComputedStyle(document.activeElement); return it.outlineStyle !== 'none' && parseFloat(it.outlineWidth) >= 2";
    assert_eq!(browser.look(ring).await, true);
}

#[tokio::test]
async fn somebody_comes_in_on_the_page_with_the_keyboard_alone_in_both_languages() {
    if !browser::available() {
        return;
    }
    let nord = start(Database::Sqlite, RICH).await;
    nord.ticket(&nord.samir, "billet dans secteur-est comme modération")
        .await;
    let (_, said) = nord.told_privately(&nord.samir, "rejoindre").await;
    let page = nord.page(&token(&said));
    let ben = nord.world.member("ben").await;
    let driver = Driver::start().await;

    // In English, on a wide and dark screen; at 320 pixels, which is 1280 at 400 %, in dark too.
    for (width, height, picture) in [(1280, 1500, "join-wide-dark"), (320, 2300, "join-320-dark")] {
        let look = Look {
            width,
            height,
            dark: true,
            language: "en-GB",
        };
        let browser = driver.open(look).await;
        browser.open(&page).await;
        check(&browser, "en").await;
        browser.wait_heading("Join Entraide Nord").await;
        let dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
        assert_eq!(browser.look(dark).await, true);
        browser.picture(picture).await;
        browser.close().await;
    }
    let look = Look {
        width: 1280,
        height: 1500,
        dark: false,
        language: "fr-FR",
    };
    let browser = driver.open(look).await;
    browser.open(&page).await;
    check(&browser, "fr").await;
    browser.picture("join-wide").await;
    browser.close().await;

    // In French, on a telephone, with the keyboard: first with what is missing, then rightly.
    let look = Look {
        width: 360,
        height: 2100,
        ..look
    };
    let browser = driver.open(look).await;
    browser.open(&page).await;
    check(&browser, "fr").await;
    browser.picture("join-360").await;
    browser.tab_to("id").await;
    focus_is_seen(&browser).await;
    browser.types("ben@example").await;
    browser.enter().await;
    wait_until("the page to say what is missing", async || {
        let title = browser.look("return document.title").await;
        title.as_str()?.starts_with("Erreur").then_some(())
    })
    .await;
    check(&browser, "fr").await;
    browser.picture("join-360-wrong").await;
    let described = "return document.getElementById('id').getAttribute('aria-describedby')";
    assert_eq!(browser.look(described).await, "id-help id-error");
    let focused = browser.look("return document.activeElement.id").await;
    assert_eq!(focused, "id", "what is wrong first is focused");
    browser
        .look("document.activeElement.select(); return null")
        .await;
    browser.types(ben.id().as_str()).await;
    browser.tab().await;
    focus_is_seen(&browser).await;
    browser.types(" ").await;
    browser.tab().await;
    focus_is_seen(&browser).await;
    browser.enter().await;
    browser.wait_heading("L’invitation est en route").await;
    check(&browser, "fr").await;
    browser.picture("join-360-done").await;
    ben.accept_invite(&nord.space).await;
    ben.accept_invite(&nord.est).await;

    // Whoever comes with the same ticket afterwards.
    browser.open(&page).await;
    browser.wait_heading("Ce billet n’est plus valable").await;
    check(&browser, "fr").await;
    browser.picture("join-360-over").await;
    browser.close().await;
    assert!(!nord.world.log().contains(&token(&said)));
}
