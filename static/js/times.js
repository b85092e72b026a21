// "5 minutes ago", kept true while the page stays open, by the rule of `distance` in core/text/formatting.py.

import { language, word } from "ems/words";

const MINUTE = 60, HOUR = 3600, DAY = 86_400, NEAR_DAYS = 6;
const always = new Intl.RelativeTimeFormat(language, { numeric: "always" });
const named = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const zone = word("zone");
const calendar = new Intl.DateTimeFormat("en-CA", { timeZone: zone === "zone" ? undefined : zone });

/** Whole days between the calendar days of two moments. */
const days = (moment, now) => Math.round((Date.parse(calendar.format(moment)) - Date.parse(calendar.format(now))) / (DAY * 1000));

/** A number and its unit stay on one line. */
const kept = (text) => text.replace(/(\d) /, "$1\u00a0");

/** The distance of a moment from now in words; further away its date, which the exact moment begins with. */
export function distance(moment, exact, now = Date.now()) {
  const seconds = (moment - now) / 1000, size = Math.abs(seconds), sign = Math.sign(seconds);
  if (size < MINUTE) return word("justNow");
  if (size < HOUR) return kept(always.format(sign * Math.floor(size / MINUTE), "minute"));
  if (size < DAY) return kept(always.format(sign * Math.floor(size / HOUR), "hour"));
  const apart = days(moment, now);
  if (Math.abs(apart) > NEAR_DAYS) return exact.replace(/ [^ ]*$/, "");
  return Math.abs(apart) === 1 ? named.format(apart, "day") : kept(always.format(apart, "day"));
}

/** Write all relative times of the page. */
function refresh() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const text = distance(Date.parse(time.dateTime), time.title);
    if (time.textContent !== text) time.textContent = text;
  }
}

/** Now, each half minute, and whenever htmx brought something. */
export function startTimes() {
  refresh();
  setInterval(refresh, 30_000);
  document.body.addEventListener("htmx:load", refresh);
}
