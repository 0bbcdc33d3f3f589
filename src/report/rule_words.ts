import type { RuleName } from "../check/finding.ts";
import type { Language } from "./languages.ts";

/** What a rule of `seh check` found, in the languages that its own sentences are not in. */
export const ruleWords: Readonly<
  Record<Exclude<Language, "en">, Readonly<Record<RuleName, string>>>
> = {
  de: {
    "day-sum": "Die Viertelstunden eines Tages ergeben nicht seine Energie",
    "month-sum": "Die Tage eines Monats ergeben nicht seine Energie",
    "year-sum": "Die Monate eines Jahres ergeben nicht seine Energie",
    "lifetime-sum": "Die Jahre ergeben nicht die gesamte Energie der Anlage",
    "production-parts": "Eigenverbrauch und Einspeisung ergeben nicht die Erzeugung",
    "consumption-parts": "Eigenverbrauch und Netzbezug ergeben nicht den Verbrauch",
    "day-balance": "Die Teile eines Tages ergeben nicht das Ganze",
    "counter-falls": "Ein Zähler läuft zurück",
    "night-power": "Erzeugung bei Nacht",
    "above-peak": "Mehr Leistung, als die Module haben",
    "flat-line": "Die Leistung bleibt stundenlang genau gleich",
    "silent-device": "Ein Gerät meldet nichts",
    "double": "Etwas steht doppelt da",
    "day-slots": "Ein Tag hat zu viele oder zu wenige Viertelstunden",
    "zone-offset": "Die Ortszeit passt nicht zur Zeitzone",
  },
  fr: {
    "day-sum": "La somme des quarts d’heure d’un jour n’est pas son énergie",
    "month-sum": "La somme des jours d’un mois n’est pas son énergie",
    "year-sum": "La somme des mois d’une année n’est pas son énergie",
    "lifetime-sum": "La somme des années n’est pas l’énergie totale de l’installation",
    "production-parts": "L’autoconsommation et l’injection ne font pas la production",
    "consumption-parts": "L’autoconsommation et l’achat ne font pas la consommation",
    "day-balance": "La somme des parties d’un jour n’est pas le tout",
    "counter-falls": "Un compteur recule",
    "night-power": "Production de nuit",
    "above-peak": "Plus de puissance que n’en ont les modules",
    "flat-line": "La puissance reste exactement la même pendant des heures",
    "silent-device": "Un appareil ne dit rien",
    "double": "Quelque chose est présent deux fois",
    "day-slots": "Un jour a trop ou trop peu de quarts d’heure",
    "zone-offset": "L’heure locale n’est pas celle du fuseau horaire",
  },
  nl: {
    "day-sum": "De kwartieren van een dag zijn samen niet de energie van die dag",
    "month-sum": "De dagen van een maand zijn samen niet de energie van die maand",
    "year-sum": "De maanden van een jaar zijn samen niet de energie van dat jaar",
    "lifetime-sum": "De jaren zijn samen niet de totale energie van de installatie",
    "production-parts": "Eigen verbruik en teruglevering zijn samen niet de opwekking",
    "consumption-parts": "Eigen verbruik en afname zijn samen niet het verbruik",
    "day-balance": "De delen van een dag zijn samen niet het geheel",
    "counter-falls": "Een teller loopt terug",
    "night-power": "Opwekking bij nacht",
    "above-peak": "Meer vermogen dan de panelen hebben",
    "flat-line": "Het vermogen blijft urenlang precies gelijk",
    "silent-device": "Een apparaat meldt niets",
    "double": "Iets staat er dubbel",
    "day-slots": "Een dag heeft te veel of te weinig kwartieren",
    "zone-offset": "De plaatselijke tijd past niet bij de tijdzone",
  },
};
