# Audit of risk, hardening, review of members, report, mediation.
help-risks = what is risky in the community, and the command that mends it
help-harden = close what is too open, after a preview; members are told, and it can be undone
help-review = look through all accounts: who stays, who is removed
help-report = how the groups are this week
help-mediate = open a closed group for people who disagree, with two of the team

# risks
risks-title = **Risks of { $name }**: { $level } (score { $score })
risks-level =
    { $level ->
        [calm] 🟢 calm
        [look] 🟠 to be looked at
        [urgent] 🔴 urgent
       *[other] { $level }
    }
risks-none = I see nothing to report. ✅
risks-high = - 🔴 { $what }
risks-medium = - 🟠 { $what }
risks-low = - 🟡 { $what }
risks-mend = {"  "}→ { $command }
risks-harden = To mend all that settings can mend at once, after a preview: { $command }
risk-open-to-everybody = **{ $name }**: everybody can come in without being invited.
risk-history-for-everybody = **{ $name }**: everybody can read what is written, without being a member.
risk-history-for-newcomers = **{ $name }**: whoever arrives reads everything that was written before.
risk-listed = **{ $name }** stands in the public directory of the server.
risk-guests = **{ $name }**: guests without an account can come in.
risk-open-to-space = **{ $name }**: whoever is in the space comes in without being admitted, though people speak of health there.
risk-undeclared-rooms =
    { $count ->
        [one] **{ $name }**: one room is in the space that the community did not declare.
       *[other] **{ $name }**: { $count } rooms are in the space that the community did not declare.
    }
risk-federates-with-everybody =
    { $count ->
        [one] **{ $name }**: one room is open to the users of every server.
       *[other] **{ $name }**: { $count } rooms are open to the users of every server.
    }
risk-lax-admission = **{ $name }**: a simple invitation lets people in, there is no roster, and nobody hears of who comes in otherwise.
risk-photos-undecided = **{ $name }**: nothing is decided about photos.
risk-name-engages = **{ $name }**: the name holds “{ $word }” and may engage the institution; it is not said whether the community speaks for it.
risk-official-not-said = **{ $name }**: it is not said whether the community speaks for the institution.
risk-group-name-engages = **{ $name }**: the name of this group holds “{ $word }” and may engage the institution.
risk-not-encrypted = **{ $name }** is not encrypted, though people speak of personal things there.
risk-no-keys =
    { $count ->
        [one] **{ $name }**: one group where people speak of personal things is not encrypted, and I have no keys to read it with if it were.
       *[other] **{ $name }**: { $count } groups where people speak of personal things are not encrypted, and I have no keys to read them with if they were.
    }
risk-conduct-not-accepted = **{ $name }**: nobody is asked to accept the code of conduct.
risk-no-contact = **{ $name }**: nobody is named as the contact.
risk-no-moderator = **{ $name }**: nobody moderates this group but the admins.
risk-moderators-silent =
    { $count ->
        [one] **{ $name }**: the person who moderates this group is not heard of any more.
       *[other] **{ $name }**: the { $count } people who moderate this group are not heard of any more.
    }
risk-few-admins = **{ $name }**: active admins: { $count }; there must be at least { $least }.
risk-groups-per-admin = **{ $name }**: { $groups } groups for { $admins } active admins; at most { $most } groups each.
risk-conflicting-profiles =
    { $count ->
        [one] **{ $name }**: one person has a profile that may be in conflict of interest.
       *[other] **{ $name }**: { $count } people have a profile that may be in conflict of interest.
    }
risk-strangers =
    { $count ->
        [one] **{ $name }**: one person is there whom nobody let in.
       *[other] **{ $name }**: { $count } people are there whom nobody let in.
    }
risk-too-many-members = **{ $name }**: { $count } people, where { $most } is the most.

# harden
harden-nothing = ✅ There is nothing to harden.
harden-nothing-to-undo = There is nothing to undo.
harden-no-room = The admins room does not exist yet: there is nowhere to ask for confirmation.
harden-invalid = The community cannot be changed like this: correct { $path } first.
harden-asked = See the preview: nothing changes before your answer.
harden-preview = 🛡️ **What I would change**, telling the members:
harden-score =
    { $count ->
        [one] One risk would be gone (score − { $points }).
       *[other] { $count } risks would be gone (score − { $points }).
    }
harden-encryption = 🔒 Apart, for encryption cannot be undone: { $groups }. To turn it on as well: { $command }
harden-done =
    { $count ->
        [one] 🛡️ Done: one setting is stricter, the members concerned are told. To go back: { $undo }
       *[other] 🛡️ Done: { $count } settings are stricter, the members concerned are told. To go back: { $undo }
    }
harden-undone = ↩️ Undone: the settings are as before { $person } hardened them. What is encrypted stays so, and what somebody had opened by hand stays closed.
harden-changed-since = Somebody has changed this since: { $keys }. I do not know what is wanted: please set it by hand.
harden-does-public = - **{ $name }**: nobody comes in any more without being invited or admitted
harden-does-history = - **{ $name }**: what is written is read by members only, from when they came
harden-does-listed = - **{ $name }**: no longer in the public directory
harden-does-guests = - **{ $name }**: no more guests without an account
harden-does-admission = - **{ $name }**: being in the space is no longer enough to come in
harden-does-photos = - **{ $name }**: photos and videos for the team only
harden-does-cap = - **{ $name }**: a maximum number of members
harden-does-encryption = - 🔒 **{ $name }**: encrypted, **which cannot be undone**
harden-does-unofficial = - **{ $name }**: the name says “unofficial”
harden-does-strangers = - **{ $name }**: the team hears of who comes in without being admitted
harden-does-undeclared = - **{ $name }**: rooms that are not declared leave the space
harden-does-enforced = - **{ $name }**: what is changed by hand is put back as decided
harden-told-title = 🛡️ Hello everybody. The team is protecting this group better. This is what changes for you:
harden-told-public = - From now on one comes in by invitation; you are here, and you stay.
harden-told-history = - What is written here is read by members only, from when they came.
harden-told-listed = - **{ $name }** no longer stands in the public directory.
harden-told-guests = - One needs an account to come in.
harden-told-admission = - From now on one comes in with the team’s consent; you are here, and you stay.
harden-told-photos = - Photos and videos go through the team: please show them to it first.
harden-told-encryption = - 🔒 Messages are encrypted from now on. Hygie still reads them, to protect.
harden-told-unofficial = - The name of **{ $name }** says that it is not official.
harden-told-why = Why: what you share here is personal to you, and must not leave this circle. Nobody has done anything wrong.
harden-undone-title = 🛡️ Hello everybody. The team has taken back a recent change. This is as before again:
harden-undone-public = - One can come in without an invitation again: please think of it before you write.
harden-undone-history = - More people can read what is written here again: please think of it before you write.
harden-undone-listed = - **{ $name }** stands in the public directory again.
harden-undone-guests = - Guests without an account can come in again.
harden-undone-admission = - Whoever is in the space can come in again.
harden-undone-photos = - Photos and videos are no longer for the team only. Please show nobody without their consent.
harden-undone-unofficial = - The name of **{ $name }** is as before.
harden-undone-why = It is the team’s choice.

# review
review-none = There is no review going on. To begin one: { $command }
review-begun = 🔍 The review begins: every account will have a decision by { $until }. Nobody is removed without one.
review-title = **Review of the members of { $name }**
review-progress = - Kept: { $kept }; removed: { $removed }; to be decided: { $open }; until { $until }
review-all-decided = ✅ Everything is decided.
review-suggest-keep = - { $person }: keep ({ $why })
review-suggest-look = - { $person }: **have a look**
review-why = {"  "}{ $why }
review-has-role = has a role
review-on-roster = on the roster
review-not-on-roster = is not on the roster
review-stranger = nobody let them in
review-conflict = their profile may be in conflict of interest
review-not-accepted = never accepted the code of conduct
review-how = Keep: { $keep }; remove: { $remove }; keep at once all whom I suggest to keep: { $all }
review-not-part = { $person } is not part of this review, or was removed in it.
review-nobody-to-keep = There is nobody left whom I suggest to keep: please look at each.
review-kept = ✅ { $person } stays.
review-kept-many =
    { $count ->
        [one] ✅ One person stays.
       *[other] ✅ { $count } people stay.
    }
review-removed = { $person } is removed from the community, and told so.
review-told = Hello. The team of **{ $name }** looked through all accounts, and has ended your participation. It is not a reproach; a new invitation remains possible.
review-reminder = 🔍 The review of members still waits for decisions:
review-go-on = To go on: { $command }
review-over = 🔍 The review of members is over. Kept: { $kept }; removed: { $removed }.
review-left =
    { $count ->
        [one] One person is left without a decision. They are not removed:
       *[other] { $count } people are left without a decision. They are not removed:
    }
review-ended = Noted: the review is over.

# report
report-title = 📊 **The groups of { $name }**, the week until { $until }
report-group = - **{ $name }**: { $people } members, activity { $week }, led by { $leads }
report-change = {"  "}{ $change } since the last report
report-silent = {"  "}silent this week
report-nearly-full = {"  "}nearly full: { $most } at most
report-waiting = Waiting: { $cards } decisions, { $alarms } alarms
report-admins = Active admins: { $admins } for { $groups } groups
report-suggestions = **What you could do**
report-archive = - **{ $name }** has been silent for four weeks. Archive it: { $command }
report-split = - **{ $name }** is nearly full. Split it: { $command }

# mediation
mediate-how-many = A mediation is for at least two people, and at most { $most }.
mediate-no-kind = This community has no mediation groups (`kinds`).
mediate-done = 🤝 The group **{ $group }** ({ $id }) opens. The people are told and invited.
mediation-name = Mediation { $number }
mediation-topic = A quiet exchange between the people concerned
mediation-person = { $person }
mediation-and = { $before }, { $next }
mediation-told = Hello. The team of **{ $community }** offers you a quiet exchange, in a closed group: **{ $group }**. In it are: { $people }. Nobody else reads there; Hygie looks after it, as elsewhere.
mediation-told-rules = Everybody is heard there, in turn and without being judged. You are free to come, and free to leave.
mediation-asked = Hello. You are asked to facilitate, with the person who opens it, an exchange between members of **{ $community }**: **{ $group }**. If this is not the moment, please tell them.
mediation-playbook = 🤝 **{ $group }** is open. Facilitators: { $people }. A reminder:
mediation-playbook-listen = - Welcome everybody, then let each say what they went through, without interruption.
mediation-playbook-facts = - Come back to the facts: which message, which effect, which need. Look for no culprit.
mediation-playbook-agree = - Look together for a small, concrete agreement, and write it down.
mediation-playbook-limits = - This is neither care nor judgement: if somebody is not well, point to the usual contacts; in case of threats, tell the admins.
mediation-playbook-end = - What is said there stays there. The group is archived after thirty days.
