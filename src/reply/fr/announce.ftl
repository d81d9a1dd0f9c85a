# Annonces.
copy-withdrawn = Annonce retirée
copy-failed = ⚠️ L’annonce n’a pas pu être transmise à **{ $name }** : { $problem }. Hygie réessaie.
