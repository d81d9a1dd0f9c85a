# When a rule hits a message.
redaction-reason = Rule of the community: { $rule }
redacted-you = Hello. Your message in **{ $group }** was taken down (rule: { $rule }).
redacted-you-help = This is not a sanction. If it is a mistake, write to the person who runs the group.
redacted-admins = 🛡️ A message by { $user } in **{ $group }** was taken down (rule: { $rule }, { $place }). The person was told privately.
nudged-you = Hello. About your message in **{ $group }** (rule: { $rule }): if that is so, please delete it yourself.
place-message = in the message
place-caption = in the caption
place-file-name = in the file name
place-edit = in an edit
ask-failed = ⚠️ The answer could not be read from the database. See Hygie’s log.
takedowns-stopped = ✋ The rules took down { $count } messages within an hour. It may be an attack, it may be a rule gone wrong: I take down nothing more by myself and show you what I find. If the rules are right, write { $command } (admins).
takedown-held = ✋ Left in place in **{ $group }**: a message by { $user } (rule: { $rule }). To take it down: { $command }
