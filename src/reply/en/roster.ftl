# The roster, audiences, leavers.
help-roster = the roster: import it from a file, correct it, export it
help-leaver = somebody leaves: remove them everywhere, and hand their roles to somebody else
roster-reading = I am reading the file.
roster-given = Here is the file.
roster-not-here = Files are read and given in the admins room. Write the same command there.
roster-no-file = I cannot find a file. Attach it here, then answer that message with the command, or write it within the hour.
roster-gone-or-large = I cannot read the file: it is gone, or larger than { $most } MiB.
roster-undecrypted = I cannot decrypt the file. Please attach it again.
roster-empty = The roster is empty. Attach a CSV file here, then answer it with { $command }.
roster-count = 📋 **{ $count }** people on the roster. In the space: { $joined }; invited: { $invited }.
roster-by-role = By role:
roster-by-zone = By zone:
roster-counted = - { $value }: { $count }
roster-counted-more = - and { $count } more
roster-read = 📋 I have read the file: { $count } people. Nothing is changed yet.
roster-nothing-to-do = 📋 I have read the file: { $count } people. There is nothing to do, the roster is like this already.
roster-unread = 📋 I can take nothing from this file.
roster-new = - New ({ $count }): { $people } { $more }
roster-changed = - Changed ({ $count }): { $people } { $more }
roster-unchanged = - Unchanged: { $count }
roster-without-account = - Without an account: { $count }. Give them a ticket.
roster-missing = - On the roster and not in the file ({ $count }): { $people } { $more }
roster-missing-how = - They stay on the roster. To remove one: { $command }
roster-more = and { $count } more
roster-invitations = - Invitations that follow: { $count }
roster-problems = ⚠️ Lines that were left out and need correcting ({ $count }):
roster-problems-more = - and { $count } more
roster-problem = - Line { $line }, column **{ $column }**: { $what }
roster-problem-line = - Line { $line }: { $what }
roster-problem-file = - { $what }
roster-too-large = The file is larger than { $most } MiB. Split it.
roster-too-many-lines = There are more than { $most } lines. The rest is not read: split the file.
roster-too-many-columns = There are more than { $most } columns. Remove those that are not needed.
roster-no-header = The first line must name the columns, `mxid` or `email` among them. For example: `mxid,email,name,role,zone,skills`
roster-column-twice = The column **{ $column }** is there twice. Remove one of them.
roster-column-unnamed = This cell stands below no column. Name the column in the first line, or empty the cell.
roster-no-key = A Matrix id (`mxid`) or an address (`email`) is needed.
roster-twice = { $person } stands further up already. Keep one line for each person.
roster-too-long = This value is too long: at most { $most } characters.
roster-bad-mxid = “{ $word }” is not a Matrix id. Write it like `@name:server`
roster-is-the-bot = That is me: I am on no roster. The line is left out.
roster-server-foreign = The server { $server } cannot take part: the community stays on { $own }. Ask for an account here.
roster-server-denied = The community does not admit the server { $server }. Ask for an account on { $own }, or add the server to `servers`.
roster-bad-email = “{ $word }” is not an address. Write it like `name@example.org`
roster-bad-role = “{ $word }” is not a role. Write `member`, `correspondent`, `moderator` or `facilitator`, or leave it empty.
roster-role-nominated = The role **{ $role }** is not given by a roster: it takes a nomination that a second person approves.
roster-role-above = The role **{ $role }** is above your own: you cannot give it.
roster-profession = “{ $word }” is not among the professions that take part: { $professions }. Write one of them, leave it empty, or add it to the community (`admission.professions`).
roster-bad-language = “{ $word }” is not a language that I speak. Write `fr` or `en`, or leave it empty.
roster-dropped = The roster is not taken over. Nothing is changed.
roster-taken-over =
    ✅ { $person } approved: { $count ->
        [one] one person is taken over
       *[other] { $count } people are taken over
    } to the roster. Invitations: { $invitations }.
roster-progress = 📨 Invitations of the roster: { $percent } % of { $total }.
roster-invited = 📨 The { $total } invitations of the roster are out.
roster-not-invited = ⚠️ { $count } could not be made. Hygie will try again; check that these accounts exist.
roster-set-missing = I did not understand what changes. Write the person, the column, `=` and the value.
roster-set = { $person }: **{ $name }** is now “{ $value }”.
roster-added = { $person } is now on the roster (**{ $name }**: “{ $value }”).
roster-not-listed = { $person } is not on the roster.
roster-removed = { $person } is no longer on the roster, and stays in their groups. To remove somebody from everything: { $command }
roster-person = 📋 { $person }
roster-attribute = - { $name }: { $value }
roster-there = - **{ $group }**: { $membership }
membership-join = there
membership-invite = invited
membership-knock = asks to come in
membership-ban = kept out
membership-leave = not there
audience-left = 🔎 **{ $group }** is no longer for { $people } { $more } ({ $count }), as the roster says.
audience-left-how = Nothing is done without you. To remove somebody: { $command }
leaver-unknown = { $person } is neither in the community nor on the roster.
leaver-not-to = { $person } cannot take over: choose somebody else, of the community.
leaver-invalid = The community would be left without what it needs ({ $problem }). Mend that first.
leaver-told = Your account was removed from the community **{ $community }**. Thank you for everything that you brought to it.
leaver-done =
    👋 { $person } is no longer in the community: { $rooms ->
        [0] no room to leave
        [one] one room left
       *[other] { $rooms } rooms left
    }, no role any more, not on the roster.
leaver-handed =
    { $count ->
        [one] One role is handed
       *[other] { $count } roles are handed
    } to { $person }.
leaver-nominate = The role of an admin is not handed over like this: it takes a nomination that a second person approves.
