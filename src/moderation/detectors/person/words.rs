//! The words that the detector of persons goes by, in lower case without accents.

use std::sync::LazyLock;

use crate::moderation::text::{WordSet, word_set};

/// Words of health and care. They match how a word begins; with `$` they match whole words.
pub const AILMENTS: &[&str] = &[
    "cancer",
    "tumeur",
    "metasta",
    "leucemi",
    "lymphome",
    "melanome",
    "diabet",
    "avc$",
    "ait$",
    "infarctus",
    "epilep",
    "depressi",
    "suicid",
    "schizophr",
    "bipolaire",
    "psychotique",
    "psychiatri",
    "alzheimer",
    "parkinson",
    "demence",
    "sclerose",
    "sida$",
    "vih$",
    "hiv$",
    "seropositi",
    "hepatite",
    "cirrhose",
    "tubercul",
    "covid",
    "pneumo",
    "bronchi",
    "asthm",
    "bpco$",
    "fractur",
    "chute$",
    "chutes$",
    "chute",
    "tombe$",
    "tombee$",
    "escarre",
    "plaie",
    "ulcere",
    "amput",
    "opere$",
    "operee$",
    "chirurgi",
    "hospitalis",
    "reanimation",
    "coma$",
    "decede",
    "deces$",
    "mourir",
    "mort$",
    "morte$",
    "fausse couche",
    "fausses couches",
    "enceinte$",
    "grossesse",
    "accouche",
    "ivg$",
    "avorte",
    "cesarienne",
    "fievre",
    "febrile",
    "souffre",
    "malaise",
    "vomi",
    "diarrhee",
    "constip",
    "incontinen",
    "sonde$",
    "sondage",
    "perfus",
    "chimio",
    "radiotherap",
    "dialys",
    "transfus",
    "insulin",
    "morphin",
    "anticoagul",
    "glycemie",
    "hypoglyc",
    "hyperten",
    "saigne",
    "hemorragi",
    "embolie",
    "phlebite",
    "infecti",
    "infecte",
    "sepsis",
    "palliati",
    "fin de vie",
    "alcooli",
    "toxicoman",
    "addict",
    "handicap",
    "autis",
    "trisomi",
    "malade$",
    "sous oxygene",
    "antibiotique",
    "biopsie",
    "scanner",
    "irm$",
    "pansement",
    "toilette",
    "agite",
    "confus$",
    "confuse$",
    "desorient",
    "fugue",
    "denutri",
    "deshydrat",
    "anorexi",
    "douleur",
    "douloureu",
    "psoriasis",
    "endometri",
    "stomie",
    "ordonnance",
    "resultats$",
    "serologie",
    "vaccin",
    "diagnosed",
    "dementia",
    "stroke$",
    "pregnan",
    "miscarriage",
    "hospitalised",
    "hospitalized",
    "surgery",
    "overdose",
    "pneumonia",
    "died$",
    "fell$",
    "infected",
    "insulin",
    "depressed",
    "chemo",
    "heart attack",
    "seizure",
];

/// Of those, what people also say of colleagues on leave: with a first name alone it is nothing.
pub const WEAK: &[&str] = &[
    "malade",
    "covid",
    "vaccin",
    "douleur",
    "toilette",
    "resultats",
    "enceinte",
    "grossesse",
];

/// Small words inside of a name.
pub const PARTICLES: &[&str] = &[
    "de", "du", "des", "d", "le", "la", "el", "al", "ben", "van", "von", "da", "di", "n",
];

/// What stands before a name.
pub static TITLES: LazyLock<WordSet> =
    LazyLock::new(|| word_set("m mr mme mlle monsieur madame mademoiselle mrs ms miss mister"));

/// What people in care are called.
pub static PATIENTS: LazyLock<WordSet> = LazyLock::new(|| {
    word_set("patient patiente resident residente usager usagere beneficiaire client cliente")
});

/// What people call those they know.
pub static RELATIONS: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "voisin voisine oncle tante frere soeur cousin cousine mere pere fils fille ami amie copain copine neveu niece \
         mari femme neighbour neighbor uncle aunt brother sister friend mother father son daughter collegue petit petite",
    )
});

/// What follows a title, and is no name.
pub static NO_NAMES: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "directeur directrice president presidente maire ministre cadre docteur dr professeur pr prefet infirmier infirmiere \
         pharmacien pharmacienne kine secretaire juge madame monsieur mme mr mlle lundi mardi mercredi jeudi vendredi samedi \
         dimanche janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre ch chambre lit box ehpad \
         chu ssr hdj usld had hopital tension glycemie sonde toilette ras ok the est ne va vient sort veut il elle on une \
         un les mais avec pour sans dans chez qui que bien mal tres plus pas ce cette",
    )
});

/// Before a name: what makes it a professional's, an author's, an illness's, or somebody's who is spoken to.
pub static HEADS: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "dr docteur docteure pr professeur professeure doctor professor nurse infirmier infirmiere ide idel as ash aide \
         soignante soignant medecin interne externe chirurgien chirurgienne kine kinesitherapeute ergo ergotherapeute \
         orthophoniste psychologue psychiatre cadre sage dieteticienne dieteticien pharmacien pharmacienne assistante assistant \
         sociale social secretaire collegue collegues directeur directrice ministre president presidente depute formatrice \
         formateur intervenante intervenant auteur auteure autrice cheffe chef coordinatrice coordinateur benevole ambulancier \
         brancardier etudiante etudiant stagiaire selon apres par merci bonjour bonsoir salut coucou bravo chere cher felicitations \
         etude article livre conference these ouvrage film guide maladie syndrome signe score test echelle indice loi \
         classification manoeuvre position methode critere criteres fracture operation triade reflexe formule stade \
         appelez appeler demander demandez contactez contacter rappeler rappelez joindre avec disease sign scale thanks hello dear hi study saint sainte et al",
    )
});

/// Before a first name: places that carry a name.
pub static PLACES: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "hopital hopitaux clinique polyclinique chu chr ch centre institut fondation lycee college ecole amphi amphitheatre salle \
         pavillon batiment rue avenue boulevard place residence ehpad maison espace stade gymnase universite faculte service \
         unite a au vers prix association laboratoire hospital clinic school street",
    )
});

/// After a name: what its bearer works as or for.
pub static PROFESSIONS: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "infirmier infirmiere ide idel as ash aide soignante soignant medecin interne chirurgien chirurgienne kine ergo \
         orthophoniste psychologue psychiatre cadre sage dieteticienne pharmacien pharmacienne pharmacie assistante secretaire \
         directeur directrice drh rh direction informatique logistique bionettoyage maintenance technique labo laboratoire prestataire formatrice \
         formateur referent referente coordinatrice coordinateur benevole ambulancier brancardier collegue nurse doctor \
         manager hygieniste qualite ministre maire depute senateur auteur autrice professeur commercial commerciale \
         technicien technicienne pneumologue cardiologue diabetologue oncologue geriatre nephrologue",
    )
});

/// Anywhere in the sentence: it speaks of the team.
pub static TEAM: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "formation formations reunion reunions staff planning remplace remplacer remplacement remplacera conge conges anime \
         animera intervient interviendra colloque congres atelier ateliers permanence astreinte disponible conference webinaire \
         livraison livre commande publie publication auteur et al tuteur tutrice training meeting workshop organise organisera \
         presente presentera propose referent referente releve roulement",
    )
});

/// Names that places, prizes and companies carry.
pub const KNOWN: &[&str] = &[
    "pierre fabre",
    "marie curie",
    "claude bernard",
    "louis pasteur",
    "gustave roussy",
    "henri mondor",
    "paul brousse",
    "jean minjoz",
    "leon berard",
    "robert debre",
    "georges pompidou",
    "ambroise pare",
    "edouard herriot",
    "charles foix",
    "albert calmette",
    "jeanne de flandre",
    "roger salengro",
    "claude huriez",
    "simone veil",
    "florence nightingale",
    "virginia henderson",
    "emmanuel macron",
    "victor hugo",
    "jean jaures",
    "jules ferry",
    "charles de gaulle",
    "macron",
    "philippe pinel",
    "guillaume regnier",
    "jean moulin",
    "louis pradel",
    "antoine beclere",
    "georges clemenceau",
];

/// Common first names in French communities and abroad.
pub static FIRST_NAMES: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "adele adrien agathe agnes aicha alain albert alex alexandra alexandre alexis alice aline amandine amelie amina \
         aminata ana anais andre andree angele anna anne annie anthony antoine ariane armelle arnaud arthur astrid aude audrey \
         aurelie aurelien awa axel aya aziz baptiste barbara bastien beatrice benedicte benjamin benoit bernadette bernard \
         bertrand brahim brigitte bruno camille carine carole caroline catherine cecile cedric celine chantal charles charlotte \
         christelle christian christiane christine christophe claire clara claude claudine clement clementine colette corinne \
         cyril damien daniel daniele danielle david deborah delphine denis denise didier dominique edith edouard elena eliane \
         elisa elisabeth elise elodie emeline emilie emma emmanuel emmanuelle enzo eric estelle esther etienne eva evelyne \
         fabien fabienne fabrice fanny fatima fatou fatoumata florence florent florian francis franck francois francoise \
         frederic frederique gabriel gabrielle genevieve georges gerard germaine ghislaine gilbert gilles ginette gisele \
         guillaume gregory guy hamid hassan helene henri henriette herve hugo hugues ibrahim ines irene isabelle ismael jacqueline \
         jacques james jean jeanne jeannine jerome jessica joel joelle john jonathan josette josephine jose joseph josiane jules \
         julia julie julien juliette justine karim karine katia kevin khadija laetitia laura laure laurence laurent lea leila leo \
         leon leonie liliane lina linda lionel lise loic louis louise lucas lucette lucie lucien lucienne ludovic lydie \
         madeleine mael magali malika mamadou manon manuel marc marcel marcelle margaux marguerite maria marie marielle marine \
         marion marlene martin martine mary mathieu mathilde matthieu maud maurice maxime mehdi melanie melissa michael michel \
         michele micheline mireille mohamed mohammed monique moussa mustapha myriam nadege nadia nadine nassim natacha nathalie \
         nathan nicolas nicole noel noemie nora odette odile olivia olivier ousmane oumar pascal pascale patrice patricia patrick \
         paul paule paulette pauline peter philippe pierre pierrette quentin rachel rachid raphael raymond raymonde regine regis \
         remi renaud rene renee richard robert roger roland romain romane rosa rose sabine sabrina said salima samia samir \
         samuel sandra sandrine sarah sebastien serge severine simon simone solange sonia sophie stephane stephanie suzanne \
         sylvain sylvie tanguy teresa theo therese thibault thierry thomas valentin valentine valerie vanessa vera veronique \
         victor victoria vincent virginie viviane william xavier yacine yann yannick yasmina youssef yves yvette yvonne zohra zoe",
    )
});
