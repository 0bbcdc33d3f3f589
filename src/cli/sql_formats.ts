/** How an answer is written. */
export const sqlFormats = ["table", "csv", "json"] as const;
export type SqlFormat = (typeof sqlFormats)[number];
