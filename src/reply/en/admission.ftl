# Tickets, proposals, requests, strangers, seats.

# who cannot come in
admission-banned = { $person } is banned from the community. To lift that, speak with its admins.
admission-server = { $person } has an account on the server { $server }, which is not admitted to this community.
admission-no-room = The admins’ room does not exist yet: nobody can decide. Please try again later.

# proposals
help-propose = propose somebody for the community or a group; the team decides
proposal-card = 🙋 { $by } proposes { $person } for **{ $place }**.
proposal-card-reason = » { $reason }
proposal-noted = Thank you. { $person } is proposed for **{ $place }**: the team decides, and I will tell you its answer. Your reason is shown to the team, in its room; I forget it once that is decided.
proposal-reason-missing = The reason is missing: the team needs it to decide.
proposal-not-here = Nobody is proposed for **{ $place }**: the team invites people there itself.
proposal-there = { $person } is in **{ $place }** already.
proposal-invited = { $person } is invited to **{ $place }** already, and only has to accept.
proposal-already = { $person } is proposed for **{ $place }** already, or has asked for it: the team will decide.
proposal-full = **{ $place }** is full. When a place becomes free, it goes first to those who wait.
proposal-too-many = { $most } of your proposals wait for an answer. Let the team decide first.
proposal-invitation = A member of { $community } proposed you, and the team agrees.
proposal-welcome = Hello. A member proposed you for **{ $community }**, and the team invites you. You will find the invitation in your app; you are free to accept it or not.
proposal-approved = 👍 The team said yes: { $person } is invited to **{ $place }**. Thank you for proposing.
proposal-approved-admins = ✅ { $by } said yes: { $person } is invited to **{ $place }**.
proposal-refused = Thank you for proposing. The team would rather not invite { $person } to **{ $place }** for now.
proposal-refused-admins = ❌ { $by } said no to the proposal of { $person } for **{ $place }**.
welcome-group = You are also invited to the group **{ $group }**.
welcome-waits = The group **{ $group }** is full: you are on its waiting list, and I invite you as soon as a place is free.

# requests
help-request = ask to be let into a community or a group; I ask three questions, the team decides
request-none = No community takes requests here. Whoever leads your group can invite you.
request-unknown = I do not find this community among those that take requests:
request-which = Where would you like to come in? Write one of these lines:
request-line = - **{ $name }**: { $command }
request-not-here = One cannot ask to be let into **{ $place }**. Whoever leads that group can invite you.
request-impossible = This is not possible for **{ $place }**. If you have a question, write to the team.
request-there = You are in **{ $place }** already.
request-invited = You are invited to **{ $place }** already: you only have to accept the invitation in your app.
request-open = The team has your request for **{ $community }** already. I will tell you its answer.
request-running = A request is under way already; `cancel` ends it. The question that waits for your answer:
request-begun = Thank you for your interest. I have three questions.
request-begun-in-private = Thank you for your interest. I ask you three questions in private.
interview-begin = Hello. Before the team of **{ $place }** decides, three short questions. Only the team reads your answers, in its room; I forget them once it is decided. Write nothing about a patient or about your health. To stop: `cancel`.
interview-affiliation = **1/3** To which institution, association or company do you belong?
interview-profession = **2/3** What is your profession or your role?
interview-professions = Those who take part: { $professions }. If yours is not among them, write it all the same: the team decides.
interview-reason = **3/3** Why would you like to come in?
interview-too-long = That is a little long for me: at most { $most } characters, please.
interview-done = Thank you. The team has your request; I will tell you its answer here.
interview-cancelled = Noted: the request is ended, and your answers are forgotten.
interview-again = Hello. Would you still like to come into **{ $place }**? Here is the question that waits for your answer; `cancel` ends everything.
interview-over = Without an answer from you, I have forgotten your request for **{ $place }**. You can begin again whenever you like.
knock-withdrawn = The request is closed; the community’s bot has written to you in private.
application-card = 🚪 { $person } asks to be let into **{ $place }**.
application-affiliation = - Affiliation: { $answer }
application-profession = - Profession: { $answer }
application-profession-other = ⚠️ This is not among the professions of the community.
application-reason = - Reason: { $answer }
application-conflict = ⚠️ Possible conflict of interest: { $words }. Two people of the team must agree.
application-needs =
    { $count ->
        [one] One person of the team must agree.
       *[other] { $count } people of the team must agree.
    }
application-own = Nobody decides about their own request.
application-one-more = { $by } agrees to let { $person } into **{ $place }**. One more person must agree ({ $card }).
application-approved-admins = ✅ { $by } agrees: { $person } is invited to **{ $place }**.
application-refused-admins = ❌ { $by } said no to the request of { $person } for **{ $place }**. The person is told, without the reasons.
application-taken-back = { $person } took back the request for **{ $place }**.
application-refused = Hello. Thank you for your request for **{ $place }**. The team cannot take it further. This is no judgement about you; to know more, write to the team.
application-invitation = The team of { $community } accepted your request.
application-welcome = Hello. The team accepted your request: you are invited to **{ $community }**. You will find the invitation in your app.
card-waits = ⏳ This card has been waiting for two days: { $what } ({ $card }).

# invitations made by hand
invite-withdrawn = I withdrew your invitation of { $person } to **{ $place }**.
invite-not-yours = Here, those who lead decide who comes in.
invite-how = To propose this person: { $command }
invite-full = **{ $place }** is full: the person is on the waiting list, and I invite them as soon as a place is free.
invite-one-more = Another person of the team must agree to their request first; your yes is noted.
invite-withdrawn-reason = This invitation was not possible like this; whoever made it knows why.

# strangers
help-strangers = who is there without anybody having let them in
help-vouch = let somebody stay whom nobody had let in
strangers-seen =
    { $count ->
        [one] 👤 Somebody is in **{ $place }** whom nobody let in:
       *[other] 👤 { $count } people are in **{ $place }** whom nobody let in:
    }
strangers-more = and { $count } more
strangers-muted = Meanwhile, these accounts cannot write there; without an answer they are removed on { $until }.
strangers-do = To let them stay: { $vouch }. To remove them: { $kick }
strangers-do-all = To let everybody stay: { $command }
strangers-none = There are no strangers: the team let everybody in.
strangers-title = **Strangers**: { $count }
strangers-line = - { $person } in **{ $place }** since { $since }
strangers-until = {"  "}to be removed on { $until }
stranger-told-muted = Hello. You are in **{ $place }**, but the team does not know yet who you are. Until it answers, you can read and not write; without an answer you will be removed on { $until }. This is no reproach.
stranger-contact = To come in, write to { $person }.
stranger-welcome = Hello and welcome to **{ $place }**: the team knows now who you are.
stranger-reason = Nobody of the team let you in.
stranger-removed = Hello. You were removed from **{ $place }**, because nobody of the team let you in. This is no reproach: you can come back with an invitation.
stranger-removed-admins = 👤 { $person } was removed from **{ $place }**: nobody had let them in, and nobody answered.
vouch-nobody = { $person } is not among the strangers.
vouch-done = ✅ { $person } stays.
vouch-done-all =
    { $count ->
        [one] ✅ One person stays.
       *[other] ✅ { $count } people stay.
    }

# seats
help-waiting = who waits for a place in a full group; your own place in the list
help-split = propose to split a group that is too large into local groups
seat-full = Hello. **{ $place }** is full. You are number { $rank } on the waiting list: I invite you as soon as a place is free. To see your place in the list: `waiting`.
seat-full-stranger = Hello. **{ $place }** is full, and I do not know who invited you. If you would like to take part, please ask { $person }.
seat-full-stranger-reason = The group is full.
seat-full-reason = The group is full: you are on the waiting list.
seat-invitation = A place became free in { $place }.
seat-free = Good news: a place became free in **{ $place }**, and you are invited.
waiting-title = **Waiting list of { $place }**
waiting-line = - { $rank }. { $person } since { $since }
waiting-own = For **{ $place }**, you are number { $rank } on the waiting list.
waiting-none = Nobody waits.
card-closed-reason = It is decided: what was written for the decision is taken away.
split-card = ✂️ { $by } proposes to split **{ $place }** into local groups:
split-part =
    - **{ $name }**: { $count ->
        [one] one person
       *[other] { $count } people
    }
split-without =
    { $count ->
        [one] - One person whose area the roster does not give stays where they are.
       *[other] - { $count } people whose area the roster does not give stay where they are.
    }
split-proposed = Noted: the split of **{ $place }** is proposed to the admins.
split-already = This split waits for an answer already ({ $card }).
split-too-few = The roster does not give at least two areas to the people of **{ $place }**: there is nothing to split.
split-never = **{ $place }** is for everybody and is not split.
split-invalid = This split is not possible: { $problem }
split-gone = The group { $group } does not exist any more: there is nothing to split.
split-refused = **{ $place }** is not split.
split-done = ✂️ **{ $place }** is split. The rooms are being made, and everybody is invited to theirs:
split-next = **{ $place }** stays as it is. What comes next: announce the new groups there, give everybody time to come in, then close it. Who has no area in the roster joins once it says one.

# cards
help-cards = what waits for a decision, and whose
cards-none = Nothing waits for a decision.
cards-title = **Waiting for a decision**: { $count }
cards-line = - { $card } · { $what } · { $about } · since { $since }
cards-turn = {"  "}{ $person }’s turn
cards-more = and { $count } more
