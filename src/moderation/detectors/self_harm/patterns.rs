//! How people say that they are in danger, and what only sounds so.

use std::sync::LazyLock;

use regex::Regex;

use crate::moderation::detectors::language::pattern;

/// One of them stands in every sentence that is worth reading.
pub const TRIGGERS: &str = "tuer|detre la$|m'a casse|peur de|overdose|vene|meur$|ratee$|rater$|meds$|sous un train|dying|feel like|au bord|fait mal|disparai|nee$|rejoindre|enterrement|prepare$|flacon|aval|melange|entaill|\
    lacer|derniere fois|quitte$|san moi|sans moi|en lair|la mort$|sequestr|disappear|tylenol|advil|ibuprofen|\
    tablets|punch|pushed me|suicidal|love them|merite|de trop$|supporter$|manquerai|debarrasse|deserve|\
    abus|leve la main|levee contre|mon lit|gifle|claque$|claques$|cheveux|love you|safe with|dormir$|\
    tout arreter|arreter de vivre|coups$|tap$|threw me|kicked|slap|shov|tuais$|brule$|saute$|doliprane|\
    paracetamol|tramadol|swallow|overdose$|suicide$|tue$|tues$|suicid|mourir|mourrir|mourire|mouri$|mort$|\
    morte$|meurs$|meurt$|finir$|crever$|pendre$|pendue$|sauter$|jeter$|veines|poignets|corde$|etre la$|\
    dites a|pardon|last message|ma mort|rater$|louper$|mes cles|betise$|connerie$|arrete tout|inutile$|\
    fait des choses|forcee|peur pour|enjamb|prefere|frap|an overdose|marre de|mar de|want the pain|everything to|\
    occupez|my hand|had a gun|passerai pas|continue$|continuer$|jump$|nait|reuf|me tuer|insuline|plus heureux|\
    si je suis|if i was|were gone|javel|m'arrete|tout seul avec|merci pour tout|reveill|vivre$|vivr$|\
    exister$|raison de|gout a|mieux sans|mieu sans|sers|poids$|poid$|fardeau|disparaitre$|disparaisse|\
    s'arrete$|cesse|boite|plaquette|comprime|cachet|medicament|medoc|lexomil|xanax|somnifere|pilule|insuline|\
    adieu|dernier message|lettre|lirez|liras|plus la$|plus la |scarif|couper$|coupe$|coupee$|coupes$|\
    taillade|mutile|du mal$|lame$|frappe|bat$|battue|battu$|tape$|cogne|etrangl|viol|touche|attouch|menace|\
    couteau|secoue|arme$|danger|la vie$|en l'air|fin a|jours$|kill|die$|died$|dead$|dying$|suicide|unalive|\
    kms$|end it|end my|ending|live$|living|alive|better off|wake up|go on|pills|overdos|goodbye|cutting|\
    cut my|hurt|harm|hits me|hit me|beat|rape|chok|strangl|knife|wrists|be here|miss me|hang myself|noose|\
    veux partir|ne plus etre|balle";

const SELF: &str = "(?:me (?:tuer|tue|tu|suicider?|suicid|pendre|defenestrer|buter|flinguer|supprimer|\
    faire sauter|noyer|empoisonner|scarifier|mutiler|taillader|foutre (?:en l ?air|sous un train|sous le metro|a l eau)|donner la mort|tirer une balle|\
    ouvrir les veines|tailler les veines|trancher les veines|couper les veines|faire du mal|jeter (?:sous|\
    par|du|dans|d un|de)|laisser mourir|laisser crever|jeter sous)|m ouvrir les veines|m immoler|m empoisonner|\
    m oter la vie|mourir|crever|en finir(?: avec (?:la vie|tout|moi|tout ca))?|mettre fin a (?:mes jours|\
    ma vie|tout ca|mon existence)|attenter a (?:mes jours|ma vie)|saute[rz]? (?:du|par|d un|de la|sous|\
    dans le vide|par dessus)|disparaitre (?:pour toujours|a jamais|definitivement|de la surface|de ce monde|\
    de cette terre)|ne (?:plus|jamais|pas) (?:me )?(?:reveiller|etre la|exister|vivre)|rejoindre (?:ma mere|\
    mon pere|mon mari|ma femme|mon fils|ma fille) (?:la haut|au ciel)|quitter ce monde|plus (?:jamais )?me reveiller|\
    m endormir (?:pour toujours|et ne (?:plus|jamais|pas) me reveiller)|passer a l acte|me couper(?: les veines)?|recommencer a me couper|avaler (?:tous|\
    toutes|toute|tout))";

const VERY: &str = "(?:(?:tres|trop|vraiment|juste|encore|tellement|souvent|parfois|toujours|de|plus|\
    en|qu|que|d|une|seule|chose|seulement|tous|tout|les|temps|jours|aussi|bien|surement|peut|etre|serieusement|\
    moi|meme|fort|tant|deja|grave|la|maintenant|ce|soir|cette|nuit|demain|simplement|finir|par|quand|\
    sans cesse|constamment) )*";

const DRUGS: &str = "boites?|plaquettes?|comprimes?|cachets?|cachetons?|medicaments?|medocs?|pilules?|\
    gelules?|somniferes?|lexomil|xanax|doliprane|paracetamol|stilnox|valium|anxiolytiques?|antidepresseurs?|\
    insuline|neuroleptiques?|javel|antidouleurs?|tramadol|morphine|betabloquants?|digoxine|pilulier|traitement";

const SUBJECT: &str = "(?:il|elle|on|mon (?:mari|ex|conjoint|copain|pere|frere|fils|compagnon|beau pere|\
    oncle|voisin|petit ami|mec|grand pere|cousin)|ma (?:femme|mere|copine|conjointe|compagne|belle mere|\
    soeur|fille)|ils|papa|maman|(?:le|la) voisine?|son mari|sa femme|le pere de (?:ma|mon|mes) [a-z]+|\
    leur pere|son pere|sa mere)";

const CHILD: &str = "(?:les|mes|ses|nos|leurs|ces) (?:enfants?|filles|fils|gamins|petits|gosses|petites|\
    bebes|jumeaux|jumelles)|(?:la|le|ma|mon|son|sa|notre|leur) (?:petite?|fille|fils|bebe|enfant|gamine?|\
    gosse|petite? (?:fille|soeur|frere)|garcon|soeur|frere)";

const HARM_SELF_EN: &str = "(?:kill(?:ing)? (?:myself|my self|me)|end(?:ing)? (?:it|it all|my (?:own )?life|\
    things|everything)|hang(?:ing)? myself|hurt(?:ing)? myself|harm(?:ing)? myself|cut(?:ting)? myself|\
    die|dying|be dead|kms|jump(?:ing)?|overdose|unalive myself|disappear|shoot myself|slit my wrists|\
    disappear forever|take my (?:own )?life|not (?:exist|be here|wake up|be alive)|never wake up|sleep forever|\
    commit suicide|fall asleep and (?:never|not) wake up|go to sleep and (?:never|not) wake up)";

const SETS: &[(&str, &str)] = &[
    ("self", SELF),
    ("very", VERY),
    ("drugs", DRUGS),
    ("subject", SUBJECT),
    ("child", CHILD),
    ("harm", HARM_SELF_EN),
];

/// Said of oneself.
pub static MINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            // What one will do or wants.
            "je (?:vais|veux|voudrais|aimerais|pense a|pense|songe a|compte|prefere|prefererais|pourrais|\
                dois|souhaite|reve de|suis (?:prete?|decidee?) a|finirai par|finis par|envisage de|m apprete a|suis en train de) <very>(?:a |\
                de |d )?<self>",
            "j (?:ai|avais) (?:decide de|prevu de|pense a|voulu|essaye de|tente de|failli|l intention de|\
                hate de|besoin de|songe a|encore pense a) <very>(?:a |de |d )?<self>",
            "j (?:ai|eprouve|ressens) (?:(?:tellement|trop|tres|juste|vraiment|une|encore|toujours|\
                souvent|qu|que|plus|seule|de|grave|enorme|tout le temps|tous les jours|parfois) )*envie (?:de |d |\
                que d |que de )?<very><self>",
            "(?:une seule envie|seule envie|mon seul souhait|seule solution) (?:,? )?(?:c est )?(?:de |\
                d )?<self>|envie d en finir avec (?:la vie|moi|tout)",
            "taillee? les veines|fous? si je (?:meurs|creve|disparais)|a quoi [cs]a sert de (?:vivre|continuer a vivre|rester en vie)|regrette de (?:m etre (?:ratee?|manquee?)|ne pas (?:etre morte?|y etre arrivee?))|autant (?:en finir|mourir|crever|me tuer)|j y pense (?:<*5>)(?:, )?a <self>|(?:voudrais|\
                aimerais|prefere[a-z]*|aurais (?:voulu|prefere|aime|du)) (?:juste )?ne (?:jamais|pas) (?:etre nee?|\
                naitre|avoir existe)|(?:souhaite|attends|appelle|espere|desire) (?:plus |juste )?(?:que )?(?:la|ma) mort|\
                merite (?:de (?:mourir|crever)|pas de vivre)|devrais (?:etre morte?|mourir|crever)|laissez moi (?:mourir|\
                crever|partir pour toujours)|(?:peur|crains) de (?:me (?:tuer|faire du mal|suicider|jeter|foutre en l ?air)|\
                passer a l acte)|perdu (?:l envie|le gout|la force) de vivre|n arrive plus a vivre|plus ma place (?:sur terre|\
                ici bas|dans ce monde)|je (?:ne )?manquerai a personne|(?:plus a|devoir) me supporter|debarrassee?s? de moi|\
                je (?:ne )?verrai pas (?:demain|noel|l annee prochaine|le jour)|je veux (?:tout arreter|arreter de vivre|\
                dormir pour toujours|dormir et ne (?:plus|jamais|pas) me reveiller)|dormir (?:et|pour) ne (?:plus|\
                jamais) me reveiller|si je (?:<*3>)(?:disparaissais|mourais|n etais plus la|n existais pas) (?:, )?(?:ca|\
                cela|ils|elles|mes|vous|le monde|tout)|j en finis|(?:ce soir|cette nuit|demain) (?:, )?j (?:arrete tout|\
                en finis)|j arrete tout (?:ce soir|cette nuit)|ma mort (?:ne |n )?(?:changerait|arrangerait|soulagerait|\
                ferait|manquerait|serait)|(?:date|heure) de ma mort|(?:me rater|me louper) (?:cette fois)?|cette fois je (?:ne )?(?:me raterai|\
                vais pas me (?:rater|louper))|si je me (?:tuais|suicidais|pendais|foutais en l air)|je (?:ne )?passerai pas la nuit|\
                je vais faire une (?:connerie|betise)|(?:mieux|serais mieux) morte?|pourquoi continue[r]? a vivre|\
                je me (?:tue|suicide|pends|bute|flingue|fous en l air) (?:ce soir|cette nuit|demain|maintenant|la|\
                bientot|tout de suite|apres|ou|si)",
            "(?:j|je) ?(?:ai|pense|songe|suis|avoir) (?:des|plein d|beaucoup d|que des|au|sans cesse au|\
                tout le temps au|souvent au|tous les jours au|plus qu au|serieusement au|encore au|toujours des|encore des|\
                les)? ?(?:(?:idees|envie|pensees|pulsions) (?:suicidaires|noires|de mort|de suicide)|suicide|suicidaire)",
            "je (?:ne )?(?:veux|veut|peux|souhaite|voudrais) (?:plus|pas|meme plus|vraiment plus|\
                juste plus|jamais) (?:jamais )?(?:vivre|me reveiller|exister|etre en vie|etre de ce monde|continuer (?:a vivre|\
                cette vie))|je veux (?:juste )?plus etre la",
            "plus (?:du tout |aucune |vraiment |meme )?(?:envie |le gout |la force |le courage |l envie )?(?:de |\
                d )(?:vivre|me reveiller|exister|etre la|etre en vie)|envie de plus (?:vivre|exister|me reveiller|\
                etre la)",
            "(?:plus|pas|aucune|n ai|sans) (?:aucune |de |plus )?(?:raisons?) de (?:vivre|rester en vie|\
                continuer a vivre|me lever)|plus rien qui me retient",
            "fatiguee? (?:de vivre|de la vie|d exister)|marre de (?:vivre|la vie|cette vie)|degoutee? de la vie|\
                (?:plus|pas) gout a (?:la vie|rien , a quoi bon)|(?:je )?suis au bout , (?:je )?(?:vais )?en finir",
            "(?:la|ma) vie (?:ne |n )?(?:vaut|a|merite|est) (?:plus|pas) (?:la peine|aucun sens|de sens|\
                d etre vecue)(?: d etre vecue)?",
            // A burden.
            "(?:mieux|plus heureux|plus tranquilles?|soulagee?s?) (?:(?:si|quand) je (?:<*2>)?(?:mourais|\
                plus la|n existais pas|disparaissais|partais|morte?|partie?)|sans moi)",
            "(?:un|qu un|une|qu une) (?:poids|fardeau|boulet|charge) pour (?:tout le monde|vous tous|ma famille|mes enfants|\
                tous|mes proches|les autres)",
            "(?:si|quand) je (?:meurs|mourais|disparais|creve|suis morte?|disparaissais|serai morte?) (?:, )?(?:<*2>)?(?:personne|\
                vous|tout le monde|ca changera|ils|qui|occupez|dites|prenez)|personne (?:ne )?(?:le |me |s en )?(?:remarquer|\
                regretter|pleurer|verra|rendra)[a-z]* (?:compte )?(?:si je|quand je|ma mort|mon absence)|j aurais (?:prefere|\
                aime|du) ne (?:jamais|pas) (?:naitre|etre nee?)|je (?:ne )?(?:veux|voudrais) (?:jamais )?(?:plus )?(?:etre nee?)",
            "je voudrais (?:juste )?(?:que tout s arrete|que ca s arrete pour toujours|etre morte?|\
                ne jamais etre nee?)|j aimerais (?:juste )?(?:etre morte?|que tout s arrete|ne jamais etre nee?|ne plus (?:jamais )?me reveiller|\
                m endormir et ne (?:plus|jamais|pas) me reveiller)|je prefererais etre morte?|m endormir (?:ce soir )?(?:et|\
                pour) ne (?:plus|jamais|pas) (?:plus |jamais )?me reveiller",
            // Means and deeds.
            "(?:j ai|je viens d|je viens de|je vais|viens de) (?:tout )?(?:pris|prendre|avaler?|gober?|\
                bu|boire|ingerer?|bouffer?|pris tout|tout pris) (?:tout |toutes? |tous )(?:(?:mes|ma|la|les|le|l|\
                ses) )?(?:boites?|plaquettes?|pilulier|stock|flacons?|insuline)(?: entieres?)?",
            "(?:j ai|je viens d|je viens de|je vais) (?:(?:pris|prendre|avaler?|gobe[r]?|bu|boire) )(?:une|\
                deux|trois|quatre|cinq|[1-9]|plein de|la moitie de la|ma) (?:boites?|plaquettes?|flacons?|tubes?) (?:entieres? )?(?:de |\
                d )(?:<drugs>)",
            "(?:j ai|je viens de) (?:bu|boire|avale|avaler) (?:<*3>)?(?:javel|destop|antigel|white spirit|\
                acide|mort aux rats|desherbant|deboucheur)|je me suis injectee? (?:toute |tout |une dose )|j ai fait une betise , (?:et )?j ai (?:pris|\
                avale|bu)",
            "j ai (?:avale|gobe|pris) (?:trop|plein|toute?s?|tous|tout) (?:de |d )?(?:mes |les |la )?(?:<drugs>) (?:(?:et|\
                ,) )?(?:d un coup|d un seul coup|expres|volontairement|je veux|pour (?:mourir|en finir|dormir pour toujours|\
                ne plus)|adieu|avec (?:de l alcool|du whisky|de la vodka|une bouteille))",
            "j ai (?:avale|gobe|pris) (?:tout|tous|toutes|trop) (?:de )?(?:mes |les )?(?:cachets|\
                medocs|somniferes|pilules|cachetons)",
            "(?:j ai|je viens d|je viens de) (?:pris|prendre|avaler?|gobe) (?:tous |toutes |)(?:[1-9][0-9]|\
                [1-9][0-9][0-9]|vingt|trente|quarante|cinquante|soixante|cent|une dizaine de|une vingtaine de|une trentaine de|\
                des dizaines de) ?(?:<drugs>)",
            "(?:j ai|il y a|avec) (?:<*3>)?(?:cachets|comprimes|medicaments|boites|pilules|lame|corde|\
                couteau|arme|fusil|rasoir) (?:devant moi|dans la main|a la main|sur (?:la table|moi) (?:,|et) je)|\
                je vais tout (?:prendre|avaler)",
            "j ai (?:achete|prepare|trouve|sorti|accroche|installe) (?:une|la|ma|mon|un|le) (?:corde|\
                arme|fusil|lame|noeud)|la corde est (?:prete|dans|accrochee|la)|tout (?:est )?prepare (?:pour|,)? ?(?:ce soir|\
                cette nuit|en finir|mourir)|j ai tout (?:avale|gobe)|j ai melange (?:tous |toutes )?(?:mes|les|des) (?:<drugs>)|\
                (?:la|une|ma) (?:lame|corde|arme) (?:est )?(?:sur la table|devant moi|prete|dans ma main)|(?:regarde|\
                fixe|contemple) (?:mes|les) (?:<*2>)?(?:boites|medicaments|cachets|comprimes)|j ai (?:retire|sorti|\
                pris|charge|recupere|vole) (?:l |une |son |le |mon )(?:arme|fusil|pistolet|revolver)",
            "je suis (?:sur le (?:pont|toit|rebord|parapet|balcon)|au bord (?:du vide|du pont|d un pont|\
                du toit|de la fenetre|des rails|de la falaise)|sur les rails)(?: , je vais sauter| et je vais sauter)?",
            "je me suis (?:(?:encore|de nouveau) )?(?:ouvert les (?:veines|poignets|bras)|coupee? (?:les veines|\
                les poignets|expres|volontairement|les bras|les cuisses|les avant bras)|taillade[a-z]*|scarifiee?|\
                mutilee?|fait du mal|pendue?|lacere[a-z]*|entaille[a-z]*)",
            "je (?:recommence a |me remets a |continue a |continue de )?(?:me scarifie[r]?|me mutile[r]?|\
                me taillade[r]?|me lacere[r]?|m entaille[r]?|me fais? (?:expres )?du mal|me coupe (?:les bras|les cuisses|\
                expres|les poignets|pour (?:sentir|me|oublier|que)|tou[st] les (?:soirs?|jours?)|toutes les nuits)|\
                me brule (?:expres|la peau|les bras|avec (?:des|une|ma|un) (?:cigarettes?|briquet|fer))|me faire du mal|\
                me couper)|recommence a me (?:couper|scarifier|mutiler|faire du mal)",
            // Goodbye.
            "je vous dis adieu|adieu (?:a tous|a toutes|tout le monde|les amis|mes amis|mes cheris?|\
                maman|papa|mes amours|et pardon|a vous|la vie|mes enfants|je vous aime)",
            "derniere fois que (?:vous me|je vous ecris|j ecris|tu me|on se parle|vous entend)|mon dernier (?:message|\
                mot|soir|jour)|mes derniers mots|(?:ma|une) lettre d adieux?|lettre pour (?:expliquer pourquoi|apres ma mort)",
            "quand (?:vous|tu) (?:lirez|liras|verrez|trouverez|recevrez) (?:ce|ca|cette|ces) ?(?:<*3>)?(?:je (?:ne )?serai|\
                je serai|,? ?je serai)",
            "(?:demain|bientot|ce soir) (?:,? )?(?:je|j) (?:ne )?serai (?:plus la|plus de ce monde|\
                morte?|partie? pour toujours)|je (?:ne )?serai (?:bientot|demain)? ?(?:plus de ce monde|morte? (?:demain|\
                ce soir|bientot))|je serai bientot plus la|vous n entendrez plus (?:jamais )?parler de moi",
            // English.
            "i (?:m |am |was |ve |have )?(?:just |really |still |so |honestly |only |about to |literally )*(?:want to|\
                going to|wanna|ll|will|would rather|d rather|need to|plan to|planning to|ready to|about to|thinking about|feel like|feeling like|\
                thinking of|might|might as well|should just|wish i could|decided to|have decided to|going|tempted to|\
                trying to|tried to) (?:just |go |finally |really )*<harm>",
            "(?:ve|have|has) been (?:thinking (?:about|of) |planning (?:on )?)?(?:<harm>|suicide|\
                cutting|self harming|suicidal)|i (?:keep|started|start|can ?t stop) (?:cutting|hurting|harming|thinking (?:about|\
                of) (?:suicide|dying|<harm>))(?: myself)?|think(?:ing)? (?:about|of) (?:suicide|killing myself|dying|\
                ending it|<harm>)|ending (?:it all|it|everything) (?:tonight|now|today|soon)|(?:deserve|ought) to (?:die|\
                be dead)|don ?t deserve to live|i should be dead|(?:scared|afraid) i (?:ll|will|might|may) (?:hurt|\
                kill) myself|voices? (?:tell|telling|tells) me to (?:kill|hurt)|(?:don ?t|not) (?:feel )?safe with myself|\
                i won ?t be (?:here|alive) (?:tomorrow|anymore|much longer)|want to (?:die|kill myself|kms|end it all)|\
                kms (?:tonight|now|today|rn|soon|fr)|(?:slit|slitting) my wrists|took an overdose|(?:pain|everything|\
                it all) to (?:stop|end) forever",
            "i (?:m|am|feel|have been|ve been|have been feeling|m feeling|am feeling|still feel) (?:so |\
                very |really |feeling |still |actively )?suicidal|i have suicidal thoughts|having suicidal thoughts|\
                suicidal again|feeling suicidal|suicidal thoughts (?:again|every)",
            "i (?:just |really )?(?:do not|don ?t|dont|no longer|can ?t|never) (?:really |even )?(?:want to|\
                wanna|wish to|care to|have the (?:will|strength) to) (?:live|be alive|be here|exist|wake up|go on|\
                keep living|be here anymore)|don ?t want to (?:live|be alive|wake up|exist)",
            "i (?:can ?t|cannot|can not) (?:go on|live like this|do this|keep going) ?(?:anymore|\
                any more|any longer)? ,? (?:i|there|goodbye|please)|i can ?t go on (?:anymore|any more|living|any longer|\
                like this)",
            "(?:no|any|don ?t see the|don ?t see a|can ?t see a) (?:point|reason|sense) (?:in|to|for|of) (?:living|live|being alive|\
                go on living|keep living|me to live)|nothing (?:left )?to live for|tired of (?:living|being alive|\
                life)|life (?:is not|isn ?t) worth (?:living|it)",
            "(?:better off|happier|better) (?:without me|if i (?:was|were|died|wasn t|weren t)|dead|\
                when i m (?:gone|dead))|(?:i wish|wish) i (?:was|were|could be|had been) (?:dead|never born)|(?:no one|\
                nobody) (?:would|will|d) (?:even )?(?:miss|notice|care) (?:me )?(?:if|when) i|wish i (?:could|would|\
                d) (?:just )?(?:never|not) wake up|hope i (?:don ?t|never) wake up",
            "i (?:just |ve |have |already )*(?:took|taken|swallowed|take|overdosed on) (?:all|the whole|\
                a whole|a whole packet|an entire|a bottle|too many|every one|all of|[1-9][0-9]|a lot|a bunch|a handful) ?(?:of )?(?:my |\
                the |these )?(?:bottle of |box of )?(?:pills|tylenol|advil|ibuprofen|xanax|meds|tablets|medication|\
                tylenol|paracetamol|insulin|bottle|packet|sleeping pills|them)?|i (?:just )?overdosed",
            "goodbye (?:everyone|everybody|all|world|my friends|mom|mum|dad) (?:, )?(?:i m sorry|\
                i love you|i am sorry|forgive me|it s over|please forgive|this is)|this is (?:my )?(?:goodbye|last message|\
                final message|my suicide note)|by the time you read this|suicide note",
            "(?:i|i ve|i m) (?:been |have been |started |still )?(?:cutting|cut) (?:myself again|\
                my (?:wrists|arms|thighs|legs))|i (?:cut|hurt|harm|burn) myself (?:again|every|when|to|on purpose|\
                last|so)|i (?:self harm|selfharm)",
            "plan to (?:end my life|kill myself|die)|end my life|i (?:m|am) (?:on the (?:bridge|roof|\
                ledge)|standing on the (?:bridge|roof|ledge|edge))|i (?:have|bought|got|ve got) (?:a|the) (?:rope|\
                noose|gun|razor)(?: ready| and)?|(?:have|got|holding|with) (?:a|the|my) (?:bottle of pills|pills|\
                knife|gun|razor|blade) (?:in my hands?|in front of me|next to me|ready)",
        ],
        SETS,
    )
});

/// Two of them together: each alone is ordinary tiredness.
pub static HINT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "(?:je )?(?:ne )?sers (?:plus |vraiment )?a rien|inutile a tous|je suis (?:completement |\
                totalement )?inutile|rien n a (?:plus )?de sens|merci pour tout|(?:c est )?ici que je m arrete|je m arrete ici|\
                peux plus (?:continue[r]?|avancer|vivre)|[cs]a sert (?:plus )?a rien|c est decide|(?:j )?attends plus rien",
            "a quoi bon(?: vivre| continuer)?",
            "(?:un|le) (?:poids|fardeau|boulet)",
            "plus la force(?: de (?:continuer|me battre|lutter))?",
            "plus (?:gout|envie) (?:a |de )rien",
            "adieu",
            "pardon(?:nez|ne)? moi|je vous demande pardon",
            "(?:prenez|occupez vous) (?:bien )?(?:soin )?de (?:mes|mon|ma) [a-z]+|dites (?:a|aux) (?:<*3>)que je l(?:es)? aime",
            "(?:la|le|les) rejoindre|vie sans (?:elle|lui|toi)|n a plus (?:aucun |de )sens|a mon enterrement|\
                tell my [a-z]+ (?:that )?i love (?:them|him|her)|goodbye|je suis de trop|tout arreter|morte? a l interieur|\
                c est (?:la fin|fini pour moi)|tout est fini",
            "(?:ne )?serai (?:bientot )?plus la",
            "veux (?:juste )?(?:partir|disparaitre)|disparai(?:tre|s|ssais)|me rattrape",
            "personne (?:ne )?(?:me regrettera|s en rendra compte|m aime|ne m aime)",
            "seriez mieux sans moi",
            "que tout s arrete|definitivement|pour toujours",
            "(?:je )?(?:ne )?vois (?:plus|pas|aucune) (?:d issue|issue|le bout|de solution)",
            "i m (?:worthless|a burden|so tired of everything)|what s the point|no way out|forgive me|\
                can ?t take it anymore|it s over for me|take care of my [a-z]+",
        ],
        SETS,
    )
});

/// Done to the author, or to a child.
pub static SUFFERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "<subject> (?:va|veut|menace de|a menace de|essaie de|a essaye de|a failli|finira par|\
                dit qu il va|jure de|va finir par) (?:me|nous|m) (?:tuer|frapper|crever|buter|etrangler|planter|egorger|violer|\
                descendre|faire la peau|cogner|battre|enlever)",
            "<subject> (?:me|m|nous) (?:a (?:encore )?)?(?:frappe|bat|tape (?:dessus|tous|quand|encore|\
                depuis|avec|si|et)|tape|cogne|etrangle|viole|sequestre|agresse sexuellement|force a coucher|menace (?:de mort|\
                avec (?:un|une|son))|met des coups|a mis des coups|donne des coups|roue de coups|brule|secoue|enferme)(?:e|\
                es|ee|ait)?",
            "<subject> (?:m a|ma|nous a) (?:encore )?(?:forcee? a (?:coucher|faire l amour)|frape|\
                mis (?:un|le) couteau|enfermee?|frappee?|battue?|tapee?|cognee?|etranglee?|violee?|agressee? sexuellement|\
                sequestree?|menacee? (?:de mort|avec)|mis un coup|rouee? de coups|tabassee?|giflee?|brulee?|casse (?:le|\
                la) [a-z]+)",
            "(?:mon (?:pere|beau pere|oncle|frere|grand pere|prof|entraineur|cousin)|il) (?:me touche|\
                m a touchee?|vient dans (?:mon lit|ma chambre)|me fait des (?:attouchements|choses)|me viole|m oblige a)",
            "<subject> (?:frappe|bat|tape|viole|secoue|cogne|a frappe|a secoue|a tape|a battu|maltraite|\
                brule|a viole|touche|fait du mal a|veut tuer|va tuer|menace de tuer|enferme) (?:encore )?(?:<child>)",
            "(?:mon|ma|notre|mes) (?:enfants?|fille|fils|bebe|petite?|petite? fils|petite fille|niece|\
                neveu|petite? (?:soeur|frere)) (?:est|sont|sera) en danger|(?:je suis|nous sommes|on est) en danger|\
                attouchements sur (?:ma|mon|mes)",
            "(?:papa|mon (?:pere|beau pere|oncle|mari|conjoint|copain|compagnon|ex)) (?:<*2>)?(?:me fait (?:du )?mal|\
                abuse de moi|m a fait (?:du )?mal|leve la main sur moi|me viole)|(?:il|elle) leve la main sur (?:moi|\
                les enfants|mon|ma)|si je (?:le|la) (?:quitte|denonce) (?:, )?(?:il|elle) (?:me|nous|se) (?:tue|tuera|\
                bute|butera|retrouve|frappera)|sequestree? par|m a (?:jetee?|poussee?|projetee?) (?:contre|par terre|\
                dans les escaliers)|m a mis (?:une|un|des) (?:gifles?|claques?|coups?|coup de poing|coups de pieds?)|\
                (?:on|ils) m (?:a|ont) (?:violee?|agressee? sexuellement)|ai ete (?:agressee? sexuellement|abusee?)|\
                couteau sous la gorge|(?:il|elle) me (?:tuerait|tuera)|peur pour ma vie|peur de lui|je suis enfermee? , (?:il|\
                elle)|violent avec (?:moi|les enfants|nous)|derriere la porte avec (?:un|une|son)|(?:il|elle) (?:a|\
                tient|a sorti|a pris) (?:un|une|son|le) (?:couteau|arme|fusil|pistolet|machette)(?: (?:et|,) [a-z ]+)?|\
                je suis battue|je me fais (?:battre|frapper|violer|tabasser)|j ai ete violee?|(?:j ai )?peur qu il (?:me tue|\
                me frappe|nous tue)",
            "(?:he|she|they|my (?:husband|boyfriend|ex|partner|dad|father|stepdad|stepfather|mother|\
                mom|mum|brother|wife|girlfriend|uncle|son)) (?:is |s )?(?:going to|gonna|will|wants to|threatened to|\
                threatens to|tried to|said he ll|says he ll|keeps trying to) (?:kill|hurt|beat|stab|shoot|strangle) (?:me|\
                us|my (?:kids|children|daughter|son))",
            "(?:he|she|my (?:husband|boyfriend|ex|partner|dad|father|stepdad|stepfather|mother|mom|\
                mum|brother|wife|girlfriend|uncle|son)) (?:just |often |always |sometimes |still )?(?:hits|beats|\
                hit|beat|punched|punches|slaps|slapped|chokes|choked|strangled|raped|rapes|kicked|kicks|touches|stabbed|\
                is hitting|is beating|is hurting|hurts|is abusing|abuses|is touching|is choking|keeps hitting|keeps beating|\
                locks) (?:me|us|the kids|my (?:kids|children|daughter|son|baby|sister|brother)|our (?:kids|son|daughter))(?: up)?",
            "my (?:child|kids|daughter|son|children|baby) (?:is|are) (?:in danger|being (?:abused|\
                hurt|beaten))|i m being (?:beaten|abused)|i m (?:scared|afraid) he (?:will|ll|is going to) (?:kill|\
                hurt) (?:me|us)|he has a (?:knife|gun)|(?:he|she|they|and) (?:pushed|shoved|threw|kicked|punched|\
                slapped) me(?: (?:down|against|into|across))?|threatened to kill (?:me|us)|abus(?:es|ing) (?:me|us|\
                my (?:kids|daughter|son))|(?:would|will|ll|d) kill me if i (?:left|leave|tell|told|go|went|called|\
                call)",
        ],
        SETS,
    )
});

/// Said of somebody else.
pub static THEIRS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "(?:va|veut|veux|voudrait|menace de|vient de|parle de|essaie de|tente de|est en train de|\
                envie de|pense a|songe a|capable de|s apprete a|compte|dit vouloir|ecrit vouloir) (?:se (?:tuer|suicider|\
                pendre|jeter|ouvrir les veines|tailler les veines|donner la mort|foutre en l ?air|defenestrer|noyer|\
                supprimer|tirer une balle|faire du mal|flinguer)|s ouvrir les veines|en finir|mettre fin a (?:ses|\
                leurs) jours|mourir|sauter (?:du|par|dans)|sauter)",
            "(?:veut|voudrait) plus (?:vivre|se reveiller|etre la)|a envie de mourir|a envie d en finir",
            "(?:vient d|vient de|a) (?:avaler|avale|prendre|pris|gober|gobe) (?:toute?s?|tous|tout) (?:(?:ses|\
                sa|la|les|son|un|une) )?(?:boites?|plaquettes?|comprimes?|cachets?|medicaments?|medocs?|somniferes?|\
                lexomil|flacon|traitement)|(?:vient d|vient de|a) (?:avaler|avale|prendre|pris|gober|gobe) (?:(?:une|\
                deux|trois|[1-9]) (?:boites?|plaquettes?|flacons?)|(?:ses|des) (?:somniferes|cachets|cachetons)|(?:[1-9][0-9]|\
                plein de|trop de|vingt|trente|quarante|cinquante) (?:comprimes|cachets|medicaments|medocs))|(?:vient de |\
                a )(?:boire|bu) (?:de la |du )(?:javel|destop|antigel)",
            "(?:envoye|laisse|ecrit|recu) (?:un|une|son) (?:message|lettre|sms|mot) d adieux?|en train d enjamber|(?:vient de faire|fait|a fait) une overdose|\
                enjambe (?:la fenetre|le balcon|la rambarde)|(?:took|taken) an overdose|(?:est|montee? sur|monte sur|\
                est monte sur|est montee sur) (?:sur )?le (?:rebord|toit|parapet|pont)(?: <*4>)?(?:va sauter|veut sauter|\
                menace)?",
            "(?:s est|vient de s) (?:ouvert|ouvrir|taillade|coupe) les veines|se scarifie|se mutile|se taillade",
            "(?:wants|want|going|threatening|threatens|says (?:he|she) (?:wants|is going|s going|\
                will)|about|trying|tried|plans|planning) ?(?:to )?(?:kill (?:himself|herself|themselves)|end (?:his|\
                her|their) (?:own )?life|die|commit suicide|jump|hurt (?:himself|herself)|take (?:his|her) (?:own )?life|\
                end it all)",
            "(?:just |has |have )?(?:took|taken|swallowed|overdosed on) (?:all (?:of )?(?:his|her|\
                their)|a whole|too many|a bottle of|the whole) ?(?:bottle of |box of )?(?:pills|meds|tablets|medication|\
                bottle|insulin)?|(?:is|keeps|been) cutting (?:himself|herself)|is on the (?:roof|ledge|bridge)",
        ],
        SETS,
    )
});
