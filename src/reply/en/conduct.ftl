# Code of conduct, terms, consents.

# The question to everybody.
conduct-hello = Hello, and welcome to **{ $community }**.
conduct-hello-again = Hello. The code of conduct of **{ $community }** has changed.
conduct-write-until = There is no hurry: you can go on writing without having accepted it until { $until }.
conduct-how = If you agree, tap ✅ or write `I accept` to me. If not, tap ❌: I will tell you who to talk to.
conduct-until-then = Until then you can read everything, but not write in the groups yet.
conduct-posted = 📜 **Code of conduct of { $community }** (version { $version })
conduct-posted-how = If you agree, tap ✅; or write `I accept` to me in private.
conduct-thanks = Thank you! You have accepted the code of conduct of **{ $community }**. To read it again: `conduct`.
conduct-may-write = You can write in your groups now. It may take a few seconds.
conduct-declined = Noted: for now you do not accept what is asked in **{ $name }**. You can read it again, change your mind at any time by tapping ✅, or leave the community.
conduct-declined-ask = To talk about it: { $person }
conduct-over = This question is over: another version has taken its place, or nothing is asked any more.
conduct-reminder = Hello. You have not said yet whether you accept the code of conduct of **{ $community }**; it stands above in this conversation, and `conduct` shows it.
conduct-reminder-required = It must be accepted to write in the groups. Without an answer, you will be removed from the community on { $until }; you may be invited again.
conduct-removed = Hello. You have not accepted the code of conduct of **{ $community }**, so you were removed from its groups. You are not banned: the team can invite you again.
conduct-removals = ⚠️ { $count } of { $people } people have not accepted the code of conduct and would be removed from the community. That is a lot: is it meant, or is there a mistake in the community’s file? **Yes** removes them, **no** gives them the whole time once more.
conduct-removals-more = … and { $count } more.
conduct-removals-done = { $person } had { $count } people removed who have not accepted the code of conduct.
conduct-removals-not = { $person } gave { $count } people more time to accept the code of conduct.
matter-removals = removal of several people

# The terms of a group.
terms-hello = Hello. You are in **{ $group }** ({ $community }).
terms-topic = { $topic }
terms-title = **This group asks** (version { $version }):
terms-how = If you agree, tap ✅ or write { $command } to me.
terms-thanks = Thank you! You have accepted what **{ $group }** asks.
terms-reminder = Hello. You have not said yet whether you accept what **{ $group }** ({ $id }) asks; it stands above in this conversation.

# The consent to pass on.
consent-ask = Another question, apart from that: may what you report in **{ $community }** be passed on outside of your group, without your name, to those who act on it (coordination, health teams)?
consent-how = ✅ for yes, ❌ for no. Both answers are fine, and you can change your mind at any time: `consent relay yes` or `consent relay no`.
consent-given = Noted: what you report in **{ $community }** may be passed on. To take that back: `consent relay no`.
consent-not-given = Noted: what you report in **{ $community }** is not passed on outside of your group. To change your mind: `consent relay yes`.

# accept, consent, acceptances
help-accept = accept the code of conduct, or what a group asks
accept-nothing = Nothing is asked of you at the moment.
accept-already = You have accepted it already (version { $version }, on { $at }).
accept-which = You are asked several things. Write which one you accept:
accept-noted = Noted.
help-consent = what you have accepted, and whether what you report may be passed on
consent-title = **What you have accepted in { $community }**
consent-conduct = - Code of conduct: version { $version }, on { $at }
consent-conduct-none = - Code of conduct (version { $version }): not accepted yet
consent-terms = - { $group }: version { $version }, on { $at }
consent-terms-none = - { $group }: not accepted yet
consent-relay-yes = - Passing on what you report: **yes**, since { $at }
consent-relay-no = - Passing on what you report: **no**, since { $at }
consent-relay-unknown = - Passing on what you report: you have said nothing, so no
consent-change = To change your mind: { $yes } or { $no }
consent-what = Write `consent relay yes` or `consent relay no`.
consent-noted = Noted.
help-acceptances = how many people have accepted which version of the code of conduct
acceptances-title = **{ $name }**, version { $version }
acceptances-accepted = - have accepted: { $count } of { $people }
acceptances-earlier = - have accepted an earlier version: { $count }
acceptances-open = - have not answered yet: { $count }
acceptances-declined = - said no: { $count }
acceptances-not-asked = Nothing is asked in this community: neither a code of conduct, nor terms of a group.
acceptances-relay = **Passing on what is reported**: yes { $yes }, no { $no }, no answer { $unknown }

# contact
help-contact = write to the person who answers for the community
contact-who = To write to **{ $community }**, the person to contact is { $person }. In a direct message, write { $command } to me followed by your message: I pass it on, with your name.
contact-team = To reach the team of **{ $community }**: in a direct message, write { $command } to me followed by your message. I pass it on to the team, with your name.
contact-not-here = A message for the contact is not said in front of everybody: write it to me in private, here.
contact-none = Nobody can receive your message yet. Write to { $person } directly.
contact-done = ✉️ Your message is passed on to { $person }.
contact-done-team = ✉️ Your message is passed on to the team of **{ $community }**.
contact-plain = ⚠️ Their room is not encrypted: what you wrote is there in the clear, for the team and for who runs the server.
passed-on = ✉️ Message from { $person } for the contact of **{ $community }**:
passed-on-answer = To answer, write to this person directly.

# remind, move
help-remind = remind a group of what it asks, or one person in private
remind-which-group = The group is missing: write the command in the group, or add `in <group>`.
remind-not-there = { $person } is not in { $group }.
remind-group = 🌿 A small reminder from the team, so that everybody feels well here:
remind-person = Hello. A small reminder from the team about **{ $group }**:
remind-thanks = Thank you for your attention.
remind-done = The reminder is sent to { $group }.
remind-done-person = The reminder is sent to { $person } in private, and to nobody else.
help-move = move a message to the group where it belongs
move-missing = The message or the group is missing: reply to the message with `move to <group>`, or give its link.
move-same = This message is in { $group } already.
move-no-room = { $group } has no room yet.
move-encrypted = { $from } is encrypted and { $to } is not: what is said there cannot be moved.
move-done = The message goes to { $to }. Its author is told in private. (Messages of somebody with a role equal to yours or above stay where they are.)
move-not-text = This message cannot be moved: I only move text, no pictures or files. Suggest to its author to send it to { $to } themselves.
moved-title = ↪️ { $person } wrote in { $from }:
moved-reason = Moved to { $to }
moved-told = Hello. The team moved your message from **{ $from }** to **{ $to }**, where it belongs. Nothing is lost: it stands there under your name.

# Photos
photo-reason = This group has no photos
photo-told-team = Hello. I took your photo or video down in **{ $group }**: in this group only the team posts them. A picture may show more than one sees: a face, a place, a name.
photo-told-none = Hello. I took your photo or video down in **{ $group }**: this group has no photos. A picture may show more than one sees: a face, a place, a name.
photo-told-help = Tell it in words, or ask the team how to share it.
photo-admins = 📷 A photo or video of { $user } was taken down in { $group }, which accepts none.
photo-held = 📷 { $user } sent a photo or video to { $group }, which accepts none. I did not take it down: too many messages were within the hour. To take it down: { $command }
help-spoiler = keep a message behind a veil that readers lift themselves
spoiler-done = The message stays in its group, behind a veil.
spoiler-title = 🫣 { $person } wrote:
spoiler-shown = (sensitive content, lift the veil to read)
spoiler-shown-about = (sensitive content, lift the veil to read: { $subject })
spoiler-reason = Kept behind a veil
spoiler-told = Hello. Your message in **{ $to }** is behind a veil now: it is there under your name, and everybody chooses whether to read it.
spoiler-not-text = That message cannot be veiled: I veil words only, no pictures and no files.
spoiler-not-yours = That message is not yours: only the team of the group veils the messages of others.
help-mute-topic = for a time, put what is said in a group about something behind a veil
mute-topic-missing = Say about what, in a word or a few: `mute-topic accident for 24h`.
mute-topic-too-long = 30 days at most. For longer, add a rule.
mute-topic-told = 🫣 For { $time }, messages here that say **{ $word }** are kept behind a veil: everybody chooses whether to read them.
mute-topic-over = 🫣 Messages here that say **{ $word }** can be read without a veil again.
