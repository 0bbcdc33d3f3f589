/** The languages of a report: apart from their words, which the command line does not need. */
export const languages = ["en", "de", "fr", "nl"] as const;
export type Language = (typeof languages)[number];
