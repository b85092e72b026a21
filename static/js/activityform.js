// The form of an activity: its tasks are added, copied, moved and removed; templates fill them in.

import { startComboboxes } from "ems/combobox";
import { numberOf } from "ems/numbers";
import { startPaste } from "ems/paste";
import { element, icon, language } from "ems/words";

const form = document.getElementById("activity-form");
const body = document.getElementById("lines");
const template = document.getElementById("task-template");
const draft = document.getElementById("rows-draft");
const total = document.getElementById("id_tasks-TOTAL_FORMS");
const words = document.getElementById("form-words")?.dataset ?? {};
const names = JSON.parse(document.getElementById("people-names")?.textContent ?? "{}");
const options = [...document.querySelectorAll("#people-list option")];
const given = Number(total?.value ?? 0);
const PERSON = "[data-add-person], [data-person-for-all]";
const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });

const say = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const inputs = (line) => [...line.querySelectorAll("input[name], textarea, select")];
const suffix = (input) => input.name.replace(/^tasks-(\d+|__prefix__)-/, "");
const control = (line, name) => inputs(line).find((input) => suffix(input) === name);
const all = () => [...body.querySelectorAll("[data-line]")];
const live = () => all().filter((line) => !control(line, "DELETE").checked);
const nameOf = (line) => control(line, "description").value.trim().slice(0, 60);
const idsOf = (line) => control(line, "people").value.split(",").filter(Boolean);

const valuesOf = (line) =>
  Object.fromEntries(inputs(line).map((input) => [suffix(input), input.type === "checkbox" ? input.checked : input.value]));

/** The places as they stand now; the server sorts by them. */
function number() {
  all().forEach((line, place) => { line.querySelector("[data-order]").value = String(place + 1); });
}

/** Tell the draft keeper that something changed; rows the server does not know go along as text. */
function touched() {
  number();
  const rows = all().filter((line) => Number(/tasks-(\d+)-/.exec(control(line, "hours").name)[1]) >= given);
  draft.value = rows.length ? JSON.stringify(rows.map(valuesOf)) : "";
  draft.dispatchEvent(new Event("input", { bubbles: true }));
  count();
}

/** Hours, first and last day of what is typed so far. */
function count() {
  const lines = live();
  const hours = lines.reduce((sum, line) => sum + numberOf(control(line, "hours").value), 0);
  const days = (name) => lines.map((line) => control(line, name).value).filter(Boolean).sort();
  const shown = (day) => (day ? new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(new Date(`${day}T00:00`)) : "\u2013");
  form.querySelector("[data-sum=hours]").textContent = numbers.format(hours);
  form.querySelector("[data-sum=first]").textContent = shown(days("starts")[0]);
  form.querySelector("[data-sum=last]").textContent = shown(days("ends").at(-1));
  form.querySelector("[data-task-count]").textContent = say(lines.length === 1 ? "tasksOne" : "tasksMany", { count: lines.length });
  form.querySelector("[data-no-lines]").hidden = lines.length > 0 || Boolean(body.querySelector(".gone"));
  body.closest("table").hidden = !body.querySelector("[data-line]");
}

// --- People -------------------------------------------------------------------

/** The people of a line as chips with a way to take each out. */
function paint(line) {
  const chips = idsOf(line).map((id) => {
    const name = names[id] ?? options.find((option) => option.dataset.id === id)?.dataset.name ?? `#${id}`;
    const drop = element("button", { type: "button", class: "ghost", "aria-label": say("takeOut", { name }) });
    drop.append(icon("cross"));
    drop.addEventListener("click", () => {
      control(line, "people").value = idsOf(line).filter((each) => each !== id).join(",");
      paint(line);
      touched();
      line.querySelector("[data-add-person]").focus();
    });
    return element("li", {}, name, drop);
  });
  line.querySelector("[data-people]").replaceChildren(...chips);
}

/** The person whose name stands in the box, or who it can mean when it is finished. */
function meant(text, isFinal) {
  const exact = options.find((option) => option.value === text);
  return exact ?? (isFinal && text ? options.find((option) => option.value.toLowerCase().includes(text.toLowerCase())) : undefined);
}

/** Put a person in charge of a line. */
function put(line, { dataset: { id, name } }) {
  names[id] = name;
  if (!idsOf(line).includes(id)) control(line, "people").value = [...idsOf(line), id].join(",");
  paint(line);
}

/** Take the person whose name stands in the box, for its line or for all; a name nobody has is said to be unknown. */
function takePerson(box, isFinal) {
  const text = box.value.trim();
  const found = meant(text, isFinal);
  box.setCustomValidity(!found && text && isFinal ? say("unknown") : "");
  if (!found) return isFinal && text ? box.reportValidity() : undefined;
  const line = box.closest("[data-line]");
  for (const each of line ? [line] : live()) put(each, found);
  if (!line) {
    const key = live().length ? "allHave" : "allNone";
    form.querySelector("[data-all-note]").textContent = say(key, { name: found.dataset.name, count: live().length });
  }
  box.value = "";
  return touched();
}

// --- Lines --------------------------------------------------------------------

/** A new task at the end, or after another one. */
function add(values = {}, after = null) {
  const holder = element("tbody");
  holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
  const line = holder.querySelector("[data-line]");
  total.value = String(Number(total.value) + 1);
  for (const [name, value] of Object.entries(values)) {
    const input = control(line, name);
    if (!input || ["id", "ORDER"].includes(name)) continue;
    if (input.type === "checkbox") input.checked = value;
    else input.value = value;
  }
  if (after) after.after(line);
  else body.append(line);
  paint(line);
  hide(line);
  return line;
}

/** A removed task shrinks to one sentence with the way back. */
function hide(line) {
  const isGone = control(line, "DELETE").checked;
  line.hidden = isGone;
  for (const input of line.querySelectorAll("textarea[required], input[required]")) input.disabled = false;
  control(line, "description").required = !isGone;
  if (!isGone) return;
  const back = element("button", { type: "button", class: "btn small" }, say("bringBack"));
  const note = element("tr", { class: "gone" }, element("td", { colspan: "6", class: "full" }, `${say("removed", { name: nameOf(line) })} `, back));
  back.addEventListener("click", () => {
    note.remove();
    control(line, "DELETE").checked = false;
    control(line, "description").required = true;
    line.hidden = false;
    touched();
  });
  line.after(note);
}

/** Remove a task; the sentence in its place holds the way back. */
function remove(line, isQuiet = false) {
  control(line, "DELETE").checked = true;
  hide(line);
  if (!isQuiet) line.nextElementSibling.querySelector("button").focus();
  touched();
}

/** Move a task one place up or down, over removed ones. */
function move(line, step) {
  const lines = live();
  const other = lines[lines.indexOf(line) + step];
  if (!other) return;
  if (step < 0) other.before(line);
  else other.after(line);
  touched();
}

/** The first task is of the chosen day; the next begins with the dates and people of the one before it. */
function addAfter(line) {
  const values = line ? valuesOf(line) : { ends: document.getElementById("plan-start").value };
  const made = add({ starts: values.ends ?? "", ends: values.ends ?? "", people: values.people ?? "" }, line);
  touched();
  control(made, "description").focus();
}

// --- Templates ------------------------------------------------------------------

/** Take the tasks of a template or of a panel's processes over. */
async function plan(mode) {
  const select = document.getElementById("plan");
  const note = form.querySelector("[data-plan-note]");
  const { name } = select.selectedOptions[0]?.dataset ?? {};
  if (!select.value) {
    note.textContent = say("planChoose");
    select.focus();
    return;
  }
  const url = select.value === "template" ? form.dataset.plans : form.dataset.processes;
  const query = new URLSearchParams({ q: name, start: document.getElementById("plan-start").value });
  try {
    const answer = await fetch(`${url}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { tasks } = await answer.json();
    if (tasks.length && mode === "replace") for (const line of live()) remove(line, true);
    for (const task of tasks) add({ ...task, hours: task.hours.replace(".", ",") });
    note.textContent = tasks.length ? say("planned", { count: tasks.length, name }) : say("planEmpty");
    touched();
  } catch {
    note.textContent = say("planFailed");
  }
}

// --- All together ---------------------------------------------------------------

function onClick(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const line = button.closest("[data-line]");
  if ("addTask" in button.dataset) addAfter(live().at(-1) ?? null);
  if (button.dataset.plan) plan(button.dataset.plan);
  if (!line) return;
  if ("up" in button.dataset) move(line, -1);
  if ("down" in button.dataset) move(line, 1);
  if ("removeLine" in button.dataset) remove(line);
  if ("copyLine" in button.dataset) {
    const made = add({ ...valuesOf(line), DELETE: false }, line);
    touched();
    control(made, "description").focus();
  }
  if ("up" in button.dataset || "down" in button.dataset) button.focus();
}

function onKey(event) {
  const line = event.target.closest?.("[data-line]");
  if (event.target.matches(PERSON) && event.key === "Enter" && !event.ctrlKey) {
    event.preventDefault();
    takePerson(event.target, true);
  } else if (line && event.altKey && event.key === "Enter") {
    event.preventDefault();
    addAfter(line);
  } else if (line && event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
    event.preventDefault();
    move(line, event.key === "ArrowUp" ? -1 : 1);
    event.target.focus();
  }
}

if (form) {
  for (const line of all()) {
    paint(line);
    hide(line);
  }
  const kept = draft.value;
  try {
    for (const values of JSON.parse(kept || "[]")) add(values);
  } catch {
    // A damaged draft is no draft.
  }
  number();
  count();
  startComboboxes(say);
  form.addEventListener("click", onClick);
  form.addEventListener("keydown", onKey);
  startPaste({ present: () => live().length, add: (values) => add(values), done: touched, failed: say("pasteFailed") });
  form.addEventListener("input", (event) => {
    if (event.target.matches(PERSON)) takePerson(event.target, false);
    else if (body.contains(event.target)) touched();
  });
  form.addEventListener("change", (event) => event.target.matches(PERSON) && takePerson(event.target, true));
}
