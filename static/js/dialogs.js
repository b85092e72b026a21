// "Are you sure?" in a native dialog: data-confirm on a form, button or link; hx-confirm for htmx.

import { word } from "ems/words";

const host = () => document.getElementById("confirm");

/** Ask; the promise tells whether the answer was yes. */
export function ask(text, { title = "", yes = "", danger = false } = {}) {
  const dialog = host();
  dialog.querySelector("[data-title]").textContent = title || word("confirmTitle");
  dialog.querySelector("[data-text]").textContent = text;
  const button = dialog.querySelector("[value=yes]");
  button.textContent = yes || word("confirmYes");
  button.className = danger ? "btn no" : "btn main";
  dialog.returnValue = "";
  dialog.showModal();
  if (danger) dialog.querySelector("[value=no]").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** The options written on an element: data-confirm-title, data-confirm-yes, data-confirm-danger. */
const options = (source) => ({
  title: source.dataset.confirmTitle,
  yes: source.dataset.confirmYes,
  danger: "confirmDanger" in source.dataset,
});

const agreed = new WeakSet();

/** Hold back a click or a submit until it is confirmed, then let it happen once. */
async function hold(event, source, again) {
  if (agreed.delete(source)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  source.closest("details.menu")?.removeAttribute("open");
  if (!(await ask(source.dataset.confirm, options(source)))) return;
  agreed.add(source);
  again();
}

/** Open the dialog that a button names with data-dialog="id". */
function openNamed(event) {
  const opener = event.target.closest?.("[data-dialog]");
  if (!opener) return;
  event.preventDefault();
  document.getElementById(opener.dataset.dialog)?.showModal();
}

/** A click on the veil closes a dialog, a click elsewhere closes an open menu. */
function closeOutside(event) {
  if (event.target instanceof HTMLDialogElement && !event.target.hasAttribute("data-keep")) event.target.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const done = event.target.closest?.(".menu-body :is(a, button):not([data-theme-choice])");
    if (done || !menu.contains(event.target)) menu.open = false;
  }
}

/** Listen on the whole document, so that content which htmx brings is covered. */
export function startDialogs() {
  document.addEventListener("click", (event) => {
    const source = event.target.closest?.("[data-confirm]:not(form)");
    if (source) hold(event, source, () => source.click());
  }, true);
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (target.matches("[data-confirm]")) hold(event, target, () => target.requestSubmit(submitter));
  }, true);
  document.addEventListener("click", openNamed);
  document.addEventListener("click", closeOutside);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.body.addEventListener("htmx:confirm", async (event) => {
    const { question, elt, issueRequest } = event.detail;
    if (!question) return;
    event.preventDefault();
    if (await ask(question, options(elt))) issueRequest(true);
  });
}
