# Tickets: a way in for one person, once; joining a group; the join page.
help-ticket = give somebody a ticket to come in, or take a ticket back
help-tickets = the tickets that are still good
help-join = come in with a ticket, or join an open group
effect-hand_ticket = hand over a ticket

# ticket
ticket-missing = The ticket is missing: its first six characters, as `tickets` shows them.
ticket-unknown-role = I do not know the role “{ $words }”: member, correspondent, moderator or facilitator.
ticket-which-group = The group is missing: you can let people into a group, not into the whole community.
ticket-needs-nomination = The role **{ $role }** is not given by ticket: it takes a nomination that a second person confirms.
ticket-above-yourself = A ticket gives a role only below that of its giver, from facilitator on. Your role here is **{ $own }**: **{ $role }** is not yours to give. A ticket without a role is.
ticket-no-way = Nobody comes into **{ $place }** with a ticket: the community decided so.
ticket-place-over = **{ $place }** is over: nobody comes in any more.
ticket-server = { $person } is on another server, which may not take part in **{ $place }**.
ticket-banned = { $person } is banned. Lift the ban first, then give a ticket.
ticket-already-there = { $person } is in **{ $place }** already.
ticket-made = 🎟️ Ticket { $ticket } for **{ $place }**, good until { $until }. I handed it to { $person } in private, to pass on to one person only.
ticket-made-for = 🎟️ Ticket { $ticket } for **{ $place }**, good until { $until }. I handed it to { $person } in private.
ticket-made-role = With the role **{ $role }**.
ticket-not-found = I find no ticket that is still good and begins like that. The list: `tickets`.
ticket-revoked = 🎟️ The ticket { $ticket } for **{ $place }** is taken back: it opens nothing any more.
ticket-to-community = **{ $community }**
ticket-to-group = **{ $place }** ({ $community })
ticket-described = { $where }, until { $until }
ticket-described-role = { $where }, with the role **{ $role }**, until { $until }
ticket-for-you = 🎟️ Hello. { $giver } invites you: { $what }. This ticket is for you.
ticket-to-hand-on = 🎟️ Here is a ticket to pass on, in private, to one person only: { $what } (from { $giver }).
ticket-use = To come in, write to { $bot } in private: { $command }
ticket-link = Or open this page: { $link }
ticket-warning = ⚠️ It works once. Do not publish it, and do not pass it on to anybody else: whoever has it can come in instead of you.

# tickets
tickets-none = No ticket is good at the moment in your groups.
tickets-title =
    { $count ->
        [one] **{ $count } ticket is good**
       *[other] **{ $count } tickets are good**
    }
tickets-line = - { $ticket }: { $what }; given by { $giver }
tickets-line-for = - { $ticket }: { $what }; for { $person }, given by { $giver }
tickets-how = To take one back: { $command } and its six characters.

# join with a ticket
join-missing = The ticket, or the group, is missing.
ticket-unknown = I do not know this ticket. Check it character by character, or ask whoever gave it to you for another.
ticket-used = This ticket was used already: it is good for one person. Ask whoever gave it to you for another.
ticket-expired = This ticket is no longer good: its time is over. Ask whoever gave it to you for another.
ticket-void = This ticket is no longer good: whoever gave it is not in the team any more. Ask the team for another.
ticket-over = This ticket opens nothing any more: that way in is closed. Ask whoever gave it to you.
ticket-done-before = That is done: you have used this ticket, and the invitation waits in your Matrix app.
ticket-there-already = You are there already, or the invitation waits in your Matrix app. The ticket was not used.
ticket-for-another = This ticket is for somebody else. If that is a mistake, ask whoever gave it to you for one.
ticket-your-server = This community does not admit accounts of your server. Ask whoever gave you the ticket which account to use.
ticket-you-are-banned = With this account you cannot come in for now. Talk to whoever gave you the ticket.
ticket-full = **{ $group }** is full. Your ticket stays good: try again when somebody leaves, or ask whoever gave it to you.
ticket-early = The rooms are not ready yet. Your ticket stays good: try again in a few minutes.
ticket-invitation = Invitation to { $community }, with the ticket that { $giver } gave
ticket-welcome = ✅ Welcome to **{ $community }**. The invitation waits in your Matrix app: accept it to come in.
ticket-welcome-group = A second invitation is for the group **{ $group }**.
ticket-welcome-role = Your role: **{ $role }**.
ticket-used-giver = 🎟️ { $person } used the ticket { $ticket } given by { $giver }: { $what }.
ticket-used-admins = 🎟️ { $person } comes in with the ticket { $ticket } given by { $giver }: { $what }.
join-redacted = A ticket is not for showing: Hygie took it down
join-in-private = 🔒 Whoever has a ticket can use it: I took your message down. Next time, write it to me in private, here.

# join a group
join-done = ✅ The invitation to **{ $group }** waits in your Matrix app.
join-there = You are in **{ $group }** already.
join-invited-already = The invitation to **{ $group }** waits in your Matrix app already.
join-space-first = To come into **{ $group }** you must be in the community first: accept the invitation to its space, or ask for a ticket.
join-over = **{ $group }** is over: nobody comes in any more.
join-early = The room of **{ $group }** is not ready yet. Try again in a few minutes.
join-banned = **{ $group }** is not open to you. To talk about it:
join-full = **{ $group }** is full for now. To talk about it:
join-closed = One comes into **{ $group }** by invitation. To talk about it:
join-ask = One comes into **{ $group }** on request: knock at the room in your app, or write to:
join-by-ticket = One comes into **{ $group }** with a ticket. Ask for one from:
join-leader = - { $person }
join-nowhere = To come in you need a ticket: ask whoever told you about the community for one, then write `join` and the ticket here.

# the page
page-title = Join { $community }
page-error-title = Error: { $title }
page-eyebrow = You were given a ticket
page-for = This ticket opens
page-community-alone = the community
page-role = Your role
page-until = Good until
page-conduct = Code of conduct
page-terms = In the group { $group }
page-form = Come in
page-id = Your Matrix ID
page-id-help = Your Matrix app shows it in your settings. For example: @camille:{ $server }
page-for-one = This ticket is for one account, the one that it was handed to. The invitation goes to that account.
page-read = I have read the above and will keep to it
page-submit = Get the invitation
page-once = The ticket works once. Do not pass this address on.
page-problems = Still to correct:
page-id-missing = Write your Matrix ID.
page-id-wrong = That does not look like a Matrix ID. It begins with @ and has a colon in it, for example @camille:{ $server }.
page-read-missing = Tick the box to say that you have read the code of conduct.
page-done-title = The invitation is on its way
page-done = Open your Matrix app: the invitation to { $community } waits there. Accept it to come in.
page-done-group = A second invitation is for the group { $group }.
page-done-account = Invited account:
page-done-wrong = Not your account? Ask whoever gave you the ticket for a new one.
page-done-close = You can close this page.
page-unknown-title = This ticket opens nothing
page-unknown = Check that the address is complete. If it is, ask whoever gave you the ticket for a new one.
page-over-title = This ticket is no longer good
page-over = A ticket works once, for some days. Ask whoever gave it to you for a new one.
page-not-you-title = Not with this account
page-not-you = This ticket cannot invite this account. Talk to whoever gave it to you.
page-full-title = The group is full
page-full = Your ticket stays good: come back later, or talk to whoever gave it to you.
page-later-title = Not yet
page-later = It could not be done now. Your ticket stays good: try again in a few minutes.
page-again = Back to the ticket
page-languages = Language of this page
page-robot = This page is kept by Hygie, the robot that looks after the groups. It records nothing but your coming in.
