# Links, claims, mentions, files, and the names of people and rooms: what moderation says of them. As in moderation.ftl.

rule-link-name = lien non accepté
rule-link-explain =
    Votre message semblait contenir un lien vers un site que la communauté n'accepte pas. Si vous pensez que c'est une erreur, dites-le à un modérateur.

rule-shortener-name = lien raccourci
rule-shortener-explain =
    Votre message contient un lien raccourci : personne ne voit où il mène avant de l'ouvrir. Pouvez-vous donner l'adresse complète à la place ? Votre message reste.

rule-misinformation-name = information fausse
rule-misinformation-explain =
    Votre message semblait affirmer quelque chose que les études ont démenti. Votre message reste ; si vous parliez de ce que d'autres disent, ne tenez pas compte de ceci.

rule-mentions-name = beaucoup de mentions
rule-mentions-explain =
    Votre message appelle beaucoup de personnes à la fois : chacune reçoit une alerte. Mentionnez seulement celles qui doivent répondre ; votre message, lui, est lu par tout le groupe.

rule-media-name = type ou taille de fichier
rule-media-explain =
    Votre message portait un fichier d'un type ou d'une taille que la communauté n'accepte pas. Un programme peut nuire à qui l'ouvre ; un document ou un lien vers une source connue suffit souvent.

claim-known = 📖 Ce que l'on sait : { $fact } Source : { $source } (lue le { $date }).
claim-admins = 📖 { $user } affirme dans **{ $group }** quelque chose de démenti : { $link }. Ce que l'on sait : { $fact } { $source } Rien n'est retiré ; un humain peut y répondre mieux que moi.

place-mentions = les personnes mentionnées
place-file = le fichier
place-display-name = le nom affiché
place-room-name = le nom du salon
place-topic = le sujet du salon

name-told = Votre nom affiché est vu de tous dans **{ $community }**, et pose question (règle : { $rule }). Merci de le changer dans les réglages de votre profil ; votre prénom ou un pseudonyme suffit.
name-told-removed = Dans les salons où je le peux, je l'ai effacé ; il revient si vous gardez ce nom dans votre profil.
name-admins = 🛡️ Le nom affiché de { $user } pose question (règle : { $rule }). La personne est prévenue en privé.
name-admins-removed = 🛡️ Le nom affiché de { $user } a été effacé dans les salons (règle : { $rule }). La personne est prévenue en privé.
name-danger = 🆘 Le nom affiché de { $user } laisse penser que cette personne est peut-être en danger. Allez vers elle en privé, maintenant.

room-text-reason = Règle de la communauté : { $rule }
room-text-told = Ce que vous avez écrit comme { $place } de **{ $group }** a été retiré (règle : { $rule }) : tout le monde peut le lire, même avant d'entrer.
room-text-nudged = Ce que vous avez écrit comme { $place } de **{ $group }** pose question (règle : { $rule }) : tout le monde peut le lire, même avant d'entrer.
room-text-admins = 🛡️ { $user } a changé { $place } de **{ $group }** ; c'est retiré (règle : { $rule }).
