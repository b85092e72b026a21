// A list with filters: views that a person keeps in this browser, offered as chips.

import { element, icon } from "ems/words";

const LIST = document.getElementById("saved-views")?.dataset.views ?? "changes";
const KEY = `ems-views:${document.body.dataset.user ?? ""}:${LIST}`;
const MOST = 12;

/** The kept views: [{name, query}]; storage may be forbidden or nonsense. */
function read() {
  try {
    const views = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(views) ? views : [];
  } catch {
    return [];
  }
}

/** Keep the views and show them. */
function write(views) {
  try {
    localStorage.setItem(KEY, JSON.stringify(views.slice(-MOST)));
  } catch {
    // Without storage there are no kept views; the address can still be bookmarked.
  }
  paint();
}

/** The query of now, without the page. */
function here() {
  const query = new URLSearchParams(location.search);
  query.delete("page");
  for (const [name, value] of [...query]) if (!value) query.delete(name);
  return query.toString();
}

/** One view as a chip with a way to drop it. */
function chip({ name, query }, word) {
  const link = element("a", { href: `?${query}`, class: `chip${query === here() ? " on" : ""}` }, name);
  const drop = element("button", { type: "button", class: "ghost", "aria-label": `${word}: ${name}`, title: word });
  drop.append(icon("cross"));
  drop.addEventListener("click", () => write(read().filter((view) => view.name !== name)));
  return element("span", { class: "view" }, link, drop);
}

/** Put the chips where the page has a place for them. */
function paint() {
  const place = document.getElementById("saved-views");
  place?.replaceChildren(...read().map((view) => chip(view, place.dataset.removeWord)));
  if (place) globalThis.htmx?.process(place);
}

document.addEventListener("submit", (event) => {
  if (event.target.id !== "view-form") return;
  const name = event.target.querySelector("input").value.trim();
  if (name) write([...read().filter((view) => view.name !== name), { name, query: here() }]);
  event.target.reset();
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-close-dialog]")) event.target.closest("dialog").close();
});
document.body.addEventListener("htmx:oobAfterSwap", paint);
// The way back loads the page itself: a body without its scripts would be half a page.
document.body.addEventListener("htmx:historyCacheMiss", (event) => {
  event.preventDefault();
  location.reload();
});
document.body.addEventListener("htmx:pushedIntoHistory", () => {
  const box = document.querySelector(".find input[type=search]");
  if (box && box !== document.activeElement) box.value = new URLSearchParams(location.search).get("q") ?? "";
  paint();
});
paint();
