# Billets : une entrée pour une personne, une fois ; rejoindre un groupe ; la page d’entrée.
help-ticket = donner à une personne un billet d’entrée, ou annuler un billet
help-tickets = les billets d’entrée encore valables
help-join = entrer avec un billet, ou rejoindre un groupe ouvert
effect-hand_ticket = remettre un billet d’entrée

# ticket
ticket-missing = Il manque le billet : ses six premiers signes, comme les montre `billets`.
ticket-unknown-role = Je ne connais pas le rôle « { $words } » : membre, correspondant, modération ou animation.
ticket-which-group = Il manque le groupe : vous pouvez faire entrer dans un groupe, pas dans toute la communauté.
ticket-needs-nomination = Le rôle **{ $role }** ne se donne pas par un billet : il faut une nomination, confirmée par une deuxième personne.
ticket-above-yourself = Un billet ne donne un rôle qu’au-dessous de celui de la personne qui le donne, à partir de l’animation. Votre rôle ici : **{ $own }**. Vous ne pouvez donc pas donner **{ $role }** ; un billet sans rôle, oui.
ticket-no-way = On n’entre pas dans **{ $place }** avec un billet : la communauté l’a décidé ainsi.
ticket-place-over = **{ $place }** est fini : personne n’y entre plus.
ticket-server = { $person } est sur un autre serveur, qui n’est pas admis dans **{ $place }**.
ticket-banned = { $person } est exclu. Levez d’abord l’exclusion, puis donnez un billet.
ticket-already-there = { $person } est déjà dans **{ $place }**.
ticket-made = 🎟️ Billet { $ticket } pour **{ $place }**, valable jusqu’au { $until }. Je l’ai remis en privé à { $person }, pour le transmettre à une seule personne.
ticket-made-for = 🎟️ Billet { $ticket } pour **{ $place }**, valable jusqu’au { $until }. Je l’ai remis en privé à { $person }.
ticket-made-role = Avec le rôle **{ $role }**.
ticket-not-found = Je ne trouve pas de billet valable qui commence ainsi. La liste : `billets`.
ticket-revoked = 🎟️ Le billet { $ticket } pour **{ $place }** est annulé : il n’ouvre plus rien.
ticket-to-community = **{ $community }**
ticket-to-group = **{ $place }** ({ $community })
ticket-described = { $where }, jusqu’au { $until }
ticket-described-role = { $where }, avec le rôle **{ $role }**, jusqu’au { $until }
ticket-for-you = 🎟️ Bonjour. { $giver } vous invite : { $what }. Ce billet est pour vous.
ticket-to-hand-on = 🎟️ Voici un billet à transmettre, en privé, à une seule personne : { $what } (de la part de { $giver }).
ticket-use = Pour entrer, écrivez en privé à { $bot } : { $command }
ticket-link = Ou ouvrez cette page : { $link }
ticket-warning = ⚠️ Il ne sert qu’une fois. Ne le publiez pas et ne le transmettez à personne d’autre : qui l’a peut entrer à votre place.

# tickets
tickets-none = Aucun billet n’est valable en ce moment dans vos groupes.
tickets-title =
    { $count ->
        [one] **{ $count } billet valable**
       *[other] **{ $count } billets valables**
    }
tickets-line = - { $ticket } : { $what } ; donné par { $giver }
tickets-line-for = - { $ticket } : { $what } ; pour { $person }, donné par { $giver }
tickets-how = Pour en annuler un : { $command } et ses six signes.

# join with a ticket
join-missing = Il manque le billet, ou le groupe.
ticket-unknown = Je ne connais pas ce billet. Vérifiez les signes un par un, ou demandez-en un autre à la personne qui vous l’a donné.
ticket-used = Ce billet a déjà servi : il ne vaut que pour une personne. Demandez-en un autre à qui vous l’a donné.
ticket-expired = Ce billet n’est plus valable : son délai est passé. Demandez-en un autre à qui vous l’a donné.
ticket-void = Ce billet n’est plus valable : la personne qui l’a donné n’est plus dans l’équipe. Demandez-en un autre à l’équipe.
ticket-over = Ce billet n’ouvre plus rien : on n’entre plus ainsi. Demandez à qui vous l’a donné.
ticket-done-before = C’est déjà fait : vous avez utilisé ce billet, et l’invitation vous attend dans votre application Matrix.
ticket-there-already = Vous y êtes déjà, ou l’invitation vous attend dans votre application Matrix. Le billet n’a pas servi.
ticket-for-another = Ce billet est pour une autre personne. Si c’est une erreur, demandez-en un à qui vous l’a donné.
ticket-your-server = Cette communauté n’admet pas les comptes de votre serveur. Demandez à qui vous a donné le billet avec quel compte venir.
ticket-you-are-banned = Avec ce compte, on ne peut pas entrer pour l’instant. Parlez-en à la personne qui vous a donné le billet.
ticket-full = **{ $group }** est au complet. Votre billet reste valable : réessayez quand une place se libère, ou demandez à qui vous l’a donné.
ticket-early = Les salons ne sont pas encore prêts. Votre billet reste valable : réessayez dans quelques minutes.
ticket-invitation = Invitation à { $community }, avec le billet donné par { $giver }
ticket-welcome = ✅ Bienvenue dans **{ $community }**. L’invitation vous attend dans votre application Matrix : acceptez-la pour entrer.
ticket-welcome-group = Une deuxième invitation est pour le groupe **{ $group }**.
ticket-welcome-role = Votre rôle : **{ $role }**.
ticket-used-giver = 🎟️ { $person } a utilisé le billet { $ticket } donné par { $giver } : { $what }.
ticket-used-admins = 🎟️ { $person } entre avec le billet { $ticket } donné par { $giver } : { $what }.
join-redacted = Un billet ne se montre pas : Hygie l’a retiré
join-in-private = 🔒 Un billet ouvre à qui l’a : j’ai retiré votre message. La prochaine fois, écrivez-le-moi en privé, ici.

# join a group
join-done = ✅ L’invitation à **{ $group }** vous attend dans votre application Matrix.
join-there = Vous êtes déjà dans **{ $group }**.
join-invited-already = L’invitation à **{ $group }** vous attend déjà dans votre application Matrix.
join-space-first = Pour entrer dans **{ $group }**, il faut d’abord être dans la communauté : acceptez l’invitation à son espace, ou demandez un billet.
join-over = **{ $group }** est fini : personne n’y entre plus.
join-early = Le salon de **{ $group }** n’est pas encore prêt. Réessayez dans quelques minutes.
join-banned = L’entrée dans **{ $group }** ne vous est pas ouverte. Pour en parler :
join-full = **{ $group }** est au complet pour l’instant. Pour en parler :
join-closed = On entre dans **{ $group }** sur invitation. Pour en parler :
join-ask = On entre dans **{ $group }** sur demande : frappez à la porte du salon dans votre application, ou écrivez à :
join-by-ticket = On entre dans **{ $group }** avec un billet. Demandez-le à :
join-leader = - { $person }
join-nowhere = Pour entrer, il faut un billet : demandez-le à la personne qui vous a parlé de la communauté, puis écrivez ici `rejoindre` et le billet.

# the page
page-title = Rejoindre { $community }
page-error-title = Erreur : { $title }
page-eyebrow = Vous avez reçu un billet
page-for = Ce billet ouvre
page-community-alone = la communauté
page-role = Votre rôle
page-until = Valable jusqu’au
page-conduct = Code de conduite
page-terms = Dans le groupe { $group }
page-form = Entrer
page-id = Votre identifiant Matrix
page-id-help = Votre application Matrix l’affiche dans vos paramètres. Par exemple : @camille:{ $server }
page-for-one = Ce billet est pour un seul compte, celui à qui il a été remis. L’invitation part vers ce compte.
page-read = J’ai lu ce qui précède et je m’engage à le respecter
page-submit = Recevoir l’invitation
page-once = Le billet ne sert qu’une fois. Ne transmettez pas cette adresse.
page-problems = Il reste à corriger :
page-id-missing = Écrivez votre identifiant Matrix.
page-id-wrong = Cela ne ressemble pas à un identifiant Matrix. Il commence par @ et contient deux-points, par exemple @camille:{ $server }.
page-read-missing = Cochez la case pour dire que vous avez lu le code de conduite.
page-done-title = L’invitation est en route
page-done = Ouvrez votre application Matrix : l’invitation à { $community } vous y attend. Acceptez-la pour entrer.
page-done-group = Une deuxième invitation est pour le groupe { $group }.
page-done-account = Compte invité :
page-done-wrong = Ce n’est pas votre compte ? Demandez un nouveau billet à la personne qui vous l’a donné.
page-done-close = Vous pouvez fermer cette page.
page-unknown-title = Ce billet n’ouvre rien
page-unknown = Vérifiez que l’adresse est complète. Sinon, demandez un nouveau billet à la personne qui vous l’a donné.
page-over-title = Ce billet n’est plus valable
page-over = Un billet ne sert qu’une fois, pendant quelques jours. Demandez-en un nouveau à la personne qui vous l’a donné.
page-not-you-title = Pas avec ce compte
page-not-you = Ce billet ne permet pas d’inviter ce compte. Parlez-en à la personne qui vous l’a donné.
page-full-title = Le groupe est au complet
page-full = Votre billet reste valable : revenez plus tard, ou parlez-en à la personne qui vous l’a donné.
page-later-title = Pas encore
page-later = Cela n’a pas pu se faire maintenant. Votre billet reste valable : réessayez dans quelques minutes.
page-again = Revenir au billet
page-languages = Langue de la page
page-robot = Cette page est tenue par Hygie, le robot qui veille sur les groupes. Elle n’enregistre rien d’autre que votre entrée.
