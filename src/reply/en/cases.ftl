# Cases: what a human should look at; reports, appeals, questions whether something is true.
matter-case = case
case-card = **Case { $case }**: { $kind }
case-danger = 🆘 Somebody may be in danger. I may be wrong: please read, and if it worries you, go to this person in private, now.
case-tone = 🌡️ The tone is rising between two people. I may be wrong: please read what they say. Nothing was taken down, nobody was told.
case-about = Person: { $person }
case-about-two = People: { $person } and { $other }
case-place = Group: { $group }
case-link = Message: { $link }
case-rule = Rule: { $rule }
case-found = Found: { $kinds }
case-count = { $count ->
    [one] Asked for by one person.
   *[other] Asked for by { $count } people.
}
case-words = In their words: “{ $words }”
case-before-none = Nothing earlier about this person.
case-before = { $count ->
    [one] One earlier case about this person:
   *[other] { $count } earlier cases about this person:
}
case-before-line = - { $case } ({ $kind }, { $at }): { $outcome }
case-turn = It is { $person }’s turn, until { $due }.
case-step-close = { $key } or { $command }: nothing to do
case-step-redact = { $key } or { $command }: take the message down
case-step-mute = { $key } or { $command }: no writing for an hour, message taken down
case-step-remove = { $key } or { $command }: remove the person, message taken down
case-step-ban = { $key } or { $command }: ban the person, message taken down
case-step-lift = { $key } or { $command }: lift the sanction
case-step-uphold = { $key } or { $command }: the sanction stays
case-step-care = { $key } or { $command }: somebody of the team is with the person
case-step-mistaken = { $key } or { $command }: a false alarm
case-step-mediate = { $key } or { $command }: open a room of their own for them, with you and another of the team
case-verdict = { $command }: answer in the group
case-kind-report = report by a member
case-kind-appeal = appeal
case-kind-fact-check = is it true?
case-kind-danger = somebody in danger?
case-kind-tone = the tone is rising
case-outcome-open = open
case-outcome-nothing = nothing to do
case-outcome-taken-down = message taken down
case-outcome-muted = no writing for an hour
case-outcome-removed = removed
case-outcome-banned = banned
case-outcome-lifted = sanction lifted
case-outcome-upheld = sanction stays
case-outcome-gone = message gone before anybody looked
case-outcome-true = true
case-outcome-false = false
case-outcome-unclear = not known
case-outcome-cared-for = somebody of the team is with the person
case-outcome-mediated = mediation
case-outcome-mistaken = false alarm
case-again = Case { $case }: one more person reports this message, { $count } in all.
case-decided = Case { $case } ({ $kind }): { $outcome }, decided by { $person } after { $took }.
case-remind = Case { $case } ({ $kind }) still waits for an answer, until { $due }.
case-next = Case { $case } has waited too long: it goes to the next person.
case-not-yours = Case { $case } is for others to decide.
case-no-such-step = Case { $case } is not decided like this.
case-by-command = A case has more answers than yes and no: react below it, or write { $command }.
report-taken = Thank you. Somebody of the team will look; you will hear here what came of it. The group does not learn that you reported.
report-already = You have reported this message already; the team is looking.
report-elsewhere = I can only pass on messages of groups that you are in.
report-nobody = This community has no room for its team yet: please write to an admin.
report-limited = That is more than { $most } reports within a day, so this one is noted but not shown to the team one by one.
report-limited-instead = If it is serious, please write to the team: `contact`, then your words.
report-private = Sent to the team
report-of-the-bot = That message is mine: if it is wrong, please tell the team with `contact`, then your words.
report-own = That message is your own: you can delete it yourself.
report-outcome-nothing = A moderator has looked at the message that you reported in { $group }: nothing had to be done. Thank you for looking out.
report-outcome-taken-down = A moderator has looked at the message that you reported in { $group } and has taken it down. Thank you.
report-outcome-acted = A moderator has looked at the message that you reported in { $group } and has done something about it. Thank you.
report-outcome-gone = The message in { $group } was gone before anybody could look. Thank you all the same.
verify-taken = Thank you. Those who know about it are asked; their answer will stand below the message.
verify-outcome = Your question in { $group } is answered below the message.
verify-outcome-none = Your question in { $group } was looked at; there is nothing to check in that message.
case-unknown = I find no case “{ $word }” that is yours to decide.
case-missing = The case is missing: its name stands at the top of its card.
case-verb = I do not know what { $word } is to do to a case.
case-decided-already = Case { $case } is decided already: { $outcome }.
case-decided-line = { $outcome }, decided by { $person } ({ $at })
case-until = It holds until { $until }.
case-note-empty = The words of the note are missing.
case-note-kept = Noted on case { $case }.
case-note-line = - { $person } ({ $at }): { $note }
cases-none = No case waits for you.
cases-title = { $count ->
    [one] One case waits:
   *[other] { $count } cases wait:
}
cases-line = - { $case } ({ $kind }), since { $since }
cases-about = About { $person }
help-case = show a case, decide it or note something on it
help-cases = list the cases that wait
help-flag = show a message to the team, in private
help-verify = ask whether what a message says is true
help-verdict = say whether what a message says is true, with a source
verdict-truth = Is it true, false or unclear? That comes after the name of the case.
verdict-source = The source is missing: `source`, then an address that begins with https://
verdict-why = The explanation is missing: `because`, then a sentence.
verdict-posted = Your answer stands below the message.
verdict-true = **Checked: this is right.**
verdict-false = **Checked: this is wrong.**
verdict-unclear = **Checked: this is not known for sure.**
verdict-reason = { $reason }
verdict-source-line = Source: { $source } ({ $date })
verdict-holds = As known today, to be checked again after { $until } (case { $case }).
case-sanction = Sanction { $sanction }: { $step }, by { $person } ({ $at })
help-appeal = have a sanction looked at by somebody else
appeal-in-private = An appeal is between you and the team: write it to me in private.
appeal-missing = The sanction is missing: its name stands in the message that told you of it.
appeal-unknown = I find no sanction “{ $word }” of yours.
appeal-why = Your reasons are missing: `because`, then what the team should know.
appeal-already = You have appealed against { $sanction } already: { $outcome }.
appeal-late = It is too late to appeal: that is possible within { $within }.
appeal-taken = Thank you, your reasons are with the team. Somebody other than who decided will look, if possible within { $within }, and you will hear here what comes of it.
appeal-lifted = Your appeal in **{ $community }** was looked at by somebody else of the team: the sanction is lifted and does not count any more.
appeal-upheld = Your appeal in **{ $community }** was looked at by somebody else of the team: the sanction stays.
appeal-told-decider = The appeal of { $person } against { $sanction }, which you decided: { $outcome }.
help-transparency = what moderation did, counted
transparency-title = **What moderation did in { $community }** (counts, no names)
transparency-days = **In the last { $days } days**
transparency-takedowns = - { $count ->
    [one] 1 message
   *[other] { $count } messages
} taken down, { $team } by the team
transparency-rule = - under the rule { $rule }: { $count }
transparency-steps = - Nudges: { $nudges }, warnings: { $warnings }, kept from writing: { $mutes ->
    [one] once
   *[other] { $mutes } times
}, removals: { $removals }, bans: { $bans }
transparency-reports = - { $count ->
    [one] 1 report
   *[other] { $count } reports
} by members: { $acted } led to something, { $nothing } to nothing
transparency-appeals = - { $count ->
    [one] 1 appeal
   *[other] { $count } appeals
}: { $lifted } lifted, { $upheld } upheld
transparency-median = - Half of the cases were decided within { $took }.
help-own-record = what I keep about you: see it, have it as a file, erase it
own-in-private = What I keep about you is for you alone: ask me in private.
own-title = **What I keep about you**
own-nothing = Nothing but your language and the rooms that you are in.
own-community = **{ $community }**
own-roster = - The team’s roster has an entry about you; the file shows it.
own-role = - Role: { $role } ({ $place })
own-accepted = - You accepted version { $version } of what is agreed in { $place } ({ $at }).
own-consent = - You agreed that what you find may be passed on ({ $at }).
own-no-consent = - You did not agree that what you find may be passed on ({ $at }).
own-sanction = - Sanction { $sanction }: { $step }, rule { $rule } ({ $at }); over
own-sanction-holds = - Sanction { $sanction }: { $step }, rule { $rule } ({ $at }); in force
own-case = - About you: { $kind } ({ $at }): { $outcome }
own-report = - By you: { $kind } ({ $at }): { $outcome }
own-more = `my record export` gives you all of it as a file; `my record erase` erases what may be erased. `privacy` says what I see and who runs me.
own-export = Here is what I keep about you.
own-erased = { $count ->
    [0] There was nothing that I may erase.
    [one] I have erased one entry.
   *[other] I have erased { $count } entries.
}
own-stays = What stays: a sanction in force and what led to it, open cases, the team’s roster, what you accepted while you are a member, and the log of what the team did (ids and reasons, no messages).
case-in-private = Case { $case } is about somebody of the team: please write to me in private about it.
