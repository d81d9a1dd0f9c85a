//! What stands around words of danger: who says them, of whom, and what only sounds like danger.

use std::sync::LazyLock;

use regex::Regex;

use crate::moderation::detectors::language::pattern;

/// Somebody near to the author.
pub static KIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "(?:mon|ma|mes|notre|un|une|l|son|sa) (?:petite? |grand |grande |belle |beau |meilleure? |\
                jeune )?(?:mari|femme|ex|conjointe?|compagne|compagnon|copine|copain|pere|mere|frere|soeur|fils|fille|\
                enfant|ado|cousine?|amie?|pote|voisine?|collegue|tante|oncle|mamie|papi|papy|niece|neveu|coloc|proche|\
                gamine?|gosse|maman|papa|epoux|epouse)",
            "maman|papa",
            "(?:my|a|our) (?:best |little |older |younger |close )?(?:husband|wife|boyfriend|girlfriend|\
                ex|partner|dad|father|mother|mom|mum|brother|sister|son|daughter|friend|mate|cousin|roommate|neighbour|\
                neighbor|colleague|kid|child|uncle|aunt|grandma|grandpa)",
        ],
        &[],
    )
});

/// Words of speech.
pub static SAYS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "dit|dis|disait|disent|repete|repetait|ecrit|ecrivait|verbalise|exprime|crie|hurle|raconte|\
                declare|annonce|envoie|chante|chantait|says|said|say|saying|told|tells|texted|wrote|repeats|sings|\
                evoque|rapporte|parle",
        ],
        &[],
    )
});

/// Somebody whom the author looks after.
pub static PATIENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "patiente?s?|residente?s?|usagere?s?|monsieur|madame|mme|mr|dame|hospitalisee?|client|\
                cliente|beneficiaire|patients|residents|pt|service user",
        ],
        &[],
    )
});

/// It happens as it is written.
pub static NOW: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "ce soir|cette nuit|maintenant|tout de suite|en ce moment|vient d|vient de|est en train|\
                sur le (?:rebord|toit|pont|parapet|balcon)|au secours|aidez (?:moi|nous)|a l aide|urgent|vite|tonight|\
                right now|help|hurry|just (?:took|swallowed)|is on the",
        ],
        &[],
    )
});

/// What denies it.
pub static DENIED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &["pas|jamais|plus envie|aucune envie|not|never|no longer"],
        &[],
    )
});

/// What denies the words that follow.
pub static NOT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &["pas|jamais|ne crois pas|no longer|not|never|didn t|don ?t|aucune|sans"],
        &[],
    )
});

/// What people say for fun when they also laugh.
pub static JOKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "me (?:tuer|pendre|tirer une balle|buter|flinguer|suicider|jeter)|kms|kill myself|mourir|\
                die|crever|dying",
        ],
        &[],
    )
});

/// Work with people in danger, not danger.
pub static PROFESSIONAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "formations?|preventions?|protocoles?|colloque|congres|conference|atelier|webinaire|evaluee?s?|\
                evaluer|echelle|rud|score|depistage|antecedents?|atcd|statistiques?|etude|article|film|roman|livre|\
                serie|chanson|chantee?|these|memoire|recommandations?",
            "en (?:19|20)[0-9][0-9]|il y a (?:[0-9]+|deux|trois|quatre|cinq|dix|plusieurs|quelques|\
                des|vingt|un) (?:ans?|annees|mois)|l an dernier|l annee derniere|dans le passe|a l epoque|quand j etais",
            "comment (?:repondre|reagir|accompagner|aborder|parler)|que repondre|quoi repondre|que dire|\
                que faire (?:quand|si) (?:un|une|on|quelqu)|conduite a tenir",
            "training|prevention|assessed|assessment|protocol|history of|study|guideline|guidelines|\
                webinar|screening|movie|novel|song|lyrics|years ago|how (?:do|would|should) (?:you|we|i) (?:respond|\
                answer|react)|in (?:19|20)[0-9][0-9]|last year",
            "soins palliatifs|fin de vie|palliative|sedation|directives anticipees|a domicile|at home with hospice",
        ],
        &[],
    )
});

/// Figures of speech and everyday words.
pub static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "(?:mourir|crever|meurs|morte?|creve) (?:de|d) (?:rire|faim|soif|chaud|chaleur|froid|\
                honte|fatigue|ennui|trouille|peur|sommeil|curiosite|jalousie|inquietude|vieillesse|impatience|gene|\
                bonheur|envie|plaisir|rire)",
            "(?:me|m) tuer (?:a|au|le|la|les) (?:la tache|dire|repeter|expliquer|dos|yeux|travail|\
                boulot|bosser)|(?:va|vas|vont|vais) (?:me|m) tuer (?:avec (?:leurs?|ses|ces|vos|tes)|a force)|mourir (?:idiote?|\
                moins bete|tellement (?:il fait|c est))",
            "(?:en finir|finir) avec (?:ce|cette|ces|le|la (?:journee|semaine|reunion|paperasse|compta)|\
                les|l|mon|ma (?:journee|garde|semaine|these)|mes|son|un|une)",
            "disparaitre (?:deux|trois|une|un|quelques|au|en|a la|sous|sur) [a-z]+|me (?:jeter|noyer) (?:sous la douche|\
                sous la couette|dans (?:le travail|le boulot|la piscine|l eau|les bras|le bain|un bain|mon lit|la paperasse|\
                les dossiers))|me (?:jeter|jette) (?:sur|a l eau)",
            "(?:chef|cheffe|cadre|patron|patronne|boss|surveillante|prof|manager|directrice|directeur|\
                reunion|garde|mere|femme|mari|coach|planning|logiciel|boss|teacher|meeting|mum|mom|wife|husband) (?:va|\
                vont|will|is going to|ll|s going to|is gonna) (?:me|m|kill) (?:tuer|me) (?:si j (?:oublie|arrive|\
                ai oublie)|si je (?:suis en retard|rate|ne rends|rends|casse)|quand (?:il|elle) (?:verra|va voir|\
                saura)|if i(?:m| m| am| forget| don ?t)|when (?:he|she) (?:sees|finds))",
            "(?:chef|cheffe|cadre|patron|patronne|boss|surveillante|manager|directrice|directeur|\
                reunion|garde|coach|planning|logiciel|teacher|meeting) (?:va|vont|will|is going to|ll|s going to|\
                is gonna) (?:me tuer|kill me)",
            "(?:il|elle) va me tuer (?:si j (?:oublie|arrive en retard|ai oublie)|si je (?:suis en retard|\
                rate|casse)|quand (?:il|elle) (?:verra|va voir|saura))|(?:he|she) (?:s going to|ll|will|is going to) kill me (?:if i (?:m|\
                am|forget)|when (?:he|she) (?:sees|finds out))",
            "me (?:tape|bat|touche) (?:sur les nerfs|sur le systeme|toujours|encore|a plate|aux? [a-z]+|\
                aux|beaucoup|enormement|profondement|droit|la main|l epaule|dans l oeil)|me bat (?:a|au|aux|toujours)|\
                me frappe (?:par|c est|dans|le plus)|m a (?:tapee? dans l oeil|touchee?s? (?:par|beaucoup|profondement))|\
                (?:he|she) (?:always )?(?:beats|beat|hits|hit) me (?:at|in|to|up for|with a (?:joke|bill))",
            "(?:conges|vacances|retraite|depart|mutation|poste|nuit) (?:<*4>)(?:, )?adieu [a-z]+ [a-z]+|\
                adieu (?:<*5>)(?:, )?(?:<*5>)(?:conges|vacances|retraite|mutation|poste)|au lieu (?:d|de)|goodbye (?:all )?(?:, )?and thanks|\
                adieu (?:les|le|la|l) [a-z]+|dernier message (?:avant|de la|du|pour)|goodbye everyone (?:, )?(?:see|\
                have|and thank|until)",
            "(?:bat|frappe|touche) (?:la mesure|le record|les [a-z]+ en neige|les oeufs|les mains|les cartes)",
            "dying (?:of|for|to|from) [a-z]+|(?:kill(?:ing)? myself laughing)|to die for|die (?:of|\
                from) (?:laughter|laughing|embarrassment|boredom|heat|hunger)|dying (?:laughing|inside)",
            "j ai (?:tout )?pris (?:<*6>)(?:comme prescrit|comme indique|ce matin|ca va mieux|comme convenu|selon)",
            "jump(?:ing)? (?:on|in|into|to|over|back|ahead|at|rope|for)|(?:laisser|laissez|laisse) (?:moi |\
                nous )?mourir en paix",
        ],
        &[],
    )
});
