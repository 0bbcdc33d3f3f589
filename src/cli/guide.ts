/**
 * The way to access, in the words that `seh setup`, its guide and the README share. What is said of SolarEdge's
 * console was walked in autumn 2026; its pages may have changed since.
 */

/** Where applications and keys are made. */
const consoleAddress = "https://developer.solaredge.com";

/** What the first sync of a home with inverter, battery and meters costs; a test holds it against a sync. */
export const firstSync = { credits: 57, minutes: 6 } as const;

/** The sign-up of a homeowner. */
export function signUpSteps(redirectUri: string): readonly string[] {
  return [
    `Open ${consoleAddress} and log in with your mySolarEdge account.`,
    'Choose "Set up my company\'s developer account". You need no company: write your own name. ' +
    "Use English letters only.",
    'Choose the industry "Other / Hobbyist" and the usage "Low". The free plan starts at once.',
    "Create an application. Tick both scopes (site data and device data).",
    `As "Allowed Redirect URL" give: ${redirectUri}`,
    "The console shows a client id and a client secret. Keep the page open.",
  ];
}

/** What a homeowner should know before. */
export const homeownerFacts = [
  "It is free: SolarEdge's free plan has 2,000 credits a month. A home needs about 260 of them.",
  "You must be the owner of the site. Who may only view it cannot allow access.",
  "Do you own several sites? SolarEdge's login takes one site only: use a fleet key instead.",
] as const;

/** How a fleet gets its key. */
export const fleetSteps = [
  `Open ${consoleAddress} and log in with the account that sees your sites.`,
  "Set up a developer account, if there is none yet, and create an application.",
  "Copy its API key (also called App API key).",
] as const;

/** What the first sync of so many sites costs and how long it takes, in sentences. */
export function firstSyncText(sites: number): string {
  const { credits, minutes } = firstSync;
  return sites === 1
    ? `The first sync costs about ${credits} of the 2,000 credits a month and takes about ${minutes} ` +
      "minutes: SolarEdge allows 10 requests a minute."
    : `The first sync costs about ${credits} credits and ${minutes} minutes for each site with a ` +
      "battery and meters, less for others. `seh sync --dry-run` counts it for yours.";
}

/** `1. …` lines. */
export function numbered(steps: readonly string[]): string {
  return steps.map((step, at) => `  ${at + 1}. ${step}\n`).join("");
}

/** All of it to read, for those who cannot be asked. */
export function guideText(redirectUri: string): string {
  return `How to give seh access to SolarEdge. At a terminal, \`seh setup\` asks for all of this.

Homeowners
${homeownerFacts.map((one) => `  ${one}\n`).join("")}
${numbered(signUpSteps(redirectUri))}
  Write both into a file named .env:

    SEH_OAUTH_CLIENT_ID=the client id
    SEH_OAUTH_CLIENT_SECRET=the client secret

  Then let nobody else read it, and log in:

    chmod 600 .env
    seh login

Installers, and owners of several sites
${numbered(fleetSteps)}
  Write it into a file named .env, and let nobody else read it:

    SEH_API_KEY=the key

Then
  seh check-api    lists your sites
  seh sync         fetches the data
  seh status       shows them
  ${firstSyncText(1)}

To try seh without an account: seh demo
`;
}
