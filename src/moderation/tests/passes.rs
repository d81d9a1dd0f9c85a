//! What must pass.

use super::*;

#[test]
fn what_carers_write_all_day_passes() {
    for body in [
        "Bonjour à toutes et tous, réunion jeudi 14/11/2026 à 14 h 30, salle 204.",
        "TA 12/8, FC 72, SpO2 98 %, T° 37,2, glycémie 1,05 g/L",
        "PA 145/92 mmHg, pouls 88, EVA 3/10, poids 72,5 kg, taille 1,68 m",
        "Paracétamol 1 g x 3/j, amoxicilline 500 mg 1-0-1 pendant 7 jours",
        "HbA1c 7,2 % ; créat 85 µmol/L ; DFG 78 mL/min/1,73 m²",
        "En cas d'urgence : 15, 18, 17, 112, 114, 3114, 119 ou 116 117.",
        "Ingestion d'eau de Javel : centre antipoison de Paris, 01 40 05 48 48.",
        "Violences : 3919. Info drogues : 0 800 23 13 13. Ameli : 3646.",
        "Mon RPPS est le 10101234567 et le FINESS du CHU 750712184.",
        "SIREN 732 829 320, SIRET 732 829 320 00074",
        "Commande n° 0612345678, lot 20240512001, facture 2024-000123",
        "Numéro de suivi colis : 6A12345678901",
        "Le médicament a l'AMM 34009 300 123 4 5 (CIP13 3400930012345)",
        "ISBN 978-2-07-036822-8, DOI 10.1016/j.jbspin.2019.03.006",
        "https://www.has-sante.fr/jcms/c_2038393/fr/guide?p=20240512103045",
        "https://www.ameli.fr/assure/0612345678/article",
        "@awa:example.org peux-tu regarder ? https://matrix.to/#/@awa:example.org",
        "Voir ce message : https://matrix.to/#/!abc:example.org/$xyz?via=example.org",
        "Chambres 01 02 03 04 05 libérées ; lits 12 14 16 18 20 occupés",
        "Mme D., 78 ans, chute à domicile, pas de perte de connaissance.",
        "Une patiente de 34 ans a fait une fausse couche, comment l'accompagner ?",
        "Le patient refuse la toilette depuis 3 jours, il est réputé difficile.",
        "J'ai 10 min de retard, désolée. La dispute d'hier est oubliée.",
        "He is in con tact with the retard de croissance clinic, see table 1.",
        "Écrivez-moi sur ma boîte dr.martin@chu.mssante.fr",
        "Version 2.55.08.14 du logiciel, build 168025",
        "Séquence 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        "GPS 48.8566, 2.3522 ; altitude 1 035 m",
        "2024-05-12T10:30:45.123456Z",
        "IMG_20240512_103045.jpg",
        "255081416802539",
        "2 55 08 14 168 025 39",
        "Réunion au CHU, 2 place de Verdun, 59000 Lille, à 14 h",
        "La pharmacie de garde : 12 rue des Lilas, 59000 Lille",
        "Je ne le vois pas avant le 12/03/2026, acte de naissance du 12/03/2026",
        "Le service est né le 12 mars 1998",
        "Mme D. a fait une fausse couche, syndrome de Down écarté, Glasgow 15",
        "L'infirmière Sophie Durand refait le pansement avec le Dr Martin",
        "Imprimante 192.168.1.20, version 121.0.6167.85, chapitre 1.2.3.4",
        "Réf. AB-123-CD en rupture, lot FG-456-HJ rappelé",
        "J'ai oublié mon mot de passe, il faut 12 caractères ; le code CCAM est DEQP003",
        "Merci ❤️ 🙏🏽 👩‍⚕️ à demain !",
        "مرحبا بالجميع، الاجتماع يوم الخميس",
        "Привет всем, встреча в четверг в 14:30",
        "",
    ] {
        assert_eq!(verdict(&text(body)), None, "{body}");
    }
}

#[test]
fn a_clean_message_in_every_form_passes() {
    for content in [
        json!({"msgtype": "m.image", "body": "IMG-20240512-WA0012.jpg", "url": "mxc://s/0612345678"}),
        json!({"msgtype": "m.audio", "body": "Voice message", "filename": "audio.ogg"}),
        json!({"msgtype": "m.location", "body": "Point d'eau", "geo_uri": "geo:48.8566,2.3522"}),
        json!({"msgtype": "m.text", "body": "> <@b:x.org> 255081416802538\n\nsupprimé, merci",
            "m.relates_to": {"m.in_reply_to": {"event_id": "$e"}}}),
    ] {
        assert_eq!(verdict(&content), None, "{content}");
    }
    assert_eq!(rules().check("m.reaction", &text(NUMBER), &KEY), None);
    assert_eq!(rules().check("m.room.message", &json!({}), &KEY), None);
}
