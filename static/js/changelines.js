// The lines of a change while it is typed: added, copied, removed, and what they cost together.

import { numberOf } from "ems/numbers";
import { element, language } from "ems/words";

const form = document.getElementById("change-form");
const body = document.getElementById("lines");
const template = document.getElementById("item-template");
const draft = document.getElementById("rows-draft");
const total = document.getElementById("id_items-TOTAL_FORMS");
const words = document.getElementById("form-words")?.dataset ?? {};
const given = Number(total?.value ?? 0);
const money = new Intl.NumberFormat("id-ID", { maximumFractionDigits: 2 });

/** A sentence with its {places} filled in. */
export const say = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Rupiah as the server writes it. */
export const rupiah = (value) => `Rp\u00a0${money.format(value).replace("-", "\u2212")}`;

const inputs = (line) => [...line.querySelectorAll("input, select")];
const suffix = (input) => input.name.replace(/^items-(\d+|__prefix__)-/, "");
/** One control of a line by the name of its column. */
export const control = (line, name) => inputs(line).find((input) => suffix(input) === name);
/** The lines that count. */
export const live = () => [...body.querySelectorAll("[data-line]")].filter((line) => !control(line, "DELETE").checked);
/** What a line is called; the number tells apart parts that share a name. */
export const nameOf = (line) =>
  [...new Set([line.querySelector("[data-part-name]").textContent.trim(), control(line, "part_number").value])].filter(Boolean).join(" ");

const valuesOf = (line) =>
  Object.fromEntries(inputs(line).map((input) => [suffix(input), input.type === "checkbox" ? input.checked : input.value]));

/** Tell the draft keeper that something changed; rows the server does not know go along as text. */
function touched() {
  const rows = [...body.querySelectorAll("[data-line]")].filter((line) => Number(/items-(\d+)-/.exec(control(line, "qty").name)[1]) >= given);
  draft.value = rows.length ? JSON.stringify(rows.map(valuesOf)) : "";
  draft.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Write the part's facts where they can be read. */
function paint(line) {
  const values = valuesOf(line);
  // A part that PPIC does not know is named here.
  line.querySelector("[data-typed]").hidden = Boolean(values.ext_item_id) || !values.part_number;
  line.querySelector("[data-part-name]").textContent = values.part_name || values.part_number;
  line.querySelector("[data-part-number]").textContent = values.part_name ? values.part_number : "";
  line.querySelector("[data-about]").textContent = values.part_description === values.part_name ? "" : values.part_description;
  line.querySelector("[data-maker]").textContent = values.manufacturer;
  line.querySelector("[data-unit]").textContent = values.unit;
}

/** A new line at the end, or after another one. */
export function add(values, after = null, isLast = true) {
  const holder = element("tbody");
  holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
  const line = holder.querySelector("[data-line]");
  total.value = String(Number(total.value) + 1);
  for (const [name, value] of Object.entries(values)) {
    const input = control(line, name);
    if (!input || name === "id") continue;
    if (input.type === "checkbox") input.checked = value;
    else input.value = value;
  }
  paint(line);
  if (after) after.after(line);
  else body.append(line);
  hide(line);
  if (isLast) settle();
  return line;
}

/** Count, and tell the draft keeper: after one line, or after the last of many. */
export function settle() {
  count();
  touched();
}

/** Copy a line below itself. */
function copy(line) {
  const made = add({ ...valuesOf(line), DELETE: false }, line);
  control(made, "qty").focus();
}

/** A removed line shrinks to one sentence with the way back. */
function hide(line) {
  const isGone = control(line, "DELETE").checked;
  line.hidden = isGone;
  if (!isGone) return;
  const back = element("button", { type: "button", class: "btn small" }, say("bringBack"));
  const note = element("tr", { class: "gone" }, element("td", { colspan: "6", class: "full" }, `${say("removed", { name: nameOf(line) })} `, back));
  back.addEventListener("click", () => {
    note.remove();
    control(line, "DELETE").checked = false;
    line.hidden = false;
    count();
    touched();
  });
  line.after(note);
}

function remove(line) {
  control(line, "DELETE").checked = true;
  hide(line);
  line.nextElementSibling.querySelector("button").focus();
  count();
  touched();
}

/** The limit above which a net cost is pointed out (IDR). */
function limitFor(decrease) {
  const { limit, percentage } = form.dataset;
  return percentage && decrease > 0 ? (decrease * Number(percentage)) / 100 : Number(limit);
}

/** Say that the net cost is above the threshold, by value or by percentage. */
function warn(net, decrease) {
  const place = form.querySelector("[data-over-limit]");
  const limit = limitFor(decrease);
  const isShare = Boolean(form.dataset.percentage) && decrease > 0;
  const share = Number(form.dataset.percentage).toLocaleString(language);
  place.querySelector("[data-words]").textContent = say(isShare ? "byPercentage" : "byValue", { limit: rupiah(limit), percentage: share });
  place.hidden = !(net > limit);
}

/** Amounts of the lines and the three sums. */
export function count() {
  const sums = { increase: 0, decrease: 0 };
  for (const line of live()) {
    const isDecrease = control(line, "direction").value === "1";
    const hasPrice = Boolean(control(line, "snapshot_price").value.trim());
    const amount = Math.round(numberOf(control(line, "qty").value) * numberOf(control(line, "snapshot_price").value) * 100) / 100 || 0;
    sums[isDecrease ? "decrease" : "increase"] += amount;
    const output = line.querySelector("[data-amount]");
    output.textContent = hasPrice ? `${isDecrease ? "\u2212" : "+"} ${rupiah(amount)}` : "\u2013";
    output.className = hasPrice ? (isDecrease ? "down" : "up") : "mute";
  }
  const net = sums.increase - sums.decrease;
  for (const [name, value] of Object.entries({ ...sums, net })) form.querySelector(`[data-sum=${name}]`).textContent = rupiah(value);
  warn(net, sums.decrease);
  const lines = live().length;
  form.querySelector("[data-line-count]").textContent = say(lines === 1 ? "linesOne" : "linesMany", { count: lines });
  form.querySelector("[data-no-lines]").hidden = lines > 0 || Boolean(body.querySelector(".gone"));
  body.closest("table").hidden = !body.querySelector("[data-line]");
}

/** Bring back the lines of a draft, hide what was removed, and count. */
export function startLines() {
  const kept = draft.value;
  for (const line of body.querySelectorAll("[data-line]")) hide(line);
  try {
    for (const values of JSON.parse(kept || "[]")) add(values);
  } catch {
    // A damaged draft is no draft.
  }
  count();
  body.addEventListener("input", () => {
    count();
    touched();
  });
  body.addEventListener("click", (event) => {
    const line = event.target.closest("[data-line]");
    if (event.target.closest("[data-copy-line]")) copy(line);
    if (event.target.closest("[data-remove-line]")) remove(line);
  });
}
