// Documents: drop or choose files, see each on its way, stop it, try again. One after the other.

import { element, icon } from "ems/words";

const MB = 2 ** 20;
const queue = [];
let busy = false;

/** A line for one file: its name, how far it is, what became of it. */
function line(form, file) {
  const bar = element("progress", { max: "100", value: "0", "aria-label": file.name });
  const state = element("span", { class: "sub" }, form.dataset.waiting);
  const button = element("button", { type: "button", class: "btn small quiet" }, form.dataset.stop);
  const item = element("li", {}, element("span", { class: "clip", title: file.name }, file.name), bar, state, button);
  form.querySelector(".uploads").append(item);
  // One key a file: what is tried again after a lost answer is the same upload.
  const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { form, file, key, item, bar, state, button, request: null };
}

/** It did not work: why, and once more on request. */
function fail(job, sentence, mayRetry = true) {
  job.item.querySelector(".bad")?.remove();
  job.item.append(element("span", { class: "bad", role: "alert" }, sentence));
  job.state.textContent = "";
  job.bar.hidden = true;
  job.button.hidden = !mayRetry;
  job.button.textContent = job.form.dataset.retry;
  job.button.onclick = () => {
    job.item.querySelector(".bad").remove();
    job.bar.hidden = false;
    put(job);
  };
}

/** It is there: a link to its page, or the page anew for a new version. */
function done(job, answer) {
  job.bar.value = 100;
  job.button.hidden = true;
  job.state.replaceChildren(icon("ok"), ` ${job.form.dataset.done}`);
  const name = job.item.firstElementChild;
  name.replaceChildren(element("a", { href: answer.url }, answer.name));
  if ("single" in job.form.dataset) {
    // Nothing is on its way any more: the browser must not ask whether to leave.
    busy = false;
    location.assign(answer.url);
  } else document.body.dispatchEvent(new Event("live:documents"));
}

/** Send one file; the promise ends when it is over, well or not. */
function send(job) {
  return new Promise((resolve) => {
    const body = new FormData();
    for (const field of job.form.querySelectorAll("input[name]:not([type=file], [name=form_key])")) body.append(field.name, field.value);
    body.append("form_key", job.key);
    body.append("file", job.file);
    const request = new XMLHttpRequest();
    job.request = request;
    request.open("POST", job.form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", job.form.querySelector("[name=csrfmiddlewaretoken]").value);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (!event.lengthComputable) return;
      job.bar.value = (event.loaded * 100) / event.total;
      job.state.textContent = event.loaded < event.total
        ? `${(event.loaded / MB).toFixed(1)} / ${(event.total / MB).toFixed(1)} MB` : job.form.dataset.checking;
    };
    request.onload = () => {
      if (request.status === 201 && request.response) done(job, request.response);
      else if (request.response?.message) fail(job, request.response.message, request.status >= 429);
      else fail(job, job.form.dataset.failed);
    };
    request.onerror = () => fail(job, job.form.dataset.failed);
    request.onabort = () => fail(job, job.form.dataset.stopped);
    request.onloadend = resolve;
    request.send(body);
  });
}

/** Take a file into the row; the next one starts when the one before is over. */
async function put(job) {
  job.button.textContent = job.form.dataset.stop;
  job.button.hidden = false;
  job.state.textContent = job.form.dataset.waiting;
  job.button.onclick = () => {
    const place = queue.indexOf(job);
    if (place >= 0) queue.splice(place, 1);
    if (job.request) job.request.abort();
    else fail(job, job.form.dataset.stopped);
  };
  queue.push(job);
  if (busy) return;
  busy = true;
  while (queue.length) {
    const next = queue.shift();
    await send(next);
    next.request = null;
  }
  busy = false;
}

/** Files that a person has chosen or dropped. */
function take(form, files) {
  const chosen = "single" in form.dataset ? [...files].slice(0, 1) : [...files];
  for (const file of chosen) {
    const job = line(form, file);
    if (file.size > Number(form.dataset.maxBytes)) fail(job, form.dataset.tooLarge, false);
    else put(job);
  }
}

for (const form of document.querySelectorAll("form.drop")) {
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", () => {
    take(form, input.files);
    input.value = "";
  });
  for (const name of ["dragenter", "dragover"]) form.addEventListener(name, (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    take(form, event.dataTransfer.files);
  });
}
addEventListener("beforeunload", (event) => busy && event.preventDefault());
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-close-dialog]")) event.target.closest("dialog").close();
});
document.body.addEventListener("htmx:historyCacheMiss", (event) => {
  event.preventDefault();
  location.reload();
});
document.body.addEventListener("htmx:pushedIntoHistory", () => {
  const box = document.getElementById("document-q");
  if (box && box !== document.activeElement) box.value = new URLSearchParams(location.search).get("q") ?? "";
});
// A text is opened where the search found its words: on the page that the address names, or else anywhere.
const box = document.querySelector(".read-text");
const wanted = Number(new URLSearchParams(location.search).get("page"));
const hit = box?.querySelector(`[data-page="${wanted}"] mark`) ?? box?.querySelector("mark");
if (hit) box.scrollTop += hit.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
