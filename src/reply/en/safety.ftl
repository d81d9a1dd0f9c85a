# When a rule hits a message.
redaction-reason = Rule of the community: { $rule }
redacted-you = Hello. Your message in **{ $group }** was taken down (rule: { $rule }).
redacted-you-help = This is not a sanction. If it is a mistake, write to the person who runs the group.
redacted-admins = 🛡️ A message by { $user } in **{ $group }** was taken down (rule: { $rule }, { $place }). The person was told privately.
nudged-you = Hello. About your message in **{ $group }** (rule: { $rule }): if that is so, it is better deleted.
nudged-you-delete = For me to delete it for you: react with { $key } to this message here. If there is nothing to change, do nothing.
own-message-reason = Deleted as its author asked
own-message-deleted = Done: your message is deleted, and its edits with it.
matter-own-message = your message
place-message = in the message
place-caption = in the caption
place-file-name = in the file name
place-edit = in an edit
place-poll = in a poll
place-reaction = in a reaction
place-location = in a shared place
ask-failed = ⚠️ The answer could not be read from the database. See Hygie’s log.
takedowns-stopped = ✋ The rules took down { $count } messages within an hour. It may be an attack, it may be a rule gone wrong: I take down nothing more by myself and show you what I find. If the rules are right, write { $command } (admins), or { $all } to take down as well what I find meanwhile.
takedown-held = ✋ Left in place in **{ $group }**: a message by { $user } (rule: { $rule }). To take it down: { $command }
takedown-last = From here on I do not tell of each one: I will say how many there are.
takedowns-many = 🛡️ The rules have acted on { $count } messages within an hour. The last ones: { $command }
takedown-held-last = From here on I do not show each one: I will say how many there are.
takedowns-held = ✋ { $count } messages are left in place within an hour. The last ones: { $command }

# messages that cannot be read
unreadable-admins = 🔒 In **{ $group }**, I cannot read some encrypted messages (the first is from { $user }), so I cannot protect members from what they hold either. Often it is enough that the person opens their app again. If it goes on, ask them, then whoever runs Hygie. I will say this again once a week at most.
unreadable-you = 🔒 I cannot read what you just wrote to me: the key of your message did not reach me. Please write it once more. If it is urgent, do not wait for me: call the emergency services or somebody of your team.

# Playbooks for the team
help-playbook = what to do when it gets difficult, in a few lines
playbook-list = **Playbooks**: `playbook conflict`, `playbook troll`, `playbook advertising`, `playbook leak`, `playbook crisis`, `playbook danger`. (conflit, troll, publicité, fuite, crise, danger)
playbook-unknown = I have no playbook “{ $word }”. There are: conflict, troll, advertising, leak, crisis, danger.
playbook-team = You are not alone: tell the team what you do, and hand over when it touches you yourself.
playbook-conflict = **When the tone rises**
    1. Write to each of them in private before you write in the group; ask what happened.
    2. Come back to the facts and to what the group is for; `remind` says it to all and names nobody.
    3. `slow` gives time to read again; `mediate` opens a room of their own with two of the team.
    4. A sanction comes last, with its reason; it can be appealed.
playbook-troll = **When somebody provokes, or many arrive at once**
    1. Do not answer: that is what is wanted. `redact` takes a message down, and its copies in the other groups.
    2. `mute` or `kick` the person; `lockdown` the group when they are several: everything is as before afterwards.
    3. Look who came in, and which way: `risks`, `tickets`.
    4. Then tell the group, in a sentence, that it is dealt with.
playbook-advertising = **Advertising**
    1. The group is no place to sell, neither for members nor for the team: no brand, no practice, no product to promote.
    2. A recommendation among peers is no advertising: has the one who speaks something to gain? Ask in private.
    3. `redact` the message; `rules add domain` so that a site does not come back.
    4. What your professional body says of communication holds here too: in doubt, ask it.
playbook-leak = **Somebody’s data were shared**
    1. `redact` first, explain afterwards: every minute others read and copy it.
    2. Ask in private who may have read it not to keep it, and its author whether it was sent elsewhere.
    3. Tell who answers for data in your institution (DPO): they judge whether the authority has to know, within 72 hours.
    4. `audit` says who did what and when, without the message.
playbook-crisis = **A complaint, a storm, an emergency**
    1. One person speaks. Say what is known, what is not known, and when more will be said.
    2. `incident open` freezes the groups, says who speaks and keeps the account; `incident status` says the same everywhere.
    3. Promise nothing, accuse nobody, take down no criticism: `cases` keeps what must be looked at.
    4. Afterwards: what did we see late, what do we change? `audit` helps to remember.
playbook-danger = **Somebody may be in danger**
    1. Write to them in private, at once, simply: “I have read you. I am here.”
    2. In France: 15 or 112 in immediate danger, 3114 for thoughts of suicide, day and night, 3919 for violence, 119 for a child. Offer to call together.
    3. Do not stay alone with it: say on the card that you are with the person, and ask the team for help.
    4. Take nothing down, sanction nobody, do not speak of it in the group.
