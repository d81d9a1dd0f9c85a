# La porte : ce qui est refusé avant d’exister. La personne le lit dans son application, à la place de son message.

guard-message = Message non envoyé dans **{ $group }** (règle : { $rule }). Personne ne l’a vu.
guard-state = Modification refusée dans **{ $group }** (règle : { $rule }). Personne ne l’a vue.
guard-photo-team = Photo ou vidéo non envoyée dans **{ $group }** : dans ce groupe, seule l’équipe en publie. Une image montre parfois plus que ce que l’on voit : un visage, un lieu, un nom.
guard-photo-none = Photo ou vidéo non envoyée dans **{ $group }** : ce groupe est sans photos. Une image montre parfois plus que ce que l’on voit : un visage, un lieu, un nom.
guard-invite = Invitation non envoyée dans **{ $place }**.
guard-invite-person = Invitation de { $person } dans **{ $place }** non envoyée.
guard-banned = Votre compte est exclu de la communauté : l’entrée dans **{ $place }** n’est pas possible pour le moment. Pour en parler : { $person }
guard-powers = Les droits dans **{ $group }** sont ceux que la communauté a décidés ; je les remettrais aussitôt. Pour donner un rôle à quelqu’un : { $command }
guard-alias = Les adresses qui commencent par { $prefix } sont réservées aux salons de Hygie ; choisissez-en une autre.
guard-unchecked = Non envoyé : la vérification n’a pas pu se faire. Réessayez dans un instant.
