// Short news in the corner. Server messages are rendered into the region; scripts add to it.

import { element, icon, word } from "ems/words";

const ICONS = { ok: "ok", no: "warning", wait: "clock", note: "info" };
const STAY = 6000;

/** Take a toast away, now or after a while; bad news and a hovering pointer hold it. */
function arm(toast) {
  toast.querySelector("[data-close]")?.addEventListener("click", () => toast.remove());
  if (toast.classList.contains("no")) return;
  let timer = setTimeout(() => toast.remove(), STAY);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => {
    timer = setTimeout(() => toast.remove(), STAY / 2);
  });
}

/** Say something in a corner of the page: tone is ok, no, wait or note. */
export function toast(text, tone = "note") {
  const region = document.getElementById("toasts");
  if (!region) return;
  const close = element("button", { type: "button", class: "ghost", "data-close": "", "aria-label": word("close") });
  close.append(icon("cross"));
  const made = element("div", { class: `toast ${tone}`, role: tone === "no" ? "alert" : "status" });
  made.append(icon(ICONS[tone] ?? "info"), element("div", {}, text), close);
  region.append(made);
  arm(made);
}

/** Arm what the server sent, and listen for HX-Trigger: {"toast": {"text": …, "tone": …}}. */
export function startToasts() {
  document.querySelectorAll("#toasts .toast").forEach(arm);
  document.body.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.tone));
}
