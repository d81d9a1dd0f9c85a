# What follows for who breaks rules again and again.
step-nudge = a word
step-warn = a warning
step-mute = no writing for a time
step-remove = removal for a time
step-ban = a ban
matter-sanction = sanction to confirm
photo-name = photos
sanction-reason = Rules of the community
sanction-rule = { $rule }
clean-up-reason = Their author is no longer in the community

sanction-warned = Hello. This is a warning in **{ $community }** (rule: { $rule }). Nothing else happens now. If it goes on, you could be kept from writing for a time. With time it counts less and less.
sanction-muted = Hello. In **{ $community }** you can read but not write until { $until } (rule: { $rule }). You can write again then, without asking anybody. If you need help now, people of the team can be reached in private.
sanction-removed = Hello. You are out of **{ $community }** until { $until } (rule: { $rule }). I will invite you again then.
sanction-banned = Hello. You can no longer take part in **{ $community }** (rule: { $rule }).
sanction-appeal = If you find this wrong, somebody else of the team will look at it: write { $command } to me.
sanction-back = Hello. You are welcome again in **{ $community }**: I have invited you to the groups where you were.

sanction-admins = ⚖️ { $person }: { $step } (rule: { $rule }, { $id }). The person knows why and how to appeal.
sanction-admins-until = ⚖️ { $person }: { $step } until { $until } (rule: { $rule }, { $id }). The person knows why and how to appeal.
sanction-over = ⚖️ The removal of { $person } is over: they are invited again.
sanction-ask = ⚖️ Rules want for { $person }: { $step } (rule: { $rule }). They are warned; the rest is for an admin to decide.
sanction-not = ⚖️ { $person } keeps the warning, nothing more.
