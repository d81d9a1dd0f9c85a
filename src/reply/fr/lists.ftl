# Les listes partagées.

help-lists = listes partagées de personnes et de serveurs tenus à l’écart : voir ce qu’une liste ferait ici, s’abonner, tenir la vôtre
effect-read_list = lire une liste partagée
effect-leave_list = quitter le salon d’une liste partagée
matter-listed = liste partagée

lists-kept-out = 🛡️ { $person } est tenu à l’écart de tous les salons : son nom est sur la liste { $list }.
lists-came = 👀 { $person } arrive, et son nom est sur la liste { $list }, qui est seulement signalée ici. Pour bannir : { $command }
lists-ban-reason = Liste partagée : { $list }
lists-accepted = ✅ { $person } a décidé : ce que la liste { $list } a changé est appliqué.
lists-refused = ❌ { $person } a décidé : ce que la liste { $list } a changé n’est pas appliqué.
lists-more = { $count ->
    [one] … et un autre.
   *[other] … et { $count } autres.
}
lists-read-again = ✅ La liste { $list } ({ $id }) est de nouveau lue.
lists-closed = ⚠️ La liste { $list } ({ $id }) ne peut pas être lue : ce salon n’existe pas, ou il ne me laisse pas entrer. Si on y entre sur invitation, faites-moi inviter. Je réessaie toutes les heures.
lists-gone = ⚠️ Je ne suis plus dans le salon de la liste { $list } ({ $id }). Ses règles restent telles que je les ai connues ; je réessaie toutes les heures. Pour y mettre fin : désabonner.
lists-taken = ⚠️ { $list } ({ $id }) est un salon d’une communauté d’ici, ou une conversation : ce n’est pas une liste.
lists-large = ⚠️ La liste { $list } ({ $id }) a plus de règles qu’il n’en est pris. Le reste n’est pas en vigueur.
lists-moved = ⚠️ La liste { $list } ({ $id }) continue dans un autre salon : { $room }. Abonnez-vous à celui-là si vous lui faites confiance, et désabonnez-vous de celui-ci.
lists-hits-many = ⚠️ **Un changement de la liste { $list } toucherait { $count ->
    [one] une personne
   *[other] { $count } personnes
} ici**, beaucoup d’un coup ou la plupart d’un groupe. Rien n’a été fait. ✅ l’applique, ❌ laisse ces règles de côté.
lists-let-in = 🔓 { $count ->
    [one] Une personne n’est plus sur aucune liste et peut
   *[other] { $count } personnes ne sont plus sur aucune liste et peuvent
} revenir :
lists-servers = 🛡️ Serveurs que les listes tiennent à l’écart de tous les salons : { $count } ({ $new } nouveaux, { $old } qui ne le sont plus).
lists-server-new = - { $server }
lists-server-old = - plus à l’écart : { $server }
lists-servers-left-out = { $count } de plus ne tiennent pas dans les réglages d’un salon et ne sont pas tenus à l’écart.
lists-news = **Liste { $list }**
lists-news-banned = Tenus à l’écart de tous les salons : { $count }
lists-news-named = Sur la liste, et toujours ici : { $count }
lists-news-broad = - Pas appliqué, car cela toucherait tout le monde chez vous, le serveur ou vos propres salons : { $rule }

lists-preview = **Liste { $list }** ({ $id })
lists-preview-rules = Règles : { $users } sur des personnes, { $servers } sur des serveurs, { $rooms } sur des salons.
lists-preview-named = Personnes d’ici qui sont dessus : { $count }
lists-preview-place = - dans { $group } : { $count }
lists-preview-team = De l’équipe elle nomme { $count } : l’équipe n’est jamais touchée.
lists-preview-servers = Serveurs qu’elle tiendrait à l’écart : { $count }
lists-preview-no-federation = Cette communauté ne prend pas part à la fédération : les règles sur des serveurs ne changent rien dans ses salons.
lists-preview-look = Rien n’est en vigueur. Pour l’appliquer : { $command }
lists-preview-notify = Il est seulement signalé ici qui est dessus. Pour l’appliquer : { $command }
lists-preview-enforce = Elle est appliquée, sauf ce qui attend une décision.

lists-own-name = Liste de { $community }
lists-what = Dites quoi à propos des listes.
lists-own-stays = C’est votre propre liste : on ne la quitte pas. `listes confiance` dit si elle est appliquée.
lists-unsubscribed = La liste { $list } ({ $id }) n’est plus lue. Qui est à l’écart à cause d’elle seule peut revenir.
lists-no-room = « { $words } » n’est pas un salon : donnez son adresse (#…), son identifiant (!…) ou un lien.
lists-unknown = Aucune liste ne s’appelle « { $word } » ici.
lists-too-many = Plus de { $most } listes ne sont pas lues.
lists-own-room = C’est un de vos propres salons.
list-preview-asked = Je regarde { $list } ; ce qu’elle ferait sera dans un instant dans le salon des admins. Rien n’est en vigueur.
list-subscribe-asked = Abonné à { $list } ({ $id }). Ce qu’elle fait ici sera dans un instant dans le salon des admins.
lists-trust-already = La liste { $list } ({ $id }) est déjà { $trust }.
lists-trust-done = La liste { $list } ({ $id }) est désormais { $trust }.
lists-trust-look = seulement regardée
lists-trust-notify = signalée
lists-trust-enforce = appliquée
lists-published = Votre propre liste est créée : { $room }. Tout le monde peut la lire ; ce que vous y mettez est appliqué ici aussi.
lists-published-already = Votre propre liste est { $room }.
lists-no-own = Vous n’avez pas encore de liste à vous : `listes publier` la crée.
lists-own-not-yet = Votre liste est en train d’être créée. Réessayez dans un instant.
lists-no-name = « { $word } » n’est pas un nom pour cela.
lists-too-broad = Cela toucherait tout le monde chez vous, le serveur ou vos propres salons.
lists-of-the-team = C’est quelqu’un de l’équipe : retirez d’abord son rôle.
lists-added = Publié sur votre liste : { $rule }
lists-no-rule = Votre liste n’a pas de règle sur { $rule }.
lists-removed = Retiré de votre liste : { $rule }
lists-none = Aucune liste partagée n’est lue ici. Pour voir ce qu’une liste ferait : { $preview } Pour tenir la vôtre : { $publish }
lists-title = **Listes partagées**
lists-line = - **{ $list }** ({ $id }), { $trust } : { $room } · règles sur des personnes { $users }, des serveurs { $servers }, des salons { $rooms } · par { $by } le { $since }
lists-line-not-read = · pas encore lue
lists-line-large = · a plus de règles qu’il n’en est pris
lists-line-trouble = · ne peut pas être lue en ce moment
lists-line-aside = · règles qui ont leur propre décision : { $count }
lists-effect = Personnes à l’écart à cause des listes : { $people }. Serveurs : { $servers }.
lists-ban-publish = Pour le publier sur votre liste : { $command }
