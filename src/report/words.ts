import type { Language } from "./languages.ts";

/** Every label of a report. */
export interface Words {
  readonly report: string;
  readonly overview: string;
  readonly allSites: string;
  readonly site: string;
  readonly today: string;
  readonly yesterday: string;
  readonly thisMonth: string;
  readonly thisYear: string;
  readonly allTime: string;
  readonly production: string;
  readonly consumption: string;
  readonly battery: string;
  readonly charge: string;
  readonly grid: string;
  readonly purchased: string;
  readonly feedIn: string;
  readonly usedAtHome: string;
  readonly selfSufficiency: string;
  readonly selfConsumption: string;
  readonly specificYield: string;
  readonly perDay: string;
  readonly bestDay: string;
  readonly bestMonth: string;
  readonly bestYear: string;
  readonly worstDay: string;
  readonly highestPower: string;
  readonly records: string;
  readonly curve: string;
  readonly curveHint: string;
  readonly productionByNight: string;
  readonly meansOfDays: string;
  readonly days: string;
  readonly time: string;
  readonly day: string;
  readonly dayCount: string;
  readonly week: string;
  readonly month: string;
  readonly year: string;
  readonly months: string;
  readonly years: string;
  readonly everything: string;
  readonly calendar: string;
  readonly less: string;
  readonly more: string;
  readonly charged: string;
  readonly discharged: string;
  readonly cycles: string;
  readonly inverters: string;
  readonly availability: string;
  readonly coverage: string;
  readonly coverageStates: {
    readonly complete: string;
    readonly partial: string;
    readonly "total only": string;
    readonly missing: string;
  };
  readonly findings: string;
  readonly noFindings: string;
  readonly savings: string;
  readonly investment: string;
  readonly returned: string;
  readonly paidBack: string;
  readonly table: string;
  readonly dataUntil: string;
  readonly made: string;
  readonly rank: string;
  readonly lastDays: string;
  readonly noData: string;
  readonly noDataOf: string;
  readonly noMeter: string;
  readonly back: string;
  readonly print: string;
  readonly madeWith: string;
  readonly earlier: string;
  readonly later: string;
  readonly needsScript: string;
}

/** The words of each language. `{n}` stands for a number. */
export const words: Readonly<Record<Language, Words>> = {
  en: {
    report: "Solar report",
    overview: "Overview",
    allSites: "All sites",
    site: "Site",
    today: "Today",
    yesterday: "Yesterday",
    thisMonth: "This month",
    thisYear: "This year",
    allTime: "In all",
    production: "Production",
    consumption: "Consumption",
    battery: "Battery",
    charge: "State of charge",
    grid: "Grid",
    purchased: "From the grid",
    feedIn: "To the grid",
    usedAtHome: "Used on site",
    selfSufficiency: "Self-sufficiency",
    selfConsumption: "Self-consumption",
    specificYield: "Specific yield",
    perDay: "a day",
    bestDay: "Best day",
    bestMonth: "Best month",
    bestYear: "Best year",
    worstDay: "Weakest day",
    highestPower: "Highest power (quarter-hour)",
    records: "Records",
    curve: "Every quarter-hour",
    curveHint: "Drag across the curve to zoom in. Double-click to see everything.",
    productionByNight: "Production is what the inverters give. By night it comes from the battery.",
    meansOfDays: "means of days",
    days: "Last {n} days",
    time: "Time",
    day: "Day",
    dayCount: "Days",
    week: "Week",
    month: "Month",
    year: "Year",
    months: "Months, year by year",
    years: "Years",
    everything: "Everything",
    calendar: "Production of every day",
    less: "less",
    more: "more",
    charged: "Charged",
    discharged: "Discharged",
    cycles: "Full cycles",
    inverters: "Inverters",
    availability: "Availability",
    coverage: "What is here, and what is missing",
    coverageStates: {
      complete: "complete",
      partial: "in part",
      "total only": "day total only",
      missing: "missing",
    },
    findings: "Findings",
    noFindings: "Nothing to report.",
    savings: "Savings",
    investment: "Spent on the installation",
    returned: "come back so far",
    paidBack: "all of it by about",
    table: "Show the numbers",
    dataUntil: "Data until",
    made: "Made on",
    rank: "Rank",
    lastDays: "last {n} days",
    noData: "No data yet.",
    noDataOf: "No data for {n}.",
    noMeter: "No meter: consumption and grid are not known.",
    back: "All sites",
    print: "Print",
    madeWith: "Made with seh from your own database. This page loads nothing from the internet.",
    earlier: "Earlier",
    later: "Later",
    needsScript: "The zoomable curve needs JavaScript. All other pictures do not.",
  },
  de: {
    report: "Solarbericht",
    overview: "Überblick",
    allSites: "Alle Anlagen",
    site: "Anlage",
    today: "Heute",
    yesterday: "Gestern",
    thisMonth: "Dieser Monat",
    thisYear: "Dieses Jahr",
    allTime: "Insgesamt",
    production: "Erzeugung",
    consumption: "Verbrauch",
    battery: "Batterie",
    charge: "Ladestand",
    grid: "Netz",
    purchased: "Netzbezug",
    feedIn: "Einspeisung",
    usedAtHome: "Selbst verbraucht",
    selfSufficiency: "Autarkie",
    selfConsumption: "Eigenverbrauch",
    specificYield: "Spezifischer Ertrag",
    perDay: "am Tag",
    bestDay: "Bester Tag",
    bestMonth: "Bester Monat",
    bestYear: "Bestes Jahr",
    worstDay: "Schwächster Tag",
    highestPower: "Höchste Leistung (Viertelstunde)",
    records: "Rekorde",
    curve: "Jede Viertelstunde",
    curveHint: "Über die Kurve ziehen vergrößert. Ein Doppelklick zeigt wieder alles.",
    productionByNight:
      "Erzeugung ist, was die Wechselrichter abgeben. Nachts kommt sie aus der Batterie.",
    meansOfDays: "Mittel der Tage",
    days: "Letzte {n} Tage",
    time: "Zeit",
    day: "Tag",
    dayCount: "Tage",
    week: "Woche",
    month: "Monat",
    year: "Jahr",
    months: "Monate im Jahresvergleich",
    years: "Jahre",
    everything: "Alles",
    calendar: "Erzeugung jedes Tages",
    less: "weniger",
    more: "mehr",
    charged: "Geladen",
    discharged: "Entladen",
    cycles: "Vollzyklen",
    inverters: "Wechselrichter",
    availability: "Verfügbarkeit",
    coverage: "Was da ist und was fehlt",
    coverageStates: {
      complete: "vollständig",
      partial: "teilweise",
      "total only": "nur Tageswert",
      missing: "fehlt",
    },
    findings: "Auffälligkeiten",
    noFindings: "Keine Auffälligkeiten.",
    savings: "Ersparnis",
    investment: "Ausgaben für die Anlage",
    returned: "bisher zurückgeflossen",
    paidBack: "ganz etwa im Jahr",
    table: "Zahlen zeigen",
    dataUntil: "Daten bis",
    made: "Erstellt am",
    rank: "Rang",
    lastDays: "letzte {n} Tage",
    noData: "Noch keine Daten.",
    noDataOf: "Keine Daten für {n}.",
    noMeter: "Kein Zähler: Verbrauch und Netz sind nicht bekannt.",
    back: "Alle Anlagen",
    print: "Drucken",
    madeWith:
      "Mit seh aus Ihrer eigenen Datenbank erstellt. Diese Seite lädt nichts aus dem Internet.",
    earlier: "Früher",
    later: "Später",
    needsScript: "Die vergrößerbare Kurve braucht JavaScript, alle anderen Bilder nicht.",
  },
  fr: {
    report: "Rapport solaire",
    overview: "Aperçu",
    allSites: "Toutes les installations",
    site: "Installation",
    today: "Aujourd’hui",
    yesterday: "Hier",
    thisMonth: "Ce mois-ci",
    thisYear: "Cette année",
    allTime: "Au total",
    production: "Production",
    consumption: "Consommation",
    battery: "Batterie",
    charge: "Niveau de charge",
    grid: "Réseau",
    purchased: "Du réseau",
    feedIn: "Vers le réseau",
    usedAtHome: "Consommé sur place",
    selfSufficiency: "Autosuffisance",
    selfConsumption: "Autoconsommation",
    specificYield: "Rendement spécifique",
    perDay: "par jour",
    bestDay: "Meilleur jour",
    bestMonth: "Meilleur mois",
    bestYear: "Meilleure année",
    worstDay: "Jour le plus faible",
    highestPower: "Puissance maximale (quart d’heure)",
    records: "Records",
    curve: "Chaque quart d’heure",
    curveHint: "Glissez sur la courbe pour agrandir. Un double clic montre tout.",
    productionByNight:
      "La production est ce que les onduleurs fournissent. La nuit, elle vient de la batterie.",
    meansOfDays: "moyennes des jours",
    days: "{n} derniers jours",
    time: "Heure",
    day: "Jour",
    dayCount: "Jours",
    week: "Semaine",
    month: "Mois",
    year: "Année",
    months: "Mois, année par année",
    years: "Années",
    everything: "Tout",
    calendar: "Production de chaque jour",
    less: "moins",
    more: "plus",
    charged: "Chargé",
    discharged: "Déchargé",
    cycles: "Cycles complets",
    inverters: "Onduleurs",
    availability: "Disponibilité",
    coverage: "Données présentes et manquantes",
    coverageStates: {
      complete: "complet",
      partial: "en partie",
      "total only": "total du jour seul",
      missing: "manquant",
    },
    findings: "Constats",
    noFindings: "Rien à signaler.",
    savings: "Économies",
    investment: "Dépensé pour l’installation",
    returned: "déjà récupéré",
    paidBack: "en totalité vers",
    table: "Afficher les chiffres",
    dataUntil: "Données jusqu’au",
    made: "Créé le",
    rank: "Rang",
    lastDays: "{n} derniers jours",
    noData: "Pas encore de données.",
    noDataOf: "Pas de données pour {n}.",
    noMeter: "Pas de compteur : consommation et réseau inconnus.",
    back: "Toutes les installations",
    print: "Imprimer",
    madeWith:
      "Créé avec seh à partir de votre propre base de données. Cette page ne charge rien d’Internet.",
    earlier: "Avant",
    later: "Après",
    needsScript: "La courbe à agrandir a besoin de JavaScript ; les autres images, non.",
  },
  nl: {
    report: "Zonnerapport",
    overview: "Overzicht",
    allSites: "Alle installaties",
    site: "Installatie",
    today: "Vandaag",
    yesterday: "Gisteren",
    thisMonth: "Deze maand",
    thisYear: "Dit jaar",
    allTime: "In totaal",
    production: "Opwekking",
    consumption: "Verbruik",
    battery: "Batterij",
    charge: "Laadniveau",
    grid: "Net",
    purchased: "Van het net",
    feedIn: "Naar het net",
    usedAtHome: "Zelf gebruikt",
    selfSufficiency: "Zelfvoorziening",
    selfConsumption: "Eigen verbruik",
    specificYield: "Specifieke opbrengst",
    perDay: "per dag",
    bestDay: "Beste dag",
    bestMonth: "Beste maand",
    bestYear: "Beste jaar",
    worstDay: "Zwakste dag",
    highestPower: "Hoogste vermogen (kwartier)",
    records: "Records",
    curve: "Elk kwartier",
    curveHint: "Sleep over de grafiek om in te zoomen. Dubbelklik toont weer alles.",
    productionByNight: "Opwekking is wat de omvormers leveren. ’s Nachts komt die uit de batterij.",
    meansOfDays: "gemiddelden per dag",
    days: "Laatste {n} dagen",
    time: "Tijd",
    day: "Dag",
    dayCount: "Dagen",
    week: "Week",
    month: "Maand",
    year: "Jaar",
    months: "Maanden, jaar na jaar",
    years: "Jaren",
    everything: "Alles",
    calendar: "Opwekking van elke dag",
    less: "minder",
    more: "meer",
    charged: "Geladen",
    discharged: "Ontladen",
    cycles: "Volle cycli",
    inverters: "Omvormers",
    availability: "Beschikbaarheid",
    coverage: "Wat er is en wat ontbreekt",
    coverageStates: {
      complete: "volledig",
      partial: "deels",
      "total only": "alleen dagtotaal",
      missing: "ontbreekt",
    },
    findings: "Bevindingen",
    noFindings: "Niets te melden.",
    savings: "Besparing",
    investment: "Uitgegeven aan de installatie",
    returned: "tot nu toe terug",
    paidBack: "helemaal rond",
    table: "Toon de cijfers",
    dataUntil: "Gegevens tot",
    made: "Gemaakt op",
    rank: "Plaats",
    lastDays: "laatste {n} dagen",
    noData: "Nog geen gegevens.",
    noDataOf: "Geen gegevens voor {n}.",
    noMeter: "Geen meter: verbruik en net zijn niet bekend.",
    back: "Alle installaties",
    print: "Afdrukken",
    madeWith: "Gemaakt met seh uit uw eigen database. Deze pagina laadt niets van internet.",
    earlier: "Eerder",
    later: "Later",
    needsScript: "De inzoombare grafiek heeft JavaScript nodig, alle andere beelden niet.",
  },
};
