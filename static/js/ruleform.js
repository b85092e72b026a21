// The form of an approval rule: steps are added, moved and removed, people are chips. Without this script
// it is plain: lists to choose from, a number for the place, a box to remove.

import { element, icon } from "ems/words";

const form = document.getElementById("rule-form");
const steps = document.getElementById("steps");
const template = document.getElementById("step-template");
const total = document.getElementById("id_steps-TOTAL_FORMS");
const words = document.getElementById("form-words")?.dataset ?? {};

const say = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const all = () => [...steps.querySelectorAll("[data-step]")];
const control = (step, name) => [...step.querySelectorAll("[name]")].find((each) => each.name.endsWith(`-${name}`));
const live = () => all().filter((step) => !control(step, "DELETE").checked);
const touched = () => form.dispatchEvent(new Event("change", { bubbles: true }));

/** Numbers as they stand; the server sorts by them. */
function number() {
  live().forEach((step, place) => {
    control(step, "order").value = String(place + 1);
    step.querySelector("[data-number]").textContent = String(place + 1);
  });
}

/** The chosen people of a list as chips, and a box to find more. */
function chips(select) {
  const list = element("ul", { class: "people-chips" });
  const options = element("datalist", { id: `${select.id}_names` });
  for (const { text } of select.options) options.append(element("option", { value: text }));
  const box = element("input", { list: options.id, autocomplete: "off", placeholder: say("addPerson"), "aria-label": say("addPerson") });

  const paint = () => list.replaceChildren(...[...select.selectedOptions].map((option) => {
    const drop = element("button", { type: "button", class: "ghost", "aria-label": say("takeOut", { name: option.text }) }, icon("cross"));
    drop.addEventListener("click", () => {
      option.selected = false;
      paint();
      touched();
      box.focus();
    });
    return element("li", {}, option.text, drop);
  }));

  const take = (isFinal) => {
    const text = box.value.trim().toLowerCase();
    const found = [...select.options].find((option) => option.text.toLowerCase() === text)
      ?? (isFinal && text ? [...select.options].find((option) => option.text.toLowerCase().includes(text)) : undefined);
    box.setCustomValidity(!found && text && isFinal ? say("unknown") : "");
    if (!found) return isFinal && text ? box.reportValidity() : undefined;
    found.selected = true;
    box.value = "";
    paint();
    return touched();
  };
  box.addEventListener("input", () => take(false));
  box.addEventListener("change", () => take(true));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take(true);
  });
  select.addEventListener("input", paint);
  select.hidden = true;
  select.before(list, box, options);
  paint();
}

function start(step) {
  for (const select of step.querySelectorAll("select[data-people]")) chips(select);
  for (const tools of step.querySelectorAll("[data-tools]")) tools.hidden = false;
  step.hidden = control(step, "DELETE").checked;
}

function add() {
  const holder = element("div");
  holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
  const step = holder.querySelector("[data-step]");
  total.value = String(Number(total.value) + 1);
  steps.append(step);
  start(step);
  number();
  control(step, "role").focus();
}

function move(step, places) {
  const shown = live();
  const other = shown[shown.indexOf(step) + places];
  if (!other) return;
  if (places < 0) other.before(step);
  else other.after(step);
}

function isEmpty(step) {
  const names = control(step, "role").value || control(step, "people").selectedOptions.length || control(step, "of_head").checked;
  return !names && !step.querySelector(".errorlist");
}

function onClick(event) {
  const button = event.target.closest("button");
  const step = button?.closest("[data-step]");
  if (button && "addStep" in button.dataset) add();
  if (!step) return;
  if ("up" in button.dataset) move(step, -1);
  if ("down" in button.dataset) move(step, 1);
  if ("remove" in button.dataset) {
    control(step, "DELETE").checked = true;
    step.hidden = true;
    form.querySelector("[data-add-step]").focus();
  } else if ("up" in button.dataset || "down" in button.dataset) button.focus();
  number();
  touched();
}

if (form) {
  form.dataset.scripted = "";
  for (const tools of form.querySelectorAll("[data-tools]")) tools.hidden = false;
  for (const step of all()) start(step);
  // The empty steps below are for those without a script: here a button adds one.
  while (live().length > 1 && isEmpty(live().at(-1))) live().at(-1).remove();
  number();
  form.addEventListener("click", onClick);
}
