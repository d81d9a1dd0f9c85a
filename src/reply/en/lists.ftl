# Policy lists.

help-lists = shared lists of people and servers that are kept out: see what one would do here, subscribe, keep your own
effect-read_list = read a shared list
effect-leave_list = leave the room of a shared list
matter-listed = shared list

lists-kept-out = 🛡️ { $person } was kept out of every room: named by the list { $list }.
lists-came = 👀 { $person } is coming in and is named by the list { $list }, which is only told here. To ban: { $command }
lists-ban-reason = Shared list: { $list }
lists-accepted = ✅ { $person } decided: what the list { $list } changed is enforced.
lists-refused = ❌ { $person } decided: what the list { $list } changed is not enforced.
lists-more = { $count ->
    [one] … and one more.
   *[other] … and { $count } more.
}
lists-read-again = ✅ The list { $list } ({ $id }) is read again.
lists-closed = ⚠️ The list { $list } ({ $id }) cannot be read: there is no such room, or it does not let me in. If it is by invitation, have me invited. I try again every hour.
lists-gone = ⚠️ I am no longer in the room of the list { $list } ({ $id }). Its rules stay as I knew them last; I try again every hour. To end that: unsubscribe.
lists-taken = ⚠️ { $list } ({ $id }) is a room of a community here, or a conversation: it is no list.
lists-large = ⚠️ The list { $list } ({ $id }) has more rules than are taken. The rest of them is not in force.
lists-moved = ⚠️ The list { $list } ({ $id }) goes on in another room: { $room }. Subscribe to that one if you trust it, and unsubscribe from this.
lists-hits-many = ⚠️ **A change of the list { $list } would hit { $count ->
    [one] one person
   *[other] { $count } people
} here**, many at once or most of a group. Nothing was done. ✅ enforces it, ❌ leaves these rules out.
lists-let-in = 🔓 { $count ->
    [one] One person is
   *[other] { $count } people are
} on no list any more and may come back:
lists-servers = 🛡️ Servers that the lists keep out of every room: { $count } ({ $new } new, { $old } no longer).
lists-server-new = - { $server }
lists-server-old = - no longer: { $server }
lists-servers-left-out = { $count } more do not fit into the settings of a room and are not kept out.
lists-news = **List { $list }**
lists-news-banned = Kept out of every room: { $count }
lists-news-named = Named by the list, and still here: { $count }
lists-news-broad = - Not enforced, because it would hit everybody at home, the homeserver or your own rooms: { $rule }

lists-preview = **List { $list }** ({ $id })
lists-preview-rules = Rules: { $users } about users, { $servers } about servers, { $rooms } about rooms.
lists-preview-named = People here whom it names: { $count }
lists-preview-place = - in { $group }: { $count }
lists-preview-team = Of the team it names { $count }: the team is never touched.
lists-preview-servers = Servers that it would keep out: { $count }
lists-preview-no-federation = This community takes no part in federation: rules about servers change nothing in its rooms.
lists-preview-look = Nothing is in force. To enforce it: { $command }
lists-preview-notify = It is only told here whom it names. To enforce it: { $command }
lists-preview-enforce = It is enforced, except what waits for a decision.

lists-own-name = List of { $community }
lists-what = Say what about the lists.
lists-own-stays = This is your own list: it is not left. `lists trust` says whether it is enforced.
lists-unsubscribed = The list { $list } ({ $id }) is not read any more. Who is kept out because of it alone may come back.
lists-no-room = “{ $words }” is no room: give its alias (#…), its id (!…) or a link.
lists-unknown = No list is called “{ $word }” here.
lists-too-many = More than { $most } lists are not read.
lists-own-room = This is one of your own rooms.
list-preview-asked = I am looking at { $list }; what it would do stands in the admins’ room in a moment. Nothing is in force.
list-subscribe-asked = Subscribed to { $list } ({ $id }). What it does here stands in the admins’ room in a moment.
lists-trust-already = The list { $list } ({ $id }) is { $trust } already.
lists-trust-done = The list { $list } ({ $id }) is { $trust } from now on.
lists-trust-look = only looked at
lists-trust-notify = told
lists-trust-enforce = enforced
lists-published = Your own list is made: { $room }. Everybody may read it; what you add to it is enforced here too.
lists-published-already = Your own list is { $room }.
lists-no-own = There is no list of your own yet: `lists publish` makes it.
lists-own-not-yet = Your own list is being made. Try again in a moment.
lists-no-name = “{ $word }” is no name for that.
lists-too-broad = This would hit everybody at home, the homeserver or your own rooms.
lists-of-the-team = This is somebody of the team: revoke their role first.
lists-added = Published on your list: { $rule }
lists-no-rule = Your list has no rule about { $rule }.
lists-removed = Taken off your list: { $rule }
lists-none = No shared list is read here. To see what one would do: { $preview } To keep your own: { $publish }
lists-title = **Shared lists**
lists-line = - **{ $list }** ({ $id }), { $trust }: { $room } · rules about users { $users }, servers { $servers }, rooms { $rooms } · by { $by } on { $since }
lists-line-not-read = · not read yet
lists-line-large = · has more rules than are taken
lists-line-trouble = · cannot be read at the moment
lists-line-aside = · rules with a decision of their own: { $count }
lists-effect = People kept out because of lists: { $people }. Servers: { $servers }.
lists-ban-publish = To publish it on your list: { $command }
