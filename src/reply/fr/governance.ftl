# Ce qui doit être, et ce qui en diffère.
plan-create-space = Créer l’espace **{ $name }**
plan-create-group = Créer le groupe **{ $name }**
plan-refresh = Relire l’état de **{ $name }**
plan-set = **{ $name }** : { $what } : { $before } → { $after }
plan-invite = **{ $name }** : inviter { $user }
plan-nothing = (rien)
state-avatar = l’image
state-alias = l’adresse
state-encryption = le chiffrement
state-guests = l’accès des visiteurs
state-history = la visibilité de l’historique
state-join-rules = la règle d’entrée
state-name = le nom
state-power-levels = les niveaux de pouvoir
state-topic = le sujet
state-space-link = le lien avec l’espace
state-other = un réglage
state-linked = lié
state-not-linked = non lié
drift-mended = 🔧 { $user } a changé **{ $what }** dans **{ $group }** ({ $before } → { $after }). Ce n’est pas ce que la communauté a décidé : Hygie remet comme avant. Pour changer durablement, modifiez le fichier de la communauté.
drift-reported = 🔎 { $user } a changé **{ $what }** dans **{ $group }** (décidé : { $before } ; maintenant : { $after }). Hygie ne fait que le signaler. Pour remettre comme décidé : { $command }.
failed-admins = ⚠️ Hygie n’a pas pu faire ceci : { $what } ({ $where }). Raison : { $problem }. { $remedy }
set-aside-admins = ⚠️ Hygie n’a pas pu traiter l’événement { $event } dans **{ $where }** : sa base de données a refusé ce qui en découle ({ $problem }). L’événement a été mis de côté et rien n’a été fait. Regardez-le vous-mêmes ; le journal de Hygie en dit plus.
failed-nowhere = hors salon
remedy-power = Vérifiez que le bot est encore dans le salon et qu’il y a assez de pouvoir.
remedy-other = Voyez le journal de Hygie, puis la commande `apply`.
effect-redact = supprimer un message
effect-invite = inviter quelqu’un
effect-kick = retirer quelqu’un
effect-ban = bannir quelqu’un
effect-unban = lever un bannissement
effect-set_state = changer un réglage
effect-create_room = créer un salon
effect-join = entrer dans un salon
effect-leave = quitter un salon
effect-say = dire quelque chose
effect-post_announcement = publier une annonce
effect-copy = transmettre une annonce
effect-edit_copy = corriger une annonce transmise
effect-withdraw_copy = retirer une annonce transmise
effect-refresh = relire un salon
direct-welcome = Bonjour, je suis Hygie, le robot qui veille sur les groupes de votre communauté. Je vois les messages des groupes et ceux que vous m’écrivez ici. Écrivez `aide` pour savoir ce que je peux faire, `confidentialité` pour savoir ce que je garde. Je ne suis pas une personne : en cas d’urgence, appelez les secours.
direct-welcome-operator = Bonjour, je suis Hygie, le robot qui veille sur les groupes de votre communauté. Je suis géré par { $operator } ({ $contact }). Je vois les messages des groupes et ceux que vous m’écrivez ici. Écrivez `aide` pour savoir ce que je peux faire, `confidentialité` pour savoir ce que je garde. Je ne suis pas une personne : en cas d’urgence, appelez les secours.
direct-encrypted = Je ne sais pas encore lire les messages chiffrés. Je vous écris dans une autre conversation, qui ne l’est pas : accepter mon invitation suffit.
direct-instead = Ici, je peux vous lire. Que puis-je faire pour vous ? Écrivez `aide` pour voir la liste.
problem-no-such-message = il n’y a pas de tel message dans ce groupe
problem-protected-sender = ce message est d’une personne dont le rôle n’est pas inférieur à celui qui le demande
problem-does-not-hold = le serveur a accepté, mais rien n’a changé
problem-no-way = on ne peut pas écrire à cette personne
encryption-on = ⚠️ { $user } a activé le chiffrement dans **{ $group }**. Cela ne peut pas être annulé, et Hygie ne sait pas encore lire les messages chiffrés : ce groupe n’est plus protégé. Créez un autre groupe pour continuer.
cascade-kick =
    👋 { $by } a retiré { $person } de l’espace. Hygie fait de même dans { $count ->
        [one] un groupe
       *[other] { $count } groupes
    }.
cascade-ban =
    ⛔ { $by } a exclu { $person } de l’espace. Hygie fait de même dans { $count ->
        [one] un groupe
       *[other] { $count } groupes
    }.
cascade-unban =
    { $by } a levé l’exclusion de { $person } dans l’espace. Hygie fait de même dans { $count ->
        [one] un groupe
       *[other] { $count } groupes
    }.
bot-gone = ⚠️ Hygie n’est plus dans **{ $group }** (à l’origine : { $by }) : ce salon n’est plus protégé. Pour que Hygie revienne, invitez-le de nouveau dans ce salon.
problem-no-power = le bot n’a pas assez de pouvoir dans ce salon
no-power = ⚠️ Hygie n’a plus assez de pouvoir dans **{ $group }** : ce salon n’est plus protégé. Rendez au bot son niveau de pouvoir (100) ; ce qui attend sera fait aussitôt.
room-lost = ⚠️ Le serveur n’a plus le salon **{ $group }** (supprimé, ou serveur restauré d’une sauvegarde plus ancienne). Hygie le recrée vide ; ses membres le retrouvent dans l’espace.
space-lost = ⚠️ Le serveur n’a plus l’espace **{ $group }** (supprimé, ou serveur restauré d’une sauvegarde plus ancienne). Hygie le recrée et y invite l’équipe ; invitez-y de nouveau les membres.
restored = ⚠️ Le serveur a été restauré d’une sauvegarde plus ancienne : ce qui s’est passé depuis y est perdu. Hygie relit tous les salons, remet ce que la communauté a décidé, et refait ses suppressions et bannissements perdus.

# encryption
encryption-on-read = ⚠️ { $user } a activé le chiffrement dans **{ $group }**. Cela ne peut pas être annulé. Je lis toujours ce groupe et je continue de le protéger ; pour que le fichier de la communauté le dise aussi, ajoutez-y `encryption: true`.
topic-encrypted = 🔒 Groupe chiffré ; Hygie le lit aussi, pour protéger : !{ $bot } confidentialité
announced-in-clear = ℹ️ Cette annonce vient d’un salon chiffré. Le fichier de la communauté le permet (`relay_to_plain`) : elle est aussi copiée dans des groupes qui ne sont pas chiffrés : { $groups }. Je ne le redirai pas.
announced-not-in-clear = ⚠️ Cette annonce n’a pas été copiée dans { $groups } : elle vient d’un salon chiffré, et ces groupes ne le sont pas. Pour le permettre, écrivez `relay_to_plain: true` pour les annonces dans le fichier de la communauté.
plan-adopt = **{ $name }** : reprendre le salon { $room }
plan-list = **{ $name }** : inscrire à l’annuaire public
plan-unlist = **{ $name }** : retirer de l’annuaire public
plan-remove = **{ $name }** : retirer { $user }, qui n’en fait plus partie
state-servers = les serveurs admis
state-pinned = les messages épinglés
state-widget = un widget
state-about = la fiche de la communauté
effect-card = poser une question
effect-adopt = reprendre un salon
effect-upgrade = remplacer un salon
effect-set_listing = changer l’annuaire public
effect-read_roster = lire une liste de membres
effect-pass_on = transmettre un message
effect-move = déplacer un message
effect-attach = joindre un fichier
effect-react = réagir à un message
