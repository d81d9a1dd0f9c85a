# Espaces, groupes, reprise, remplacement, archives.
help-adopt = fait d’un salon qui existait déjà un groupe de la communauté
help-upgrade = donne un nouveau salon à un groupe ; tout le monde et tout y va
help-archive = met fin à un groupe : ses membres continuent de lire, personne n’y écrit
help-reopen = rouvre un groupe archivé ou verrouillé, ou annule sa fermeture
help-close = ferme un groupe pour de bon, à une date
help-group = ajoute, règle ou supprime un groupe

# plan
plan-held-told =
    { $count ->
        [one] ✋ **{ $count } changement attend votre accord** : il ne se défait pas, ou montre plus à plus de monde.
       *[other] ✋ **{ $count } changements attendent votre accord** : ils ne se défont pas, ou montrent plus à plus de monde.
    }
plan-held =
    { $count ->
        [one] ✋ { $count } changement attend votre accord (❗) : il ne se défait pas, ou montre plus à plus de monde.
       *[other] ✋ { $count } changements attendent votre accord (❗) : ils ne se défont pas, ou montrent plus à plus de monde.
    }
plan-held-how = Pour le faire : { $command }
plan-step-held = - ❗ { $what }
apply-nothing = Rien d’autre à faire pour le moment.
widget-undeclared = 🧩 { $user } a ajouté un widget dans **{ $group }** : { $url }. Qui l’ouvre donne son adresse à celui qui l’exploite. Hygie le laisse ; s’il doit rester, écrivez-le dans le fichier de la communauté (`widgets`).

# adopt
adopt-as-what = Dites quel salon, et quel groupe il devient.
adopt-no-room = « { $words } » n’est pas un salon : donnez son lien, son adresse (`#nom:serveur`) ou son identifiant (`!…`).
adopt-has-room = **{ $group }** a déjà un salon.
adopt-begun = 🤝 Hygie reprend le salon { $room }. Si ce n’est pas fait, invitez-y d’abord { $bot }.
adopt-invited = Merci pour l’invitation. Je n’entre que dans les salons de votre communauté. Pour que celui-ci en devienne un groupe, écrivez : { $command } (le nom court du groupe à la fin). Mon invitation reste valable jusque-là.
adopt-unknown = ⚠️ Le salon { $room } de **{ $group }** n’existe pas, ou plus : corrigez son adresse.
adopt-not-invited = ⚠️ Hygie ne peut pas entrer dans le salon { $room } de **{ $group }**. Invitez-y d’abord { $bot } : ouvrez le salon et écrivez { $invite }. Hygie reprend le salon dès que c’est fait.
adopt-taken = ⚠️ Le salon { $room } de **{ $group }** est déjà celui d’un autre groupe : corrigez son adresse.
adopt-alias-taken = ⚠️ L’adresse du groupe **{ $group }** mène déjà à un autre salon que { $room }. Choisissez un autre nom court pour ce groupe.
adopt-not-theirs = ⚠️ Le salon { $room } de **{ $group }** n’est pas repris : personne de l’administration n’y a le pouvoir de régler les droits. Demandez ce pouvoir à qui l’a créé.
adopt-powers = ⚠️ Hygie est dans **{ $group }**, mais n’y a pas assez de pouvoir pour le protéger : { $bot } a le niveau { $own }, il lui faut { $needed } (retirer des messages et des personnes, changer les réglages). Dans Element, quelqu’un qui a ce niveau : nom du salon → Personnes → { $bot } → Niveau de pouvoir → Administrateur. S’il n’y a plus personne, l’exploitant du serveur peut utiliser `make_room_admin`. Hygie commence dès que c’est fait.
adopt-governed = ✅ Hygie veille maintenant sur **{ $group }**.
adopt-creator = ℹ️ { $person } a créé ce salon et y reste au-dessus de tout le monde, Hygie compris : la version du salon le veut ainsi.
adopt-creator-how = Pour que ce ne soit plus le cas, donnez-lui un nouveau salon : { $command }

# upgrade
upgrade-confirm =
    🔁 Donner un nouveau salon à { $groups } ? { $count ->
        [one] { $count } personne y est invitée ;
       *[other] { $count } personnes y sont invitées ;
    } exclusions, réglages, adresse et liens suivent ; l’ancien salon reste lisible, personne n’y écrit plus.
upgrade-begun = 🔁 { $groups } : le nouveau salon se fait, tout le monde y est invité.
upgrade-no-room = Il n’y a pas encore de salon à remplacer.
upgrade-tombstone = **{ $group }** continue dans un nouveau salon.
upgrade-new-room = Il est ici : { $room }

# archive, reopen, close
archive-told = 📦 { $person } a archivé ce groupe : vous pouvez continuer à lire, plus personne n’y écrit. Merci à toutes et à tous.
archive-already = **{ $group }** est déjà archivé.
archive-done = 📦 **{ $group }** est archivé ; son export arrive ici. Pour le rouvrir : { $command }
archive-ended = 📦 Ce groupe avait pour dernier jour le { $day } : il est archivé. Vous pouvez continuer à lire, plus personne n’y écrit. Merci à toutes et à tous.
archive-ended-told = 📦 **{ $group }** avait pour dernier jour le { $day } : le groupe est archivé.
ends-soon = 📅 Le dernier jour de ce groupe est le { $day } ; ensuite il est archivé : on pourra encore le lire, plus y écrire.
ends-soon-told = 📅 **{ $group }** est archivé après le { $day }. Pour changer ce jour : { $command }
reopen-told = 🔓 Ce groupe continue : vous pouvez y écrire.
reopen-done = 🔓 **{ $group }** est rouvert.
close-when = « { $words } » n’est pas une durée : écrivez par exemple `dans 7 jours`.
close-already = **{ $group }** ferme déjà. Pour annuler : `rouvrir`.
close-confirm = 🚪 Fermer **{ $group }** pour de bon le { $when } ? Tout le monde en sera retiré. Mieux vaut souvent archiver : on continue de lire. Un export arrive ici avant.
close-told = 🚪 Ce groupe ferme le { $when }. Gardez d’ici là ce qui vous est utile, et dites-vous au revoir.
close-begun = 🚪 **{ $group }** ferme le { $when } ; ses membres le savent. Pour annuler : `rouvrir`.
close-reason = « { $group } » ferme. Merci d’en avoir fait partie.
close-ended = 🚪 **{ $group }** est fermé. Son salon n’a plus personne.

# community create and set, group
shape-always-there = **{ $group }** existe tant que la communauté existe.
shape-no-admins-room = Le salon d’administration n’existe pas encore.
shape-confirm-asked = ✋ { $words } demande confirmation : répondez à la carte { $card } dans le salon d’administration.
shape-wrong = { $key } : { $problem }
shape-bad-id = « { $word } » ne peut pas être un nom court : { $problem }
shape-unknown-kind = Il n’y a pas de type « { $word } ». Les types : { $kinds }
create-not-a-founder = Seules les personnes que l’exploitant a désignées (`founders`) créent des communautés.
create-no-purpose = Dites d’abord pour quoi : `pour <objet>`. L’objet décide de qui en fait partie et des groupes qu’il faut.
create-no-approval = Dites qui l’a approuvée : `approuvé par <qui>`, à la fin.
create-no-name = Il manque le nom, entre guillemets.
create-taken = La communauté { $id } existe déjà.
create-conduct = Nous nous respectons. Nous ne donnons jamais le nom, le numéro ni la photo d’un patient. Nous ne faisons pas de publicité. Nous disons d’où vient une information de santé. En cas d’urgence, nous appelons les secours.
create-done = 🌱 **{ $name }** ({ $id }) est créée : son espace, ses annonces et son administration arrivent, vous y êtes invité·e comme responsable. Ensuite : { $group } pour un groupe, { $set } pour un réglage.
group-what = Dites quoi : `ajouter`, `régler` ou `supprimer`.
group-id-taken = Le nom court { $id } est pris, ou l’a été : choisissez-en un autre.
group-added = 🌱 Le groupe **{ $group }** ({ $id }) est ajouté ; son salon arrive.
group-not-empty =
    { $count ->
        [one] Il y a encore { $count } personne
       *[other] Il y a encore { $count } personnes
    } dans **{ $group }** : archivez-le ou fermez-le d’abord.
group-remove-confirm = 🗑️ Supprimer **{ $group }** de la communauté ? Hygie n’y veillera plus.
group-removed = 🗑️ **{ $group }** ne fait plus partie de la communauté.
set-how = Écrivez `<clé> = <valeur>` ; j’ai lu { $words }.
set-unknown-key = Il n’y a pas de clé { $key }.
set-keys = Les clés : { $keys }
set-done = ✅ **{ $name }** : { $key } = { $value }
set-federate = Ce choix ne se change plus une fois les salons créés.
set-encryption-stays = Le chiffrement ne s’enlève pas.
set-encryption-no-keys = Hygie n’a pas encore de clés : l’exploitant les fait avec `hygie crypto init`.
set-contact-elsewhere = { $person } est d’un autre serveur et ne peut pas entrer dans cette communauté.
set-no-parent = Il n’y a pas de communauté { $parent }.
set-parent-not-yours = Il faut être de l’administration de { $parent } pour y rattacher une communauté.
set-parent-circle = { $parent } fait déjà partie de cette communauté, directement ou non.
