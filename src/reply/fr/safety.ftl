# Quand une règle touche un message.
redaction-reason = Règle de la communauté : { $rule }
redacted-you = Bonjour. Votre message dans **{ $group }** a été retiré (règle : { $rule }).
redacted-you-help = Ce n’est pas une sanction. Si c’est une erreur, écrivez à la personne qui anime le groupe.
redacted-admins = 🛡️ Un message de { $user } dans **{ $group }** a été retiré (règle : { $rule }, { $place }). La personne a été prévenue en privé.
nudged-you = Bonjour. À propos de votre message dans **{ $group }** (règle : { $rule }) : si c’est bien le cas, il vaut mieux le supprimer.
nudged-you-delete = Pour que je le supprime pour vous : réagissez { $key } sous ce message-ci. S’il n’y a rien à changer, ne faites rien.
own-message-reason = Supprimé à la demande de son auteur
own-message-deleted = C’est fait : votre message est supprimé, ses modifications aussi.
matter-own-message = votre message
place-message = dans le message
place-caption = dans la légende
place-file-name = dans le nom du fichier
place-edit = dans une modification
place-poll = dans un sondage
place-reaction = dans une réaction
place-location = dans un lieu partagé
ask-failed = ⚠️ La réponse n’a pas pu être lue dans la base de données. Voyez le journal de Hygie.
takedowns-stopped = ✋ Les règles ont retiré { $count } messages en moins d’une heure. C’est peut-être une attaque, peut-être une règle qui se trompe : je ne retire plus rien de moi-même et je vous montre ce que je trouve. Si les règles ont raison, écrivez { $command } (administration), ou { $all } pour retirer aussi ce que je trouve entre-temps.
takedown-held = ✋ Laissé en place dans **{ $group }** : un message de { $user } (règle : { $rule }). Pour le retirer : { $command }
takedown-last = À partir d’ici je n’en parle plus un par un : je dirai combien il y en a.
takedowns-many = 🛡️ Les règles ont agi sur { $count } messages en moins d’une heure. Les derniers : { $command }
takedown-held-last = À partir d’ici je ne les montre plus un par un : je dirai combien il y en a.
takedowns-held = ✋ { $count } messages sont laissés en place en moins d’une heure. Les derniers : { $command }

# messages that cannot be read
unreadable-admins = 🔒 Dans **{ $group }**, je ne peux pas lire certains messages chiffrés (le premier est de { $user }), donc pas non plus protéger les membres de ce qu’ils contiennent. Souvent il suffit que la personne ouvre de nouveau son application. Si cela dure, voyez-le avec elle, puis avec qui gère Hygie. Je le redirai au plus une fois par semaine.
unreadable-you = 🔒 Je n’arrive pas à lire ce que vous venez de m’écrire : la clé de votre message ne m’est pas parvenue. S’il vous plaît, écrivez-le une nouvelle fois. Si c’est urgent, ne m’attendez pas : appelez les secours ou quelqu’un de votre équipe.

# Aide-mémoire pour l’équipe
help-playbook = que faire quand cela devient difficile, en quelques lignes
playbook-list = **Aide-mémoire** : `mémo conflit`, `mémo troll`, `mémo publicité`, `mémo fuite`, `mémo crise`, `mémo danger`.
playbook-unknown = Je n’ai pas d’aide-mémoire « { $word } ». Il y a : conflit, troll, publicité, fuite, crise, danger.
playbook-team = Vous n’êtes pas seul : dites à l’équipe ce que vous faites, et passez la main quand vous êtes touché vous-même.
playbook-conflict = **Quand le ton monte**
    1. Écrivez en privé à chacun avant d’écrire dans le groupe ; demandez ce qui s’est passé.
    2. Revenez aux faits et à l’objet du groupe ; `rappeler` le redit à tous, sans nommer personne.
    3. `ralentir` donne le temps de relire ; `médiation` ouvre un salon à part avec deux personnes de l’équipe.
    4. Une sanction vient en dernier, avec sa raison ; elle se conteste.
playbook-troll = **Quand quelqu’un provoque, ou que beaucoup arrivent d’un coup**
    1. Ne répondez pas : c’est ce qui est cherché. `supprimer` retire un message et ses copies dans les autres groupes.
    2. `muet` ou `retirer` la personne ; `verrouiller` le groupe si elles sont plusieurs : tout revient ensuite comme avant.
    3. Regardez qui est entré, et par où : `risques`, `tickets`.
    4. Dites ensuite au groupe, en une phrase, que c’est réglé.
playbook-advertising = **Publicité**
    1. Le groupe n’est pas un lieu de vente, ni pour les membres ni pour l’équipe : ni marque, ni cabinet, ni produit à promouvoir.
    2. Une recommandation entre pairs n’est pas une publicité : qui parle a-t-il quelque chose à y gagner ? Demandez-le en privé.
    3. `supprimer` le message ; `règles ajouter domaine` pour qu’un site ne revienne pas.
    4. Les règles de votre Ordre sur la communication s’appliquent aussi ici : en cas de doute, demandez-lui.
playbook-leak = **Des données d’une personne ont été partagées**
    1. `supprimer` d’abord, expliquer ensuite : chaque minute, d’autres la lisent et la copient.
    2. Demandez en privé à qui a pu la lire de ne pas la garder, et à son auteur si elle a été envoyée ailleurs.
    3. Prévenez qui répond des données dans votre établissement (DPO) : il juge s’il faut le signaler à la CNIL, sous 72 heures.
    4. `journal` dit qui a fait quoi et quand, sans le message.
playbook-crisis = **Une plainte, un emballement, une urgence**
    1. Une seule personne parle. Dites ce que l’on sait, ce que l’on ne sait pas, et quand on en redira.
    2. `crise ouvrir` gèle les groupes, dit qui parle, et garde le compte rendu ; `crise point` dit la même chose partout.
    3. Ne promettez rien, n’accusez personne, ne supprimez pas une critique : `dossiers` garde ce qui doit être regardé.
    4. Après : qu’avons-nous vu tard, que changeons-nous ? `journal` aide à s’en souvenir.
playbook-danger = **Quelqu’un est peut-être en danger**
    1. Écrivez-lui en privé, tout de suite, simplement : « Je t’ai lu. Je suis là. »
    2. Danger immédiat : 15 ou 112. Idées suicidaires : 3114, jour et nuit. Violences : 3919. Enfant : 119. Proposez d’appeler ensemble.
    3. Ne restez pas seul avec cela : dites sur la carte que vous suivez la personne, et demandez de l’aide à l’équipe.
    4. Ne supprimez rien, ne sanctionnez personne, n’en parlez pas dans le groupe.
