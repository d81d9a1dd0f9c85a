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
