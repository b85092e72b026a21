// The page of one change: a reject needs its reason, files are dropped here, and news from others never
// wipe what is being typed. Imports nothing, so that the administration can use it too.

const record = () => document.getElementById("change-record");
const news = () => document.getElementById("change-news");
const remark = () => document.getElementById("remark");
let loading = false;

// --- Decide -----------------------------------------------------------------

/** Show or hide the sentence beside an empty remark. */
function complain(field, isBad) {
  const sentence = document.getElementById(`${field.id}-error`);
  if (sentence) sentence.hidden = !isBad;
  if (isBad) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/** A button with data-needs="id" does nothing while that field is empty. */
function onNeed(event) {
  const button = event.submitter ?? event.target.closest?.("[data-needs]");
  const field = button?.dataset.needs && document.getElementById(button.dataset.needs);
  if (!field || field.value.trim()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  complain(field, true);
  field.focus();
}

// --- Files ------------------------------------------------------------------

/** Say what is wrong with the chosen files, or nothing. */
function refusal(form, files) {
  const limit = Number(form.dataset.maxBytes);
  const large = [...files].find((file) => file.size > limit);
  return large ? `${large.name} ${form.dataset.tooLarge}` : "";
}


/** The answer is the whole page: its messages become toasts, its files take the place of the old ones. */
function takeIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const toast of page.querySelectorAll("#toasts .toast")) {
    const tone = ["ok", "no", "wait"].find((name) => toast.classList.contains(name)) ?? "note";
    const text = toast.querySelector("div").textContent.trim();
    document.body.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }));
  }
  const fresh = page.getElementById("change-record");
  const isRevision = fresh.dataset.mark.split(".")[0] !== record().dataset.mark.split(".")[0];
  // A content file made a new revision: everything on the page is about that one.
  if (isRevision && !isTyping()) {
    const place = document.importNode(fresh, true);
    record().replaceWith(place);
    window.htmx?.process(place);
    return;
  }
  for (const id of ["change-files", "change-history"]) document.getElementById(id)?.replaceWith(page.getElementById(id));
  if (!isRevision) record().dataset.mark = fresh.dataset.mark;
}

/** Send files with a bar that shows how far it is. */
function send(form, files) {
  const problem = form.querySelector(".errorlist");
  problem.textContent = refusal(form, files);
  problem.hidden = !problem.textContent;
  if (!files.length || problem.textContent) return;
  const bar = form.querySelector(".progress");
  const data = new FormData(form);
  data.delete("files");
  for (const file of files) data.append("files", file);
  const call = new XMLHttpRequest();
  bar.hidden = false;
  bar.querySelector("[data-name]").textContent = [...files].map((file) => file.name).join(", ");
  call.upload.addEventListener("progress", ({ loaded, total }) => {
    const percent = total ? Math.round((loaded * 100) / total) : 0;
    bar.querySelector("progress").value = percent;
    bar.querySelector("[data-percent]").textContent = `${percent} %`;
  });
  call.addEventListener("loadend", () => {
    bar.hidden = true;
    if (call.status && call.status < 400) takeIn(call.responseText);
    else {
      problem.textContent = form.dataset.failed;
      problem.hidden = false;
    }
  });
  call.open("POST", form.action);
  call.setRequestHeader("Accept", "text/html");
  call.send(data);
}

/** Dropping, and dragging over the place. */
function onDrag(event) {
  const form = event.target.closest?.("form.drop");
  document.querySelector("form.drop")?.classList.toggle("over", Boolean(form) && event.type === "dragover");
  if (!form) return;
  event.preventDefault();
  if (event.type === "drop") send(form, event.dataTransfer.files);
}

// --- News -------------------------------------------------------------------

const isTyping = () => Boolean(remark()?.value.trim()) || Boolean(document.querySelector("#change-record details[open]"));

/** Whether the buttons would sign another content than the one that was read. */
function signsOther(fresh) {
  const [mine, theirs] = [document, fresh].map((page) => page?.querySelector("#decide-form [name=digest]")?.value);
  return Boolean(mine && theirs && mine !== theirs);
}

/** The part that htmx brought: take it in, leave it, or only tell that it is there. */
function onSwap(event) {
  const { target, xhr } = event.detail;
  if (target?.id !== "change-record" || xhr.status >= 400) return;
  const fresh = new DOMParser().parseFromString(xhr.responseText, "text/html").getElementById("change-record");
  const isSame = fresh?.dataset.mark === target.dataset.mark;
  const isBusy = !loading && (isTyping() || signsOther(fresh));
  if (isSame || isBusy) event.detail.shouldSwap = false;
  if (!isSame && isBusy) news().hidden = false;
}

/** Keep the remark over a reload that the person asked for. */
function load() {
  if (!record()) return;
  const typed = remark()?.value ?? "";
  loading = true;
  record().addEventListener("htmx:afterRequest", () => setTimeout(() => {
    loading = false;
    news().hidden = true;
    if (remark() && typed) remark().value = typed;
  }, 60), { once: true });
  record().dispatchEvent(new Event("load-it"));
}

/** The record is no more: say so, and stop asking. */
function onGone(event) {
  if (event.target.id !== "change-record" || event.detail.xhr.status !== 404) return;
  event.stopPropagation();
  event.target.removeAttribute("hx-get");
  news().hidden = false;
  news().querySelector("[data-text]").textContent = news().dataset.gone;
  news().querySelector("[data-load]").hidden = true;
}

/** Put the cursor into the remark with the key "a". */
function onKey(event) {
  if (event.key !== "a" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, dialog") || !remark()) return;
  event.preventDefault();
  remark().focus();
}

/** A page that the person asked for counts as opened; one that was fetched in the background does not. */
function onAsk(event) {
  if (loading && event.target.id === "change-record") event.detail.headers["X-Loaded-By"] = "person";
}

document.addEventListener("htmx:configRequest", onAsk);
document.addEventListener("submit", onNeed, true);
document.addEventListener("input", (event) => event.target.id === "remark" && complain(event.target, false));
document.addEventListener("change", (event) => event.target.matches?.("form.drop [type=file]") && send(event.target.form, event.target.files));
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-load]")) load();
  const jump = event.target.closest?.("[data-focus]");
  if (jump) document.getElementById(jump.dataset.focus)?.querySelector("input[type=file]")?.click();
});
document.addEventListener("keydown", onKey);
for (const type of ["dragover", "dragleave", "drop"]) document.addEventListener(type, onDrag);
document.addEventListener("htmx:beforeSwap", onSwap);
document.addEventListener("htmx:responseError", onGone, true);
