# ce qui est transmis à une équipe
route-card = 📨 Pour **{ $name }** : { $person } a écrit dans **{ $group }** un message qui vous concerne.
route-card-link = Le lire : { $link }
route-card-answer = Répondez directement à cette personne : rien de ce qui s’écrit ici ne lui est transmis.
route-told = 📨 Bonjour. Votre message dans **{ $group }** a été transmis à **{ $name }** : un lien, sans vos mots.
route-told-urgent = Si c’est urgent, n’attendez pas de réponse : en France, le 15 ou le 112.
