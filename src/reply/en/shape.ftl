# Spaces, groups, adoption, upgrades, archives.
help-adopt = makes a room that existed before a group of the community
help-upgrade = gives a group a new room; everybody and everything goes there
help-archive = ends a group: its members read on, nobody writes
help-reopen = reopens a group that is archived or locked, or calls off its closing
help-close = closes a group for good, on a day
help-group = adds, sets or removes a group

# plan
plan-held-told =
    { $count ->
        [one] ✋ **{ $count } change waits for your yes**: it cannot be taken back, or shows more to more people.
       *[other] ✋ **{ $count } changes wait for your yes**: they cannot be taken back, or show more to more people.
    }
plan-held =
    { $count ->
        [one] ✋ { $count } change waits for your yes (❗): it cannot be taken back, or shows more to more people.
       *[other] ✋ { $count } changes wait for your yes (❗): they cannot be taken back, or show more to more people.
    }
plan-held-how = To do it: { $command }
plan-step-held = - ❗ { $what }
apply-nothing = Nothing else to do for now.
widget-undeclared = 🧩 { $user } added a widget in **{ $group }**: { $url }. Whoever opens it gives their address to those who run it. Hygie leaves it; if it is to stay, write it into the community’s file (`widgets`).

# adopt
adopt-as-what = Say which room, and which group it becomes.
adopt-no-room = “{ $words }” is no room: give its link, its address (`#name:server`) or its id (`!…`).
adopt-has-room = **{ $group }** already has a room.
adopt-begun = 🤝 Hygie takes over the room { $room }. If it does not, invite { $bot } there first.
adopt-invited = Thank you for the invitation. I only enter the rooms of your community. To make this one a group of it, write: { $command } (the short name of the group at the end). My invitation stands until then.
adopt-unknown = ⚠️ The room { $room } of **{ $group }** does not exist, or no longer: correct its address.
adopt-not-invited = ⚠️ Hygie cannot enter the room { $room } of **{ $group }**. Invite { $bot } first: open the room and write { $invite }. Hygie takes the room over as soon as that is done.
adopt-taken = ⚠️ The room { $room } of **{ $group }** is already that of another group: correct its address.
adopt-alias-taken = ⚠️ The address of the group **{ $group }** already leads to another room than { $room }. Choose another short name for this group.
adopt-not-theirs = ⚠️ The room { $room } of **{ $group }** is not taken over: nobody who runs the community may change the powers there. Ask whoever made it for that power.
adopt-powers = ⚠️ Hygie is in **{ $group }**, but has not enough power there to protect it: { $bot } has level { $own } and needs { $needed } (to take down messages, remove people, change settings). In Element, somebody who has that level: room name → People → { $bot } → Power level → Admin. If nobody is left, whoever runs the server can use `make_room_admin`. Hygie begins as soon as that is done.
adopt-governed = ✅ Hygie now looks after **{ $group }**.
adopt-creator = ℹ️ { $person } created this room and stays above everybody there, Hygie included: its room version wants it so.
adopt-creator-how = To change that, give it a new room: { $command }

# upgrade
upgrade-confirm =
    🔁 Give { $groups } a new room? { $count ->
        [one] { $count } person is invited there;
       *[other] { $count } people are invited there;
    } bans, settings, address and links follow; the old room can still be read, and nobody writes there any more.
upgrade-begun = 🔁 { $groups }: the new room is being made, everybody is invited there.
upgrade-no-room = There is no room yet to be replaced.
upgrade-tombstone = **{ $group }** goes on in a new room.
upgrade-new-room = It is here: { $room }

# archive, reopen, close
archive-told = 📦 { $person } archived this group: you can read on, nobody writes any more. Thank you all.
archive-already = **{ $group }** is archived already.
archive-done = 📦 **{ $group }** is archived; its export is on its way here. To reopen it: { $command }
archive-ended = 📦 The last day of this group was { $day }: it is archived. You can read on, nobody writes any more. Thank you all.
archive-ended-told = 📦 The last day of **{ $group }** was { $day }: the group is archived.
ends-soon = 📅 The last day of this group is { $day }; then it is archived: it can still be read, and nobody writes there any more.
ends-soon-told = 📅 **{ $group }** is archived after { $day }. To change that day: { $command }
reopen-told = 🔓 This group goes on: you can write here.
reopen-done = 🔓 **{ $group }** is open again.
close-when = “{ $words }” is no duration: write for instance `in 7 days`.
close-already = **{ $group }** is closing already. To call it off: `reopen`.
close-confirm = 🚪 Close **{ $group }** for good on { $when }? Everybody will be removed. It is often better to archive: people read on. An export comes here before.
close-told = 🚪 This group closes on { $when }. Keep what is useful to you until then, and say goodbye.
close-begun = 🚪 **{ $group }** closes on { $when }; its members know. To call it off: `reopen`.
close-reason = “{ $group }” closes. Thank you for having been part of it.
close-ended = 🚪 **{ $group }** is closed. Its room has nobody any more.

# community create and set, group
shape-always-there = **{ $group }** exists as long as the community does.
shape-no-admins-room = The admins room does not exist yet.
shape-confirm-asked = ✋ { $words } needs a second yes: answer the card { $card } in the admins room.
shape-wrong = { $key }: { $problem }
shape-bad-id = “{ $word }” cannot be a short name: { $problem }
shape-unknown-kind = There is no kind “{ $word }”. The kinds: { $kinds }
create-not-a-founder = Only those whom the operator named (`founders`) make communities.
create-no-purpose = Say first what it is for: `for <purpose>`. The purpose decides who is in it and which groups it needs.
create-no-approval = Say who approved it: `approved by <who>`, at the end.
create-no-name = The name is missing, in quotation marks.
create-taken = The community { $id } exists already.
create-conduct = We respect one another. We never give the name, the number or the picture of a patient. We do not advertise. We say where health information comes from. In an emergency we call the emergency services.
create-done = 🌱 **{ $name }** ({ $id }) is made: its space, announcements and admins rooms are on their way, and you are invited as its owner. Next: { $group } for a group, { $set } for a setting.
group-what = Say what: `add`, `set` or `remove`.
group-id-taken = The short name { $id } is taken, or was: choose another.
group-added = 🌱 The group **{ $group }** ({ $id }) is added; its room is on its way.
group-not-empty =
    { $count ->
        [one] There is still { $count } person
       *[other] There are still { $count } people
    } in **{ $group }**: archive or close it first.
group-remove-confirm = 🗑️ Remove **{ $group }** from the community? Hygie will no longer look after it.
group-removed = 🗑️ **{ $group }** is no longer part of the community.
set-how = Write `<key> = <value>`; I read { $words }.
set-unknown-key = There is no key { $key }.
set-keys = The keys: { $keys }
set-done = ✅ **{ $name }**: { $key } = { $value }
set-federate = That can no longer be changed once the rooms are made.
set-encryption-stays = Encryption cannot be taken away.
set-encryption-no-keys = Hygie has no keys yet: the operator makes them with `hygie crypto init`.
set-contact-elsewhere = { $person } is of another server and cannot enter this community.
set-no-parent = There is no community { $parent }.
set-parent-not-yours = Only who runs { $parent } makes a community a part of it.
set-parent-circle = { $parent } is already part of this community, directly or not.
