# Diagnostic des risques, renforcement, revue des membres, bilan, médiation.
help-risks = ce qui est risqué dans la communauté, et la commande qui y remédie
help-harden = fermer ce qui est trop ouvert, après un aperçu ; les membres sont prévenus, et on peut l’annuler
help-review = passer en revue tous les comptes : qui reste, qui est retiré
help-report = comment vont les groupes cette semaine
help-mediate = ouvrir un groupe fermé à des personnes en désaccord, avec deux membres de l’équipe

# risks
risks-title = **Risques de { $name }** : { $level } (score { $score })
risks-level =
    { $level ->
        [calm] 🟢 calme
        [look] 🟠 à regarder
        [urgent] 🔴 urgent
       *[other] { $level }
    }
risks-none = Je ne vois rien à signaler. ✅
risks-high = - 🔴 { $what }
risks-medium = - 🟠 { $what }
risks-low = - 🟡 { $what }
risks-mend = {"  "}→ { $command }
risks-harden = Pour remédier d’un coup à tout ce qui se règle, après un aperçu : { $command }
risk-open-to-everybody = **{ $name }** : tout le monde peut entrer sans y être invité.
risk-history-for-everybody = **{ $name }** : tout le monde peut lire ce qui s’écrit, même sans en être membre.
risk-history-for-newcomers = **{ $name }** : qui arrive lit tout ce qui s’est écrit avant.
risk-listed = **{ $name }** figure dans l’annuaire public du serveur.
risk-guests = **{ $name }** : des visiteurs sans compte peuvent entrer.
risk-open-to-space = **{ $name }** : qui est dans l’espace entre sans être admis, alors qu’on y parle de santé.
risk-undeclared-rooms =
    { $count ->
        [one] **{ $name }** : un salon est dans l’espace sans que la communauté l’ait déclaré.
       *[other] **{ $name }** : { $count } salons sont dans l’espace sans que la communauté les ait déclarés.
    }
risk-federates-with-everybody =
    { $count ->
        [one] **{ $name }** : un salon est ouvert aux utilisateurs de tous les serveurs.
       *[other] **{ $name }** : { $count } salons sont ouverts aux utilisateurs de tous les serveurs.
    }
risk-lax-admission = **{ $name }** : on entre sur simple invitation, il n’y a pas de liste des membres, et personne n’est prévenu de qui entre autrement.
risk-photos-undecided = **{ $name }** : rien n’est décidé sur les photos.
risk-name-engages = **{ $name }** : le nom contient « { $word } » et peut engager l’établissement ; il n’est pas dit si la communauté parle en son nom.
risk-official-not-said = **{ $name }** : il n’est pas dit si la communauté parle au nom de l’établissement.
risk-group-name-engages = **{ $name }** : le nom de ce groupe contient « { $word } » et peut engager l’établissement.
risk-not-encrypted = **{ $name }** n’est pas chiffré, alors qu’on y parle de choses personnelles.
risk-no-keys =
    { $count ->
        [one] **{ $name }** : un groupe où l’on parle de choses personnelles n’est pas chiffré, et je n’ai pas de clés pour le lire s’il l’était.
       *[other] **{ $name }** : { $count } groupes où l’on parle de choses personnelles ne sont pas chiffrés, et je n’ai pas de clés pour les lire s’ils l’étaient.
    }
risk-conduct-not-accepted = **{ $name }** : personne n’est invité à accepter le code de conduite.
risk-no-contact = **{ $name }** : personne n’est désigné comme contact.
risk-no-moderator = **{ $name }** : personne ne modère ce groupe, à part l’administration.
risk-moderators-silent =
    { $count ->
        [one] **{ $name }** : la personne qui modère ce groupe ne donne plus de nouvelles.
       *[other] **{ $name }** : les { $count } personnes qui modèrent ce groupe ne donnent plus de nouvelles.
    }
risk-few-admins = **{ $name }** : administration active : { $count } ; il en faut au moins { $least }.
risk-groups-per-admin = **{ $name }** : { $groups } groupes pour une administration active de { $admins } ; au plus { $most } groupes par personne.
risk-conflicting-profiles =
    { $count ->
        [one] **{ $name }** : une personne a un profil qui peut être en conflit d’intérêts.
       *[other] **{ $name }** : { $count } personnes ont un profil qui peut être en conflit d’intérêts.
    }
risk-strangers =
    { $count ->
        [one] **{ $name }** : une personne est là sans que personne l’ait admise.
       *[other] **{ $name }** : { $count } personnes sont là sans que personne les ait admises.
    }
risk-too-many-members = **{ $name }** : { $count } personnes, pour { $most } au plus.

# harden
harden-nothing = ✅ Il n’y a rien à renforcer.
harden-nothing-to-undo = Il n’y a rien à annuler.
harden-no-room = Le salon d’administration n’existe pas encore : il n’y a nulle part où demander confirmation.
harden-invalid = La communauté ne peut pas être changée ainsi : corrigez d’abord { $path }.
harden-asked = Voyez l’aperçu : rien ne change avant votre réponse.
harden-preview = 🛡️ **Ce que je changerais**, en prévenant les membres :
harden-score =
    { $count ->
        [one] Un risque disparaîtrait (score − { $points }).
       *[other] { $count } risques disparaîtraient (score − { $points }).
    }
harden-encryption = 🔒 À part, car le chiffrement ne s’annule pas : { $groups }. Pour l’activer aussi : { $command }
harden-done =
    { $count ->
        [one] 🛡️ C’est fait : un réglage renforcé, les membres concernés sont prévenus. Pour revenir en arrière : { $undo }
       *[other] 🛡️ C’est fait : { $count } réglages renforcés, les membres concernés sont prévenus. Pour revenir en arrière : { $undo }
    }
harden-undone = ↩️ C’est annulé : les réglages sont comme avant le renforcement fait par { $person }. Ce qui est chiffré le reste, et ce que quelqu’un avait ouvert à la main reste fermé.
harden-changed-since = Depuis, quelqu’un a changé ceci : { $keys }. Je ne sais pas ce qui est voulu : réglez-le à la main.
harden-does-public = - **{ $name }** : on n’entre plus sans y être invité ou admis
harden-does-history = - **{ $name }** : ce qui s’écrit ne se lit qu’entre membres, à partir de leur arrivée
harden-does-listed = - **{ $name }** : plus dans l’annuaire public
harden-does-guests = - **{ $name }** : plus de visiteurs sans compte
harden-does-admission = - **{ $name }** : être dans l’espace ne suffit plus pour entrer
harden-does-photos = - **{ $name }** : photos et vidéos réservées à l’équipe
harden-does-cap = - **{ $name }** : un nombre maximal de membres
harden-does-encryption = - 🔒 **{ $name }** : chiffré, **sans retour possible**
harden-does-unofficial = - **{ $name }** : le nom dit « non officiel »
harden-does-strangers = - **{ $name }** : l’équipe est prévenue de qui entre sans être admis
harden-does-undeclared = - **{ $name }** : les salons non déclarés sortent de l’espace
harden-does-enforced = - **{ $name }** : ce qui est changé à la main est remis comme décidé
harden-told-title = 🛡️ Bonjour à tous. L’équipe protège mieux ce groupe. Voici ce qui change pour vous :
harden-told-public = - On entre désormais sur invitation ; vous y êtes, vous y restez.
harden-told-history = - Ce qui s’écrit ici ne se lit plus qu’entre membres, à partir de leur arrivée.
harden-told-listed = - **{ $name }** ne figure plus dans l’annuaire public.
harden-told-guests = - Il faut un compte pour entrer.
harden-told-admission = - On entre désormais avec l’accord de l’équipe ; vous y êtes, vous y restez.
harden-told-photos = - Les photos et vidéos passent par l’équipe : montrez-les-lui d’abord.
harden-told-encryption = - 🔒 Les messages sont chiffrés à partir de maintenant. Hygie continue de les lire, pour protéger.
harden-told-unofficial = - Le nom de **{ $name }** dit qu’elle n’est pas officielle.
harden-told-why = Pourquoi : ce que vous partagez ici vous est personnel, et ne doit pas sortir de ce cercle. Personne n’a rien fait de mal.
harden-undone-title = 🛡️ Bonjour à tous. L’équipe est revenue sur un changement récent. Voici ce qui redevient comme avant :
harden-undone-public = - On peut de nouveau entrer sans invitation : pensez-y avant d’écrire.
harden-undone-history = - Plus de personnes peuvent de nouveau lire ce qui s’écrit ici : pensez-y avant d’écrire.
harden-undone-listed = - **{ $name }** figure de nouveau dans l’annuaire public.
harden-undone-guests = - Des visiteurs sans compte peuvent de nouveau entrer.
harden-undone-admission = - Qui est dans l’espace peut de nouveau entrer.
harden-undone-photos = - Les photos et vidéos ne sont plus réservées à l’équipe. Ne montrez personne sans son accord.
harden-undone-unofficial = - Le nom de **{ $name }** est comme avant.
harden-undone-why = C’est un choix de l’équipe.

# review
review-none = Aucune revue n’est en cours. Pour en commencer une : { $command }
review-begun = 🔍 La revue commence : chaque compte aura une décision d’ici le { $until }. Personne n’est retiré sans décision.
review-title = **Revue des membres de { $name }**
review-progress = - Gardés : { $kept } ; retirés : { $removed } ; à décider : { $open } ; jusqu’au { $until }
review-all-decided = ✅ Tout est décidé.
review-suggest-keep = - { $person } : à garder ({ $why })
review-suggest-look = - { $person } : **à regarder**
review-why = {"  "}{ $why }
review-has-role = a un rôle
review-on-roster = sur la liste
review-not-on-roster = n’est pas sur la liste des membres
review-stranger = personne ne l’a admis
review-conflict = son profil peut être en conflit d’intérêts
review-not-accepted = n’a jamais accepté le code de conduite
review-how = Garder : { $keep } ; retirer : { $remove } ; garder d’un coup tous ceux que je propose de garder : { $all }
review-not-part = { $person } ne fait pas partie de cette revue, ou en a déjà été retiré.
review-nobody-to-keep = Il ne reste personne que je propose de garder : regardez chacun.
review-kept = ✅ { $person } reste.
review-kept-many =
    { $count ->
        [one] ✅ Une personne reste.
       *[other] ✅ { $count } personnes restent.
    }
review-removed = { $person } est retiré de la communauté et en est prévenu.
review-told = Bonjour. L’équipe de **{ $name }** a passé en revue tous les comptes, et a mis fin à votre participation. Ce n’est pas un reproche ; une nouvelle invitation reste possible.
review-reminder = 🔍 La revue des membres attend encore des décisions :
review-go-on = Pour continuer : { $command }
review-over = 🔍 La revue des membres est finie. Gardés : { $kept } ; retirés : { $removed }.
review-left =
    { $count ->
        [one] Une personne reste sans décision. Elle n’est pas retirée :
       *[other] { $count } personnes restent sans décision. Elles ne sont pas retirées :
    }
review-ended = C’est noté : la revue est finie.

# report
report-title = 📊 **Les groupes de { $name }**, la semaine jusqu’au { $until }
report-group = - **{ $name }** : { $people } membres, activité { $week }, animation { $leads }
report-change = {"  "}{ $change } depuis le dernier bilan
report-silent = {"  "}silencieux cette semaine
report-nearly-full = {"  "}presque plein : { $most } au plus
report-waiting = En attente : { $cards } décisions, { $alarms } alarmes
report-admins = Administration active : { $admins } pour { $groups } groupes
report-suggestions = **Ce que vous pourriez faire**
report-archive = - **{ $name }** est silencieux depuis quatre semaines. L’archiver : { $command }
report-split = - **{ $name }** est presque plein. Le partager : { $command }

# mediation
mediate-how-many = Une médiation réunit au moins deux personnes, et au plus { $most }.
mediate-no-kind = Cette communauté n’a pas de groupes de médiation (`kinds`).
mediate-done = 🤝 Le groupe **{ $group }** ({ $id }) s’ouvre. Les personnes sont prévenues et invitées.
mediation-name = Médiation { $number }
mediation-topic = Un échange au calme, entre les personnes concernées
mediation-person = { $person }
mediation-and = { $before }, { $next }
mediation-told = Bonjour. L’équipe de **{ $community }** vous propose un échange au calme, dans un groupe fermé : **{ $group }**. Y sont : { $people }. Personne d’autre n’y lit ; Hygie y veille, comme ailleurs.
mediation-told-rules = Chacun y est écouté, à son tour et sans être jugé. Vous êtes libre de venir, et libre de partir.
mediation-asked = Bonjour. Vous êtes invité à faciliter, avec la personne qui l’ouvre, un échange entre membres de **{ $community }** : **{ $group }**. Si ce n’est pas le moment, dites-le-lui.
mediation-playbook = 🤝 **{ $group }** est ouvert. Facilitation : { $people }. Aide-mémoire :
mediation-playbook-listen = - Accueillez chacun, puis laissez chacun dire ce qu’il a vécu, sans l’interrompre.
mediation-playbook-facts = - Revenez aux faits : quel message, quel effet, quel besoin. Ne cherchez pas de coupable.
mediation-playbook-agree = - Cherchez ensemble un petit accord concret, et écrivez-le.
mediation-playbook-limits = - Ce n’est ni un soin ni un jugement : si quelqu’un va mal, orientez vers les contacts habituels ; en cas de menace, prévenez l’administration.
mediation-playbook-end = - Ce qui s’y dit y reste. Le groupe est archivé au bout de trente jours.
