# Ce que disent les commandes : erreurs d’abord, puis une commande après l’autre.
unknown-command = Je n’ai pas compris « { $word } ».
command-too-long = C’est trop long pour une commande : au plus { $most } caractères.
did-you-mean = Vouliez-vous dire { $words } ?
see-help = Pour voir ce que je sais faire : { $help }
not-a-person = Je suis un robot, pas une personne. En cas d’urgence, appelez les secours ; pour parler à quelqu’un, écrivez à l’équipe de votre communauté : elle vous répondra.
mistake-understood = J’ai lu : { $words }
mistake-usage = S’écrit : { $usage }
mistake-example = Par exemple : { $example }
too-many-words = Je ne sais que faire de « { $words } ».
not-a-duration = « { $words } » n’est pas une durée. Écrivez `30 min`, `2h` ou `3 jours` ; au plus { $longest }.
person-missing = Il manque la personne.
unknown-person = Je ne trouve personne qui s’appelle « { $person } » dans la communauté.
several-people = Plusieurs personnes s’appellent « { $person } ». Écrivez l’identifiant de l’une d’elles :
person-line = - { $person }
not-there = { $person } n’est dans aucun des groupes concernés.
group-missing = Il manque le groupe.
unknown-group = Je ne trouve pas de groupe « { $group } ».
there-are = Il y a :
group-line = - { $name } ({ $id })
no-community = Vous n’avez pas encore de communauté ici. La personne qui anime votre groupe peut vous inviter.
several-communities = Vous êtes dans plusieurs communautés. Écrivez dans le salon de celle dont il s’agit, ou terminez par `dans <communauté>` :
not-allowed = Cette commande est réservée : il faut au moins le rôle **{ $needed }**. Votre rôle ici : { $own }.
not-on-the-bot = Cela ne peut pas viser { $person } : c’est moi.
not-on-yourself = Cela ne peut pas viser { $person } : c’est vous.
not-on-an-equal = { $person } a un rôle égal ou supérieur au vôtre. Parlez-en à l’administration de la communauté.
decided-above = Cela a été décidé par { $person }, dont le rôle est supérieur au vôtre. Parlez-en ensemble.
done-elsewhere = { $person }, en dehors de ce salon :

# help
help-title = **Ce que je peux faire pour vous**
help-role = **Avec le rôle { $role }**
help-line = - { $name } : { $what }
help-more = Pour en savoir plus sur l’une d’elles : { $example }
help-one = **{ $name }** : { $what }
help-who = À partir du rôle : { $role }
help-example = - { $example }
help-help = ce que je sais faire, ou comment s’écrit une commande
help-community = à quoi sert la communauté, qui en répond, son code de conduite
help-groups = les groupes de la communauté
help-language = la langue dans laquelle je vous écris
help-privacy = ce que je vois, ce que je garde, et qui me gère
help-announce = publier une annonce, à tous les groupes ou à un seul
help-redact = retirer un message
help-mute = empêcher quelqu’un d’écrire pendant un temps (une heure si rien n’est dit)
help-unmute = rendre la parole à quelqu’un
help-kick = retirer quelqu’un de la communauté ou d’un groupe ; une nouvelle invitation reste possible
help-ban = exclure quelqu’un de toute la communauté et retirer ce que cette personne a écrit
help-unban = lever une exclusion
help-lockdown = réserver un groupe ou toute la communauté à l’équipe pendant un temps (deux heures si rien n’est dit)
help-unlock = rouvrir ce qui est verrouillé, exactement comme avant
help-resume = laisser les règles retirer de nouveau des messages, après leur question
help-plan = ce qui diffère de ce que la communauté a décidé
help-apply = tout remettre comme la communauté l’a décidé
help-status = comment vont les salons et le programme
help-audit = les dernières actions : qui, quoi, pourquoi

# community, groups
community-title = **{ $name }**
community-purpose = { $purpose }
community-owner = Responsable : { $person }
community-groups = Groupes : { $count }
community-role = Votre rôle : { $role }
community-conduct = **Code de conduite** (version { $version }) :
groups-title = **Groupes de { $community }**
groups-line = - **{ $name }** ({ $id }), { $kind }
groups-topic = {"  "}{ $topic }
groups-no-room = {"  "}pas encore de salon
groups-members =
    {"  "}{ $count ->
        [one] { $count } membre
       *[other] { $count } membres
    }
groups-locked = {"  "}🔒 verrouillé jusqu’au { $until }

# language, privacy
language-missing = Il manque la langue.
language-unknown = Je ne parle pas encore « { $words } » : seulement français (`fr`) et anglais (`en`).
language-set = C’est noté : je vous écrirai en français.
privacy-title = **Ce que je vois, ce que je garde**
privacy-sees = - Je lis les messages des groupes où je suis, et ceux que vous m’écrivez. Je ne lis pas vos conversations privées avec d’autres.
privacy-encrypted = - Dans les groupes chiffrés et dans nos conversations, je lis avec mon propre appareil, comme tout membre. Mes clés sont gardées, chiffrées, par qui me gère ; je jette celles des anciens messages.
privacy-does = - Je cherche ce qui pourrait nuire à un patient ou à un membre (numéros, adresses, liens), et je retire ces messages en vous l’expliquant.
privacy-keeps = - Je garde : qui est dans quel groupe, votre langue, ce que dit de vous la liste des membres de l’équipe, ce que vous avez accepté, un journal des actions de l’équipe (qui, quoi, quand, et la raison donnée), les sanctions, et quels messages ont été signalés à l’équipe. `mon dossier` vous le montre, vous le donne en fichier et efface ce qui peut l’être.
privacy-not = - Je ne garde pas le texte des messages, sauf les réponses d’une demande, jusqu’à la décision, et les raisons écrites dans une commande. Je n’en transmets à personne en dehors de la communauté.
privacy-operator = Je suis géré par : { $name }
privacy-contact = Pour toute question, ou pour être oublié : { $contact }
privacy-operator-unknown = Pour savoir qui me gère, demandez à l’équipe de votre communauté.

# announce, redact
announce-missing = Il manque le texte de l’annonce.
announce-no-room = Le salon des annonces n’existe pas encore.
announce-done = 📣 L’annonce part vers tous les groupes de { $community }. Pour la corriger : supprimez-la dans le salon des annonces (ses copies disparaissent aussi), puis annoncez de nouveau.
redact-missing = Il manque le message : donnez son lien, ou répondez-lui dans le groupe.
redact-not-a-message = « { $words } » n’est pas le lien d’un message. Dans Element : « Partager », puis « Copier le lien ».
redact-which-room = Il manque le groupe où est ce message : donnez son lien, ou ajoutez `dans <groupe>`.
redact-elsewhere = Ce message n’est pas dans un salon de la communauté.
redact-reason = Retiré par l’équipe
redact-done = Le message est retiré de { $group } (sauf si son auteur a un rôle égal ou supérieur au vôtre).

# mute, unmute
mute-done = 🔇 { $person } ne peut plus écrire pendant { $duration }, jusqu’au { $until }.
mute-told = Bonjour. L’équipe de **{ $community }** vous demande une pause : vous pouvez tout lire, mais pas écrire, jusqu’au { $until }. Ensuite tout redevient comme avant, sans rien faire.
unmute-done = 🔊 { $person } peut de nouveau écrire.
unmute-told = Bonjour. Vous pouvez de nouveau écrire dans **{ $community }**. Merci de votre patience.
unmute-not-muted = { $person } peut déjà écrire.
unmute-ended = 🔊 La pause de { $person } est finie : cette personne peut de nouveau écrire.

# kick, ban, unban
kick-which-group = Il manque le groupe : vous modérez un groupe, pas toute la communauté.
kick-done = { $person } est retiré de { $place }.
kick-told = Bonjour. L’équipe vous a retiré de **{ $place }**. Une nouvelle invitation reste possible.
ban-done = ⛔ { $person } est exclu de { $community }. Ce que cette personne a écrit est retiré.
ban-told = Bonjour. L’équipe a mis fin à votre participation à **{ $community }**.
ban-already = { $person } est déjà exclu de partout.
unban-done = { $person } n’est plus exclu et peut être invité.
unban-not-banned = Je ne vois pas d’exclusion de { $person } ; si une vient d’être décidée, elle est levée.

# lockdown, unlock
lockdown-title = 🔒 Réservé à l’équipe jusqu’au { $until } :
lockdown-line = - { $group }
lockdown-impossible = - { $group } : impossible pour l’instant, son état n’est pas connu
lockdown-until = Ensuite tout redevient exactement comme avant.
lockdown-not-admins = Le salon d’administration reste ouvert : c’est là que l’équipe travaille.
lockdown-told = 🔒 Bonjour à tous. L’équipe met ce groupe en pause jusqu’au { $until }. Vous pouvez tout lire ; vous pourrez de nouveau écrire ensuite. Merci de votre patience. En cas d’urgence, passez par vos contacts habituels.
unlock-title = 🔓 De nouveau ouvert, exactement comme avant :
unlock-told = 🔓 La pause est finie : vous pouvez de nouveau écrire. Merci de votre patience.
unlock-not-locked = Rien de cela n’est verrouillé.
unlock-ended = 🔓 Le verrouillage de { $group } est fini : tout y est comme avant.
resume-done = ▶️ C’est noté : les règles retirent de nouveau des messages.
resume-done-all = { $count ->
        [0] Rien n’avait été laissé en place.
        [one] Le message laissé en place est retiré.
       *[other] Les { $count } messages laissés en place sont retirés.
    }
resume-left = { $count ->
        [one] Un message est encore en place.
       *[other] { $count } messages sont encore en place.
    } Pour retirer ce qui a été laissé : { $command }
resume-what = Je ne comprends pas { $words } : écrivez la commande seule, ou suivie de « tout ».
resume-nothing = Les règles ne se sont pas arrêtées : il n’y a rien à reprendre.

# plan, apply
plan-empty = ✅ Tout est comme la communauté l’a décidé.
plan-title =
    { $count ->
        [one] **{ $count } écart** avec ce que la communauté a décidé :
       *[other] **{ $count } écarts** avec ce que la communauté a décidé :
    }
apply-title =
    { $count ->
        [one] **{ $count } étape** en cours :
       *[other] **{ $count } étapes** en cours :
    }
plan-step = - { $what }
plan-more = et encore { $count }

# status
status-well = ✅ **Tout va bien.** Hygie { $version }
status-attention = ⚠️ **À regarder.** Hygie { $version }
status-rooms = - Salons : { $bound } sur { $declared }
status-drift = - Écarts avec ce qui est décidé : { $count }
status-inbox = - Événements en attente : { $count }
status-outbox = - Actions en attente : { $count }
status-dead-letters = - Actions abandonnées : { $count }
status-in-force = - En vigueur : pauses { $mutes }, verrouillages { $lockdowns }

# audit
audit-not-a-number = « { $words } » n’est pas un nombre entre 1 et { $most }.
audit-empty = Le journal est vide.
audit-title = **Journal** : { $count }
audit-line = - { $at } : { $action } par { $actor }
audit-target = {"  "}→ { $target }
audit-rule = {"  "}règle { $rule }
audit-detail = {"  "}{ $detail }
audit-time-over = {"  "}la durée prévue était finie
audit-until = {"  "}jusqu’au { $until }
audit-steps =
    {"  "}{ $count ->
        [one] { $count } étape
       *[other] { $count } étapes
    }
audit-groups =
    {"  "}{ $count ->
        [one] { $count } groupe
       *[other] { $count } groupes
    }

# rules
help-rules = les règles de modération : les voir, les changer, les essayer
rules-title = **Règles de modération**
rules-line = - { $rule } · { $kind } : { $action }
rules-action-redact = le message est retiré, son auteur averti
rules-action-alert = l’équipe est appelée, rien n’est retiré
rules-action-veil = le message passe derrière un voile, son auteur averti
rules-action-nudge = l’auteur est invité à relire, en privé
rules-action-allow = rien, c’est public
rules-action-off = désactivée
rules-changes = **Ce que la communauté a changé**
rules-change-line = - { $change } · { $what } · { $by }, depuis le { $since }
rules-change-off = { $rule } ne s’applique plus dans **{ $place }**
rules-change-action = { $rule } dans **{ $place }** : { $action }
rules-change-topic = ce qui parle de { $word } passe derrière un voile dans **{ $place }**, jusqu’au { $until }
rules-change-word = le mot { $word } est retiré dans **{ $place }**
rules-change-allow = { $rule } laisse passer { $value } dans **{ $place }**
rules-more = et { $count } de plus
rules-done = ✅ C’est changé :
rules-undone = ↩️ Ce changement est annulé :
rules-undo = Pour l’annuler : { $command }
rules-already = Ce changement existe déjà ({ $change }).
rules-too-many = La communauté a déjà { $most } changements : annulez-en avant d’en ajouter.
rules-unknown = Je ne connais pas cette règle. Il y a : { $names }
rules-change-domain = les liens vers { $domain } sont retirés dans **{ $place }**
rules-no-domain = Ce n’est pas un domaine. Écrivez-le comme `example.org` ; tout ce qui est en dessous en fait partie.
rules-no-word = Écrivez un mot ou quelques mots, 100 caractères au plus.
rules-finds-nothing = Aucune règle ne retirerait cela : il n’y a rien à laisser passer. Écrivez la valeur seule, comme dans un message.
rules-never-a-sanction = Ce que dit une personne en danger n’est jamais retiré : cette règle appelle l’équipe.
rules-no-change = Il n’y a pas de changement { $word }. La commande seule les montre.
rules-not-off = La règle { $rule } n’est pas désactivée ici.
rules-action-unknown = « { $word } » n’est pas une action. Il y a : retirer, alerter, voiler, demander, laisser.
rules-what = Dites quoi faire : essayer, ajouter mot, ajouter domaine, désactiver, activer, action, laisser, annuler. Sans rien, je montre les règles.
rules-test = Voici ce qui arriverait : { $action }.
rules-test-line = - { $rule } ({ $kind })
rules-test-nothing = Il n’arriverait rien : aucune règle n’y voit quelque chose.
