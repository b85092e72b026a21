// Nothing typed is lost, nothing is sent twice: drafts, the leave warning, the double-submit guard.

import { element, word } from "ems/words";

const PREFIX = "ems-draft:";
const who = document.body.dataset.user ?? "";
const guarded = () => [...document.querySelectorAll("form[data-guard]")];
const before = new WeakMap();
const timers = new WeakMap();
let leaving = false;

/** Where the draft of a form is kept: the person, the page, the form. */
const keyOf = (form) => `${PREFIX}${who}:${form.dataset.draft || location.pathname}:${form.id}`;

/** The controls whose content is worth keeping: never secrets, files or hidden plumbing. */
const controls = (form) =>
  [...form.elements].filter(
    (control) => control.name && !["hidden", "password", "file", "submit", "button"].includes(control.type),
  );

/** One control's state as plain data. */
function stateOf(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked;
  if (control.type === "select-multiple") return [...control.selectedOptions].map((option) => option.value);
  return control.value;
}

/** Write a kept state back into a control. */
function restoreOne(control, state) {
  if (control.type === "checkbox" || control.type === "radio") control.checked = state;
  else if (control.type === "select-multiple")
    for (const option of control.options) option.selected = state.includes(option.value);
  else control.value = state;
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

/** What was typed, in document order; rows repeat names, so the place counts too. */
const snapshot = (form) => controls(form).map((control) => [control.name, control.value, stateOf(control)]);

/** Find the control that a kept entry belongs to. */
const controlFor = (form, [name, value], place) => {
  const all = controls(form);
  if (all[place]?.name === name && all[place].type !== "radio") return all[place];
  const same = all.filter((control) => control.name === name);
  return same.find((control) => control.type === "radio" && control.value === value) ?? same[0];
};

const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);
const changed = (form) => before.has(form) && !same(before.get(form), snapshot(form));

/** The kept draft under a key; storage may be full, forbidden or nonsense. */
function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

/** Keep a draft, or drop it when there is nothing to keep. */
function write(key, draft) {
  try {
    if (draft) sessionStorage.setItem(key, JSON.stringify(draft));
    else sessionStorage.removeItem(key);
  } catch {
    // Without storage the leave warning still protects.
  }
}

const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));

/** The key of the form that was saved last: the server says so in a cookie (core/ledger/forms.py). */
const saved = () => /(?:^|; )ems_saved=(\w+)/.exec(document.cookie)?.[1];

/** A sent draft is done with when the server says that it was saved; a form without a key, when the
 * next page of the portal opens, but not when sign-in or an error did. */
function settle() {
  const [navigation] = performance.getEntriesByType("navigation");
  const failed = document.body.dataset.page !== "app" || navigation?.type === "back_forward";
  for (const place of keys()) {
    const draft = read(place);
    if (!draft?.sent) continue;
    const isDone = draft.key ? draft.key === saved() && navigation?.type !== "back_forward" : !failed;
    write(place, isDone ? null : { ...draft, sent: false });
  }
}

/** The key of a form; what is restored brings its own back, so that it is saved once. */
const keyField = (form) => form.querySelector("[name=form_key]");
const draftOf = (form, more = {}) => ({ fields: snapshot(form), key: keyField(form)?.value, ...more });

/** Tell that a draft came back, and offer to throw it away. */
function tell(form, key) {
  const drop = element("button", { type: "button", class: "btn small" }, word("draftDrop"));
  const note = element("div", { class: "callout restored", role: "status" }, element("div", {}, word("draftBack")), drop);
  drop.addEventListener("click", () => {
    write(key, null);
    leaving = true;
    location.reload();
  });
  form.prepend(note);
}

/** Bring back what was typed before, unless the server itself re-rendered the form with its errors. */
function restore(form) {
  const key = keyOf(form);
  const draft = read(key);
  if (!draft || form.querySelector(".errors, [aria-invalid=true]")) return;
  if (same(draft.fields, snapshot(form))) return;
  draft.fields.forEach((entry, place) => {
    const control = controlFor(form, entry, place);
    if (control) restoreOne(control, entry[2]);
  });
  if (draft.key && keyField(form)) keyField(form).value = draft.key;
  tell(form, key);
}

/** A page that is shown again by the way back is the same form, with the key that it was sent with. */
function keepKey(form) {
  const field = keyField(form);
  if (!field || form.querySelector(".errors")) return;
  const known = history.state?.formKeys?.[form.id];
  if (known) field.value = known;
  else history.replaceState({ ...history.state, formKeys: { ...history.state?.formKeys, [form.id]: field.value } }, "");
}

/** Watch one form: its first state, then each change. */
function watch(form) {
  if (before.has(form)) return;
  keepKey(form);
  before.set(form, snapshot(form));
  restore(form);
  form.addEventListener("input", () => {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => write(keyOf(form), changed(form) ? draftOf(form) : null), 250));
  });
}

/** Remember a form as sent, and close its buttons so that a second click does nothing. */
function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  clearTimeout(timers.get(form));
  if (before.has(form)) write(keyOf(form), changed(form) ? draftOf(form, { sent: true }) : null);
  if (form.matches("[data-forget]")) for (const key of keys()) write(key, null);
  if (form.matches("[data-download], [hx-post], [hx-get], [hx-put], [hx-delete]") || form.target) return;
  leaving = true;
  form.dataset.sending = "1";
  (event.submitter ?? form.querySelector(".btn.main"))?.setAttribute("aria-busy", "true");
}

/** Open everything again when the browser brings the page back from its cache. */
function reopen() {
  leaving = false;
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll(".btn[aria-busy]")) button.removeAttribute("aria-busy");
}

/** Show what was typed as a password while the button is pressed in, and warn of Caps Lock. */
function passwords() {
  for (const button of document.querySelectorAll("[data-reveal]")) {
    const input = document.getElementById(button.dataset.reveal);
    button.hidden = false;
    button.addEventListener("click", () => {
      const show = input.type === "password";
      input.type = show ? "text" : "password";
      button.setAttribute("aria-pressed", String(show));
    });
    const hint = document.querySelector("[data-capslock]");
    for (const type of ["keydown", "keyup", "blur"])
      input.addEventListener(type, (event) => {
        if (hint) hint.hidden = !(type !== "blur" && event.getModifierState?.("CapsLock"));
      });
  }
}

/** Start all of it; htmx content is watched as it arrives. */
export function startForms() {
  settle();
  guarded().forEach(watch);
  passwords();
  document.addEventListener("submit", onSubmit);
  document.body.addEventListener("htmx:load", () => guarded().forEach(watch));
  document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful && before.has(detail.elt)) {
      before.set(detail.elt, snapshot(detail.elt));
      write(keyOf(detail.elt), null);
    }
  });
  addEventListener("pageshow", (event) => event.persisted && reopen());
  addEventListener("beforeunload", (event) => {
    if (!leaving && guarded().some(changed)) event.preventDefault();
  });
}
