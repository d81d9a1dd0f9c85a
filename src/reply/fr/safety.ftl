# Quand une règle touche un message.
redaction-reason = Règle de la communauté : { $rule }
redacted-you = Bonjour. Votre message dans **{ $group }** a été retiré (règle : { $rule }).
redacted-you-help = Ce n’est pas une sanction. Si c’est une erreur, écrivez à la personne qui anime le groupe.
redacted-admins = 🛡️ Un message de { $user } dans **{ $group }** a été retiré (règle : { $rule }, { $place }). La personne a été prévenue en privé.
nudged-you = Bonjour. À propos de votre message dans **{ $group }** (règle : { $rule }) : si c’est bien le cas, merci de le supprimer vous-même.
place-message = dans le message
place-caption = dans la légende
place-file-name = dans le nom du fichier
place-edit = dans une modification
place-poll = dans un sondage
place-reaction = dans une réaction
place-location = dans un lieu partagé
ask-failed = ⚠️ La réponse n’a pas pu être lue dans la base de données. Voyez le journal de Hygie.
takedowns-stopped = ✋ Les règles ont retiré { $count } messages en moins d’une heure. C’est peut-être une attaque, peut-être une règle qui se trompe : je ne retire plus rien de moi-même et je vous montre ce que je trouve. Si les règles ont raison, écrivez { $command } (administration).
takedown-held = ✋ Laissé en place dans **{ $group }** : un message de { $user } (règle : { $rule }). Pour le retirer : { $command }
takedown-held-last = À partir d’ici je ne les montre plus un par un : je dirai combien il y en a.
takedowns-held = ✋ { $count } messages sont laissés en place en moins d’une heure. Les derniers : { $command }

# messages that cannot be read
unreadable-admins = 🔒 Dans **{ $group }**, je ne peux pas lire certains messages chiffrés (le premier est de { $user }), donc pas non plus protéger les membres de ce qu’ils contiennent. Souvent il suffit que la personne ouvre de nouveau son application. Si cela dure, voyez-le avec elle, puis avec qui gère Hygie. Je le redirai au plus une fois par semaine.
unreadable-you = 🔒 Je n’arrive pas à lire ce que vous venez de m’écrire : la clé de votre message ne m’est pas parvenue. S’il vous plaît, écrivez-le une nouvelle fois. Si c’est urgent, ne m’attendez pas : appelez les secours ou quelqu’un de votre équipe.
