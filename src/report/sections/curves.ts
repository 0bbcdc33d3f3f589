import { packCurves } from "../curve.ts";
import { balanceOf, latestDays } from "../figures.ts";
import { escaped, legendOf } from "../html.ts";
import type { Locale } from "../locale.ts";
import { dayPicture } from "../pictures/day.ts";
import type { SiteData } from "../site_data.ts";
import { section } from "./section.ts";

/** Today and yesterday by quarter-hour, or the last two days of which quarter-hours are here. */
export function dayCurvesSections(data: SiteData, today: string, locale: Locale): string {
  const { words } = locale;
  return latestDays(data).map((day) => {
    const quarters = data.quarters.filter((one) => one.local.startsWith(day));
    if (quarters.length === 0) return "";
    const battery = data.batteryMoments.filter((one) => one.local.startsWith(day));
    const balance = balanceOf(quarters.map((one) => ({
      ...one,
      day,
      selfConsumption: null,
      isComplete: false,
    })));
    const ago = Temporal.PlainDate.from(day).until(today).days;
    const name = ago === 0 ? words.today : ago === 1 ? words.yesterday : null;
    const title = name === null ? locale.date(day) : `${name}, ${locale.date(day)}`;
    // The server's sum of a day is ahead of its quarter-hours, and whole where some of these are missing.
    const whole = data.days.find((one) => one.day === day);
    const facts = ([
      [words.production, balance.production, whole?.production],
      [words.consumption, balance.consumption, whole?.consumption],
      [words.purchased, balance.purchased, whole?.purchased],
      [words.feedIn, balance.feedIn, whole?.feedIn],
    ] as const).flatMap(([name, energy, ofDay]) =>
      energy === null ? [] : [`${name} ${locale.energy(Math.max(energy, ofDay ?? 0))}`]
    );
    const legend = legendOf([
      ["sun", words.production],
      ...balance.consumption === null ? [] : [["use", words.consumption]] as const,
      ...balance.purchased === null && balance.feedIn === null
        ? []
        : [["buy", words.purchased], ["sell", words.feedIn]] as const,
      ...battery.length === 0 ? [] : [["store", words.charge]] as const,
    ]);
    const svg = dayPicture(
      { day, timeZone: data.timeZone, quarters, battery },
      `${title}: ${facts.join(", ")}`,
      locale,
    );
    return section(title, `<p class="muted">${escaped(facts.join(" · "))}</p>${legend}${svg}`);
  }).join("");
}

/** The curve of all quarter-hours, to zoom and to move in; drawn by the page's script. */
export function curveSection(data: SiteData, locale: Locale): string {
  const { words } = locale;
  const curves = packCurves(data.quarters, data.timeZone ?? "UTC");
  if (!curves) return "";
  const button = (name: string, text: string, before = "", after = "") =>
    `<button type="button" ${name}>${arrow(before)}${escaped(text)}${arrow(after)}</button>`;
  const buttons = [
    button('data-move="-0.5"', words.earlier, "◀ "),
    button('data-move="0.5"', words.later, "", " ▶"),
    button('data-days="1"', words.day),
    button('data-days="7"', words.week),
    button('data-days="31"', words.month),
    button('data-days="366"', words.year),
    button('data-days="0"', words.everything),
  ].join("");
  const byNight = data.batteryDays.length === 0
    ? ""
    : `<p class="muted">${escaped(words.productionByNight)}</p>`;
  return section(
    `${words.curve}, kW`,
    `${byNight}<div class="curves"><p class="muted hint">${escaped(words.curveHint)}</p>` +
      `<div class="buttons">${buttons}</div>` +
      `<p class="muted shown" aria-live="polite"></p>` +
      `<div class="plot" role="img" aria-label="${escaped(words.curve)}"></div>` +
      `<noscript>${escaped(words.needsScript)}</noscript>` +
      `<script type="application/json">${JSON.stringify(curves)}</script></div>`,
    "wide",
  );
}

/** Seen, and not read aloud. */
function arrow(text: string): string {
  return text && `<span aria-hidden="true">${text}</span>`;
}
