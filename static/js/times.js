// "5 minutes ago", kept true while the page stays open.

import { language } from "ems/words";

const STEPS = [
  ["year", 31_536_000], ["month", 2_592_000], ["week", 604_800], ["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1],
];
const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "long" });

/** The distance of a moment from now, in words. */
function distance(moment) {
  const seconds = (moment - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return unit === "second" ? words.format(0, "second") : words.format(Math.round(seconds / size), unit);
}

/** Write all relative times of the page. */
function refresh() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const text = distance(Date.parse(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}

/** Now, each half minute, and whenever htmx brought something. */
export function startTimes() {
  refresh();
  setInterval(refresh, 30_000);
  document.body.addEventListener("htmx:load", refresh);
}
