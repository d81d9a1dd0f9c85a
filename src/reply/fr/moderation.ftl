# What moderation tells people. `…-name`: a short label, for a redaction's reason and the administrators' line.
# `…-explain`: to the author, privately; what kind of thing was seen (never the thing), why it matters, what to do instead.

rule-nir-name = numéro de sécurité sociale
rule-nir-explain =
    Votre message semblait contenir un numéro de sécurité sociale. Ce numéro désigne une seule personne, pour toute sa vie : dans un groupe, on ne peut plus le reprendre. Décrivez plutôt la situation sans rien qui permette de reconnaître la personne ; entre professionnels, les données d'un patient passent par MSSanté.

rule-iban-name = coordonnées bancaires
rule-iban-explain =
    Votre message semblait contenir un numéro de compte bancaire (IBAN). Vu par tout un groupe, il peut servir à une fraude. Donnez-le seulement à la personne qui en a besoin, par un moyen que vous connaissez déjà, et jamais ici.

rule-phone-name = numéro de téléphone
rule-phone-explain =
    Votre message semblait contenir un numéro de téléphone. Dans un groupe, il est visible de tous et la personne n'a peut-être pas donné son accord. Proposez plutôt de répondre en message privé ; les numéros d'urgence et les numéros verts, eux, restent toujours possibles.

rule-email-name = adresse électronique
rule-email-explain =
    Votre message semblait contenir une adresse électronique. Elle permet de reconnaître et de contacter une personne qui ne l'a peut-être pas choisi. Proposez plutôt d'échanger en message privé ; entre professionnels, les données d'un patient passent par MSSanté.

rule-invite-link-name = lien d'invitation
rule-invite-link-explain =
    Votre message semblait contenir un lien d'invitation vers un autre salon ou une autre messagerie. Là-bas, personne ne veille sur les membres ni sur les informations de santé comme ici. Si ce groupe peut être utile, parlez-en à un modérateur, qui pourra le proposer à tous.

rule-word-name = mot blessant
rule-word-explain =
    Votre message contenait un mot qui peut blesser et que la communauté ne souhaite pas lire ici. Vous pouvez bien sûr dire un désaccord ou une colère : reformulez-le sans viser une personne. Si quelqu'un vous a blessé, un modérateur peut vous écouter.

rule-ins-name = identifiant national de santé
rule-ins-explain =
    Votre message semblait contenir un identifiant national de santé (INS). Il désigne une seule personne, pour toute sa vie : dans un groupe, on ne peut plus le reprendre. Décrivez plutôt la situation sans rien qui permette de reconnaître la personne ; entre professionnels, les données d'un patient passent par MSSanté.

rule-ipp-name = numéro de patient
rule-ipp-explain =
    Votre message semblait contenir le numéro d'un patient dans un établissement (IPP). Avec lui, son dossier se retrouve. Décrivez plutôt la situation sans rien qui permette de reconnaître la personne ; entre professionnels, les données d'un patient passent par MSSanté.

rule-nda-name = numéro de séjour
rule-nda-explain =
    Votre message semblait contenir le numéro d'un séjour ou d'un dossier. Avec lui, un patient se retrouve. Décrivez plutôt la situation sans rien qui permette de reconnaître la personne ; entre professionnels, les données d'un patient passent par MSSanté.

rule-card-name = numéro de carte bancaire
rule-card-explain =
    Votre message semblait contenir un numéro de carte bancaire. Vu par tout un groupe, il peut servir à une fraude. S'il a été lu, faites opposition ; ne le donnez jamais ici.

rule-foreign-id-name = numéro d'identité d'un autre pays
rule-foreign-id-explain =
    Votre message semblait contenir le numéro d'identité d'une personne dans un autre pays. Il la désigne pour toute sa vie. Décrivez plutôt la situation sans rien qui permette de reconnaître la personne ; entre professionnels, les données d'un patient passent par MSSanté.

rule-address-name = adresse postale
rule-address-explain =
    Votre message semblait contenir une adresse postale. Dans un groupe, elle dit où vit quelqu'un qui ne l'a peut-être pas choisi. Un nom de ville suffit souvent ; le reste se dit en message privé.

rule-birth-date-name = date de naissance
rule-birth-date-explain =
    Votre message semblait contenir une date de naissance. Avec elle, on reconnaît une personne. Un âge suffit souvent : « une femme de 78 ans ».

rule-person-name = personne nommée
rule-person-explain =
    Votre message semblait contenir le nom d'une personne avec ce qui concerne sa santé. Est-ce nécessaire ici ? « Une patiente » suffit souvent, et protège cette personne comme vous.

rule-ip-name = adresse IP
rule-ip-explain =
    Votre message semblait contenir une adresse IP. Elle désigne l'appareil de quelqu'un. Donnez-la seulement à la personne qui en a besoin.

rule-plate-name = plaque d'immatriculation
rule-plate-explain =
    Votre message semblait contenir une plaque d'immatriculation. Elle permet de retrouver une personne. Décrivez plutôt le véhicule.

rule-secret-name = mot de passe
rule-secret-explain =
    Votre message semblait contenir un mot de passe ou une clé d'accès. Considérez qu'il est connu : changez-le maintenant, là où il sert, et ne le donnez jamais dans un groupe.

rule-rpps-name = numéro RPPS
rule-rpps-explain =
    Votre message semblait contenir un numéro RPPS. Il est public : tout va bien.

rule-finess-name = numéro FINESS
rule-finess-explain =
    Votre message semblait contenir un numéro FINESS. Il est public : tout va bien.

rule-siret-name = numéro SIRET
rule-siret-explain =
    Votre message semblait contenir un numéro SIRET. Il est public : tout va bien.

rule-siren-name = numéro SIREN
rule-siren-explain =
    Votre message semblait contenir un numéro SIREN. Il est public : tout va bien.

rule-insult-name = insulte
rule-insult-explain =
    Votre message semblait contenir une insulte. Vous pouvez bien sûr dire un désaccord ou une colère : reformulez-le sans viser une personne. Si quelqu'un vous a blessé, un modérateur peut vous écouter.

rule-hate-name = propos haineux
rule-hate-explain =
    Votre message semblait contenir des mots contre des personnes pour ce qu'elles sont. Ils n'ont pas leur place ici. Si vous vouliez rapporter ce que quelqu'un a subi, dites-le sans répéter les mots, ou parlez-en à un modérateur.

rule-self-harm-name = personne peut-être en danger
rule-self-harm-explain =
    Votre message semblait contenir quelque chose qui inquiète. Vous n'êtes pas seul : en France, le 3114 répond jour et nuit, gratuitement ; en cas de danger immédiat, le 15 ou le 112.

rule-ad-name = publicité
rule-ad-explain =
    Votre message semblait contenir une publicité. Ce groupe n'est pas fait pour vendre. Si l'offre peut aider les membres, proposez-la à un modérateur.

alert-danger-lines = En France : 3114 (souffrance, idées suicidaires, jour et nuit), 15 ou 112 (danger immédiat), 3919 (violences), 119 (enfant en danger). Rien n’est retiré, personne n’est sanctionné.
