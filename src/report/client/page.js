/* The script of the page: the zoomable curves and the numbers under the pointer. It asks nobody anything. */
(() => {
  "use strict";
  const language = document.documentElement.lang;
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (digits) =>
    new Intl.NumberFormat(language, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const kilowatts = number(2);
  const daySeconds = 86400;
  const digitsOf = (value) =>
    [0, 1, 2].find((one) => Math.abs(value - Number(value.toFixed(one))) < 1e-9) ?? 3;

  // Before the page is laid out on paper the curves are drawn for it: light, and as wide as A4 and Letter have room.
  const paperWidth = 640;
  const isPrinting = () => document.documentElement.classList.contains("printing");
  addEventListener("beforeprint", () => document.documentElement.classList.add("printing"));
  addEventListener("afterprint", () => document.documentElement.classList.remove("printing"));

  /** The way back from `pack`. */
  const unpack = async (text, count, step) => {
    const packed = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(plain).arrayBuffer());
    const values = new Array(count);
    for (let at = 0, index = 0, before = 0; index < count; index++) {
      let zigzag = 0, shift = 0, byte;
      do {
        byte = bytes[at++];
        zigzag |= (byte & 127) << shift;
        shift += 7;
      } while (byte > 127);
      before += zigzag & 1 ? -(zigzag + 1) / 2 : zigzag / 2;
      values[index] = before === 0 ? null : (before - 1) * step / 1000;
    }
    return values;
  };

  const showCurves = async (holder) => {
    if (holder.dataset.begun) return;
    holder.dataset.begun = "true";
    const given = JSON.parse(holder.querySelector("script").textContent);
    const { start, count, step, zone } = given;
    const names = ["production", "consumption"].filter((one) => given[one]);
    const times = Array.from({ length: count }, (_, at) => start + at * 900);
    const series = await Promise.all(names.map((one) => unpack(given[one], count, step)));
    const end = start + count * 900;
    const quarters = [times, ...series];
    const plot = holder.querySelector(".plot");
    const writes = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
    const moment = writes({ dateStyle: "medium", timeStyle: "short" });
    const clock = writes({ hour: "2-digit", minute: "2-digit" });
    const day = writes({ day: "numeric", month: "short" });
    const month = writes({ month: "short", year: "numeric" });
    const span = writes({ dateStyle: "long" });
    const sayShown = () => {
      const text = span.formatRange(view.min * 1000, Math.max(view.min, view.max - 1) * 1000);
      const place = holder.querySelector(".shown");
      const said = isWide() ? `${text} · ${texts.meansOfDays}` : text;
      if (place.textContent !== said) place.textContent = said;
    };
    const looks = {
      production: { stroke: "--sun-line", fill: "--sun-fill" },
      consumption: { stroke: "--use" },
    };
    const mark = (at, step) => {
      if (step >= 27 * daySeconds) return month.format(at * 1000);
      const time = clock.format(at * 1000);
      return step >= daySeconds || /^0?0:00/.test(time) ? day.format(at * 1000) : time;
    };
    // In months of quarter-hours nobody sees anything: there a day is its mean, a night without values being none.
    const widest = 100 * daySeconds;
    const isWide = () => view.max - view.min > widest;
    const meansOfDays = () => {
      const first = times.findIndex((at) => /^0?0:00/.test(clock.format(at * 1000)));
      const days = [[], ...series.map(() => [])];
      for (let from = first - 96; from < count; from += 96) {
        if (from <= -96) continue;
        days[0].push(start + from * 900 + daySeconds / 2);
        series.forEach((values, at) => {
          const known = values.slice(Math.max(0, from), from + 96).filter((one) => one !== null);
          const sum = known.reduce((all, one) => all + one, 0);
          days[at + 1].push(known.length === 0 ? null : sum / 96);
        });
      }
      return days;
    };
    let means = null;
    let shown = null;
    let drawnWide = false;
    let view = { min: Math.max(start, end - 14 * daySeconds), max: end };

    const redrawn = () => {
      if (isWide() !== drawnWide) draw();
    };
    const draw = () => {
      if (shown) shown.destroy();
      const axis = {
        stroke: colour("--muted"),
        grid: { stroke: colour("--rule"), width: 1 },
        ticks: { stroke: colour("--rule"), width: 1 },
      };
      shown = new uPlot(
        {
          width: isPrinting() ? paperWidth : plot.clientWidth,
          height: plot.clientWidth < 500 ? 240 : 320,
          tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone),
          scales: {
            x: { min: view.min, max: view.max },
            y: { range: (_, __, most) => [0, most > 0 ? most * 1.05 : 1] },
          },
          cursor: { drag: { x: true, y: false } },
          axes: [
            {
              ...axis,
              space: 70,
              values: (_, splits, __, ___, step) => splits.map((at) => mark(at, step)),
            },
            {
              ...axis,
              size: 46,
              values: (_, splits) => splits.map((one) => number(digitsOf(one)).format(one)),
            },
          ],
          series: [
            {
              label: texts.time,
              value: (_, at) => at == null ? "–" : (isWide() ? span : moment).format(at * 1000),
            },
            ...names.map((name) => ({
              label: texts[name],
              stroke: colour(looks[name].stroke),
              fill: looks[name].fill && colour(looks[name].fill),
              width: 1.5,
              points: { show: false },
              value: (_, value) => value == null ? "–" : `${kilowatts.format(value)} kW`,
            })),
          ],
          hooks: {
            setScale: [(chart, key) => {
              if (key !== "x") return;
              view = { min: chart.scales.x.min, max: chart.scales.x.max };
              if (isWide() !== drawnWide) setTimeout(redrawn);
              else sayShown();
            }],
          },
        },
        isWide() ? means ??= meansOfDays() : quarters,
        plot,
      );
      drawnWide = isWide();
      sayShown();
    };
    draw();

    const look = (min, max) => {
      const width = Math.min(max - min, end - start);
      const from = Math.max(start, Math.min(min, end - width));
      shown.setScale("x", { min: from, max: from + width });
    };
    for (const button of holder.querySelectorAll("button[data-days]")) {
      button.addEventListener("click", () => {
        const days = Number(button.dataset.days);
        if (days === 0) return look(start, end);
        const middle = Math.min((view.min + view.max) / 2 + days * daySeconds / 2, end);
        const to = view.max >= end - 900 ? end : middle;
        look(to - days * daySeconds, to);
      });
    }
    for (const button of holder.querySelectorAll("button[data-move]")) {
      button.addEventListener("click", () => {
        const by = Number(button.dataset.move) * (view.max - view.min);
        look(view.min + by, view.max + by);
      });
    }
    new ResizeObserver(() => {
      if (!isPrinting() && Math.abs(shown.width - plot.clientWidth) > 2) draw();
    }).observe(plot);
    dark.addEventListener("change", draw);
    addEventListener("beforeprint", draw);
    addEventListener("afterprint", draw);
    holder.dataset.ready = "true";
  };

  /** Says the day and its energy under the pointer; the layout is that of the calendar's pictures. */
  const showDays = (holder) => {
    const { first, energies } = JSON.parse(holder.querySelector("script").textContent);
    const begin = Date.parse(`${first}T00:00Z`);
    const date = new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" });
    const tip = holder.querySelector(".tip");
    holder.addEventListener("pointermove", (event) => {
      const svg = event.target.closest("svg[data-year]");
      tip.hidden = true;
      if (!svg) return;
      const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(
        svg.getScreenCTM().inverse(),
      );
      const column = Math.floor((place.x - 32) / 8.4), row = Math.floor((place.y - 16) / 8.4);
      if (column < 0 || row < 0 || row > 6) return;
      const january = Date.UTC(Number(svg.dataset.year), 0, 1);
      const weekday = (new Date(january).getUTCDay() + 6) % 7;
      const at = january + (column * 7 + row - weekday) * daySeconds * 1000;
      const energy = energies[Math.round((at - begin) / daySeconds / 1000)];
      if (energy == null || new Date(at).getUTCFullYear() !== Number(svg.dataset.year)) return;
      tip.textContent = `${date.format(at)}: ${number(1).format(energy / 10)} kWh`;
      const box = holder.getBoundingClientRect();
      tip.style.left = `${Math.min(event.clientX - box.left + 12, box.width - 230)}px`;
      tip.style.top = `${event.clientY - box.top + 14}px`;
      tip.hidden = false;
    });
    holder.addEventListener("pointerleave", () => tip.hidden = true);
  };

  for (const holder of document.querySelectorAll(".heat")) showDays(holder);
  const waiting = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      waiting.unobserve(target);
      showCurves(target);
    }
  }, { rootMargin: "600px" });
  for (const holder of document.querySelectorAll(".curves")) waiting.observe(holder);
  // Who prints without scrolling gets all of them.
  const drawRest = () => {
    const [holder] = document.querySelectorAll(".curves:not([data-begun])");
    if (holder) showCurves(holder).then(() => setTimeout(drawRest, 50));
  };
  addEventListener("load", () => setTimeout(drawRest, 500));
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.addEventListener("click", () => print());
  }
})();
