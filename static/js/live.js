// What others do, as it happens: a stream while it holds, polling while it does not.
// A message {"topics": ["changes", "bell"]} becomes the events "live:changes" and "live:bell" on <body>;
// parts of the page listen with hx-trigger="live:changes from:body".

import { word } from "ems/words";

const { liveUrl, pollUrl } = document.body.dataset;
const POLL = 5000;
const GATHER = 250;
const LONGEST = 60_000;
const HIDDEN = 30_000;

let stream = null;
let since = document.body.dataset.since ?? "";
let failures = 0;
let retryTimer = 0;
let pollTimer = 0;
let hiddenTimer = 0;
let gatherTimer = 0;
const gathered = new Set();

const jitter = (milliseconds) => milliseconds * (0.75 + Math.random() / 2);

/** Show in the header whether news arrive: on, poll or off. */
function show(state) {
  const tag = document.getElementById("live-tag");
  if (!tag || tag.dataset.state === state) return;
  tag.dataset.state = state;
  tag.hidden = false;
  tag.className = `tag live ${{ on: "ok", poll: "wait", off: "no" }[state]}`;
  tag.querySelector("[data-word]").textContent = word({ on: "liveOn", poll: "livePoll", off: "liveOff" }[state]);
  tag.querySelector("use").setAttribute("href", `${word("sprite")}#${state === "off" ? "offline" : "dot"}`);
}

/** Tell the page which topics have news, once for all that came in a moment. */
function flush() {
  gatherTimer = 0;
  for (const topic of gathered) document.body.dispatchEvent(new CustomEvent(`live:${topic}`));
  gathered.clear();
}

/** Take a message in; a burst becomes one refresh, at slightly different moments on each screen. */
function receive(message) {
  if (message.id !== undefined) since = String(message.id);
  for (const topic of message.topics ?? []) gathered.add(topic);
  if (gathered.size && !gatherTimer) gatherTimer = setTimeout(flush, GATHER + Math.random() * 150);
}

/** Ask once what was missed. */
async function poll() {
  try {
    const answer = await fetch(`${pollUrl}?since=${encodeURIComponent(since)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    receive(await answer.json());
    if (!stream || stream.readyState !== EventSource.OPEN) show("poll");
  } catch {
    show("off");
  }
}

/** Poll until the stream is back. */
function fallBack() {
  if (pollTimer) return;
  poll();
  pollTimer = setInterval(poll, POLL);
}

/** The stream holds: no more polling. */
function opened() {
  failures = 0;
  clearInterval(pollTimer);
  pollTimer = 0;
  show("on");
}

/** The stream broke: poll meanwhile, and try again later, later, later. */
function broken() {
  stream?.close();
  stream = null;
  failures += 1;
  fallBack();
  clearTimeout(retryTimer);
  retryTimer = setTimeout(open, jitter(Math.min(LONGEST, 1000 * 2 ** failures)));
}

/** Open the stream. */
function open() {
  stream?.close();
  stream = new EventSource(since ? `${liveUrl}?since=${encodeURIComponent(since)}` : liveUrl);
  stream.addEventListener("open", opened);
  stream.addEventListener("error", broken);
  stream.addEventListener("message", (event) => {
    if (event.lastEventId) since = event.lastEventId;
    try {
      receive(JSON.parse(event.data));
    } catch {
      // A heartbeat or a proxy's page is no news.
    }
  });
}

/** Let go of the connection; browsers allow only six to one server. */
function close() {
  stream?.close();
  stream = null;
  clearTimeout(retryTimer);
  clearInterval(pollTimer);
  pollTimer = 0;
}

/** Come back to a page that was hidden, and catch up. */
function wake() {
  clearTimeout(hiddenTimer);
  if (stream) return;
  poll();
  open();
}

/** Start where the page names a stream. */
export function startLive() {
  if (!liveUrl) return;
  open();
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && wake());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenTimer = setTimeout(close, HIDDEN);
    else wake();
  });
}
