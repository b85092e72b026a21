// An answer while it is written: news from its stream bring the part of the page that changed. Where no
// stream holds, the part asks for itself every five seconds (hx-trigger of #analysis).

const place = () => document.getElementById("analysis");
const news = ["progress", "text", "end"];
let stream = null;
let isOwed = false;
let kept = null;

/** Ask for what is new; once at a time, and once more for what came meanwhile. */
function renew() {
  isOwed = place().classList.contains("htmx-request");
  if (!isOwed) window.htmx.trigger(place(), "news");
}

/** Listen while it is written and looked at: a browser has six connections for all of its tabs. */
function listen() {
  stream?.close();
  stream = null;
  const address = place()?.dataset.stream;
  if (!address || document.hidden) return;
  stream = new EventSource(address);
  for (const name of news) stream.addEventListener(name, renew);
  stream.addEventListener("end", () => stream.close());
}

/** The source stays as it is read, at its page and its line, while the answer beside it grows. */
function keep({ detail }) {
  if (detail.target !== place() || !detail.shouldSwap) return;
  const box = place().querySelector("#source .source-text");
  if (!box) return;
  kept = { source: box.closest("#source"), box, top: box.scrollTop, focus: document.activeElement };
  kept.source.remove();
}

/** Put it back. */
function putBack() {
  if (!kept) return;
  const { source, box, top, focus } = kept;
  kept = null;
  document.getElementById("source")?.replaceWith(source);
  box.scrollTop = top;
  if (source.contains(focus)) focus.focus({ preventScroll: true });
}

document.body.addEventListener("htmx:beforeSwap", keep);
document.body.addEventListener("htmx:afterSwap", putBack);
document.body.addEventListener("htmx:afterRequest", () => isOwed && setTimeout(renew));
document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => stream?.close());
listen();
