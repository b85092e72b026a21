// The box of a comment: a name typed behind "@" is offered in full, and the people to tell are chips.

import { peopleChips } from "ems/people";
import { element } from "ems/words";

const MARK = /(?:^|[^\p{L}\p{N}])@([\p{L}\p{N} .'-]{0,30})$/u;
const PATIENCE = 150;
const SHOWN = 6;

const form = document.getElementById("say");
const box = document.getElementById("talk_text");
const list = document.getElementById("talk-names");
const say = (key, values = {}) => (form.dataset[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
let timer = 0;
let call = null;

const options = () => [...list.children];
const marked = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");

/** What is typed behind the last "@", or nothing. */
const typed = () => MARK.exec(box.value.slice(0, box.selectionStart))?.[1];

function close() {
  list.hidden = true;
  list.replaceChildren();
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function mark(place) {
  for (const [each, option] of options().entries()) option.setAttribute("aria-selected", String(each === place));
  box.setAttribute("aria-activedescendant", options()[place]?.id ?? "");
}

/** Put the whole name in the place of what was typed of it. */
function choose(option) {
  const end = box.selectionStart;
  const start = end - typed().length;
  box.setRangeText(`${option.textContent} `, start, end, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  close();
  box.focus();
}

/** Ask who is called so; an answer that comes late is dropped. */
async function offer() {
  const text = typed();
  if (!text) return close();
  call?.abort();
  call = new AbortController();
  try {
    const answer = await fetch(`${form.dataset.names}?q=${encodeURIComponent(text)}`, { signal: call.signal, headers: { Accept: "application/json" } });
    const names = answer.ok ? (await answer.json()).slice(0, SHOWN) : [];
    // A name that stands there in full needs no offer.
    if (typed() !== text || !names.length || names.some((name) => name.toLowerCase() === text.trim().toLowerCase())) return close();
    list.replaceChildren(...names.map((name, place) => element("li", { role: "option", id: `talk-name-${place}`, "aria-selected": "false" }, name)));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    return mark(0);
  } catch {
    return close();
  }
}

function onKey(event) {
  if (list.hidden) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark((marked() + step + options().length) % options().length);
  else if (["Enter", "Tab"].includes(event.key)) choose(options()[marked()]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

if (form && box && list) {
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, PATIENCE);
  });
  box.addEventListener("keydown", onKey);
  box.addEventListener("blur", () => setTimeout(close, PATIENCE));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
}
for (const select of form?.querySelectorAll("select[data-people]") ?? []) peopleChips(select, say);
