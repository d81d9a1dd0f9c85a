# What moderation tells people. `…-name`: a short label, for a redaction's reason and the administrators' line.
# `…-explain`: to the author, privately; what kind of thing was seen (never the thing), why it matters, what to do instead.

rule-nir-name = social security number
rule-nir-explain =
    Your message seemed to contain a French social security number. It belongs to one person for life, and once a group has read it, it cannot be taken back. Please describe the situation without anything that lets people recognise the person; between professionals, patient data goes through MSSanté.

rule-iban-name = bank details
rule-iban-explain =
    Your message seemed to contain a bank account number (IBAN). Seen by a whole group, it can be used for fraud. Please give it only to the person who needs it, in a way you already know, and never here.

rule-phone-name = phone number
rule-phone-explain =
    Your message seemed to contain a phone number. In a group everybody can see it, and the person may not have agreed. Please offer to answer in a private message instead; emergency numbers and freephone numbers are always welcome.

rule-email-name = email address
rule-email-explain =
    Your message seemed to contain an email address. It lets people recognise and contact somebody who may not have chosen that. Please offer to talk in a private message instead; between professionals, patient data goes through MSSanté.

rule-invite-link-name = invitation link
rule-invite-link-explain =
    Your message seemed to contain an invitation to another room or another messenger. Over there nobody looks after members and health information as we do here. If that group could be useful, please tell a moderator, who can propose it to everybody.

rule-word-name = hurtful word
rule-word-explain =
    Your message contained a word that can hurt and that the community does not want to read here. You are welcome to disagree or to be angry: please say it again without aiming at a person. If somebody hurt you, a moderator can listen.

rule-ins-name = national health identifier
rule-ins-explain =
    Your message seemed to contain a national health identifier (INS). It belongs to one person for life, and once a group has read it, it cannot be taken back. Please describe the situation without anything that lets people recognise the person; between professionals, patient data goes through MSSanté.

rule-ipp-name = patient number
rule-ipp-explain =
    Your message seemed to contain the number of a patient in an institution (IPP). It leads to their file. Please describe the situation without anything that lets people recognise the person; between professionals, patient data goes through MSSanté.

rule-nda-name = number of a stay
rule-nda-explain =
    Your message seemed to contain the number of a stay or of a file. It leads to a patient. Please describe the situation without anything that lets people recognise the person; between professionals, patient data goes through MSSanté.

rule-card-name = card number
rule-card-explain =
    Your message seemed to contain the number of a payment card. Seen by a whole group, it can be used for fraud. If it was read, have the card blocked; please never give it here.

rule-foreign-id-name = identity number of another country
rule-foreign-id-explain =
    Your message seemed to contain the identity number of a person in another country. It belongs to them for life. Please describe the situation without anything that lets people recognise the person; between professionals, patient data goes through MSSanté.

rule-address-name = postal address
rule-address-explain =
    Your message seemed to contain a postal address. In a group it tells where somebody lives who may not have chosen that. The name of the town is often enough; the rest can be said in a private message.

rule-birth-date-name = date of birth
rule-birth-date-explain =
    Your message seemed to contain a date of birth. It lets people recognise somebody. An age is often enough: “a woman of 78”.

rule-person-name = named person
rule-person-explain =
    Your message seemed to contain the name of a person together with their health. Is it needed here? “A patient” is often enough, and protects that person as well as you.

rule-ip-name = IP address
rule-ip-explain =
    Your message seemed to contain an IP address. It points to somebody's device. Please give it only to the person who needs it.

rule-plate-name = licence plate
rule-plate-explain =
    Your message seemed to contain a licence plate. It lets people find somebody. Please describe the vehicle instead.

rule-secret-name = password
rule-secret-explain =
    Your message seemed to contain a password or an access key. Please take it as known: change it now, where it is used, and never give it in a group.

rule-rpps-name = RPPS number
rule-rpps-explain =
    Your message seemed to contain an RPPS number. It is public: all is well.

rule-finess-name = FINESS number
rule-finess-explain =
    Your message seemed to contain a FINESS number. It is public: all is well.

rule-siret-name = SIRET number
rule-siret-explain =
    Your message seemed to contain a SIRET number. It is public: all is well.

rule-siren-name = SIREN number
rule-siren-explain =
    Your message seemed to contain a SIREN number. It is public: all is well.

rule-insult-name = insult
rule-insult-explain =
    Your message seemed to contain an insult. You are welcome to disagree or to be angry: please say it again without aiming at a person. If somebody hurt you, a moderator can listen.

rule-hate-name = hateful words
rule-hate-explain =
    Your message seemed to contain words against people for what they are. There is no place for them here. If you meant to tell what somebody suffered, please say so without repeating the words, or talk to a moderator.

rule-self-harm-name = somebody may be in danger
rule-self-harm-explain =
    Your message seemed to contain something that worries us. You are not alone: in France, 3114 answers day and night, for free; in immediate danger, 15 or 112.

rule-ad-name = advertising
rule-ad-explain =
    Your message seemed to contain an advertisement. This group is not for selling. If the offer could help members, please propose it to a moderator.

alert-danger-lines = In France: 3114 (distress, thoughts of suicide, day and night), 15 or 112 (immediate danger), 3919 (violence), 119 (child in danger). Nothing is taken down, nobody is sanctioned.
