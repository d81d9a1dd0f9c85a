# Code de conduite, conditions, accords.

# La question posée à chacun.
conduct-hello = Bonjour, et bienvenue dans **{ $community }**.
conduct-hello-again = Bonjour. Le code de conduite de **{ $community }** a changé.
conduct-write-until = Rien ne presse : vous pouvez continuer à écrire sans l’avoir accepté jusqu’au { $until }.
conduct-how = Si vous êtes d’accord, touchez ✅ ou écrivez-moi `j’accepte`. Sinon, touchez ❌ : je vous dirai à qui en parler.
conduct-until-then = D’ici là vous pouvez tout lire, mais pas encore écrire dans les groupes.
conduct-posted = 📜 **Code de conduite de { $community }** (version { $version })
conduct-posted-how = Si vous êtes d’accord, touchez ✅ ; ou écrivez-moi en privé `j’accepte`.
conduct-thanks = Merci ! Vous avez accepté le code de conduite de **{ $community }**. Pour le relire : `charte`.
conduct-may-write = Vous pouvez maintenant écrire dans vos groupes. Cela peut prendre quelques secondes.
conduct-declined = C’est noté : vous n’acceptez pas pour l’instant ce qui est demandé dans **{ $name }**. Vous pouvez le relire, changer d’avis à tout moment en touchant ✅, ou quitter la communauté.
conduct-declined-ask = Pour en parler : { $person }
conduct-over = Cette question n’est plus d’actualité : une autre version l’a remplacée, ou l’on ne demande plus rien.
conduct-reminder = Bonjour. Vous n’avez pas encore dit si vous acceptez le code de conduite de **{ $community }** ; il est plus haut dans cette conversation, et `charte` le montre.
conduct-reminder-required = Il faut l’accepter pour écrire dans les groupes. Sans réponse, vous serez retiré de la communauté le { $until } ; une nouvelle invitation reste possible.
conduct-removed = Bonjour. Vous n’avez pas accepté le code de conduite de **{ $community }**, alors vous avez été retiré de ses groupes. Ce n’est pas une exclusion : l’équipe peut vous inviter de nouveau.
conduct-removals = ⚠️ { $count } personnes sur { $people } n’ont pas accepté le code de conduite, et devraient être retirées de la communauté. C’est beaucoup : est-ce voulu, ou le fichier de la communauté contient-il une erreur ? **Oui** les retire, **non** leur laisse tout le délai une fois de plus.
conduct-removals-more = … et { $count } autres.
conduct-removals-done = { $person } a fait retirer { $count } personnes qui n’ont pas accepté le code de conduite.
conduct-removals-not = { $person } a laissé plus de temps à { $count } personnes pour accepter le code de conduite.
matter-removals = retrait de plusieurs personnes

# Les conditions d’un groupe.
terms-hello = Bonjour. Vous êtes dans **{ $group }** ({ $community }).
terms-topic = { $topic }
terms-title = **Ce groupe demande** (version { $version }) :
terms-how = Si vous êtes d’accord, touchez ✅ ou écrivez-moi { $command }.
terms-thanks = Merci ! Vous avez accepté ce que demande **{ $group }**.
terms-reminder = Bonjour. Vous n’avez pas encore dit si vous acceptez ce que demande **{ $group }** ({ $id }) ; c’est plus haut dans cette conversation.

# L’accord pour transmettre.
consent-ask = Une autre question, séparée : ce que vous rapportez dans **{ $community }** peut-il être transmis en dehors de votre groupe, sans votre nom, aux personnes qui agissent (coordination, équipes de santé) ?
consent-how = ✅ pour oui, ❌ pour non. Les deux réponses conviennent, et vous pouvez changer d’avis à tout moment : `accord relais oui` ou `accord relais non`.
consent-given = C’est noté : ce que vous rapportez dans **{ $community }** peut être transmis. Pour le retirer : `accord relais non`.
consent-not-given = C’est noté : ce que vous rapportez dans **{ $community }** n’est pas transmis en dehors de votre groupe. Pour changer d’avis : `accord relais oui`.

# accept, consent, acceptances
help-accept = accepter le code de conduite, ou ce que demande un groupe
accept-nothing = On ne vous demande rien en ce moment.
accept-already = Vous l’avez déjà accepté (version { $version }, le { $at }).
accept-which = On vous demande plusieurs choses. Écrivez laquelle vous acceptez :
accept-noted = C’est noté.
help-consent = ce que vous avez accepté, et l’accord pour transmettre ce que vous rapportez
consent-title = **Ce que vous avez accepté dans { $community }**
consent-conduct = - Code de conduite : version { $version }, le { $at }
consent-conduct-none = - Code de conduite (version { $version }) : pas encore accepté
consent-terms = - { $group } : version { $version }, le { $at }
consent-terms-none = - { $group } : pas encore accepté
consent-relay-yes = - Transmettre ce que vous rapportez : **oui**, depuis le { $at }
consent-relay-no = - Transmettre ce que vous rapportez : **non**, depuis le { $at }
consent-relay-unknown = - Transmettre ce que vous rapportez : vous n’avez rien dit, donc non
consent-change = Pour changer d’avis : { $yes } ou { $no }
consent-what = Écrivez `accord relais oui` ou `accord relais non`.
consent-noted = C’est noté.
help-acceptances = combien de personnes ont accepté quelle version du code de conduite
acceptances-title = **{ $name }**, version { $version }
acceptances-accepted = - ont accepté : { $count } sur { $people }
acceptances-earlier = - ont accepté une version antérieure : { $count }
acceptances-open = - n’ont pas encore répondu : { $count }
acceptances-declined = - ont dit non : { $count }
acceptances-not-asked = Rien n’est demandé dans cette communauté : ni code de conduite, ni conditions d’un groupe.
acceptances-relay = **Transmettre ce qui est rapporté** : oui { $yes }, non { $no }, pas de réponse { $unknown }

# contact
help-contact = écrire à la personne qui répond pour la communauté
contact-who = Pour écrire à **{ $community }**, la personne à contacter est { $person }. En message privé, écrivez-moi { $command } suivi de votre message : je le lui transmets, avec votre nom.
contact-team = Pour joindre l’équipe de **{ $community }** : en message privé, écrivez-moi { $command } suivi de votre message. Je le transmets à l’équipe, avec votre nom.
contact-not-here = Un message pour la personne de contact ne se dit pas devant tout le monde : écrivez-le-moi en privé, ici.
contact-none = Personne ne peut encore recevoir votre message. Écrivez directement à { $person }.
contact-done = ✉️ Votre message est transmis à { $person }.
contact-done-team = ✉️ Votre message est transmis à l’équipe de **{ $community }**.
contact-plain = ⚠️ Leur salon n’est pas chiffré : ce que vous avez écrit y est en clair, pour l’équipe et pour qui gère le serveur.
passed-on = ✉️ Message de { $person } pour le contact de **{ $community }** :
passed-on-answer = Pour répondre, écrivez directement à cette personne.

# remind, move
help-remind = rappeler ce que demande un groupe, à tous ou à une personne en privé
remind-which-group = Il manque le groupe : écrivez la commande dans le groupe, ou ajoutez `dans <groupe>`.
remind-not-there = { $person } n’est pas dans { $group }.
remind-group = 🌿 Un petit rappel de l’équipe, pour que chacun se sente bien ici :
remind-person = Bonjour. Un petit rappel de l’équipe à propos de **{ $group }** :
remind-thanks = Merci de votre attention.
remind-done = Le rappel est envoyé dans { $group }.
remind-done-person = Le rappel est envoyé en privé à { $person }, et à personne d’autre.
help-move = déplacer un message vers le groupe où il a sa place
move-missing = Il manque le message ou le groupe : répondez au message avec `déplacer vers <groupe>`, ou donnez son lien.
move-same = Ce message est déjà dans { $group }.
move-no-room = { $group } n’a pas encore de salon.
move-encrypted = { $from } est chiffré et { $to } ne l’est pas : ce qui y est dit ne peut pas être déplacé.
move-done = Le message part vers { $to }. Son auteur est prévenu en privé. (Les messages de qui a un rôle égal ou supérieur au vôtre restent en place.)
move-not-text = Ce message ne peut pas être déplacé : je ne déplace que du texte, pas les images ni les fichiers. Proposez à son auteur de l’envoyer lui-même dans { $to }.
moved-title = ↪️ { $person } a écrit dans { $from } :
moved-reason = Déplacé vers { $to }
moved-told = Bonjour. L’équipe a déplacé votre message de **{ $from }** vers **{ $to }**, où il a sa place. Rien n’est perdu : il y est sous votre nom.

# Les photos
photo-reason = Ce groupe est sans photos
photo-told-team = Bonjour. J’ai retiré votre photo ou vidéo de **{ $group }** : dans ce groupe, seule l’équipe en publie. Une image montre parfois plus que ce que l’on voit : un visage, un lieu, un nom.
photo-told-none = Bonjour. J’ai retiré votre photo ou vidéo de **{ $group }** : ce groupe est sans photos. Une image montre parfois plus que ce que l’on voit : un visage, un lieu, un nom.
photo-told-help = Racontez-le avec des mots, ou demandez à l’équipe comment la partager.
photo-admins = 📷 Photo ou vidéo de { $user } retirée de { $group }, qui n’en accepte pas.
photo-held = 📷 { $user } a envoyé une photo ou une vidéo dans { $group }, qui n’en accepte pas. Je ne l’ai pas retirée : trop de messages l’ont été depuis une heure. Pour la retirer : { $command }
help-spoiler = garder un message derrière un voile que chacun lève s’il le veut
spoiler-done = Le message reste dans son groupe, derrière un voile.
spoiler-title = 🫣 { $person } a écrit :
spoiler-shown = (contenu sensible, à dévoiler)
spoiler-shown-about = (contenu sensible, à dévoiler : { $subject })
spoiler-reason = Gardé derrière un voile
spoiler-told = Bonjour. Votre message dans **{ $to }** est maintenant derrière un voile : il y est sous votre nom, et chacun choisit de le lire.
spoiler-not-text = Ce message ne peut pas être voilé : je ne voile que du texte, pas les images ni les fichiers.
spoiler-not-yours = Ce message n’est pas de vous : seule l’équipe du groupe voile les messages des autres.
help-mute-topic = pour un temps, mettre derrière un voile ce qui se dit d’un sujet dans un groupe
mute-topic-missing = Dites de quoi, en un mot ou quelques mots : `voiler-sujet accident pendant 24h`.
mute-topic-too-long = 30 jours au plus. Pour plus longtemps, ajoutez une règle.
mute-topic-told = 🫣 Pendant { $time }, les messages qui parlent ici de **{ $word }** restent derrière un voile : chacun choisit de les lire.
mute-topic-over = 🫣 Les messages qui parlent ici de **{ $word }** se lisent de nouveau sans voile.
