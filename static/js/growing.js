// An answer while it is written: news from its stream bring the part of the page that changed. Where no
// stream holds, the part asks for itself every five seconds (hx-trigger of #analysis).

const place = () => document.getElementById("analysis");
let isOwed = false;

/** Ask for what is new; once at a time, and once more for what came meanwhile. */
function renew() {
  isOwed = place().classList.contains("htmx-request");
  if (!isOwed) window.htmx.trigger(place(), "news");
}

const address = place()?.dataset.stream;
if (address) {
  const stream = new EventSource(address);
  for (const name of ["progress", "text", "end"]) stream.addEventListener(name, renew);
  stream.addEventListener("end", () => stream.close());
  document.body.addEventListener("htmx:afterRequest", () => isOwed && setTimeout(renew));
  addEventListener("pagehide", () => stream.close());
}
