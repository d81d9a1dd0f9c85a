# incident
help-incident = in a crisis: freeze groups (four hours when nothing is said), have one voice speak about it, and keep the account of it
incident-told = 🛑 Hello everybody. The team is dealing with something serious at the moment and pauses this group, until { $until } at the latest. News will come here, from { $speaker }.
incident-told-private = You can always write to me in private: { $command }, then your message, and the team gets it. In danger, do not wait for an answer here: in France, 15 or 112; 3114 answers day and night, for free, whoever is in distress.
incident-status-title = 📣 **Update { $number }**, by { $person }, { $at }:
incident-over = ✅ It is over: this group is as it was before. Thank you for your patience.
incident-over-locked = ✅ It is over. This group stays paused until { $until }. Thank you for your patience.
incident-speaker-you = 🛑 Hello. The team of **{ $community }** is dealing with something serious and asks you to speak for it. Write { $command } to me here: I post it under your name in every paused group.
incident-opened = 🛑 Incident { $incident } open until { $until }; { $speaker } speaks. Paused:
incident-next = To say how things stand: { $status }, posted in every paused group. To end it: { $close }, and everything is exactly as before.
incident-nothing = No group could be paused, and no incident is open.
incident-none = No incident is open. To open one: { $command }
incident-already = An incident is open already, since { $since }, by { $person }. End it first: { $command }
incident-why = Say why, after “because”. The reason stays within the team.
incident-how = I did not understand “{ $words }”. Say “open”, “status”, “speaker” or “close”.
incident-status-missing = Write after “status” what I am to post.
incident-not-here = { $person } is in no group of the community. Invite them first, or let somebody else speak.
incident-posted = { $count ->
    [one] 📣 Update { $number }: I post it in one group.
   *[other] 📣 Update { $number }: I post it in { $count } groups.
}
incident-speaker-now = { $speaker } speaks from now on.
incident-shown = 🛑 Incident { $incident }, opened { $since } by { $person }, until { $until }.
incident-shown-speaker = { $posts ->
    [0] { $speaker } speaks. Nothing is posted yet. Paused:
    [one] { $speaker } speaks. One update is posted. Paused:
   *[other] { $speaker } speaks. { $posts } updates are posted. Paused:
}
incident-closed = { $posts ->
    [0] ✅ Incident { $incident } closed after { $lasted }, without an update. The groups are exactly as before.
    [one] ✅ Incident { $incident } closed after { $lasted } and one update. The groups are exactly as before.
   *[other] ✅ Incident { $incident } closed after { $lasted } and { $posts } updates. The groups are exactly as before.
}
incident-closed-locked = - { $group } stays paused until { $until }
incident-learned = Learned: { $words }
incident-closed-file = The account (the audit log from beginning to end, without a word of members) comes to the admins room.
incident-overdue = ⏰ Incident { $incident }, opened { $since }, is at the end of its time, and its pauses are over. If it is over, write { $close }: the account follows. I will not say this again.
