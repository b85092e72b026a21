// Numbers as people write them here and abroad, read as core/text/numbers.py reads them.

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
const MINUSES = /[\u2010-\u2014\u2212]/g;
const CURRENCY = /rp\.?|idr/i;
// Rupiah without cents are written "1.250.000,-".
const NO_CENTS = /[.,]-$/;
// One mark and three digits: thousands to some, thousandths to others.
const TWO_WAYS = /^[1-9]\d{0,2}[.,]\d{3}$/;
const GROUPED = /^([1-9]\d{0,2})((?<mark>[., '])\d{3}(?:\k<mark>\d{3})*)(?:(?<point>[.,])(\d*))?$/;

/** Digits and a dot, or null for what is no number. */
function plain(bare) {
  if (/^\d+$/.test(bare)) return bare;
  const found = GROUPED.exec(bare);
  if (found) {
    const { mark, point } = found.groups;
    const isGrouped = mark !== point && (mark !== "," || Boolean(point) || found[2].split(",").length > 2);
    if (isGrouped) return `${(found[1] + found[2]).replace(/\D/g, "")}.${found[5] || 0}`;
  }
  const [, whole, rest] = /^(\d*)[.,](\d*)$/.exec(bare) ?? [];
  return whole || rest ? `${whole || "0"}.${rest || "0"}` : null;
}

/** Sign and digits with their marks, without currency, padding and what cannot be seen. */
function bared(text) {
  let bare = text.replace(INVISIBLE, "").replace(MINUSES, "-").replaceAll("\u2019", "'");
  bare = bare.replace(CURRENCY, "").trim();
  const hasNoCents = NO_CENTS.test(bare);
  bare = bare.replace(NO_CENTS, "");
  const sign = /^[-+]/.test(bare) ? bare[0] : "";
  bare = bare.slice(sign.length).trim();
  if (!sign) bare = bare.replace(CURRENCY, "").trim();
  if (hasNoCents && TWO_WAYS.test(bare)) bare = bare.replace(/\D/g, "");
  return [sign, bare.split(/\s+/).join(" ")];
}

/** The number as plain text ("-1250000.50"), or null for what is none. */
export function plainNumber(text) {
  if (text.length > 60) return null;
  const [sign, bare] = bared(text);
  const found = plain(bare);
  return found === null ? null : (sign === "-" ? "-" : "") + found;
}

/** Whether it is "1,250": 1.25 as it is written here, and a thousand in English. */
export function isCommaOfTwo(text) {
  const [, bare] = bared(text.slice(0, 60));
  return TWO_WAYS.test(bare) && bare.includes(",");
}

/** The number, 0 for what is none: sums go on while somebody types. */
export const numberOf = (text) => Number(plainNumber(text) ?? 0);

/** "129500.00" of the server as it is written here: "129.500". */
export function written(plain) {
  const [whole, rest = ""] = plain.split(".");
  const cents = rest.replace(/0+$/, "");
  const groups = whole.replace(/^(-?)0+(?=\d)/, "$1").replace(/\B(?=(\d{3})+$)/g, ".");
  return cents ? `${groups},${cents}` : groups;
}
