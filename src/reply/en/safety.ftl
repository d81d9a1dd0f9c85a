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
place-poll = in a poll
place-reaction = in a reaction
place-location = in a shared place
ask-failed = ⚠️ The answer could not be read from the database. See Hygie’s log.
takedowns-stopped = ✋ The rules took down { $count } messages within an hour. It may be an attack, it may be a rule gone wrong: I take down nothing more by myself and show you what I find. If the rules are right, write { $command } (admins).
takedown-held = ✋ Left in place in **{ $group }**: a message by { $user } (rule: { $rule }). To take it down: { $command }
takedown-held-last = From here on I do not show each one: I will say how many there are.
takedowns-held = ✋ { $count } messages are left in place within an hour. The last ones: { $command }

# messages that cannot be read
unreadable-admins = 🔒 In **{ $group }**, I cannot read some encrypted messages (the first is from { $user }), so I cannot protect members from what they hold either. Often it is enough that the person opens their app again. If it goes on, ask them, then whoever runs Hygie. I will say this again once a week at most.
unreadable-you = 🔒 I cannot read what you just wrote to me: the key of your message did not reach me. Please write it once more. If it is urgent, do not wait for me: call the emergency services or somebody of your team.
