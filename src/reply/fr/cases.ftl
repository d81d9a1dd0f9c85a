# Dossiers : ce qu’un humain doit regarder ; signalements, recours, questions de vérité.
matter-case = dossier
case-card = **Dossier { $case }** : { $kind }
case-danger = 🆘 Quelqu’un est peut-être en danger. Je peux me tromper : lisez, et si cela inquiète, allez vers cette personne en privé, maintenant.
case-tone = 🌡️ Le ton monte entre deux personnes. Je peux me tromper : lisez l’échange. Rien n’a été retiré, personne n’a été prévenu.
case-about = Personne : { $person }
case-about-two = Personnes : { $person } et { $other }
case-place = Groupe : { $group }
case-link = Message : { $link }
case-rule = Règle : { $rule }
case-found = Trouvé : { $kinds }
case-count = { $count ->
    [one] Demandé par une personne.
   *[other] Demandé par { $count } personnes.
}
case-words = Dans ses mots : « { $words } »
case-before-none = Rien auparavant sur cette personne.
case-before = { $count ->
    [one] Un dossier antérieur sur cette personne :
   *[other] { $count } dossiers antérieurs sur cette personne :
}
case-before-line = - { $case } ({ $kind }, { $at }) : { $outcome }
case-turn = C’est au tour de { $person }, jusqu’au { $due }.
case-step-close = { $key } ou { $command } : rien à faire
case-step-redact = { $key } ou { $command } : supprimer le message
case-step-mute = { $key } ou { $command } : muet pendant une heure, message supprimé
case-step-remove = { $key } ou { $command } : retirer la personne, message supprimé
case-step-ban = { $key } ou { $command } : bannir la personne, message supprimé
case-step-lift = { $key } ou { $command } : lever la sanction
case-step-uphold = { $key } ou { $command } : maintenir la sanction
case-step-care = { $key } ou { $command } : quelqu’un de l’équipe est avec la personne
case-step-mistaken = { $key } ou { $command } : fausse alerte
case-step-mediate = { $key } ou { $command } : leur ouvrir un salon à part, avec vous et une autre personne de l’équipe
case-verdict = { $command } : répondre dans le groupe
case-kind-report = signalement d’un membre
case-kind-appeal = recours
case-kind-fact-check = est-ce vrai ?
case-kind-danger = quelqu’un en danger ?
case-kind-tone = le ton monte
case-outcome-open = en cours
case-outcome-nothing = rien à faire
case-outcome-taken-down = message supprimé
case-outcome-muted = muet pendant une heure
case-outcome-removed = retiré
case-outcome-banned = banni
case-outcome-lifted = sanction levée
case-outcome-upheld = sanction maintenue
case-outcome-gone = message disparu avant tout examen
case-outcome-true = vrai
case-outcome-false = faux
case-outcome-unclear = incertain
case-outcome-cared-for = quelqu’un de l’équipe est avec la personne
case-outcome-mediated = médiation
case-outcome-mistaken = fausse alerte
case-again = Dossier { $case } : une personne de plus signale ce message, { $count } en tout.
case-decided = Dossier { $case } ({ $kind }) : { $outcome }, décidé par { $person } après { $took }.
case-remind = Le dossier { $case } ({ $kind }) attend encore une réponse, jusqu’au { $due }.
case-next = Le dossier { $case } a trop attendu : il passe à la personne suivante.
case-not-yours = Le dossier { $case } est à décider par d’autres.
case-no-such-step = Le dossier { $case } ne se décide pas ainsi.
case-by-command = Un dossier a plus de réponses que oui et non : réagissez dessous, ou écrivez { $command }.
report-taken = Merci. Quelqu’un de l’équipe va regarder ; la suite vous sera dite ici. Le groupe n’apprend pas que vous avez signalé.
report-already = Vous avez déjà signalé ce message ; l’équipe regarde.
report-elsewhere = Je ne peux transmettre que des messages de groupes où vous êtes.
report-nobody = Cette communauté n’a pas encore de salon pour son équipe : écrivez à un administrateur.
report-limited = Cela fait plus de { $most } signalements en un jour : celui-ci est compté, mais pas montré un par un à l’équipe.
report-limited-instead = Si c’est grave, écrivez à l’équipe : `contact`, puis vos mots.
report-private = Transmis à l’équipe
report-of-the-bot = Ce message est de moi : s’il est faux, dites-le à l’équipe avec `contact`, puis vos mots.
report-own = Ce message est le vôtre : vous pouvez le supprimer vous-même.
report-outcome-nothing = Un modérateur a regardé le message que vous avez signalé dans { $group } : il n’y avait rien à faire. Merci de votre attention.
report-outcome-taken-down = Un modérateur a regardé le message que vous avez signalé dans { $group } et l’a supprimé. Merci.
report-outcome-acted = Un modérateur a regardé le message que vous avez signalé dans { $group } et a fait le nécessaire. Merci.
report-outcome-gone = Le message dans { $group } avait disparu avant que quelqu’un puisse regarder. Merci quand même.
verify-taken = Merci. La question est posée à ceux qui savent ; leur réponse sera sous le message.
verify-outcome = La réponse à votre question dans { $group } est sous le message.
verify-outcome-none = Votre question dans { $group } a été regardée ; il n’y a rien à vérifier dans ce message.
case-unknown = Je ne trouve pas de dossier « { $word } » que vous ayez à décider.
case-missing = Il manque le dossier : son nom est en haut de sa carte.
case-verb = Je ne sais pas ce que { $word } doit faire à un dossier.
case-decided-already = Le dossier { $case } est déjà décidé : { $outcome }.
case-decided-line = { $outcome }, décidé par { $person } ({ $at })
case-until = Valable jusqu’au { $until }.
case-note-empty = Il manque les mots de la note.
case-note-kept = Noté sur le dossier { $case }.
case-note-line = - { $person } ({ $at }) : { $note }
cases-none = Aucun dossier ne vous attend.
cases-title = { $count ->
    [one] Un dossier attend :
   *[other] { $count } dossiers attendent :
}
cases-line = - { $case } ({ $kind }), depuis le { $since }
cases-about = Sur { $person }
help-case = montrer un dossier, le décider ou y noter quelque chose
help-cases = lister les dossiers qui attendent
help-flag = montrer un message à l’équipe, en privé
help-verify = demander si ce que dit un message est vrai
help-verdict = dire si ce que dit un message est vrai, avec une source
verdict-truth = Est-ce vrai, faux ou incertain ? Cela vient après le nom du dossier.
verdict-source = Il manque la source : `source`, puis une adresse qui commence par https://
verdict-why = Il manque l’explication : `parce que`, puis une phrase.
verdict-posted = Votre réponse est sous le message.
verdict-true = **Vérifié : c’est exact.**
verdict-false = **Vérifié : c’est faux.**
verdict-unclear = **Vérifié : on ne le sait pas avec certitude.**
verdict-reason = { $reason }
verdict-source-line = Source : { $source } ({ $date })
verdict-holds = Selon ce que l’on sait aujourd’hui ; à revoir après le { $until } (dossier { $case }).
case-sanction = Sanction { $sanction } : { $step }, par { $person } ({ $at })
help-appeal = faire regarder une sanction par quelqu’un d’autre
appeal-in-private = Un recours est entre vous et l’équipe : écrivez-le-moi en privé.
appeal-missing = Il manque la sanction : son nom est dans le message qui vous l’a annoncée.
appeal-unknown = Je ne trouve pas de sanction « { $word } » qui vous concerne.
appeal-why = Il manque vos raisons : `parce que`, puis ce que l’équipe devrait savoir.
appeal-already = Vous avez déjà fait un recours contre { $sanction } : { $outcome }.
appeal-late = Il est trop tard pour un recours : c’est possible pendant { $within }.
appeal-taken = Merci, vos raisons sont transmises à l’équipe. Quelqu’un d’autre que la personne qui a décidé regardera, si possible sous { $within }, et la suite vous sera dite ici.
appeal-lifted = Votre recours dans **{ $community }** a été regardé par quelqu’un d’autre de l’équipe : la sanction est levée et ne compte plus.
appeal-upheld = Votre recours dans **{ $community }** a été regardé par quelqu’un d’autre de l’équipe : la sanction est maintenue.
appeal-told-decider = Le recours de { $person } contre { $sanction }, que vous aviez décidée : { $outcome }.
help-transparency = ce que la modération a fait, en nombres
transparency-title = **Ce que la modération a fait dans { $community }** (des nombres, aucun nom)
transparency-days = **Ces { $days } derniers jours**
transparency-takedowns = - { $count ->
    [one] 1 message supprimé
   *[other] { $count } messages supprimés
}, dont { $team } par l’équipe
transparency-rule = - selon la règle { $rule } : { $count }
transparency-steps = - Rappels : { $nudges }, avertissements : { $warnings }, mises en sourdine : { $mutes }, retraits : { $removals }, bannissements : { $bans }
transparency-reports = - { $count ->
    [one] 1 signalement
   *[other] { $count } signalements
} de membres : { $acted } avec une suite, { $nothing } sans suite
transparency-appeals = - { $count ->
    [one] 1 recours
   *[other] { $count } recours
} : { $lifted } avec levée, { $upheld } avec maintien
transparency-median = - La moitié des dossiers ont été décidés en { $took }.
help-own-record = ce que je garde sur vous : le voir, l’avoir en fichier, l’effacer
own-in-private = Ce que je garde sur vous n’est que pour vous : demandez-le-moi en privé.
own-title = **Ce que je garde sur vous**
own-nothing = Rien d’autre que votre langue et les salons où vous êtes.
own-community = **{ $community }**
own-roster = - L’annuaire de l’équipe a une ligne sur vous ; le fichier la montre.
own-role = - Rôle : { $role } ({ $place })
own-accepted = - Vous avez accepté la version { $version } de ce qui est convenu dans { $place } ({ $at }).
own-consent = - Vous avez accepté que ce que vous trouvez soit transmis ({ $at }).
own-no-consent = - Vous n’avez pas accepté que ce que vous trouvez soit transmis ({ $at }).
own-sanction = - Sanction { $sanction } : { $step }, règle { $rule } ({ $at }) ; terminée
own-sanction-holds = - Sanction { $sanction } : { $step }, règle { $rule } ({ $at }) ; en vigueur
own-case = - Sur vous : { $kind } ({ $at }) : { $outcome }
own-report = - De vous : { $kind } ({ $at }) : { $outcome }
own-more = `mon dossier exporter` vous donne le tout en fichier ; `mon dossier effacer` efface ce qui peut l’être. `confidentialité` dit ce que je vois et qui me fait fonctionner.
own-export = Voici ce que je garde sur vous.
own-erased = { $count ->
    [0] Il n’y avait rien que je puisse effacer.
    [one] J’ai effacé une ligne.
   *[other] J’ai effacé { $count } lignes.
}
own-stays = Ce qui reste : une sanction en vigueur et ce qui y a mené, les dossiers ouverts, l’annuaire de l’équipe, ce que vous avez accepté tant que vous êtes membre, et le journal de ce que l’équipe a fait (identifiants et raisons, aucun message).
case-in-private = Le dossier { $case } concerne quelqu’un de l’équipe : parlons-en en privé.
