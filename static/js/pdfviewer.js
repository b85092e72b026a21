// Draws the pages of a PDF, each when it comes into sight, with its text over it, to be selected and searched; marks
// a passage that the page around asks for. Runs in a frame without cookies and rights.

import { found } from "./passages.js";

const facts = document.body.dataset;
const home = document.getElementById("pages");
const news = document.getElementById("news");
const place = document.getElementById("place");
const MARGIN = 22;
const LARGEST_PIXELS = 16_000_000;
const RENEW = 240_000;
let src = new URL(facts.src, location.href);
let file, zoom = 1, width = 0, generation = 0;

const recognised = new Set(facts.recognised.split(" "));
let library;
let mark = null;

const scaleFor = (page) => (zoom * (home.clientWidth - MARGIN)) / page.getViewport({ scale: 1 }).width;

/** Draw one page into its canvas, once per zoom, and its text over it. */
async function draw(sheet) {
  const drawn = `${generation}`;
  if (sheet.dataset.drawn === drawn) return;
  sheet.dataset.drawn = drawn;
  const page = await file.getPage(Number(sheet.dataset.page));
  const shown = page.getViewport({ scale: scaleFor(page) });
  const sharp = Math.min(devicePixelRatio || 1, 2, Math.sqrt(LARGEST_PIXELS / (shown.width * shown.height)));
  const viewport = page.getViewport({ scale: scaleFor(page) * sharp });
  const [canvas, letters] = sheet.children;
  canvas.width = viewport.width;
  canvas.height = viewport.height;
  size(sheet, shown);
  await page.render({ canvas, viewport }).promise;
  await write(letters, page, shown).catch(() => {});
  page.cleanup();
  if (`${generation}` === drawn) showMark(sheet);
}

/** Lay the text of a page over its picture; of a scan the words as they were recognised. */
async function write(letters, page, viewport) {
  letters.replaceChildren();
  letters.style.setProperty("--total-scale-factor", viewport.scale);
  if (!recognised.has(`${page.pageNumber}`)) {
    await new library.TextLayer({ textContentSource: page.streamTextContent(), container: letters, viewport }).render();
    return;
  }
  const address = new URL(src);
  address.searchParams.set("words", page.pageNumber);
  const answer = await fetch(address, { credentials: "omit" });
  for (const [text, left, top, width, height] of answer.ok ? await answer.json() : []) {
    const word = document.createElement("span");
    word.textContent = `${text} `;
    word.style.cssText = `left:${left * 100}%;top:${top * 100}%;font-size:${height * viewport.height}px`;
    letters.append(word);
    word.style.transform = `scaleX(${(width * viewport.width) / Math.max(word.offsetWidth, 1)})`;
  }
}

/** The place that a page takes. */
function size(sheet, viewport) {
  sheet.style.width = `${viewport.width}px`;
  sheet.style.height = `${viewport.height}px`;
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) draw(entry.target).catch(() => {});
}, { rootMargin: "600px 0px" });

/** Which page is in the middle of the frame. */
function tell() {
  const middle = innerHeight / 2;
  const here = [...home.children].find((sheet) => sheet.getBoundingClientRect().bottom > middle);
  place.textContent = `${here?.dataset.page ?? file.numPages} / ${file.numPages}`;
}

/** Lay the pages out anew, all of them as large as the first until they are drawn. */
async function layOut() {
  generation += 1;
  const first = await file.getPage(1);
  const viewport = first.getViewport({ scale: scaleFor(first) });
  for (const sheet of home.children) {
    size(sheet, viewport);
    near.unobserve(sheet);
    near.observe(sheet);
  }
  tell();
}

/** Go to a height of the document. Not scrollIntoView: that moves the page around this frame too. */
function goTo(top, above) {
  scrollBy(0, top - document.getElementById("bar").offsetHeight - above);
}

/** Mark the passage on its page: by boxes that are known, or where its words stand in the text. */
function showMark(sheet) {
  const [canvas, letters, marks] = sheet.children;
  marks.replaceChildren();
  if (!mark || Number(sheet.dataset.page) !== mark.page) return;
  const frame = canvas.getBoundingClientRect();
  const places = mark.boxes.length
    ? mark.boxes
    : found(letters, mark.quote).map((box) => [
        (box.left - frame.left) / frame.width, (box.top - frame.top) / frame.height, box.width / frame.width, box.height / frame.height,
      ]);
  for (const [left, top, width, height] of places) {
    const box = document.createElement("mark");
    box.style.cssText = `left:${left * 100}%;top:${top * 100}%;width:${width * 100}%;height:${height * 100}%`;
    marks.append(box);
  }
  if (mark.isNew && marks.firstChild) {
    mark.isNew = false;
    goTo(marks.firstChild.getBoundingClientRect().top, innerHeight / 4);
  }
}

/** The page around names a passage. */
addEventListener("message", ({ source, data }) => {
  if (source !== parent || !Number.isInteger(data?.page)) return;
  mark = { page: data.page, quote: `${data.quote ?? ""}`, boxes: data.boxes ?? [], isNew: true };
  for (const sheet of home.children) showMark(sheet);
  if (mark.isNew) goTo(home.children[mark.page - 1]?.getBoundingClientRect().top ?? 0, 6);
});

/** Zoom by a factor, or back to the width. */
function magnify(factor) {
  zoom = factor ? Math.min(4, Math.max(0.3, zoom * factor)) : 1;
  layOut();
}

/** Say that it does not work. */
function fail(error) {
  news.textContent = error?.name === "PasswordException" ? facts.locked : facts.failed;
  document.body.dataset.ready = "no";
}

/** The address lasts ten minutes; ask for the next one while it holds. */
async function renew() {
  const address = new URL(src);
  address.searchParams.set("renew", "1");
  const answer = await fetch(address, { credentials: "omit" });
  if (answer.ok) src = new URL(await answer.text(), location.href);
}
setInterval(() => renew().catch(() => {}), RENEW);

/** The file in pieces, each by the address of the moment. */
function pieces() {
  const transport = new library.PDFDataRangeTransport(Number(facts.size), null);
  transport.requestDataRange = async (begin, end) => {
    try {
      const answer = await fetch(src, { credentials: "omit", headers: { Range: `bytes=${begin}-${end - 1}` } });
      if (answer.status !== 206) throw new Error(`${answer.status}`);
      transport.onDataRange(begin, new Uint8Array(await answer.arrayBuffer()));
    } catch {
      transport.abort();
      news.textContent = facts.ended;
    }
  };
  return transport;
}

async function start() {
  library = await import(facts.library);
  // An origin of its own may start no worker. Browsers give such a frame a process, so that the page
  // beside it stays quick; the library finds its worker here and asks for none.
  await import(facts.worker);
  file = await library.getDocument({
    range: pieces(),
    wasmUrl: new URL(facts.wasm, location.href).href,
    isEvalSupported: false,
    enableXfa: false,
    disableAutoFetch: true,
    disableStream: true,
    withCredentials: false,
    useWorkerFetch: false,
    verbosity: library.VerbosityLevel.ERRORS,
  }).promise;
  for (let number = 1; number <= Math.min(file.numPages, 2000); number += 1) {
    const sheet = document.createElement("div");
    sheet.className = "page";
    sheet.dataset.page = number;
    const [letters, marks] = ["textLayer", "marks"].map((name) => Object.assign(document.createElement("div"), { className: name }));
    sheet.append(document.createElement("canvas"), letters, marks);
    home.append(sheet);
  }
  news.textContent = "";
  await layOut();
  // A search leads to the page where it found its words.
  const wanted = /page=(\d{1,5})$/.exec(location.hash)?.[1];
  const page = wanted > 1 ? home.children[wanted - 1] : null;
  if (page) goTo(page.getBoundingClientRect().top, 6);
  if (parent !== window) parent.postMessage("ready", "*");
}

document.getElementById("larger").addEventListener("click", () => magnify(1.25));
document.getElementById("smaller").addEventListener("click", () => magnify(0.8));
document.getElementById("wide").addEventListener("click", () => magnify(0));
addEventListener("scroll", () => file && tell(), { passive: true });
addEventListener("resize", () => {
  if (!file || home.clientWidth === width) return;
  width = home.clientWidth;
  layOut();
});
start().then(() => { document.body.dataset.ready = "yes"; }, fail);
