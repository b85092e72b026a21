// A list that can be worked: the whole row opens, keys walk through it, the search box follows the address.
// Views that an older edition kept in this browser move to the server once.

const ROW = "main tbody tr, main .list > li";
const LINK = "td a[href], :scope > span a[href]";
const rows = () => [...document.querySelectorAll(ROW)].filter((row) => row.querySelector(LINK));
const linkOf = (row) => row?.querySelector(LINK);
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** Where a click means the row and nothing in it. */
function isRow(event) {
  const { target } = event;
  if (event.defaultPrevented || event.button || target.closest("a, button, input, select, textarea, label, summary, form")) return null;
  if (String(globalThis.getSelection?.() ?? "")) return null;
  return target.closest(ROW);
}

function openRow(event) {
  const link = linkOf(isRow(event));
  if (!link) return;
  if (event.ctrlKey || event.metaKey) globalThis.open(link.href, "_blank", "noopener");
  else link.click();
}

/** The row that the keys are on. */
const here = () => document.activeElement?.closest?.(ROW);

/** Go to the next row or the one before; Enter then opens it by itself. */
function step(by) {
  const all = rows();
  if (!all.length) return;
  const now = all.indexOf(here());
  const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? 0 : now + by))];
  linkOf(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

/** Tick the row; sign, decide or open it. */
function act(key) {
  const row = here();
  if (!row) return false;
  const target = key === "x" ? row.querySelector("input[type=checkbox]") : row.querySelector(":is(td, .line-end) .btn.main, :is(td, .line-end) .btn") ?? linkOf(row);
  target?.click();
  return Boolean(target);
}

function onKey(event) {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (document.querySelector("dialog[open]") || target.closest?.("input:not([type=checkbox]), textarea, select, summary, .menu-body, [contenteditable]")) return;
  const isArrow = key.startsWith("Arrow");
  if (STEPS[key] && (!isArrow || here())) step(STEPS[key]);
  else if (!["x", "e"].includes(key) || !act(key)) return;
  event.preventDefault();
}

/** Send the views of this browser to the server, each once. */
async function moveViews() {
  for (const form of document.querySelectorAll("form.view-form[action*='/views/']")) {
    const list = form.action.split("/").at(-3);
    const key = `ems-views:${document.body.dataset.user ?? ""}:${list}`;
    let views = null;
    try {
      views = JSON.parse(localStorage.getItem(key));
    } catch {
      // Nonsense is no view.
    }
    for (const { name, query } of Array.isArray(views) ? views : []) {
      const body = new FormData(form);
      body.set("name", name);
      body.set("query", query);
      await fetch(form.action, { method: "POST", body, redirect: "manual" });
    }
    if (views) localStorage.removeItem(key);
  }
}

document.addEventListener("click", openRow);
document.addEventListener("keydown", onKey);
// The way back loads the page itself: a body without its scripts would be half a page.
document.body.addEventListener("htmx:historyCacheMiss", (event) => {
  event.preventDefault();
  location.reload();
});
document.body.addEventListener("htmx:pushedIntoHistory", () => {
  const box = document.querySelector(".find input[type=search]");
  if (box && box !== document.activeElement) box.value = new URLSearchParams(location.search).get("q") ?? "";
});
moveViews();
