# Mots que tous les domaines partagent.
role-member = membre
role-moderator = modération
role-admin = administration
role-owner = responsable
kind =
    { $kind ->
        [announcements] annonces
        [admins] administration
        [discussion] échanges
        [field-watch] veille de terrain
        [support] entraide
        [care-team] équipe de soins
        [leadership] encadrement
        [training] formation
        [social] convivialité
        [mediation] médiation
       *[other] { $kind }
    }
moment =
    { $day ->
        [1] 1er
       *[other] { $day }
    } { $month ->
         [1] janvier
         [2] février
         [3] mars
         [4] avril
         [5] mai
         [6] juin
         [7] juillet
         [8] août
         [9] septembre
         [10] octobre
         [11] novembre
        *[12] décembre
    } à { $hour } h { $minute }
moment-utc =
    { $day ->
        [1] 1er
       *[other] { $day }
    } { $month ->
         [1] janvier
         [2] février
         [3] mars
         [4] avril
         [5] mai
         [6] juin
         [7] juillet
         [8] août
         [9] septembre
         [10] octobre
         [11] novembre
        *[12] décembre
    } à { $hour } h { $minute } UTC
duration-days =
    { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }
duration-hours =
    { $count ->
        [one] { $count } heure
       *[other] { $count } heures
    }
duration-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
duration-seconds =
    { $count ->
        [one] { $count } seconde
       *[other] { $count } secondes
    }
duration-two = { $first } { $second }
reason = Raison : { $reason }
quoted = » { $text }
ask-the-team = Une question, un désaccord ? Écrivez à l’équipe : elle vous répondra.
role-newcomer = nouveau membre
role-correspondent = correspondance
role-facilitator = animation
space-unofficial = { $name } (non officiel)
