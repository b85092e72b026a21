// The keyboard: Ctrl+K and / search, Ctrl+Enter sends the form, ? shows this list.

import { openPalette } from "ems/palette";

/** Whether the person is typing into something. */
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

/** Open the palette. */
function search(event) {
  event.preventDefault();
  openPalette();
}

/** Send the form the cursor is in, or the main form of the page. */
function send(event) {
  const form = event.target.closest?.("form") ?? document.querySelector("main form[data-main]");
  if (!form || form.method === "dialog") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(".btn.main[type=submit], .btn.main:not([type])") ?? undefined);
}

/** Bind the keys once. */
export function startKeys() {
  document.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key.toLowerCase() === "k") search(event);
    else if (control && event.key === "Enter") send(event);
    else if (control || event.altKey || typing(event.target)) return;
    else if (event.key === "/") search(event);
    else if (event.key === "?") document.getElementById("keys")?.showModal();
  });
}
