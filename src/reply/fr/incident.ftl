# crise
help-incident = pendant une crise : geler des groupes (quatre heures si rien n’est dit), n’avoir qu’une voix pour en parler, et en garder le compte rendu
incident-told = 🛑 Bonjour à tous. L’équipe s’occupe en ce moment de quelque chose de sérieux et met ce groupe en pause, au plus tard jusqu’au { $until }. Les nouvelles viendront ici, de { $speaker }.
incident-told-private = Vous pouvez toujours m’écrire en privé : { $command }, puis votre message, et l’équipe le reçoit. En cas de danger, n’attendez pas de réponse ici : en France, le 15 ou le 112 ; le 3114 répond jour et nuit, gratuitement, à qui souffre.
incident-status-title = 📣 **Point n° { $number }**, de { $person }, le { $at } :
incident-over = ✅ C’est fini : ce groupe est de nouveau comme avant. Merci de votre patience.
incident-over-locked = ✅ C’est fini. Ce groupe reste en pause jusqu’au { $until }. Merci de votre patience.
incident-speaker-you = 🛑 Bonjour. L’équipe de **{ $community }** fait face à quelque chose de sérieux et vous confie la parole. Écrivez-moi ici { $command } : je le publie sous votre nom dans chaque groupe en pause.
incident-opened = 🛑 Crise { $incident } ouverte jusqu’au { $until } ; la parole est à { $speaker }. En pause :
incident-next = Dire où l’on en est : { $status }, publié dans chaque groupe en pause. Terminer : { $close }, et tout redevient exactement comme avant.
incident-nothing = Aucun groupe n’a pu être mis en pause, et aucune crise n’est ouverte.
incident-none = Aucune crise n’est ouverte. Pour en ouvrir une : { $command }
incident-already = Une crise est déjà ouverte, depuis le { $since }, par { $person }. Terminez-la d’abord : { $command }
incident-why = Dites pourquoi, après « parce que ». La raison reste dans l’équipe.
incident-how = Je n’ai pas compris « { $words } ». Dites « ouvrir », « point », « porte-parole » ou « clore ».
incident-status-missing = Écrivez après « point » ce que je dois publier.
incident-not-here = { $person } n’est dans aucun groupe de la communauté. Invitez d’abord cette personne, ou donnez la parole à quelqu’un d’autre.
incident-posted = { $count ->
    [one] 📣 Point n° { $number } : je le publie dans un groupe.
   *[other] 📣 Point n° { $number } : je le publie dans { $count } groupes.
}
incident-speaker-now = La parole est maintenant à { $speaker }.
incident-shown = 🛑 Crise { $incident }, ouverte le { $since } par { $person }, jusqu’au { $until }.
incident-shown-speaker = { $posts ->
    [0] La parole est à { $speaker }. Rien n’est encore publié. En pause :
    [one] La parole est à { $speaker }. Un point est publié. En pause :
   *[other] La parole est à { $speaker }. { $posts } points sont publiés. En pause :
}
incident-closed = { $posts ->
    [0] ✅ Crise { $incident } close après { $lasted }, sans point publié. Les groupes sont exactement comme avant.
    [one] ✅ Crise { $incident } close après { $lasted } et un point publié. Les groupes sont exactement comme avant.
   *[other] ✅ Crise { $incident } close après { $lasted } et { $posts } points publiés. Les groupes sont exactement comme avant.
}
incident-closed-locked = - { $group } reste en pause jusqu’au { $until }
incident-learned = À retenir : { $words }
incident-closed-file = Le compte rendu (le journal d’audit du début à la fin, sans un mot des membres) arrive dans le salon d’administration.
incident-overdue = ⏰ La crise { $incident }, ouverte le { $since }, est au bout de sa durée, et ses pauses sont finies. Si c’est fini, écrivez { $close } : le compte rendu vient ensuite. Je ne le redirai pas.
