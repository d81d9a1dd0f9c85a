# What commands say: mistakes first, then one command after the other.
unknown-command = I did not understand “{ $word }”.
command-too-long = That is too long for a command: at most { $most } characters.
did-you-mean = Did you mean { $words }?
see-help = To see what I can do: { $help }
not-a-person = I am a robot, not a person. In an emergency, call the emergency services; to talk to somebody, write to your community’s team: they will answer you.
mistake-understood = I read: { $words }
mistake-usage = Written: { $usage }
mistake-example = For example: { $example }
too-many-words = I do not know what to do with “{ $words }”.
not-a-duration = “{ $words }” is not a duration. Write `30 min`, `2h` or `3 days`; at most { $longest }.
person-missing = The person is missing.
unknown-person = I find nobody called “{ $person }” in the community.
several-people = Several people are called “{ $person }”. Write the id of one of them:
person-line = - { $person }
not-there = { $person } is in none of the groups concerned.
group-missing = The group is missing.
unknown-group = I find no group “{ $group }”.
there-are = There are:
group-line = - { $name } ({ $id })
no-community = You have no community here yet. Whoever runs your group can invite you.
several-communities = You are in several communities. Write in a room of the one that you mean, or end with `in <community>`:
not-allowed = This command is reserved: it takes at least the role **{ $needed }**. Your role here: { $own }.
not-on-the-bot = That cannot be done to { $person }: it is me.
not-on-yourself = That cannot be done to { $person }: it is you.
not-on-an-equal = { $person } has a role equal to yours or higher. Please speak with the community’s admins.
decided-above = That was decided by { $person }, whose role is higher than yours. Please speak together.
done-elsewhere = { $person }, outside of this room:

# help
help-title = **What I can do for you**
help-role = **With the role { $role }**
help-line = - { $name }: { $what }
help-more = To know more about one of them: { $example }
help-one = **{ $name }**: { $what }
help-who = From the role: { $role }
help-example = - { $example }
help-help = what I can do, or how a command is written
help-community = what the community is for, who answers for it, its code of conduct
help-groups = the groups of the community
help-language = the language in which I write to you
help-privacy = what I see, what I keep, and who runs me
help-announce = post an announcement, to every group or to one
help-redact = take a message down
help-mute = keep somebody from writing for a time (one hour when nothing is said)
help-unmute = let somebody write again
help-kick = remove somebody from the community or a group; they may be invited again
help-ban = keep somebody out of the whole community, and take down what they wrote
help-unban = lift a ban
help-lockdown = reserve a group or the whole community to the team for a time (two hours when nothing is said)
help-unlock = reopen what is locked, exactly as it was
help-resume = let the rules take messages down again, after they stopped to ask
help-plan = what differs from what the community decided
help-apply = put everything as the community decided
help-status = how the rooms and the program are
help-audit = the last actions: who, what, why

# community, groups
community-title = **{ $name }**
community-purpose = { $purpose }
community-owner = Owner: { $person }
community-groups = Groups: { $count }
community-role = Your role: { $role }
community-conduct = **Code of conduct** (version { $version }):
groups-title = **Groups of { $community }**
groups-line = - **{ $name }** ({ $id }), { $kind }
groups-topic = {"  "}{ $topic }
groups-no-room = {"  "}no room yet
groups-members =
    {"  "}{ $count ->
        [one] { $count } member
       *[other] { $count } members
    }
groups-locked = {"  "}🔒 locked until { $until }

# language, privacy
language-missing = The language is missing.
language-unknown = I do not speak “{ $words }” yet: only French (`fr`) and English (`en`).
language-set = Noted: I will write to you in English.
privacy-title = **What I see, what I keep**
privacy-sees = - I read the messages of the groups where I am, and those that you write to me. I do not read your private conversations with others.
privacy-encrypted = - In encrypted groups and in our conversations I read with a device of my own, as any member does. My keys are kept, encrypted, by whoever runs me; those of old messages I throw away.
privacy-does = - I look for what could harm a patient or a member (numbers, addresses, links), and take such messages down, explaining it to you.
privacy-keeps = - I keep: who is in which group, your language, what the team’s roster says of you, what you accepted, and a log of what the team did (who, what, when, and the reason given), sanctions, and which messages were reported to the team. `my record` shows it to you, gives it to you as a file and erases what may be erased.
privacy-not = - I do not keep the text of messages, except the answers of a request until it is decided, and the reasons written in a command. I pass none on to anybody outside of the community.
privacy-operator = I am run by: { $name }
privacy-contact = For any question, or to be forgotten: { $contact }
privacy-operator-unknown = To know who runs me, ask your community’s team.

# announce, redact
announce-missing = The text of the announcement is missing.
announce-no-room = The announcements room does not exist yet.
announce-done = 📣 The announcement is on its way to every group of { $community }. To correct it, delete it in the announcements room (its copies go too), then announce again.
redact-missing = The message is missing: give its link, or reply to it in the group.
redact-not-a-message = “{ $words }” is not a link to a message. In Element: “Share”, then “Copy link”.
redact-which-room = The group of that message is missing: give its link, or add `in <group>`.
redact-elsewhere = That message is not in a room of the community.
redact-reason = Taken down by the team
redact-done = The message is taken down in { $group } (unless its author has a role equal to yours or higher).

# mute, unmute
mute-done = 🔇 { $person } cannot write for { $duration }, until { $until }.
mute-told = Hello. The team of **{ $community }** asks you for a pause: you can read everything, but not write, until { $until }. Then everything is as before, without your doing anything.
unmute-done = 🔊 { $person } can write again.
unmute-told = Hello. You can write again in **{ $community }**. Thank you for your patience.
unmute-not-muted = { $person } can already write.
unmute-ended = 🔊 The pause of { $person } is over: they can write again.

# kick, ban, unban
kick-which-group = The group is missing: you moderate a group, not the whole community.
kick-done = { $person } is removed from { $place }.
kick-told = Hello. The team removed you from **{ $place }**. You may be invited again.
ban-done = ⛔ { $person } is banned from { $community }. What they wrote is taken down.
ban-told = Hello. The team ended your participation in **{ $community }**.
ban-already = { $person } is already banned everywhere.
unban-done = { $person } is no longer banned and may be invited.
unban-not-banned = I see no ban of { $person }; if one was just decided, it is lifted.

# lockdown, unlock
lockdown-title = 🔒 For the team only until { $until }:
lockdown-line = - { $group }
lockdown-impossible = - { $group }: not possible for now, its state is not known
lockdown-until = Then everything is exactly as before.
lockdown-not-admins = The admins room stays open: it is where the team works.
lockdown-told = 🔒 Hello everybody. The team pauses this group until { $until }. You can read everything; you can write again afterwards. Thank you for your patience. In an emergency, use your usual contacts.
unlock-title = 🔓 Open again, exactly as before:
unlock-told = 🔓 The pause is over: you can write again. Thank you for your patience.
unlock-not-locked = None of that is locked.
unlock-ended = 🔓 The lockdown of { $group } is over: everything there is as before.
resume-done = ▶️ Noted: the rules take messages down again.
resume-done-all = { $count ->
        [0] Nothing was left in place.
        [one] The message that was left in place is taken down.
       *[other] The { $count } messages that were left in place are taken down.
    }
resume-left = { $count ->
        [one] One message is still in place.
       *[other] { $count } messages are still in place.
    } To take down what was left: { $command }
resume-what = I do not understand { $words }: write the command alone, or with "all".
resume-nothing = The rules have not stopped: there is nothing to resume.

# plan, apply
plan-empty = ✅ Everything is as the community decided.
plan-title =
    { $count ->
        [one] **{ $count } difference** from what the community decided:
       *[other] **{ $count } differences** from what the community decided:
    }
apply-title =
    { $count ->
        [one] **{ $count } step** under way:
       *[other] **{ $count } steps** under way:
    }
plan-step = - { $what }
plan-more = and { $count } more

# status
status-well = ✅ **All is well.** Hygie { $version }
status-attention = ⚠️ **Needs a look.** Hygie { $version }
status-rooms = - Rooms: { $bound } of { $declared }
status-drift = - Differences from what is decided: { $count }
status-inbox = - Events waiting: { $count }
status-outbox = - Actions waiting: { $count }
status-dead-letters = - Actions given up: { $count }
status-in-force = - In force: mutes { $mutes }, lockdowns { $lockdowns }

# audit
audit-not-a-number = “{ $words }” is not a number between 1 and { $most }.
audit-empty = The log is empty.
audit-title = **Log**: { $count }
audit-line = - { $at }: { $action } by { $actor }
audit-target = {"  "}→ { $target }
audit-rule = {"  "}rule { $rule }
audit-detail = {"  "}{ $detail }
audit-time-over = {"  "}the time set for it was over
audit-until = {"  "}until { $until }
audit-steps =
    {"  "}{ $count ->
        [one] { $count } step
       *[other] { $count } steps
    }
audit-groups =
    {"  "}{ $count ->
        [one] { $count } group
       *[other] { $count } groups
    }

# rules
help-rules = the rules of moderation: see, change and try them
rules-title = **Rules of moderation**
rules-line = - { $rule } · { $kind }: { $action }
rules-action-redact = the message is taken down, its author told
rules-action-alert = the team is called, nothing is taken down
rules-action-veil = the message goes behind a veil, its author told
rules-action-nudge = the author is asked in private to read again
rules-action-allow = nothing, it is public
rules-action-off = off
rules-changes = **What the community has changed**
rules-change-line = - { $change } · { $what } · { $by }, since { $since }
rules-change-off = { $rule } is off in **{ $place }**
rules-change-action = { $rule } in **{ $place }**: { $action }
rules-change-topic = what says { $word } goes behind a veil in **{ $place }**, until { $until }
rules-change-word = the word { $word } is taken down in **{ $place }**
rules-change-allow = { $rule } lets { $value } through in **{ $place }**
rules-more = and { $count } more
rules-done = ✅ Changed:
rules-undone = ↩️ This change is taken back:
rules-undo = To take it back: { $command }
rules-already = This change exists already ({ $change }).
rules-too-many = The community has { $most } changes already: take some back before you add more.
rules-unknown = I do not know this rule. There is: { $names }
rules-change-domain = links into { $domain } are taken down in **{ $place }**
rules-no-domain = That is no domain. Write it like `example.org`; everything under it is meant as well.
rules-no-word = Write a word or a few, 100 characters at most.
rules-finds-nothing = No rule would take this down: there is nothing to let through. Write the value alone, as in a message.
rules-never-a-sanction = What somebody in danger says is never taken down: this rule calls the team.
rules-no-change = There is no change { $word }. The command alone shows them.
rules-not-off = The rule { $rule } is not off here.
rules-action-unknown = “{ $word }” is no action. There is: redact, alert, veil, nudge, allow.
rules-what = Say what to do: test, add word, add domain, off, on, action, allow, undo. Without any, I show the rules.
rules-test = This would happen: { $action }.
rules-test-line = - { $rule } ({ $kind })
rules-test-nothing = Nothing would happen: no rule sees anything in it.
