#!/usr/bin/env python3
"""Ordinary messages of French care teams, as lines of labelled text in which nothing is marked.

    ordinary.py [N] [--seed S] [--lang fr|en|both]

Every line is invented here: templates with slots. Nothing in them may be taken down; so whatever a rule redacts is a false
alarm. The same seed gives the same lines. Only the standard library is used.
"""

import argparse
import json
import random
import re

FIRST = """Sophie Awa Julien Karim Nadia Thomas Camille Fatou Lucas Marine Hélène Mehdi Chloé Benoît Inès Yann Élodie Samira
Rémi Aurore Paul Léa Antoine Zoé Ibrahim Manon Cécile Hugo Aïcha Maëlle Théo Rose Pierre Olive Claire""".split()
LAST = """Martin Durand Lefebvre Moreau Ndiaye Benali Garcia Roux Lambert Fontaine Leroy Petit Nguyen Da-Silva Kaya Traoré
Girard Mercier Blanc Boulanger Chevalier Rousseau Poulain Delattre Vasseur""".split()
DRUGS = """paracétamol amoxicilline furosémide bisoprolol metformine apixaban oxycodone tramadol lévothyroxine ramipril
pantoprazole enoxaparine morphine ceftriaxone prednisone macrogol oméprazole zopiclone rivaroxaban salbutamol""".split()
BRANDS = ["Doliprane", "Lovenox", "Kardégic", "Lasilix", "Eliquis", "Tahor", "Inexium", "Spasfon", "Ventoline", "Actrapid",
          "Lantus", "Novorapid", "Smecta", "Augmentin", "Profenid", "Xarelto", "Forlax", "Imovane"]
WARDS = ["cardio", "chirurgie viscérale", "médecine A", "gériatrie", "SSR", "réa", "pédiatrie", "maternité", "UHCD", "HDJ",
         "oncologie", "pneumo", "néphro", "USIC", "ortho", "urgences", "bloc", "SMUR", "EHPAD", "HAD", "psy"]
JOBS = ["IDE", "AS", "ASH", "kiné", "ergo", "cadre", "interne", "sage-femme", "psychologue", "diététicienne", "pharmacien",
        "assistante sociale", "brancardier", "orthophoniste", "IBODE", "IADE", "médecin", "infirmière", "aide-soignante"]
DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
TOWNS = ["Lille", "Roubaix", "Arras", "Dunkerque", "Lens", "Valenciennes", "Amiens", "Calais", "Béthune", "Tourcoing"]
STREETS = ["de la République", "des Lilas", "Pasteur", "Victor-Hugo", "du Moulin", "Jean-Jaurès", "de l'Église", "Nationale",
           "du 8 Mai 1945", "du Général-Leclerc", "de Verdun", "Faidherbe", "des Écoles"]
KINDS = ["rue", "avenue", "boulevard", "place", "bd", "av.", "allée"]
HOUSES = ["CHU", "Clinique du Parc", "Pharmacie des Halles", "Maison de santé", "Salle polyvalente", "Mairie",
          "Centre de vaccination", "Cabinet médical", "Laboratoire", "IFSI", "CCAS", "Hôpital Saint-Vincent", "Pharmacie",
          "Maison des associations", "EHPAD Les Tilleuls", "Gymnase", "CMP", "Centre de soins", "École Pasteur"]
SITES = ["https://www.has-sante.fr/jcms/c_{i7}/fr/guide", "https://www.ameli.fr/assure/droits/{i5}",
         "https://ansm.sante.fr/actualites/rappel-lot-{i6}", "https://www.santepubliquefrance.fr/dossiers/{i4}",
         "https://www.vidal.fr/medicaments/{i5}.html", "https://cespharm.fr/prevention/{i4}",
         "https://www.omedit-idf.fr/fiche-{i3}", "https://sante.gouv.fr/IMG/pdf/instruction_2026-{i3}.pdf",
         "https://pubmed.ncbi.nlm.nih.gov/{i8}/", "https://doi.org/10.1016/j.jcin.2024.{i2}.{i3}",
         "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT0000{i8}", "https://www.cpias.fr/nosobase/{i4}.pdf"]
EMOJI = ["", "", "", "", " 🙏", " 👍", " 😊", " ❤️", " 💪", " 😅", " 🎉", " ☕", " 🙈", " 👏🏽", " :)", " ;-)", " ^^"]
GREET = ["", "", "", "", "Bonjour, ", "Bonjour à tous, ", "Hello, ", "Coucou, ", "Salut, ", "Bonsoir, ", "Re, ", "Info : ",
         "Bonjour l'équipe, ", "Petit rappel : ", "Pour info, ", "Bjr, ", "Slt tt le monde, "]
CLOSE = ["", "", "", "", " Merci", " merci !", " Merci d'avance.", " Bonne journée", " Bon courage", " A demain", " Bises",
         " Cdlt", " merci bcp", " Bon we", " À plus"]

FR = r"""
TA {i2}/{d1}, FC {fc}, SpO2 {sat} %, T° {temp}
PA {sys}/{dia} mmHg, pouls {fc}, EVA {d1}/10
constantes ch {room} : {sys}/{dia}, {fc} bpm, {sat}% en AA, {temp}°C
TA {sys}/{dia} ; FC {fc} ; FR {fr} ; sat {sat} % sous {d1} L ; T {temp} ; dextro {gly}
glycémie {gly} g/L à {time}, {d1} UI de {brand} faites
dextro {gly} ce matin, resucrage fait, recontrôle à {time} : {gly}
poids {kg} kg ce matin (hier {kg}), taille 1,{i2} m
diurèse {i4} ml sur 24 h, bilan entrées-sorties +{i3}
EVA {d1}/10 après {drug} {dose} mg, réévaluée à {time}
Glasgow {gcs}, pupilles réactives, pas de déficit
score de Braden {gcs}, matelas à air posé
score de Glasgow {gcs} puis {gcs} à {time}, médecin prévenu
NEWS à {d1}, on surveille toutes les {d1} h
RASS -{d1}, sédation diminuée à {time}
HbA1c {d1},{d1} % ; créat {i2} µmol/L ; DFG {i2} mL/min/1,73 m²
K+ {d1},{d1}, Na {na}, CRP {i3}, leucocytes {i2}00, Hb {d1},{d1} g/dL
NFS : GB {i4}, plaquettes {plt} 000, Hb 1{d1},{d1}
INR à 2,{d1}, prochain contrôle {date}
troponine {i2} ng/L à H0 et {i2} à H3
gazo : pH 7,{i2}, pCO2 {i2}, pO2 {i2}, HCO3 {i2}, lactates 1,{d1}
ECBU : 10^{d1} E. coli, sensible à l'{drug}
BNP {i4}, furosémide {dose} mg IV fait à {time}
PSA 0,{i2}, TSH 2,{i2}, ferritine {i3}
{drug} {dose} mg x {d1}/j pendant {d1} jours
{drug} {dose} mg 1-0-1 puis 1-0-0 à partir du {date}
{brand} {dose} : 1 cp matin, midi et soir
{brand} {dose}00 UI à {time} puis relais {brand}
{drug} {dose} mg/{d1} ml, débit {d1},{d1} ml/h sur PSE
perf {dose}0 ml G5% sur {d1} h, fin prévue {time}
rupture de {brand} {dose} mg jusqu'au {date}, substituer par {drug}
SAP : {drug} {dose} mg dans 50 mL, vitesse {d1}
potassium {d1} g dans {dose}0 mL sur {i2} h
vaccin grippe lot {LOT}, péremption {mmyy}
lot {LOT} du {brand} rappelé par l'ANSM, vérifiez vos stocks
Lot n° {i8}, exp. {date}
traçabilité : réf {REF}, lot {LOT}, pose {date}
commande n° {i10} expédiée, suivi {i2}{LOT}{i6}
Bon de livraison {i6}, {i2} cartons, reçu à {time} par {first}
livraison de gants prévue {day} entre {h} h et {h} h
Livraison oxygène : bouteille B{d1}, n° {i7}, posée ch {room}
colis {brand} au frigo, {i2} boîtes
ch {room} côté porte : changer la perf à {time}
chambres {room}, {room} et {room} libérées, ménage en cours
lit {i2} bloqué jusqu'à {time}
entrée prévue ch {room} à {time} ({ward})
sortie de la {room} à {time}, ambulance commandée
transfert {ward} vers {ward} à {time}, lit {i2}
la {room} sonne toutes les 5 min, qui peut y aller ?
la patiente de la {room} refuse la toilette ce matin
le monsieur du {room} est au scanner, retour vers {time}
Mme D., {age} ans, chute cette nuit, pas de perte de connaissance
Mr B. {age} ans, entrée pour pneumopathie, ATB débutés à {time}
Mme L. ({room}) : pansement à refaire {day}
M. T. a bien mangé, selles +, {temp}
patiente de {age} ans, G{d1}P{d1}, {sa} SA, col à {d1} cm
accouchement à {time}, {i4} g, Apgar 10/10, tout le monde va bien
un patient de {age} ans diabétique refuse l'insuline, vous faites comment ?
fausse couche à {d1} SA, comment accompagnez-vous le couple ?
bébé de {d1} jours, poids de naissance {birth} g, {birth} g ce jour
RDV le {date} à {time}, {ward}, {floor}e étage
rdv scanner {day} {time} pour la {room}
consultation {dr} le {date} à {time}
IRM décalée au {date} {time}
RDV vaccination {date}, salle {i3}
prochain contrôle {date}, à jeun
réunion {day} {date} à {time}, salle {i3}
staff {ward} {day} à {time} en salle {i3}
réunion de synthèse le {date} de {h}h à {h}h30, salle Pasteur
visio {day} {time}, lien dans l'invitation
formation AFGSU {date} et {date}, {d1} places
formation hygiène des mains, {time}, salle {i3}, bât B
il reste {d1} places pour la formation du {date}
congrès les {i2} et {i2} {month}, inscriptions avant le {date}
journée portes ouvertes le {date} de {h} h à {h} h
Réunion qualité au {house}, {n} {kind} {street}, {zip} {town}, à {time}
Rdv au {house}, {n} {kind} {street}, {town}
{house}, {n} {kind} {street}, {zip} {town}, ouvert de {h} h à {h} h
La formation se tient au {house}, {n} {kind} {street} {zip} {town}
{house} de garde : {n} {kind} {street}, {zip} {town}
Adresse de la formation : {house}, {n} {kind} {street}, {zip} {town}
le {house} a déménagé {n} {kind} {street}, {town}
On se retrouve devant le {house}, {kind} {street}, à {time}
parking {kind} {street} fermé {day}, prenez l'entrée nord
bus {i2} arrêt {kind} {street}, puis 5 min à pied
travaux {kind} {street}, comptez {i2} min de plus
défilé {day} {kind} {street}, la sortie {d1} est bloquée
{dr} passe {day} à {time}
{dr} est joignable au poste {ext}
Dr {last}, cardiologue, prend de nouveaux patients
le {dr} opère la fracture de la {room} à {time}
avis {dr} demandé pour la plaie de la {room}
vu avec {dr} : arrêt {drug}, reprise {date}
Pr {last} en visite {day}, préparez les dossiers
selon l'étude de {last} et al. (20{y2}), le risque de chute baisse de {i2} %
cf. {last} P, {last} M. Pansements et cicatrisation. 20{y2};{i2}({d1}):{i3}-{i3}
Mme {last}, cadre de santé, sera absente du {date} au {date}
{first} {last}, IDE en {ward}, anime la formation chute {day}
Merci Mme {last} pour la formation plaies et cicatrisation
Bonjour Mme {last}, le protocole perfusion est en ligne
Mme {last} de la pharmacie confirme la livraison de perfusions {day}
M. {last} (informatique) passe {day} pour les postes
l'infirmière {first} {last} remplace {first} {day}
notre kiné {first} {last} est là à {time}
contactez {first} {last}, référente douleur, poste {ext}
{first} remplace {first} {day} de {h}h à {h}h
{first} est malade, qui peut venir {day} ?
{first} est en arrêt jusqu'au {date}
absence de {first} {day}, je cherche un remplaçant
qui peut échanger son {day} contre mon {day} ?
je prends la nuit du {date} si {first} prend celle du {date}
planning de {month} en ligne, vérifiez vos {d1} repos
effectif {day} : {d1} IDE, {d1} AS, {d1} ASH
il manque {d1} {job} pour {day} matin
{first} et {first} de garde ce we
astreinte {day} : {dr}, poste {ext}
horaires du we : {h}h-{h}h puis {h}h30-{h}h45
poste 12 h le {date}, qui est dispo ?
congés du {date} au {date} validés
heures sup : {i2} h {month}, récup avant le {date}
je suis en retard de {i2} min, désolée
bouchons, j'arrive vers {time}
relève à {time}, soyez à l'heure svp
bon anniversaire {first} !
{first} a eu une petite fille, {birth} g, félicitations
pot de départ de {first} {day} à {time} en salle de pause
cagnotte pour {first} : {price} € pour l'instant
merci {first} pour ton aide cette nuit
bravo à toute l'équipe pour la certif
repas d'équipe {day}, {price} € par personne
gâteau en salle de pause, servez-vous
quelqu'un a vu le stétho bleu ? perdu en {ward}
qui a pris la clé de la réserve ?
j'ai oublié mon mot de passe, qui appeler ?
le mot de passe du logiciel expire dans {d1} jours
pensez à changer votre mot de passe avant le {date}
Mot de passe : 12 caractères minimum, dont 1 chiffre
mot de passe oublié : appeler le {ext}
réinitialiser le mot de passe : cliquer sur « mot de passe oublié »
le mdp se demande à l'informatique, poste {ext}
le code de la porte a changé, demandez à l'accueil
code couleur : rouge = urgent, vert = {i2} h
code CCAM {CCAM}, tarif {price} €
code LPP {i7}, quantité {d1}
code acte AMI {d1},{d1} + MAU
code UF {i4}, centre de coûts {i5}
code barres illisible sur le flacon, lot {LOT}
le digicode du vestiaire est en panne depuis le {date}
le badge ne marche plus, nouveau badge n° {i5}
le wifi est HS au {floor}e
mise à jour du logiciel en version {v3} {day} à {time}
version {v4} installée cette nuit, redémarrez
Easily {v3} : bug d'impression, ticket {i6}
ticket n° {i6} ouvert, réponse sous {i2} h
imprimante {REF} en panne, ip 192.168.{d1}.{i2}
le serveur 10.{d1}.{i2}.{i2} est coupé {day} de {h}h à {h}h
pompe {REF} en maintenance, n° de série {LOT}
respirateur réf. {PLATE} à retourner
lit médicalisé {REF}, pied droit cassé
scope n° {i4} HS, étiquette jaune
bordereau {PLATE} à signer
extincteur contrôlé le {date}, prochain {mmyy}
poste {ext} : pharmacie ; poste {ext} : labo
le standard passe par le {ext}
biologie : {ext}, imagerie : {ext}, bloc : {ext}
DECT {ext} déchargé, prenez le {ext}
fax du labo en panne, utiliser l'appli
urgence vitale : {ext} en interne, 15 dehors
En cas d'urgence : 15, 18, 17, 112, 114
3114 pour la prévention du suicide, affichez-le
violences : 3919, enfants : 119, ameli : 3646
Drogues info service 0 800 23 13 13
le numéro national est le 0 825 {i3} {i3}
prix {price} €, remboursé à {i2} % sur la base de {price} €
tarif transport {price} € + {d1},{i2} €/km
facture {i4}-{i6} du {date}, {price} €
devis n° D{i6} : {price} € HT
budget {i2} {i3} €, reste {i4} €
{site}
voir {site}
recommandations ici : {site}
la fiche est à jour : {site}
Protocole {REF} v{d1}.{d1} mis à jour le {date}
protocole douleur, page {i2}, § {d1}.{d1}.{d1}
procédure PR-{i3}-{i2} : contention, révision {mmyy}
article {d1}.{d1}.{d1}.{d1} de la procédure hygiène
instruction DGOS/{d1}/20{y2}/{i3} du {date}
arrêté du {d1} {month} 20{y2}, article {i2}
décret n° 20{y2}-{i4} du {date}
art. R4127-{i3} du CSP
référentiel HAS {month} 20{y2}
quelqu'un a le protocole {drug} ?
vous mettez quoi sur une plaie fibrineuse ?
combien de temps garde-t-on le {brand} ouvert ?
à quelle vitesse passez-vous le {drug} ?
quel pansement pour une escarre stade {d1} ?
le {drug} se dilue dans combien ?
peut-on écraser le {brand} {dose} ?
question bête : on rince avec {i2} ml ou {i2} ml ?
qui est référent hygiène en {ward} ?
sonde CH {i2} en stock ?
aiguilles {i2}G et {i2}G en rupture
seringues {i2} ml : il en reste {i2}
gants taille {d1},5 : commande faite le {date}
compresses {i2}x{i2}, ref {REF}
masques FFP2 : {i3} en réserve
chariot d'urgence vérifié le {date} à {time}, scellé n° {i6}
frigo à {d1},{d1} °C ce matin
panne ascenseur {d1}, prendre le monte-charge
simulation incendie {day} à {time}
coupure d'eau {day} de {h}h à {h}h au {floor}e
bionettoyage ch {room} terminé à {time}
précautions contact ch {room} jusqu'au {date}
BMR ch {room}, dépistage J{d1} le {date}
covid : {d1} cas en {ward}, masques obligatoires
grippe : taux d'incidence {i3} pour 100 000
syndrome de Guillain-Barré : surveillance respiratoire
maladie de Parkinson : attention aux horaires de {drug}
signe de Babinski à droite, interne prévenu
fracture de Pouteau-Colles, plâtre jusqu'au {date}
manœuvre de Heimlich : rappel en vidéo {day}
échelle de Norton {gcs}/20
test de Lille et score de Maddrey : qui a la feuille ?
maladie de Charcot, matériel livré {day}
aspiration {d1} fois cette nuit, sécrétions claires
transit J{d1}, {brand} donné
pansement VAC refait le {date}, -125 mmHg, {i4} ml
PICC line posé le {date}, {i2} cm
KTC J{d1}, pansement {day}
VVP {i2}G bras gauche posée à {time}
drain {i3} ml en {i2} h, aspect clair
bas de contention taille {d1}
O2 {d1} L, sat {sat}, sevrage prévu {day}
IMC {i2},{d1}, CNO x {d1}/j
régime sans sel, 1{i3} kcal
prélèvements partis à {time}, {d1} tubes
bilan de {h} h non parti, labo prévenu
résultats dispo à {time} sur le serveur
ECG fait à {time}, rythme sinusal {fc}
né à terme, {birth} g, {sa} SA + {d1}
le service est né le 12 mars 1998, on fête ça {day}
déclaration de naissance : mairie ouverte de {h} h à {h} h
congé naissance du {date} au {date}
acte de naissance demandé le {date}
pour la date de naissance, vérifiez le bracelet à chaque soin
identitovigilance : nom, prénom, date de naissance, à faire répéter. Audit le {date}
je ne le vois pas avant le {date}
on ne le change que le {date}
il ne le prend que {day} à {time}
nouvelle salle {i3}, ouverte le {date}
menu de {day} : {i2} repas normaux, {d1} mixés
cantine fermée du {date} au {date}
navette {h}h{i2q}, {h}h{i2q} et {h}h{i2q}
tram {d1} arrêt CHU, puis bât {d1}
cours de suture {date}, {d1} inscrits
3 cours d'anglais médical, salle {i3}
place {i2} du parking réservée au SMUR
route barrée km {i2}, prévoir {i2} min
Équipe {d1} : secteur {room} à {room}
tournée {day} : {i2} passages, {i3} km
tournée du soir {h}h-{h}h : {first}, secteur {d1}
kilométrage du véhicule {d1} : {i5} km, vidange le {date}
véhicule de service {d1} au garage jusqu'au {date}
GPS 50.{i4}, 3.0{i2} pour le point de RDV
ma tension à moi monte avec ces plannings 😂
pas de réseau au sous-sol, appelez le {ext}
doc. {REF}.pdf envoyé sur la messagerie sécurisée
IMG_20{y2}0{d1}1{d1}_{i6}.jpg
scan_{i4}_{i6}.pdf
RPPS 1{i10} sur l'ordonnance svp
FINESS 59{i7} à mettre sur le bon
CIP 34009 {i3} {i3} {d1} {d1}
GTIN 0{i13}
ISBN 978-2-{i4}-{i4}-{d1}
UDI (01)0{i13}(17){i6}(10){LOT}
DASRI : {i2} kg cette semaine, bac {i3}
étude NCT0{i7}, inclusion jusqu'au {date}
n={i3}, p=0,0{i2}, IC95 {d1},{d1}-{d1},{d1}
PMSI : {i3} dossiers, GHM {CCAM}
groupe A+, {d1} CGR commandés, unité {i10}
poche n° {i10} passée de {time} à {time}
bracelet n° {i6} refait
consigne {i2}/{y2} : lavage des mains 30 s
OK pour {time}
d'accord, {day} {time}
vu, merci
pas dispo {day}, dsl
ok je m'en occupe à {time}
+1
bonne nuit à tous, RAS ch {room} à {room}
nuit calme, {d1} entrées, {d1} sonnettes
RAS, tt le monde dort
qqn pr m'aider ch {room} ?
jsuis au {floor}e, j arrive
g pas eu les trans de {time}
urgent : brancardier ch {room} -> imagerie
appel malade ch {room} défectueux
le médecin de garde est {dr}
relais avec {first} ({ward}) fait
besoin d'un avis plaie, photo floutée jointe
pharmacie ouverte {h}h-{h}h, sam {h}h-{h}h
accueil ouvert du lundi au vendredi de {h} h à {h} h 30
secrétariat fermé {day}, rouvre le {date}
permanence sociale {day} {h}h-{h}h au CCAS
vestiaire {i3} attribué à {first}
tenues taille {i2} dispo en lingerie
je cherche le mode d'emploi de la pompe {REF}
sac à dos d'urgence n° {d1} : péremption {mmyy}
test mensuel DSA le {date}, batterie {i2} %
"""

EN = r"""
BP {sys}/{dia}, HR {fc}, SpO2 {sat}%, temp {temp}
room {room} needs a dressing change at {time}
{drug} {dose} mg twice daily for {d1} days
handover at {time}, please be on time
Dr {last} is on call {day}, ext {ext}
meeting on {iso} at {time}, room {i3}
thanks {first} for covering last night
lot {LOT} recalled, check your stock
ward {d1}: {d1} nurses, {d1} HCAs tonight
bed {i2} blocked until {time}
glucose {gly}, rechecked at {time}
my password expired, who do I call?
passwords must have at least 12 characters
version {v3} goes live on {iso}
training on falls, {time}, seminar room {d1}
the clinic at 12 High Street, Leeds LS1 4AB is open from {h} to {h}
who has the key to the store room?
GCS {gcs}, pupils equal and reactive
order {i8} shipped, {i2} boxes
PO box closed, use extension {ext}
weight {kg} kg, BMI {i2}.{d1}
CRP {i3}, WBC {d1}.{d1}, Hb 1{d1}.{d1}
the printer at 192.168.{d1}.{i2} is down
parking is £{d1} per day
nurse {first} {last} runs the wound care workshop
Parkinson's disease: mind the times of {drug}
bus {i2} stops at the main entrance
call 999 in an emergency, 111 otherwise
ref {PLATE}, two in stock
see {site}
"""


class Slots:
    """Fills the slots of templates from one source of chance."""

    def __init__(self, rng):
        self.rng = rng

    def __call__(self, match):
        name = match.group(1)
        digits = re.fullmatch(r"i(\d+)", name)
        if digits:
            length = int(digits.group(1))
            return str(self.rng.randint(1, 9)) + "".join(self.rng.choice("0123456789") for _ in range(length - 1))
        return str(getattr(self, name)())

    def one(self, *values):
        return self.rng.choice(values)

    def d1(self):
        return self.rng.randint(1, 9)

    def i2q(self):
        return self.one("05", "15", "30", "45")

    def y2(self):
        return self.rng.randint(18, 26)

    def h(self):
        return self.rng.randint(6, 22)

    def n(self):
        return self.rng.randint(1, 180)

    def age(self):
        return self.rng.randint(18, 97)

    def fc(self):
        return self.rng.randint(48, 140)

    def fr(self):
        return self.rng.randint(12, 34)

    def sat(self):
        return self.rng.randint(86, 100)

    def sys(self):
        return self.rng.randint(90, 190)

    def dia(self):
        return self.rng.randint(45, 105)

    def gcs(self):
        return self.rng.randint(3, 15)

    def na(self):
        return self.rng.randint(128, 148)

    def plt(self):
        return self.rng.randint(80, 400)

    def sa(self):
        return self.rng.randint(24, 41)

    def birth(self):
        return self.rng.randint(1900, 4300)

    def floor(self):
        return self.rng.randint(1, 8)

    def room(self):
        return self.rng.randint(1, 9) * 100 + self.rng.randint(1, 30) if self.rng.random() < .7 else self.rng.randint(1, 40)

    def ext(self):
        return self.rng.randint(2000, 79999) if self.rng.random() < .3 else self.rng.randint(1000, 9999)

    def dose(self):
        return self.one(5, 10, 20, 25, 40, 50, 75, 100, 250, 500, 1000)

    def temp(self):
        return f"{self.rng.randint(35, 40)}{self.one(',', '.')}{self.rng.randint(0, 9)}"

    def gly(self):
        return f"{self.rng.randint(0, 3)}{self.one(',', '.')}{self.rng.randint(10, 99)}"

    def kg(self):
        return f"{self.rng.randint(38, 120)},{self.rng.randint(0, 9)}"

    def price(self):
        return f"{self.rng.randint(1, 900)},{self.one('00', '50', '90', '20')}"

    def time(self):
        hour, minute = self.rng.randint(0, 23), self.rng.randint(0, 11) * 5
        return self.one(f"{hour}h", f"{hour}h{minute:02}", f"{hour} h {minute:02}", f"{hour:02}:{minute:02}", f"{hour}H{minute:02}")

    def date(self):
        day, month, year = self.rng.randint(1, 28), self.rng.randint(1, 12), self.rng.randint(2024, 2027)
        return self.one(f"{day:02}/{month:02}/{year}", f"{day:02}/{month:02}", f"{day}/{month}/{year % 100}",
                        f"{day} {MONTHS[month - 1]}", f"{day} {MONTHS[month - 1]} {year}", f"{day:02}.{month:02}.{year}",
                        f"{self.day()} {day}", f"{day:02}-{month:02}-{year}")

    def iso(self):
        return f"2026-{self.rng.randint(1, 12):02}-{self.rng.randint(1, 28):02}"

    def mmyy(self):
        return f"{self.rng.randint(1, 12):02}/20{self.rng.randint(25, 30)}"

    def day(self):
        return self.one(*DAYS)

    def month(self):
        return self.one(*MONTHS)

    def first(self):
        return self.one(*FIRST)

    def last(self):
        return self.one(*LAST)

    def dr(self):
        return self.one(f"Dr {self.last()}", f"dr {self.last()}", f"Dr {self.first()} {self.last()}", f"docteur {self.last()}")

    def drug(self):
        return self.one(*DRUGS)

    def brand(self):
        return self.one(*BRANDS)

    def ward(self):
        return self.one(*WARDS)

    def job(self):
        return self.one(*JOBS)

    def town(self):
        return self.one(*TOWNS)

    def street(self):
        return self.one(*STREETS)

    def kind(self):
        return self.one(*KINDS)

    def house(self):
        return self.one(*HOUSES)

    def zip(self):
        return f"{self.one('59', '62', '80', '02', '60')}{self.rng.randint(0, 9)}{self.rng.randint(0, 9)}0"

    def letters(self, count):
        return "".join(self.rng.choice("ABCDEFGHJKLMNPQRSTVWXYZ") for _ in range(count))

    def LOT(self):
        number = self.rng.randint(1000, 999999)
        return self.one(f"{self.letters(1)}{number}", f"{self.letters(2)}{number}", f"{number}{self.letters(1)}", str(number))

    def REF(self):
        number = self.rng.randint(10, 9999)
        return self.one(f"{self.letters(3)}-{number}", f"{self.letters(2)}{number}", f"{number}-{self.letters(2)}")

    def PLATE(self):
        return f"{self.letters(2)}-{self.rng.randint(100, 999)}-{self.letters(2)}"

    def CCAM(self):
        return f"{self.letters(4)}{self.rng.randint(0, 999):03}"

    def v3(self):
        return ".".join(str(self.rng.randint(0, 20)) for _ in range(3))

    def v4(self):
        small = ".".join(str(self.rng.randint(0, 20)) for _ in range(4))
        return self.one(small, f"{self.rng.randint(90, 140)}.0.{self.rng.randint(1000, 7000)}.{self.rng.randint(0, 200)}")

    def site(self):
        return re.sub(r"\{(\w+)\}", self, self.one(*SITES))


def typo(rng, text):
    """What fingers in a hurry do to a text: accents lost, letters doubled or swapped, capitals, no space."""
    if "http" in text or rng.random() > .25:
        return text
    kind = rng.randrange(6)
    at = rng.randrange(max(1, len(text) - 2))
    if kind == 0:
        return text.translate(str.maketrans("éèêàùçôîÉ", "eeeaucoiE"))
    if kind == 1 and text[at].isalpha():
        return text[:at] + text[at] + text[at:]
    if kind == 2 and text[at:at + 2].isalpha():
        return text[:at] + text[at:at + 2][::-1] + text[at + 2:]
    if kind == 3:
        return text.lower()
    if kind == 4 and len(text) < 60:
        return text.upper()
    return text.replace(" :", ":").replace(" ,", ",") if kind == 5 else text


def message(rng, templates, lang):
    slots = Slots(rng)
    text = re.sub(r"\{(\w+)\}", slots, rng.choice(templates))
    if rng.random() < .18:
        second = re.sub(r"\{(\w+)\}", slots, rng.choice(templates))
        text += rng.choice([". ", "\n", " / ", " ; ", ", "]) + second
    if lang == "fr" and "http" not in text:
        text = rng.choice(GREET) + text + rng.choice(CLOSE)
    return typo(rng, text) + rng.choice(EMOJI)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("count", nargs="?", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--lang", choices=["fr", "en", "both"], default="fr")
    options = arguments.parse_args()
    rng = random.Random(options.seed)
    sets = {"fr": FR.strip().splitlines(), "en": EN.strip().splitlines()}
    for _ in range(options.count):
        lang = rng.choice(["fr", "en"]) if options.lang == "both" else options.lang
        text = message(rng, sets[lang], lang)
        print(json.dumps({"text": text, "lang": lang, "spans": []}, ensure_ascii=False))


if __name__ == "__main__":
    main()
