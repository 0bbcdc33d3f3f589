import uplotCss from "uplot/dist/uPlot.min.css" with { type: "text" };
import uplotScript from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import pageCss from "./client/page.css" with { type: "text" };
import pageScript from "./client/page.js" with { type: "text" };
import { fleetSection, type RankedSite } from "./fleet.ts";
import { escaped } from "./html.ts";
import { type ReportContext, siteArticle, subtitleOf } from "./site_article.ts";
import type { SiteData } from "./site_data.ts";

/** The page of one site. `backTo`: where the list of all sites is. */
export function sitePage(data: SiteData, context: ReportContext, backTo: string | null): string {
  const { words } = context.locale;
  const back = backTo === null
    ? ""
    : `<nav aria-label="${escaped(words.allSites)}"><ul><li><a href="${escaped(backTo)}">← ${
      escaped(words.back)
    }</a></li></ul></nav>`;
  return documentOf({
    title: data.name,
    subtitle: subtitleOf(data, context),
    content: back + siteArticle(data, context, "h1"),
  }, context);
}

/** All sites ranked, with their articles below where they are given. `linkTo` says where a site's page is. */
export function fleetPage(
  ranking: readonly RankedSite[],
  sites: readonly SiteData[],
  context: ReportContext,
  linkTo: (siteId: number) => string | null,
): string {
  return documentOf({
    title: context.locale.words.report,
    subtitle: "",
    content: fleetSection(ranking, context.locale, linkTo) +
      sites.map((one) => siteArticle(one, context, "h2")).join("\n"),
  }, context);
}

/**
 * A page that needs nothing beside itself. The policy in its head keeps a browser from asking anybody for
 * anything, whatever stands in a name that a server sent.
 */
function documentOf(
  { title, subtitle, content }: { title: string; subtitle: string; content: string },
  { locale, now, year }: ReportContext,
): string {
  const { words, tag } = locale;
  const made = now.toZonedDateTimeISO("UTC").toPlainDate().toString();
  const texts = {
    time: words.time,
    meansOfDays: words.meansOfDays,
    production: words.production,
    consumption: words.consumption,
  };
  const suffix = year === null ? "" : ` ${year}`;
  return `<!doctype html>
<html lang="${tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escaped(`${title}${suffix}`)}</title>
<style>${uplotCss}${pageCss}</style>
</head>
<body>
<a class="skip" href="#content">${escaped(words.overview)}</a>
<header><div><h1>${escaped(`${title}${suffix}`)}</h1>${subtitle}</div>
<button type="button" data-print>${escaped(words.print)}</button></header>
<main id="content">
${content}
</main>
<footer>${escaped(`${words.made} ${locale.date(made)}. ${words.madeWith}`)}</footer>
<script type="application/json" id="texts">${JSON.stringify(texts)}</script>
<script>${uplotScript}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}
