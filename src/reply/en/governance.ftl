# What should hold, and what differs from it.
plan-create-space = Create the space **{ $name }**
plan-create-group = Create the group **{ $name }**
plan-refresh = Read the state of **{ $name }** again
plan-set = **{ $name }**: { $what }: { $before } → { $after }
plan-invite = **{ $name }**: invite { $user }
plan-nothing = (nothing)
state-avatar = the picture
state-alias = the address
state-encryption = the encryption
state-guests = the guest access
state-history = the history visibility
state-join-rules = the join rule
state-name = the name
state-power-levels = the power levels
state-topic = the topic
state-space-link = the link with the space
state-other = a setting
state-linked = linked
state-not-linked = not linked
drift-mended = 🔧 { $user } changed **{ $what }** in **{ $group }** ({ $before } → { $after }). That is not what the community decided: Hygie puts it back. To change it for good, change the community’s file.
drift-reported = 🔎 { $user } changed **{ $what }** in **{ $group }** (decided: { $before }; now: { $after }). Hygie only reports it. To put it back: { $command }.
failed-admins = ⚠️ Hygie could not do this: { $what } ({ $where }). Reason: { $problem }. { $remedy }
set-aside-admins = ⚠️ Hygie could not deal with the event { $event } in **{ $where }**: its database refused what follows from it ({ $problem }). The event was set aside and nothing was done about it. Please look at it yourselves; Hygie’s log says more.
failed-nowhere = no room
remedy-power = Check that the bot is still in the room and has enough power there.
remedy-other = See Hygie’s log, then the command `apply`.
effect-redact = take down a message
effect-invite = invite somebody
effect-kick = remove somebody
effect-ban = ban somebody
effect-unban = lift a ban
effect-set_state = change a setting
effect-create_room = create a room
effect-join = join a room
effect-leave = leave a room
effect-say = say something
effect-post_announcement = post an announcement
effect-copy = pass on an announcement
effect-edit_copy = correct an announcement that was passed on
effect-withdraw_copy = withdraw an announcement that was passed on
effect-refresh = read a room again
direct-welcome = Hello, I am Hygie, the robot that looks after your community’s groups. I see the messages of the groups and those that you write to me here. Write `help` to see what I can do, `privacy` to see what I keep. I am not a person: in an emergency, call the emergency services.
direct-welcome-operator = Hello, I am Hygie, the robot that looks after your community’s groups. I am run by { $operator } ({ $contact }). I see the messages of the groups and those that you write to me here. Write `help` to see what I can do, `privacy` to see what I keep. I am not a person: in an emergency, call the emergency services.
direct-encrypted = I cannot read encrypted messages yet. I am writing to you in another conversation, which is not encrypted: just accept my invitation.
direct-instead = I can read you here. What can I do for you? Write `help` to see the list.
problem-no-such-message = there is no such message in this group
problem-protected-sender = the message is of somebody whose role is not below that of who asked
problem-does-not-hold = the server accepted it, but nothing changed
problem-no-way = this person cannot be written to
encryption-on = ⚠️ { $user } turned on encryption in **{ $group }**. That cannot be undone, and Hygie cannot read encrypted messages yet: this group is no longer protected. Create another group to go on.
cascade-kick =
    👋 { $by } removed { $person } from the space. Hygie does the same in { $count ->
        [one] one group
       *[other] { $count } groups
    }.
cascade-ban =
    ⛔ { $by } banned { $person } from the space. Hygie does the same in { $count ->
        [one] one group
       *[other] { $count } groups
    }.
cascade-unban =
    { $by } lifted the ban of { $person } in the space. Hygie does the same in { $count ->
        [one] one group
       *[other] { $count } groups
    }.
bot-gone = ⚠️ Hygie is no longer in **{ $group }** (by { $by }): this room is no longer protected. For Hygie to come back, invite it to the room again.
problem-no-power = the bot does not have enough power in that room
no-power = ⚠️ Hygie no longer has enough power in **{ $group }**: this room is no longer protected. Give the bot its power level (100) back; what is waiting will then be done at once.
room-lost = ⚠️ The homeserver no longer has the room **{ $group }** (deleted, or the homeserver was restored from an older backup). Hygie makes it again, empty; its members find it in the space.
space-lost = ⚠️ The homeserver no longer has the space **{ $group }** (deleted, or the homeserver was restored from an older backup). Hygie makes it again and invites the team; please invite the members again.
restored = ⚠️ The homeserver was restored from an older backup: what happened since is lost there. Hygie reads all rooms again, puts back what the community decided, and repeats its takedowns and bans that were lost.

# encryption
encryption-on-read = ⚠️ { $user } turned on encryption in **{ $group }**. That cannot be undone. I still read this group and go on protecting it; to have the community’s file say so too, add `encryption: true` there.
topic-encrypted = 🔒 Encrypted group; Hygie reads it too, to protect it: !{ $bot } privacy
announced-in-clear = ℹ️ This announcement comes from an encrypted room. The community’s file allows it (`relay_to_plain`): it is also copied to groups that are not encrypted: { $groups }. I will not say this again.
announced-not-in-clear = ⚠️ This announcement was not copied to { $groups }: it comes from an encrypted room, and these groups are not encrypted. To allow it, write `relay_to_plain: true` for the announcements in the community’s file.
plan-adopt = **{ $name }**: take over the room { $room }
plan-list = **{ $name }**: put into the public directory
plan-unlist = **{ $name }**: take out of the public directory
plan-remove = **{ $name }**: remove { $user }, who no longer belongs there
state-servers = the servers that may take part
state-pinned = the pinned messages
state-widget = a widget
state-about = what the community says of itself
effect-card = ask a question
effect-adopt = take over a room
effect-upgrade = replace a room
effect-set_listing = change the public directory
effect-read_roster = read a roster
effect-pass_on = pass a message on
effect-move = move a message
effect-attach = attach a file
effect-react = react to a message
