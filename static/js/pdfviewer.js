// Draws the pages of a PDF, each when it comes into sight. Runs in a frame without cookies and rights.

const facts = document.body.dataset;
const home = document.getElementById("pages");
const news = document.getElementById("news");
const place = document.getElementById("place");
const MARGIN = 22;
const LARGEST_PIXELS = 16_000_000;
const RENEW = 240_000;
let src = new URL(facts.src, location.href);
let file, zoom = 1, width = 0, generation = 0;

const scaleFor = (page) => (zoom * (home.clientWidth - MARGIN)) / page.getViewport({ scale: 1 }).width;

/** Draw one page into its canvas, once per zoom. */
async function draw(canvas) {
  const drawn = `${generation}`;
  if (canvas.dataset.drawn === drawn) return;
  canvas.dataset.drawn = drawn;
  const page = await file.getPage(Number(canvas.dataset.page));
  const shown = page.getViewport({ scale: scaleFor(page) });
  const sharp = Math.min(devicePixelRatio || 1, 2, Math.sqrt(LARGEST_PIXELS / (shown.width * shown.height)));
  const viewport = page.getViewport({ scale: scaleFor(page) * sharp });
  canvas.width = viewport.width;
  canvas.height = viewport.height;
  size(canvas, shown);
  await page.render({ canvas, viewport }).promise;
  page.cleanup();
}

/** The place that a page takes. */
function size(canvas, viewport) {
  canvas.style.width = `${viewport.width}px`;
  canvas.style.height = `${viewport.height}px`;
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) draw(entry.target).catch(() => {});
}, { rootMargin: "600px 0px" });

/** Which page is in the middle of the frame. */
function tell() {
  const middle = innerHeight / 2;
  const here = [...home.children].find((canvas) => canvas.getBoundingClientRect().bottom > middle);
  place.textContent = `${here?.dataset.page ?? file.numPages} / ${file.numPages}`;
}

/** Lay the pages out anew, all of them as large as the first until they are drawn. */
async function layOut() {
  generation += 1;
  const first = await file.getPage(1);
  const viewport = first.getViewport({ scale: scaleFor(first) });
  for (const canvas of home.children) {
    size(canvas, viewport);
    near.unobserve(canvas);
    near.observe(canvas);
  }
  tell();
}

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
function pieces(library) {
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
  const library = await import(facts.library);
  // An origin of its own may start no worker. Browsers give such a frame a process, so that the page
  // beside it stays quick; the library finds its worker here and asks for none.
  await import(facts.worker);
  file = await library.getDocument({
    range: pieces(library),
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
    const canvas = document.createElement("canvas");
    canvas.dataset.page = number;
    home.append(canvas);
  }
  news.textContent = "";
  await layOut();
  // A search leads to the page where it found its words.
  const wanted = /page=(\d{1,5})$/.exec(location.hash)?.[1];
  const page = wanted > 1 ? home.children[wanted - 1] : null;
  // Not scrollIntoView: that moves the page around this frame too.
  if (page) scrollBy(0, page.getBoundingClientRect().top - document.getElementById("bar").offsetHeight - 6);
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
