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
