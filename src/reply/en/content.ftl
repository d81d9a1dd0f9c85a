# Links, claims, mentions, files, and the names of people and rooms: what moderation says of them. As in moderation.ftl.

rule-link-name = link that is not accepted
rule-link-explain =
    Your message seemed to contain a link to a site that the community does not accept. If you think that this is a mistake, please tell a moderator.

rule-shortener-name = shortened link
rule-shortener-explain =
    Your message contains a shortened link: nobody sees where it leads before opening it. Could you give the whole address instead? Your message stays.

rule-misinformation-name = false information
rule-misinformation-explain =
    Your message seemed to state something that studies have disproved. Your message stays; if you were telling what others say, please ignore this.

rule-mentions-name = many mentions
rule-mentions-explain =
    Your message calls many people at once: each of them is alerted. Please mention only those who are to answer; your message is read by the whole group anyway.

rule-media-name = type or size of a file
rule-media-explain =
    Your message carried a file of a type or a size that the community does not accept. A program can harm whoever opens it; a document or a link to a known source is often enough.

claim-known = 📖 What is known: { $fact } Source: { $source } (read on { $date }).
claim-admins = 📖 { $user } states in **{ $group }** something that is disproved: { $link }. What is known: { $fact } { $source } Nothing is taken down; a human can answer better than I can.

place-mentions = the people mentioned
place-file = the file
place-display-name = the display name
place-room-name = the name of the room
place-topic = the topic of the room

name-told = Everybody in **{ $community }** sees your display name, and there is a question about it (rule: { $rule }). Please change it in the settings of your profile; your first name or a pseudonym is enough.
name-told-removed = I removed it from the rooms where I can; it comes back if you keep that name in your profile.
name-admins = 🛡️ There is a question about the display name of { $user } (rule: { $rule }). The person is told in private.
name-admins-removed = 🛡️ The display name of { $user } was removed from the rooms (rule: { $rule }). The person is told in private.
name-danger = 🆘 The display name of { $user } suggests that this person may be in danger. Go to them in private, now.

room-text-reason = Community rule: { $rule }
room-text-told = What you wrote as { $place } of **{ $group }** was taken down (rule: { $rule }): everybody can read it, even before coming in.
room-text-nudged = There is a question about what you wrote as { $place } of **{ $group }** (rule: { $rule }): everybody can read it, even before coming in.
room-text-admins = 🛡️ { $user } changed { $place } of **{ $group }**; it is taken down (rule: { $rule }).
