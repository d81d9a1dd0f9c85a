# The door: what is refused before it exists. The person reads it in their client, in the place of their message.

guard-message = Message not sent to **{ $group }** (rule: { $rule }). Nobody has seen it.
guard-state = Change refused in **{ $group }** (rule: { $rule }). Nobody has seen it.
guard-photo-team = Photo or video not sent to **{ $group }**: in this group only the team posts them. A picture may show more than one sees: a face, a place, a name.
guard-photo-none = Photo or video not sent to **{ $group }**: this group has no photos. A picture may show more than one sees: a face, a place, a name.
guard-invite = Invitation to **{ $place }** not sent.
guard-invite-person = Invitation of { $person } to **{ $place }** not sent.
guard-banned = The community has banned you: you cannot come into **{ $place }** at the moment. To talk about it: { $person }
guard-powers = Who may what in **{ $group }** is as the community decided; I would put it back at once. To give somebody a role: { $command }
guard-alias = Addresses that begin with { $prefix } are kept for the rooms of Hygie; please choose another one.
guard-unchecked = Not sent: it could not be checked. Please try again in a moment.
