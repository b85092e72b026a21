// The page of one BOM: a reject needs its reason, and news from others never wipe what is being typed.
// Imports nothing, so that the administration can use it too.

const record = () => document.getElementById("bom-record");
const news = () => document.getElementById("bom-news");
const typed = () => ["remark", "password"].map((id) => document.getElementById(id)).filter((field) => field?.value.trim());
let loading = false;

/** Show or hide the sentence beside an empty remark. */
function complain(field, isBad) {
  const sentence = document.getElementById(`${field.id}-error`);
  if (sentence) sentence.hidden = !isBad;
  if (isBad) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/** A button with data-needs="id" does nothing while that field is empty. */
function onNeed(event) {
  const field = event.submitter?.dataset.needs && document.getElementById(event.submitter.dataset.needs);
  if (!field || field.value.trim()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  complain(field, true);
  field.focus();
}

/** Whether the buttons would sign another content than the one that was read. */
function signsOther(fresh) {
  const [mine, theirs] = [document, fresh].map((page) => page?.querySelector("#decide-form [name=digest]")?.value);
  return Boolean(mine && theirs && mine !== theirs);
}

/** The part that htmx brought: take it in, leave it, or only tell that it is there. */
function onSwap(event) {
  const { target, xhr } = event.detail;
  if (target?.id !== "bom-record" || xhr.status >= 400) return;
  const fresh = new DOMParser().parseFromString(xhr.responseText, "text/html").getElementById("bom-record");
  const isSame = fresh?.dataset.mark === target.dataset.mark;
  const isTyping = typed().length > 0 || Boolean(document.querySelector("#bom-record details[open]"));
  const isBusy = !loading && (isTyping || signsOther(fresh));
  if (isSame || isBusy) event.detail.shouldSwap = false;
  if (!isSame && isBusy) news().hidden = false;
}

/** Keep what was typed over a reload that the person asked for. */
function load() {
  if (!record()) return;
  const kept = typed().map((field) => [field.id, field.value]);
  loading = true;
  record().addEventListener("htmx:afterRequest", () => setTimeout(() => {
    loading = false;
    for (const [id, value] of kept) if (document.getElementById(id)) document.getElementById(id).value = value;
  }, 60), { once: true });
  record().dispatchEvent(new Event("load-it"));
}

/** A page that the person asked for counts as opened; one that was fetched in the background does not. */
function onAsk(event) {
  if (loading && event.target.id === "bom-record") event.detail.headers["X-Loaded-By"] = "person";
}

document.addEventListener("submit", onNeed, true);
document.addEventListener("htmx:configRequest", onAsk);
document.addEventListener("input", (event) => event.target.id === "remark" && complain(event.target, false));
document.addEventListener("click", (event) => event.target.closest?.("[data-load]") && load());
document.addEventListener("htmx:beforeSwap", onSwap);
