# Ce qui suit pour qui enfreint les règles encore et encore.
step-nudge = un mot
step-warn = un avertissement
step-mute = lecture seule pour un temps
step-remove = exclusion pour un temps
step-ban = un bannissement
matter-sanction = sanction à confirmer
photo-name = photos
sanction-reason = Règles de la communauté
sanction-rule = { $rule }
clean-up-reason = La personne ne fait plus partie de la communauté

sanction-warned = Bonjour. Ceci est un avertissement dans **{ $community }** (règle : { $rule }). Rien d’autre ne se passe maintenant. Si cela continue, vous pourriez ne plus pouvoir écrire pendant un temps. Avec le temps, cela compte de moins en moins.
sanction-muted = Bonjour. Dans **{ $community }**, vous pouvez lire mais pas écrire jusqu’au { $until } (règle : { $rule }). Vous pourrez écrire à nouveau ensuite, sans rien demander. Si vous avez besoin d’aide maintenant, l’équipe est joignable en privé.
sanction-removed = Bonjour. Vous ne faites plus partie de **{ $community }** jusqu’au { $until } (règle : { $rule }). Je vous inviterai à nouveau ensuite.
sanction-banned = Bonjour. Vous ne pouvez plus participer à **{ $community }** (règle : { $rule }).
sanction-appeal = Si cela vous paraît injuste, une autre personne de l’équipe l’examinera : écrivez-moi { $command }.
sanction-back = Bonjour. Vous êtes à nouveau la bienvenue ou le bienvenu dans **{ $community }** : je vous ai invité dans les groupes où vous étiez.

sanction-admins = ⚖️ { $person } : { $step } (règle : { $rule }, { $id }). La personne sait pourquoi et comment faire appel.
sanction-admins-until = ⚖️ { $person } : { $step } jusqu’au { $until } (règle : { $rule }, { $id }). La personne sait pourquoi et comment faire appel.
sanction-over = ⚖️ L’exclusion de { $person } est finie : cette personne est invitée à nouveau.
sanction-ask = ⚖️ Les règles demandent pour { $person } : { $step } (règle : { $rule }). La personne est avertie ; le reste est à décider par un admin.
sanction-not = ⚖️ { $person } garde l’avertissement, rien de plus.
