// A bar at the top for everything that takes longer than 300 ms: pages, forms and htmx.

import { toast } from "ems/toasts";
import { word } from "ems/words";

const PATIENCE = 300;
const LONGEST = 20_000;
const SIGN_IN = "/accounts/login/";
let waiting = 0;
let timer = 0;

const bar = () => document.getElementById("loading");

/** Something began: show the bar if it is not over soon. */
function begin() {
  waiting += 1;
  clearTimeout(timer);
  timer = setTimeout(() => bar()?.classList.add("on"), PATIENCE);
}

/** Something ended: hide the bar when nothing else is under way. */
function end() {
  waiting = Math.max(0, waiting - 1);
  if (waiting) return;
  clearTimeout(timer);
  bar()?.classList.remove("on");
}

/** Whether a click leaves for another page in this tab. */
function leaves(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  if (link.target || link.hasAttribute("download") || "download" in link.dataset) return false;
  return link.origin === location.origin && link.href.split("#")[0] !== location.href.split("#")[0];
}

/** A page change has no end event here; a download must not leave the bar on for ever. */
function beginPage() {
  begin();
  setTimeout(end, LONGEST);
}

/** Listen to navigation and to htmx; say when a request failed. */
export function startLoading() {
  document.addEventListener("click", (event) => leaves(event) && beginPage());
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const stays = form.method === "dialog" || form.matches("[data-download], [hx-post], [hx-get], [hx-put], [hx-delete]");
    if (!event.defaultPrevented && !stays) beginPage();
  });
  addEventListener("pageshow", () => {
    waiting = 1;
    end();
  });
  document.body.addEventListener("htmx:beforeRequest", begin);
  document.body.addEventListener("htmx:afterRequest", end);
  document.body.addEventListener("htmx:sendError", () => toast(word("unreachable"), "no"));
  document.body.addEventListener("htmx:responseError", onRefusal);
  document.body.addEventListener("htmx:beforeSwap", onEndedSession);
}

/** A part of a page that turned out to be the sign-in page: not into the page, but in its place. */
function onEndedSession(event) {
  const { responseURL } = event.detail.xhr;
  if (!responseURL || new URL(responseURL).pathname !== SIGN_IN) return;
  event.detail.shouldSwap = false;
  location.reload();
}

/** Read the sentence of our JSON errors, or say something plain; an ended session goes to sign-in. */
function onRefusal({ detail: { xhr } }) {
  if (xhr.status === 401) {
    location.reload();
    return;
  }
  let sentence = "";
  try {
    sentence = JSON.parse(xhr.responseText).message;
  } catch {
    // A page of HTML: its words are not for a toast.
  }
  toast(sentence || word("failed"), "no");
}
