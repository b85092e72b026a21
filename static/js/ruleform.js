// The form of an approval rule: steps are added, moved and removed, people are chips. Without this script
// it is plain: lists to choose from, a number for the place, a box to remove.

import { peopleChips } from "ems/people";
import { element } from "ems/words";

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

function start(step) {
  for (const select of step.querySelectorAll("select[data-people]")) peopleChips(select, say, touched);
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
