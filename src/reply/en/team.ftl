# Roles, nominations, safeguards, the team.
help-grant = give somebody a role; for admins, propose somebody whom a second person approves
help-revoke = take somebody’s roles away, or lay down your own
help-who-answers = who answers for what
help-away = say that you are away: nothing is asked of you
help-back = say that you are back
help-register = make a group known to the community that yours is a part of
help-load = what each person of the team carries
help-alarms = what should hold about the team and does not

# Giving a role
role-missing = The role is missing: correspondent, moderator, facilitator, admin or owner.
role-unknown = “{ $word }” is no role that can be given. There are: `correspondent`, `moderator`, `facilitator`, `admin`, `owner`.
not-a-day = “{ $words }” is not a day. Write it like this: `2027-06-30`.
day-is-past = { $words } is past already.
grant-owner-everywhere = One answers for the whole community, not for a group: name no group.
grant-not-above = You can give a role below your own. { $person }: ask somebody above the role **{ $role }**.
grant-has-already = { $person } has the role **{ $role }** here already.
grant-done = ✅ { $person }: role **{ $role }** in **{ $place }**.
grant-until = Until { $until }.
grant-told = Hello. The team entrusts you with a role in **{ $place }**: **{ $role }**. Thank you!
grant-told-how = Write `help` to see what you can do, `away` when you are not there. You can always lay the role down: `revoke` and your id.
grant-ends = ⏳ The role of { $person } (**{ $role }** in **{ $place }**) ends soon: { $until }. To prolong it, give it again.
grant-ended = ⌛ The role of { $person } (**{ $role }** in **{ $place }**) has come to its end.
grant-ended-you = Hello. Your role in **{ $place }** (**{ $role }**) has come to its end, as planned. Thank you for everything.

# Nominations
no-admins-room = The admins’ room does not exist yet: try again in a moment.
nominate-lacks = { $person } cannot have this role: the roster does not say what the community asks for.
nominate-lack = - { $name } = { $value }
nominate-open = This nomination is open already: card { $card }.
nominate-asked = Noted: { $person } is proposed for the role **{ $role }** in **{ $place }**. A second person decides, in the admins’ room.
nominate-nobody = Nobody else can approve it for now: it takes a second person with at least this role ({ $place }).
nominate-card = 🗳️ { $by } proposes { $person } for the role **{ $role }** in **{ $place }**.
nominate-checklist = To check together:
nominate-conduct = - respects the code of conduct
nominate-empathy = - shows empathy
nominate-time = - has the time
nominate-experience = - has the experience
nominate-communication = - communicates well
nominate-who-decides = Decided by: a second person, with at least the role **{ $role }**.
nominate-second-person = A second person decides, with at least the role **{ $role }**: neither who proposes nor who is proposed.
nominate-nominator-gone = { $person }, who proposed this, no longer has at least the role **{ $role }**. Propose it again.
nominate-approved = ✅ { $person }: role **{ $role }** in **{ $place }**, approved by { $by }.
nominate-refused = { $person } will not have the role **{ $role }** in **{ $place }**: so decided { $by }.
nominate-lapsed = ⌛ Nobody decided in time: the proposal of { $person } for the role **{ $role }** in **{ $place }** is closed.

# Taking a role away
revoke-nothing = { $person } has no role to take away.
revoke-elsewhere = { $person } has no role of this group’s own: theirs holds elsewhere, or in the whole community. Write the command without a group in the admins’ room, or with another group.
revoke-last-owner = { $person } is the last one to answer for the community: name somebody else first.
revoke-not-possible = Without this person the community would not be valid. Look at its file first.
revoke-done = ✅ { $person } no longer has:
revoke-line = - **{ $role }** in **{ $place }**
revoke-by-file = The community’s file still names this person; that has no effect as long as this line of the file does not change. Correct it when you can.
revoke-told = Hello. The team of **{ $community }** has ended your role:

# Who answers for what
who-title = **Who answers for { $name }**
who-contact = To write to the team: { $person }
who-role = - { $role }: { $person }
who-also = {"  "}and { $person }
who-group = **{ $name }**
who-more-groups = For the other groups: `who` and the name of the group.
who-person = **Roles of { $person }**
who-person-role = - { $role } in **{ $place }**
who-by = {"  "}given by { $by } on { $since }
who-until = {"  "}until { $until }
who-away = Away until { $until }.
who-no-role = { $person } has no role of their own: a member like the others.
who-not-others = The roles of { $person } are for the team to know. For your own: `who me`.

# Absences
away-until-when = It is missing for how long: `for 2 weeks`, or `until 2027-08-31`.
away-done = 🌴 Noted: { $person } is away until { $until }. Until then nothing is asked of them. Back earlier? Write `back`.
away-not = You are not noted as away.
away-over = Hello. Your absence in **{ $community }** is over: the team counts on you again. Not there yet? Write `away` and until when.
back-done = 👋 { $person } is back.

# Safeguards
safeguard-alarm = 🚨 **The team needs attention:**
safeguard-mended = ✅ **In order again:**
safeguard-how = To give a role: `grant`. To see what is still missing: `alarms`.
safeguard-more = … and { $count } more
safeguard-admins =
    - Community: { $count ->
        [0] no admin is active
        [one] { $count } active admin
       *[other] { $count } active admins
    }, { $needed } are needed. Name somebody, or call back who is silent.
safeguard-leaders =
    - **{ $group }** ({ $id }): { $count ->
        [0] nobody active leads it
        [one] { $count } active person leads it
       *[other] { $count } active people lead it
    }, { $needed } are needed.
safeguard-correspondent = - **{ $group }** ({ $id }): no correspondent. Name a volunteer.
safeguard-must-have = - { $person } is admin, and the roster does not say { $name } = { $value }. Complete the roster, or take the role away.
safeguard-ratio =
    - { $groups } groups for { $admins ->
        [one] { $admins } active admin
       *[other] { $admins } active admins
    }: at most { $most } for each. Name somebody, or archive a group.
safeguard-mended-admins = - Community: enough admins
safeguard-mended-leaders = - **{ $group }**: enough people to lead it
safeguard-mended-correspondent = - **{ $group }**: a correspondent
safeguard-mended-must-have = - { $person }: what is asked of admins
safeguard-mended-ratio = - enough people for the number of groups
safeguard-would-break = ⚠️ { $words }: after that, this would not be in order any more:
confirm-asked = ⚠️ Nothing is done for now: it would leave too few people in the team. Read the card, then say yes or no.
alarms-none = ✅ Nothing to report: the team is complete.
alarms-since = {"  "}since { $since }

# Load
load-title = **What the team of { $name } carries** (30 days)
load-line = - { $person }: groups { $groups }, open questions { $cards }, actions { $done }
load-away = {"  "}🌴 away until { $until }
load-seen = {"  "}seen on { $seen }
load-silent = {"  "}💤 nothing heard since { $seen }
load-too-much = {"  "}⚠️ a lot for one person: share it out

# Making a group known
register-no-parent = This community is not a part of another one (or that one has no admins’ room yet): there is nobody to make the group known to.
register-already = **{ $group }** is known already, and nothing has changed since.
register-done = ✅ **{ $group }** is known to **{ $community }**.
register-card =
    📇 **{ $group }**, a group of **{ $community }** ({ $kind }), { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
register-correspondent = - correspondent: { $person }
register-by = Presented by { $person }

# Announcements
announce-to-whom = Say to whom: `to all: …` for every group, `to secteur-est: …` for one only. In French: `à tous : …`, `à secteur-est : …`.
announce-group-done = 📣 The announcement is on its way to **{ $group }**, and to that group only.
