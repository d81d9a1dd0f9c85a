# Tickets, propositions, demandes, inconnus, places.

# qui ne peut pas entrer
admission-banned = { $person } est exclu de la communauté. Pour lever l’exclusion, voyez avec l’administration.
admission-server = { $person } a son compte sur le serveur { $server }, qui n’est pas admis dans cette communauté.
admission-no-room = Le salon de l’administration n’existe pas encore : personne ne peut décider. Réessayez plus tard.

# propositions
help-propose = proposer quelqu’un pour la communauté ou pour un groupe ; l’équipe décide
proposal-card = 🙋 { $by } propose { $person } pour **{ $place }**.
proposal-card-reason = » { $reason }
proposal-noted = Merci. { $person } est proposé pour **{ $place }** : l’équipe décide, et je vous dirai sa réponse. Votre raison est montrée à l’équipe, dans son salon ; moi, je l’oublie une fois la décision prise.
proposal-reason-missing = Il manque la raison : l’équipe en a besoin pour décider.
proposal-not-here = On ne propose personne pour **{ $place }** : l’équipe y invite elle-même.
proposal-there = { $person } est déjà dans **{ $place }**.
proposal-invited = { $person } est déjà invité dans **{ $place }** : il ne reste qu’à accepter l’invitation.
proposal-already = { $person } est déjà proposé pour **{ $place }**, ou l’a demandé : l’équipe va décider.
proposal-full = **{ $place }** est complet. Quand une place se libère, elle va d’abord à qui attend.
proposal-too-many = Vous avez { $most } propositions qui attendent une réponse. Laissez d’abord l’équipe décider.
proposal-invitation = Un membre de { $community } vous a proposé, et l’équipe est d’accord.
proposal-welcome = Bonjour. Un membre vous a proposé pour **{ $community }**, et l’équipe vous invite. Vous trouverez l’invitation dans votre application ; vous êtes libre de l’accepter ou non.
proposal-approved = 👍 L’équipe a dit oui : { $person } est invité dans **{ $place }**. Merci de votre proposition.
proposal-approved-admins = ✅ { $by } a dit oui : { $person } est invité dans **{ $place }**.
proposal-refused = Merci de votre proposition. L’équipe préfère ne pas inviter { $person } dans **{ $place }** pour le moment.
proposal-refused-admins = ❌ { $by } a dit non à la proposition de { $person } pour **{ $place }**.
welcome-group = Vous êtes aussi invité dans le groupe **{ $group }**.
welcome-waits = Le groupe **{ $group }** est complet : vous êtes sur sa liste d’attente, et je vous invite dès qu’une place se libère.

# demandes
help-request = demander à entrer dans une communauté ou un groupe ; je pose trois questions, l’équipe décide
request-none = Aucune communauté ne prend de demandes ici. La personne qui anime votre groupe peut vous inviter.
request-unknown = Je ne trouve pas cette communauté parmi celles qui prennent des demandes :
request-which = Où voulez-vous entrer ? Écrivez l’une de ces lignes :
request-line = - **{ $name }** : { $command }
request-not-here = On ne peut pas demander à entrer dans **{ $place }**. La personne qui anime ce groupe peut vous inviter.
request-impossible = Ce n’est pas possible pour **{ $place }**. Pour toute question, écrivez à l’équipe.
request-there = Vous êtes déjà dans **{ $place }**.
request-invited = Vous êtes déjà invité dans **{ $place }** : il ne reste qu’à accepter l’invitation dans votre application.
request-open = Votre demande pour **{ $community }** est déjà chez l’équipe. Je vous dirai sa réponse.
request-running = Une demande est déjà en cours ; `annuler` l’arrête. La question qui attend votre réponse :
request-begun = Merci de votre intérêt. J’ai trois questions.
request-begun-in-private = Merci de votre intérêt. Je vous pose trois questions en privé.
interview-begin = Bonjour. Avant que l’équipe de **{ $place }** décide, trois courtes questions. Elle seule lit vos réponses, dans son salon ; moi, je les oublie une fois la décision prise. N’écrivez rien sur un patient ni sur votre santé. Pour arrêter : `annuler`.
interview-affiliation = **1/3** À quel établissement, quelle association ou quelle entreprise êtes-vous rattaché ?
interview-profession = **2/3** Quelle est votre profession ou votre rôle ?
interview-professions = Participent : { $professions }. Si la vôtre n’y est pas, écrivez-la quand même : l’équipe décide.
interview-reason = **3/3** Pourquoi souhaitez-vous entrer ?
interview-too-long = C’est un peu long pour moi : au plus { $most } caractères, s’il vous plaît.
interview-done = Merci. L’équipe a votre demande ; je vous dirai sa réponse ici.
interview-cancelled = C’est noté : la demande est arrêtée, et vos réponses sont oubliées.
interview-again = Bonjour. Souhaitez-vous toujours entrer dans **{ $place }** ? Voici la question qui attend votre réponse ; `annuler` arrête tout.
interview-over = Sans réponse de votre part, j’ai oublié votre demande pour **{ $place }**. Vous pouvez recommencer quand vous voulez.
knock-withdrawn = La demande est close ; le robot de la communauté vous a écrit en privé.
application-card = 🚪 { $person } demande à entrer dans **{ $place }**.
application-affiliation = - Rattachement : { $answer }
application-profession = - Profession : { $answer }
application-profession-other = ⚠️ Elle n’est pas parmi les professions de la communauté.
application-reason = - Raison : { $answer }
application-conflict = ⚠️ Conflit d’intérêts possible : { $words }. Deux personnes de l’équipe doivent être d’accord.
application-needs =
    { $count ->
        [one] Il faut l’accord d’une personne de l’équipe.
       *[other] Il faut l’accord de { $count } personnes de l’équipe.
    }
application-own = On ne décide pas de sa propre demande.
application-one-more = { $by } est d’accord pour que { $person } entre dans **{ $place }**. Il faut encore l’accord d’une autre personne ({ $card }).
application-approved-admins = ✅ { $by } est d’accord : { $person } est invité dans **{ $place }**.
application-refused-admins = ❌ { $by } a dit non à la demande de { $person } pour **{ $place }**. La personne est prévenue, sans les raisons.
application-taken-back = { $person } a retiré sa demande pour **{ $place }**.
application-refused = Bonjour. Merci de votre demande pour **{ $place }**. L’équipe ne peut pas y donner suite. Ce n’est pas un jugement sur vous ; pour en savoir plus, écrivez à l’équipe.
application-invitation = L’équipe de { $community } a accepté votre demande.
application-welcome = Bonjour. L’équipe a accepté votre demande : vous êtes invité dans **{ $community }**. Vous trouverez l’invitation dans votre application.
card-waits = ⏳ Cette carte attend depuis deux jours : { $what } ({ $card }).

# invitations faites à la main
invite-withdrawn = J’ai retiré votre invitation de { $person } dans **{ $place }**.
invite-not-yours = Ici, ce sont les personnes qui animent qui décident qui entre.
invite-how = Pour proposer cette personne : { $command }
invite-full = **{ $place }** est complet : la personne est sur la liste d’attente, et je l’invite dès qu’une place se libère.
invite-one-more = Sa demande doit encore être approuvée par une autre personne de l’équipe ; votre accord est noté.
invite-withdrawn-reason = Cette invitation n’était pas possible ainsi ; la personne qui l’a faite sait pourquoi.

# inconnus
help-strangers = qui est là sans que personne l’ait fait entrer
help-vouch = laisser rester quelqu’un que personne n’avait fait entrer
strangers-seen =
    { $count ->
        [one] 👤 Une personne est dans **{ $place }** sans que personne l’y ait fait entrer :
       *[other] 👤 { $count } personnes sont dans **{ $place }** sans que personne les y ait fait entrer :
    }
strangers-more = et encore { $count }
strangers-muted = En attendant, on ne peut pas y écrire avec ces comptes ; sans réponse, ils en sont retirés le { $until }.
strangers-do = Pour laisser rester : { $vouch }. Pour retirer : { $kick }
strangers-do-all = Pour laisser rester tout le monde : { $command }
strangers-none = Il n’y a pas d’inconnus : l’équipe a fait entrer tout le monde.
strangers-title = **Inconnus** : { $count }
strangers-line = - { $person } dans **{ $place }** depuis le { $since }
strangers-until = {"  "}retrait prévu le { $until }
stranger-told-muted = Bonjour. Vous êtes dans **{ $place }**, mais l’équipe ne sait pas encore qui vous êtes. En attendant sa réponse, vous pouvez lire et pas écrire ; sans réponse, vous en serez retiré le { $until }. Ce n’est pas un reproche.
stranger-contact = Pour entrer, écrivez à { $person }.
stranger-welcome = Bonjour et bienvenue dans **{ $place }** : l’équipe sait maintenant qui vous êtes.
stranger-reason = Personne de l’équipe ne vous a fait entrer.
stranger-removed = Bonjour. Vous avez été retiré de **{ $place }**, parce que personne de l’équipe ne vous y a fait entrer. Ce n’est pas un reproche : vous pouvez revenir avec une invitation.
stranger-removed-admins = 👤 { $person } a été retiré de **{ $place }** : personne ne l’y avait fait entrer, et personne n’a répondu.
vouch-nobody = { $person } n’est pas parmi les inconnus.
vouch-done = ✅ { $person } reste.
vouch-done-all =
    { $count ->
        [one] ✅ Une personne reste.
       *[other] ✅ { $count } personnes restent.
    }

# places
help-waiting = qui attend une place dans un groupe complet ; votre propre rang
help-split = proposer de partager un groupe trop grand en groupes locaux
seat-full = Bonjour. **{ $place }** est complet. Vous êtes sur la liste d’attente, au rang { $rank } : je vous invite dès qu’une place se libère. Pour voir votre rang : `attente`.
seat-full-stranger = Bonjour. **{ $place }** est complet, et je ne sais pas qui vous a invité. Si vous souhaitez participer, demandez à { $person }.
seat-full-stranger-reason = Le groupe est complet.
seat-full-reason = Le groupe est complet : vous êtes sur la liste d’attente.
seat-invitation = Une place s’est libérée dans { $place }.
seat-free = Bonne nouvelle : une place s’est libérée dans **{ $place }**, et vous y êtes invité.
waiting-title = **Liste d’attente de { $place }**
waiting-line = - { $rank }. { $person } depuis le { $since }
waiting-own = Pour **{ $place }**, vous êtes au rang { $rank } de la liste d’attente.
waiting-none = Personne n’attend.
card-closed-reason = C’est décidé : ce qui avait été écrit pour la décision est retiré.
split-card = ✂️ { $by } propose de partager **{ $place }** en groupes locaux :
split-part =
    - **{ $name }** : { $count ->
        [one] une personne
       *[other] { $count } personnes
    }
split-without =
    { $count ->
        [one] - Une personne dont la liste des membres ne dit pas le secteur reste où elle est.
       *[other] - { $count } personnes dont la liste des membres ne dit pas le secteur restent où elles sont.
    }
split-proposed = C’est noté : le partage de **{ $place }** est proposé à l’administration.
split-already = Ce partage attend déjà une réponse ({ $card }).
split-too-few = La liste des membres ne donne pas au moins deux secteurs aux personnes de **{ $place }** : il n’y a rien à partager.
split-never = **{ $place }** est pour tout le monde et ne se partage pas.
split-invalid = Ce partage n’est pas possible : { $problem }
split-gone = Le groupe { $group } n’existe plus : il n’y a rien à partager.
split-refused = Le partage de **{ $place }** n’est pas fait.
split-done = ✂️ **{ $place }** est partagé. Les salons se créent, et chacun est invité dans le sien :
split-next = **{ $place }** reste tel quel. La suite : annoncez-y les nouveaux groupes, laissez à chacun le temps d’y entrer, puis fermez-le. Qui n’a pas de secteur dans la liste des membres s’y ajoute en le complétant.

# cartes
help-cards = ce qui attend une décision, et de qui
cards-none = Rien n’attend de décision.
cards-title = **En attente d’une décision** : { $count }
cards-line = - { $card } · { $what } · { $about } · depuis le { $since }
cards-turn = {"  "}au tour de { $person }
cards-more = et encore { $count }
