# what is passed on to a team
route-card = 📨 For **{ $name }**: { $person } wrote a message in **{ $group }** that concerns you.
route-card-link = To read it: { $link }
route-card-answer = Answer this person directly: nothing that is written here is passed on to them.
route-told = 📨 Hello. Your message in **{ $group }** was passed on to **{ $name }**: a link, without your words.
route-told-urgent = If it is urgent, do not wait for an answer: in France, 15 or 112.
