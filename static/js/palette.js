// Ctrl+K: one box that finds records, verbs and pages while one types, by the keyboard alone.
// The server ranks; what was opened lately is kept in this browser until the person logs out.

import { element, icon } from "ems/words";

const PATIENCE = 60;
const MOST = 8;
const KEY = `ems-recent:${document.body.dataset.user ?? ""}`;
const RECORD = /^\/(changes|bom|activities|activities\/tasks|documents|documents\/jobs|analyzer\/answers|analyzer\/inquiries)\/\d+\/$/;
const ICONS = { changes: "changes", bom: "bom", activities: "activities", documents: "documents", analyzer: "analyzer" };

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = document.getElementById("palette-list");
let timer = 0;
let call = null;
let start = "";
let asked = null;

const options = () => [...list.querySelectorAll("[role=option]")];
const marked = () => list.querySelector("[aria-selected=true]");

/** What was opened lately: [{url, title, note}]; storage may be forbidden or nonsense. */
function recents() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(kept) ? kept.filter((each) => RECORD.test(each?.url)) : [];
  } catch {
    return [];
  }
}

/** Remember the record of this page. */
function remember() {
  const { pathname } = location;
  if (!RECORD.test(pathname)) return;
  const title = document.title.replace(/\s*·\s*EMS\s*$/, "").trim();
  const head = document.querySelector("main h1")?.textContent.trim() ?? "";
  const note = head === title ? "" : head;
  const rest = recents().filter((each) => each.url !== pathname);
  try {
    localStorage.setItem(KEY, JSON.stringify([{ url: pathname, title, note }, ...rest].slice(0, MOST)));
  } catch {
    // Without storage there are no recents.
  }
}

/** One recent record as an option. */
function recent({ url, title, note }) {
  const made = element("a", { role: "option", "aria-selected": "false", tabindex: "-1", href: url });
  const what = element("span", { class: "what" }, title, ...(note ? [element("span", { class: "sub" }, note)] : []));
  made.append(icon(ICONS[url.split("/")[1]] ?? "history"), what);
  return made;
}

/** The recents above what the server offers for an empty box. */
function addRecents() {
  const kept = recents().filter((each) => each.url !== location.pathname);
  if (!kept.length) return;
  const head = element("p", { class: "group", id: "palette-recent" }, dialog.dataset.recent);
  list.prepend(element("div", { role: "group", "aria-labelledby": "palette-recent" }, head, ...kept.map(recent)));
}

/** Show which option Enter would open. */
function mark(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (!option) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", option.id);
  return option.scrollIntoView({ block: "nearest" });
}

/** Put the answer to a text into the list and mark its first line. */
function show(html, text) {
  asked = text;
  list.innerHTML = html;
  if (!input.value.trim()) addRecents();
  options().forEach((option, place) => { option.id = `palette-${place}`; });
  mark(options()[0]);
  dialog.querySelector("[data-said]").textContent = dialog.dataset.counted + options().length;
}

/** Ask for what fits; an answer that comes late is dropped. */
async function ask() {
  call?.abort();
  call = new AbortController();
  const text = input.value.trim();
  if (!text && start) return show(start, text);
  try {
    const answer = await fetch(`${dialog.dataset.url}?${new URLSearchParams({ q: text })}`, { signal: call.signal, headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const html = await answer.text();
    if (!text) start = html;
    return show(html, text);
  } catch (error) {
    if (error.name !== "AbortError") {
      list.replaceChildren(element("p", { class: "group", role: "alert" }, dialog.dataset.failed));
      asked = null;
    }
    return undefined;
  }
}

/** Open the palette, with what was typed elsewhere. */
export function openPalette(text = "") {
  if (!dialog || dialog.open) return;
  input.value = text;
  dialog.showModal();
  input.focus();
  ask();
}

function move(step) {
  const all = options();
  if (all.length) mark(all[(all.indexOf(marked()) + step + all.length) % all.length]);
}

/** Open what is marked, after the answer to what was typed last; without one, the search page. */
async function open(isElsewhere) {
  clearTimeout(timer);
  if (asked !== input.value.trim()) await ask();
  const url = marked()?.href ?? `${dialog.dataset.page}?${new URLSearchParams({ q: input.value })}`;
  if (isElsewhere) globalThis.open(url, "_blank", "noopener");
  else location.assign(url);
}

function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) move(step);
  else if (event.key === "Enter") open(event.ctrlKey || event.metaKey);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Listen to the box, and remember this page. */
export function startPalette() {
  remember();
  if (!dialog) return;
  input.addEventListener("keydown", onKey);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PATIENCE);
  });
  list.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== marked()) mark(option);
  });
  dialog.querySelector("[data-close-palette]").addEventListener("click", () => dialog.close());
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("[data-search], [data-palette]");
    if (!box) return;
    event.preventDefault();
    openPalette(box.value ?? "");
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-forget]")) localStorage.removeItem(KEY);
  });
}
