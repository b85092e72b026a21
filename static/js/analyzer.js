// The analyzer: a document is dropped and sent with a bar, a model is offered only where the document's
// class allows it, a reference shows its passage, an answer is copied, two are compared.

import { toast } from "ems/toasts";

const byId = (id) => document.getElementById(id);
const form = () => byId("start");

// --- Starting ---------------------------------------------------------------

/** Offer only the models that may read documents of the chosen class. */
function narrow() {
  const chosen = byId("id_document_class")?.value;
  if (!chosen) return;
  for (const label of document.querySelectorAll(".models label")) {
    const radio = label.querySelector("input");
    radio.disabled = !label.dataset.classes.split(" ").includes(chosen);
    if (radio.disabled) radio.checked = false;
  }
  const rest = document.querySelector(".models input:checked, .models input:not(:disabled)");
  if (rest) rest.checked = true;
}

/** Say which document was chosen. */
function showFile() {
  const input = byId("id_file");
  const place = input.closest(".drop-place");
  const name = place.querySelector("[data-file-name]");
  name.dataset.empty ??= name.textContent;
  name.textContent = input.files[0]?.name ?? name.dataset.empty;
  place.classList.toggle("has-file", input.files.length > 0);
}

/** Take the refused form in the place of the present one, with what is wrong. */
function takeIn(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("start");
  if (!fresh) return false;
  form().replaceWith(fresh);
  window.htmx?.process(fresh);
  narrow();
  fresh.querySelector(".errors a, .errors")?.scrollIntoView({ block: "center" });
  return true;
}

/** Send the document with a bar; the answer's page opens when it has arrived. */
function send(event) {
  const { target, submitter } = event;
  if (!target.matches?.("[data-upload]") || submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  const data = new FormData(target);
  if (submitter?.hasAttribute("data-without-file")) {
    data.delete("file");
    data.append(submitter.name, submitter.value);
  }
  const call = new XMLHttpRequest();
  const bar = target.querySelector(".progress");
  const problem = target.querySelector("[data-problem]");
  const buttons = target.querySelectorAll("button[type=submit]");
  problem.hidden = true;
  bar.hidden = !data.get("file")?.size;
  for (const button of buttons) button.disabled = true;
  submitter?.setAttribute("aria-busy", "true");
  call.upload.addEventListener("progress", ({ loaded, total }) => {
    const percent = total ? Math.round((loaded * 100) / total) : 0;
    bar.querySelector("progress").value = percent;
    bar.querySelector("[data-percent]").textContent = `${percent} %`;
  });
  call.addEventListener("loadend", () => {
    if (call.status && call.status < 400) return location.assign(call.responseURL);
    bar.hidden = true;
    for (const button of buttons) button.disabled = false;
    submitter?.removeAttribute("aria-busy");
    if (call.status && takeIn(call.responseText)) return undefined;
    problem.textContent = target.dataset.failed;
    problem.hidden = false;
    return undefined;
  });
  call.open("POST", target.action);
  call.setRequestHeader("Accept", "text/html");
  call.send(data);
}

/** Dropping, and dragging over the place. */
function onDrag(event) {
  const place = document.querySelector(".drop-place");
  if (!place) return;
  const isOver = place.contains(event.target);
  place.classList.toggle("over", isOver && event.type === "dragover");
  if (!isOver) return;
  event.preventDefault();
  if (event.type !== "drop") return;
  byId("id_file").files = event.dataTransfer.files;
  showFile();
}

// --- Reading ----------------------------------------------------------------

/** Show the passage of a reference, or another page, beside the answer. */
async function cite(event) {
  const link = event.target.closest?.("[data-cite], [data-turn]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { cite: number, turn } = link.dataset;
  for (const other of document.querySelectorAll(".cite.on")) other.classList.remove("on");
  for (const same of document.querySelectorAll(`.cite[data-cite="${number}"]`)) same.classList.add("on");
  const answer = await fetch(`${location.pathname}source/?${turn ?? `cite=${number}`}`, { headers: { Accept: "text/html" } });
  if (!answer.ok) return location.reload();
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("source");
  takePage(fresh);
  window.htmx?.process(byId("source"));
  if (number) reveal();
  return undefined;
}

/** The fresh page in the place of the present one; the frame of a PDF stays, and is told of the passage. */
function takePage(fresh) {
  const source = byId("source");
  const frame = source.querySelector("iframe.source-page");
  if (!frame || !fresh.querySelector("iframe.source-page")) return source.replaceWith(fresh);
  const isOpen = source.querySelector(".read-page").open;
  for (const part of ["header", "#paper-mark", ".read-page"]) source.querySelector(part).replaceWith(fresh.querySelector(part));
  source.querySelector(".read-page").open = isOpen;
  tellFrame(frame);
  return undefined;
}

/** Say to the frame which passage is to be marked. It is an origin of its own, and gets the document's words only. */
function tellFrame(frame) {
  frame.contentWindow.postMessage(JSON.parse(byId("paper-mark").dataset.mark), "*");
}

addEventListener("message", ({ source, data }) => {
  const frame = document.querySelector("iframe.source-page");
  if (data === "ready" && frame?.contentWindow === source) tellFrame(frame);
});

/** Bring the marked passage into view: in its box, and on a phone on the page. */
function reveal() {
  const hit = byId("hit");
  const box = hit?.closest(".source-text");
  if (box) box.scrollTop = hit.offsetTop - box.offsetTop - box.clientHeight / 3;
  const picture = document.querySelector(".source-page.picture");
  const rect = picture?.querySelector("rect");
  if (rect) picture.scrollTop += rect.getBoundingClientRect().top - picture.getBoundingClientRect().top - picture.clientHeight / 3;
  const source = byId("source");
  const { top } = source.getBoundingClientRect();
  if (top > innerHeight * 0.6 || top < 0) source.scrollIntoView({ block: "start" });
}

/** Copy what a hidden text holds. */
async function copy(event) {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const text = byId(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    // Without https there is no clipboard of the browser's own.
    text.hidden = false;
    text.select();
    document.execCommand("copy");
    text.hidden = true;
  }
  toast(button.dataset.copied, "ok");
}

/** Two answers, not one and not three. */
function pick(event) {
  const table = event.target.closest?.("[data-compare]");
  if (!table || event.target.name !== "pick") return;
  const chosen = [...table.querySelectorAll("[name=pick]:checked")];
  if (chosen.length > 2) event.target.checked = false;
  const button = table.querySelector("button[type=submit]");
  if (button) button.disabled = chosen.length < 2;
}

document.addEventListener("submit", send);
document.addEventListener("change", (event) => {
  if (event.target.id === "id_document_class") narrow();
  if (event.target.id === "id_file") showFile();
  pick(event);
});
document.addEventListener("click", cite);
document.addEventListener("click", copy);
for (const type of ["dragover", "dragleave", "drop"]) document.addEventListener(type, onDrag);
narrow();
// A document that was chosen before this file had arrived.
if (byId("id_file")?.files.length) showFile();
if (location.hash === "#source" && byId("source")) reveal();
