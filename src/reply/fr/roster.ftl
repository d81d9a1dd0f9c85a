# Liste des membres, publics, départs.
help-roster = la liste des membres : l’importer depuis un fichier, la corriger, l’exporter
help-leaver = quelqu’un s’en va : retirer la personne partout, et confier ses rôles à une autre
roster-reading = Je lis le fichier.
roster-given = Voici le fichier.
roster-not-here = Les fichiers se lisent et se donnent dans le salon d’administration. Écrivez-y la même commande.
roster-no-file = Je ne trouve pas de fichier. Joignez-le ici, puis répondez à ce message par la commande, ou écrivez-la dans l’heure.
roster-gone-or-large = Je ne peux pas lire le fichier : il n’existe plus, ou il dépasse { $most } Mio.
roster-undecrypted = Je n’arrive pas à déchiffrer le fichier. Joignez-le de nouveau.
roster-empty = La liste des membres est vide. Joignez ici un fichier CSV, puis répondez-y par { $command }.
roster-count = 📋 **{ $count }** personnes sur la liste. Dans l’espace : { $joined } ; invitées : { $invited }.
roster-by-role = Par rôle :
roster-by-zone = Par zone :
roster-counted = - { $value } : { $count }
roster-counted-more = - et { $count } autres
roster-read = 📋 J’ai lu le fichier : { $count } personnes. Rien n’est encore changé.
roster-nothing-to-do = 📋 J’ai lu le fichier : { $count } personnes. Il n’y a rien à faire, la liste est déjà ainsi.
roster-unread = 📋 Je ne peux rien prendre de ce fichier.
roster-new = - Nouvelles ({ $count }) : { $people } { $more }
roster-changed = - Changées ({ $count }) : { $people } { $more }
roster-unchanged = - Inchangées : { $count }
roster-without-account = - Sans compte : { $count }. Donnez-leur un billet.
roster-missing = - Sur la liste et pas dans le fichier ({ $count }) : { $people } { $more }
roster-missing-how = - Elles restent sur la liste. Pour en retirer une : { $command }
roster-more = et { $count } autres
roster-invitations = - Invitations qui en suivent : { $count }
roster-problems = ⚠️ Lignes laissées de côté, à corriger ({ $count }) :
roster-problems-more = - et { $count } autres
roster-problem = - Ligne { $line }, colonne **{ $column }** : { $what }
roster-problem-line = - Ligne { $line } : { $what }
roster-problem-file = - { $what }
roster-too-large = Le fichier dépasse { $most } Mio. Partagez-le en plusieurs.
roster-too-many-lines = Il y a plus de { $most } lignes. La suite n’est pas lue : partagez le fichier en plusieurs.
roster-too-many-columns = Il y a plus de { $most } colonnes. Retirez celles qui ne servent pas.
roster-no-header = La première ligne doit nommer les colonnes, dont `mxid` ou `email`. Par exemple : `mxid,email,name,role,zone,skills`
roster-column-twice = La colonne **{ $column }** est là deux fois. Retirez-en une.
roster-column-unnamed = Cette cellule n’est sous aucune colonne. Nommez la colonne sur la première ligne, ou videz la cellule.
roster-no-key = Il faut un identifiant Matrix (`mxid`) ou une adresse (`email`).
roster-twice = { $person } est déjà plus haut. Gardez une seule ligne par personne.
roster-too-long = Cette valeur est trop longue : au plus { $most } caractères.
roster-bad-mxid = « { $word } » n’est pas un identifiant Matrix. Écrivez-le comme `@nom:serveur`
roster-is-the-bot = C’est moi : je ne suis sur aucune liste. La ligne est ignorée.
roster-server-foreign = Le serveur { $server } ne peut pas participer : la communauté reste sur { $own }. Demandez un compte ici.
roster-server-denied = Le serveur { $server } n’est pas admis par la communauté. Demandez un compte sur { $own }, ou ajoutez le serveur à `servers`.
roster-bad-email = « { $word } » n’est pas une adresse. Écrivez-la comme `nom@exemple.org`
roster-bad-role = « { $word } » n’est pas un rôle. Écrivez `member`, `correspondent`, `moderator` ou `facilitator`, ou laissez vide.
roster-role-nominated = Le rôle **{ $role }** ne se donne pas par une liste : il faut une nomination, approuvée par une deuxième personne.
roster-role-above = Le rôle **{ $role }** est au-dessus du vôtre : vous ne pouvez pas le donner.
roster-profession = « { $word } » n’est pas parmi les professions qui participent : { $professions }. Écrivez l’une d’elles, laissez vide, ou ajoutez-la à la communauté (`admission.professions`).
roster-bad-language = « { $word } » n’est pas une langue que je parle. Écrivez `fr` ou `en`, ou laissez vide.
roster-dropped = La liste n’est pas reprise. Rien n’est changé.
roster-taken-over =
    ✅ { $person } a approuvé : { $count ->
        [one] une personne est reprise
       *[other] { $count } personnes sont reprises
    } sur la liste. Invitations : { $invitations }.
roster-progress = 📨 Invitations de la liste : { $percent } % de { $total }.
roster-invited = 📨 Les { $total } invitations de la liste sont parties.
roster-not-invited = ⚠️ { $count } n’ont pas pu se faire. Hygie essaiera de nouveau ; vérifiez que ces comptes existent.
roster-set-missing = Je n’ai pas compris ce qui change. Écrivez la personne, la colonne, `=` et la valeur.
roster-set = { $person } : **{ $name }** est maintenant « { $value } ».
roster-added = { $person } est maintenant sur la liste (**{ $name }** : « { $value } »).
roster-not-listed = { $person } n’est pas sur la liste.
roster-removed = { $person } n’est plus sur la liste, et reste dans ses groupes. Pour retirer quelqu’un de partout : { $command }
roster-person = 📋 { $person }
roster-attribute = - { $name } : { $value }
roster-there = - **{ $group }** : { $membership }
membership-join = présente
membership-invite = invitée
membership-knock = demande à entrer
membership-ban = exclue
membership-leave = absente
audience-left = 🔎 **{ $group }** n’est plus pour { $people } { $more } ({ $count }), d’après la liste.
audience-left-how = Rien n’est fait sans vous. Pour retirer quelqu’un : { $command }
leaver-unknown = { $person } n’est ni dans la communauté ni sur la liste.
leaver-not-to = { $person } ne peut pas prendre le relais : choisissez quelqu’un d’autre, de la communauté.
leaver-invalid = Ce départ laisserait la communauté sans ce qu’il lui faut ({ $problem }). Réglez d’abord cela.
leaver-told = Votre compte a été retiré de la communauté **{ $community }**. Merci pour tout ce que vous y avez apporté.
leaver-done =
    👋 { $person } n’est plus dans la communauté : { $rooms ->
        [0] aucun salon à quitter
        [one] un salon quitté
       *[other] { $rooms } salons quittés
    }, plus de rôle, plus sur la liste.
leaver-handed =
    { $count ->
        [one] Un rôle est confié
       *[other] { $count } rôles sont confiés
    } à { $person }.
leaver-nominate = Le rôle d’administration ne se transmet pas ainsi : il faut une nomination, approuvée par une deuxième personne.
