# Words that all areas share.
role-member = member
role-moderator = moderator
role-admin = admin
role-owner = owner
kind =
    { $kind ->
        [announcements] announcements
        [admins] administration
        [discussion] discussion
        [field-watch] field watch
        [support] mutual help
        [care-team] care team
        [leadership] leadership
        [training] training
        [social] social
        [mediation] mediation
       *[other] { $kind }
    }
moment =
    { $day } { $month ->
         [1] January
         [2] February
         [3] March
         [4] April
         [5] May
         [6] June
         [7] July
         [8] August
         [9] September
         [10] October
         [11] November
        *[12] December
    } at { $hour }:{ $minute }
moment-utc =
    { $day } { $month ->
         [1] January
         [2] February
         [3] March
         [4] April
         [5] May
         [6] June
         [7] July
         [8] August
         [9] September
         [10] October
         [11] November
        *[12] December
    } at { $hour }:{ $minute } UTC
duration-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
duration-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
duration-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
duration-seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
duration-two = { $first } { $second }
reason = Reason: { $reason }
quoted = » { $text }
ask-the-team = A question, a disagreement? Write to the team: they will answer you.
role-newcomer = newcomer
role-correspondent = correspondent
role-facilitator = facilitator
space-unofficial = { $name } (unofficial)
