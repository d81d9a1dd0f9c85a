# Rôles, nominations, garde-fous, équipe.
help-grant = donner un rôle à quelqu’un ; pour l’administration, proposer quelqu’un qu’une deuxième personne approuve
help-revoke = retirer ses rôles à quelqu’un, ou laisser le sien
help-who-answers = qui répond de quoi
help-away = dire que l’on est absent : rien ne vous est demandé
help-back = dire que l’on est de retour
help-register = faire connaître un groupe à la communauté dont on fait partie
help-load = ce que porte chaque personne de l’équipe
help-alarms = ce qui devrait être vrai de l’équipe et ne l’est pas

# Donner un rôle
role-missing = Il manque le rôle : correspondance, modération, animation, administration ou responsable.
role-unknown = « { $word } » n’est pas un rôle qui se donne. Il y a : `correspondant`, `modérateur`, `animateur`, `admin`, `responsable`.
not-a-day = « { $words } » n’est pas un jour. Écrivez-le ainsi : `2027-06-30`.
day-is-past = Le { $words } est déjà passé.
grant-owner-everywhere = On répond de toute la communauté, pas d’un groupe : n’indiquez pas de groupe.
grant-not-above = Vous pouvez donner un rôle inférieur au vôtre. { $person } : demandez à une personne au-dessus du rôle **{ $role }**.
grant-has-already = { $person } a déjà le rôle **{ $role }** ici.
grant-done = ✅ { $person } : rôle **{ $role }** dans **{ $place }**.
grant-until = Jusqu’au { $until }.
grant-told = Bonjour. L’équipe vous confie un rôle dans **{ $place }** : **{ $role }**. Merci !
grant-told-how = Écrivez `aide` pour voir ce que vous pouvez faire, `absence` quand vous n’êtes pas là. Vous pouvez toujours laisser ce rôle : `révoquer` et votre identifiant.
grant-ends = ⏳ Le rôle de { $person } (**{ $role }** dans **{ $place }**) finit bientôt : { $until }. Pour le prolonger, donnez-le de nouveau.
grant-ended = ⌛ Le rôle de { $person } (**{ $role }** dans **{ $place }**) est arrivé à son terme.
grant-ended-you = Bonjour. Votre rôle dans **{ $place }** (**{ $role }**) est arrivé à son terme, comme prévu. Merci pour tout.

# Nominations
no-admins-room = Le salon d’administration n’existe pas encore : réessayez dans un moment.
nominate-lacks = { $person } ne peut pas avoir ce rôle : la liste des membres ne dit pas ce que la communauté demande.
nominate-lack = - { $name } = { $value }
nominate-open = Cette nomination est déjà proposée : carte { $card }.
nominate-asked = C’est noté : { $person } est proposé(e) pour le rôle **{ $role }** dans **{ $place }**. Une deuxième personne décide, dans le salon d’administration.
nominate-nobody = Personne d’autre ne peut l’approuver pour l’instant : il faut une deuxième personne avec au moins ce rôle ({ $place }).
nominate-card = 🗳️ { $by } propose { $person } pour le rôle **{ $role }** dans **{ $place }**.
nominate-checklist = À vérifier ensemble :
nominate-conduct = - respecte le code de conduite
nominate-empathy = - fait preuve d’empathie
nominate-time = - a le temps
nominate-experience = - a l’expérience
nominate-communication = - communique bien
nominate-who-decides = Décide : une deuxième personne, avec au moins le rôle **{ $role }**.
nominate-second-person = Une deuxième personne décide, avec au moins le rôle **{ $role }** : ni celle qui propose, ni celle qui est proposée.
nominate-nominator-gone = { $person }, qui a fait cette proposition, n’a plus au moins le rôle **{ $role }**. Proposez de nouveau.
nominate-approved = ✅ { $person } : rôle **{ $role }** dans **{ $place }**, approuvé par { $by }.
nominate-refused = { $person } n’aura pas le rôle **{ $role }** dans **{ $place }** : ainsi en a décidé { $by }.
nominate-lapsed = ⌛ Personne n’a décidé à temps : la proposition de { $person } pour le rôle **{ $role }** dans **{ $place }** est close.

# Retirer un rôle
revoke-nothing = { $person } n’a pas de rôle à retirer.
revoke-elsewhere = { $person } n’a pas de rôle propre à ce groupe : son rôle vaut ailleurs, ou dans toute la communauté. Écrivez la commande sans groupe dans le salon d’administration, ou avec un autre groupe.
revoke-last-owner = { $person } est la dernière personne à répondre de la communauté : nommez d’abord quelqu’un d’autre.
revoke-not-possible = Sans cette personne la communauté ne serait plus valable. Regardez d’abord son fichier.
revoke-done = ✅ { $person } n’a plus :
revoke-line = - **{ $role }** dans **{ $place }**
revoke-by-file = Le fichier de la communauté nomme encore cette personne ; cela reste sans effet tant que cette ligne du fichier ne change pas. Corrigez-le à l’occasion.
revoke-told = Bonjour. L’équipe de **{ $community }** a mis fin à votre rôle :

# Qui répond de quoi
who-title = **Qui répond de { $name }**
who-contact = Pour écrire à l’équipe : { $person }
who-role = - { $role } : { $person }
who-also = {"  "}et { $person }
who-group = **{ $name }**
who-more-groups = Pour les autres groupes : `qui` et le nom du groupe.
who-person = **Rôles de { $person }**
who-person-role = - { $role } dans **{ $place }**
who-by = {"  "}donné par { $by } le { $since }
who-until = {"  "}jusqu’au { $until }
who-away = Absence jusqu’au { $until }.
who-no-role = { $person } n’a pas de rôle particulier : membre, comme les autres.
who-not-others = Les rôles de { $person } se disent à l’équipe. Pour les vôtres : `qui moi`.

# Absences
away-until-when = Il manque la durée : `pendant 2 semaines`, ou `jusqu’au 2027-08-31`.
away-done = 🌴 C’est noté : { $person } est absent jusqu’au { $until }. D’ici là, rien ne lui est demandé. De retour plus tôt ? Écrivez `retour`.
away-not = Vous n’êtes pas noté comme absent.
away-over = Bonjour. Votre absence dans **{ $community }** est finie : de nouveau l’équipe compte avec vous. Pas encore là ? Écrivez `absence` et jusqu’à quand.
back-done = 👋 { $person } est de retour.

# Garde-fous
safeguard-alarm = 🚨 **L’équipe a besoin d’attention :**
safeguard-mended = ✅ **De nouveau en ordre :**
safeguard-how = Pour donner un rôle : `nommer`. Pour voir ce qui manque encore : `alertes`.
safeguard-more = … et { $count } de plus
safeguard-admins =
    - Communauté : { $count ->
        [0] personne d’actif à l’administration
        [one] { $count } personne active à l’administration
       *[other] { $count } personnes actives à l’administration
    }, il en faut { $needed }. Nommez quelqu’un, ou faites revenir qui se tait.
safeguard-leaders =
    - **{ $group }** ({ $id }) : { $count ->
        [0] personne d’actif pour le conduire
        [one] { $count } personne active pour le conduire
       *[other] { $count } personnes actives pour le conduire
    }, il en faut { $needed }.
safeguard-correspondent = - **{ $group }** ({ $id }) : personne pour la correspondance. Nommez une personne volontaire.
safeguard-must-have = - { $person } a un rôle d’administration, et la liste des membres ne dit pas { $name } = { $value }. Complétez la liste, ou retirez le rôle.
safeguard-ratio =
    - { $groups } groupes pour { $admins ->
        [one] { $admins } personne active
       *[other] { $admins } personnes actives
    } à l’administration : au plus { $most } par personne. Nommez quelqu’un, ou archivez un groupe.
safeguard-mended-admins = - Communauté : assez de monde à l’administration
safeguard-mended-leaders = - **{ $group }** : assez de monde pour le conduire
safeguard-mended-correspondent = - **{ $group }** : quelqu’un pour la correspondance
safeguard-mended-must-have = - { $person } : ce qui est demandé à l’administration
safeguard-mended-ratio = - assez de monde pour le nombre de groupes
safeguard-would-break = ⚠️ { $words } : après cela, ceci ne serait plus en ordre :
confirm-asked = ⚠️ Rien n’est fait pour l’instant : cela laisserait trop peu de monde dans l’équipe. Lisez la carte, puis dites oui ou non.
alarms-none = ✅ Rien à signaler : l’équipe est au complet.
alarms-since = {"  "}depuis le { $since }

# Charge
load-title = **Ce que porte l’équipe de { $name }** (30 jours)
load-line = - { $person } : groupes { $groups }, questions en attente { $cards }, actions { $done }
load-away = {"  "}🌴 absent jusqu’au { $until }
load-seen = {"  "}vu le { $seen }
load-silent = {"  "}💤 sans nouvelles depuis le { $seen }
load-too-much = {"  "}⚠️ beaucoup pour une personne : partagez

# Faire connaître un groupe
register-no-parent = Cette communauté ne fait partie d’aucune autre (ou celle-ci n’a pas encore de salon d’administration) : il n’y a personne à qui faire connaître le groupe.
register-already = **{ $group }** est déjà connu, et rien n’a changé depuis.
register-done = ✅ **{ $group }** est connu de **{ $community }**.
register-card =
    📇 **{ $group }**, groupe de **{ $community }** ({ $kind }), { $count ->
        [one] { $count } personne
       *[other] { $count } personnes
    }
register-correspondent = - correspondance : { $person }
register-by = Présenté par { $person }

# Annonces
announce-to-whom = Dites à qui : `à tous : …` pour tous les groupes, `à secteur-est : …` pour un seul. En anglais : `to all: …`, `to secteur-est: …`.
announce-group-done = 📣 L’annonce part vers **{ $group }**, et vers ce groupe seulement.
