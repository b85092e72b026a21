// The form of a change: pickers, the part dialog, prices, files, and what depends on the type.

import { add, control, count, live, nameOf, say, settle, startLines } from "ems/changelines";
import { startComboboxes } from "ems/combobox";
import { written } from "ems/numbers";
import { startPaste } from "ems/paste";
import { element, icon, language } from "ems/words";

const form = document.getElementById("change-form");
const dialog = document.getElementById("part-dialog");
const query = document.getElementById("part-q");
const found = document.getElementById("part-found");
const FAB = "3";

// --- Parts --------------------------------------------------------------------

const offers = () => [...found.querySelectorAll("[data-add-part]")];
/** The part that Enter adds: marked in the list, of the catalogue, and found by what stands there now. */
const marked = () => (found.firstElementChild?.dataset.q === query.value.trim() ? found.querySelector("[data-add-part].first") : null);

/** Add the part of a button as a line, and say so. */
function take(button) {
  const { price = "", ...facts } = button.dataset;
  delete facts.addPart;
  const line = add({ ...facts, qty: "1", snapshot_price: written(price) });
  if (price) line.querySelector("[data-price-date]").textContent = say("priceToday");
  dialog.querySelector("[data-added]").textContent = say("added", { name: nameOf(line) });
  button.classList.add("added");
  button.querySelector("svg:last-of-type")?.replaceWith(icon("check"));
}

/** Enter adds the part that is marked, and nothing that nobody has seen or chosen. */
function takeMarked() {
  const part = marked();
  if (!part) return;
  take(part);
  query.select();
}

/** Up and down walk through the list. */
function walk(event) {
  const all = offers();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !all.length) return;
  event.preventDefault();
  const place = all.indexOf(document.activeElement) + step;
  (all[place] ?? (place < 0 ? query : all.at(-1))).focus();
}

function startParts() {
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.stopPropagation();
      dialog.close();
    } else if (event.key === "Enter" && event.target === query) {
      event.preventDefault();
      takeMarked();
    } else walk(event);
  });
  found.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-part]");
    if (button) take(button);
  });
  document.addEventListener("click", (event) => event.target.closest?.("[data-close-dialog]")?.closest("dialog").close());
  dialog.addEventListener("close", () => live().at(-1)?.querySelector("select")?.focus());
}

// --- Prices -------------------------------------------------------------------

const moment = (text) =>
  new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Jakarta" }).format(new Date(text));

/** Put the present prices on the lines; the ones without are named. */
function setPrices({ prices, asOf, isStale }, lines) {
  const missing = [];
  for (const line of lines) {
    const price = prices[control(line, "ext_item_id").value];
    if (price) {
      control(line, "snapshot_price").value = written(price);
      line.querySelector("[data-price-date]").textContent = say("priceToday");
    } else missing.push(nameOf(line));
  }
  control(lines[0], "qty").dispatchEvent(new Event("input", { bubbles: true }));
  const sentences = [say("pricesSet", { count: lines.length - missing.length, moment: asOf ? moment(asOf) : "" })];
  if (missing.length) sentences.push(say("pricesNone", { names: missing.join(", ") }));
  if (isStale) sentences.push(say("pricesStale"));
  return sentences.join(" ");
}

/** Ask for the prices of all lines at once. */
async function getPrices(button) {
  const note = form.querySelector("[data-price-note]");
  const lines = live().filter((line) => control(line, "ext_item_id").value);
  if (!lines.length) {
    note.textContent = say("pricesEmpty");
    return;
  }
  button.setAttribute("aria-busy", "true");
  try {
    const ids = lines.map((line) => control(line, "ext_item_id").value);
    const answer = await fetch(`${form.dataset.prices}?ids=${ids.join(",")}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    note.textContent = setPrices(await answer.json(), lines);
  } catch {
    note.textContent = say("pricesFailed");
  } finally {
    button.removeAttribute("aria-busy");
    count();
  }
}

// --- Files --------------------------------------------------------------------

const sizes = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const size = (bytes) => (bytes < 2 ** 20 ? `${sizes.format(bytes / 1024)} KB` : `${sizes.format(bytes / 2 ** 20)} MB`);

/** Take one of the chosen files back. */
function dropFile(input, place) {
  const kept = new DataTransfer();
  for (const [each, file] of [...input.files].entries()) if (each !== place) kept.items.add(file);
  input.files = kept.files;
  listFiles(input);
}

/** Names and sizes before anything is sent; what is too large keeps the form from going. */
function listFiles(input) {
  const { maxBytes, tooLarge, tooMany } = input.closest("[data-files]").dataset;
  const files = [...input.files];
  const large = files.find((file) => file.size > Number(maxBytes));
  input.setCustomValidity(large ? `${large.name} ${tooLarge}` : files.length > 10 ? tooMany : "");
  const rows = files.map((file, place) => {
    const drop = element("button", { type: "button", class: "ghost", "aria-label": say("dropFile", { name: file.name }) });
    drop.append(icon("cross"));
    drop.addEventListener("click", () => dropFile(input, place));
    const note = element("span", { class: file.size > Number(maxBytes) ? "sub no" : "sub" }, size(file.size));
    return element("li", {}, icon("document"), element("span", {}, file.name), note, drop);
  });
  document.querySelector("[data-file-list]").replaceChildren(...rows);
  if (input.validationMessage) input.reportValidity();
}

// --- All together ---------------------------------------------------------------

/** Margins belong to FAB alone; what is hidden is not sent. */
function fitKind() {
  const isFab = form.elements.kind.value === FAB;
  for (const input of form.querySelectorAll("[data-fab] input")) input.disabled = !isFab;
}

if (form) {
  startLines();
  startComboboxes(say);
  startParts();
  startPaste({ present: () => live().length, add: (values) => add(values, null, false), done: settle, failed: say("pasteFailed") });
  fitKind();
  form.elements.kind.addEventListener("change", fitKind);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-get-prices]");
    if (button) getPrices(button);
  });
  const files = form.querySelector("[data-files] input[type=file]");
  files.addEventListener("change", () => listFiles(files));
}
