// The page of an activity or a task: news from others never wipe what is being typed.

/** Somebody is typing in the part that would be swapped, or has a menu of it open. */
function isBusy(target) {
  const typing = target.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden]), textarea, select");
  return typing || Boolean(target.querySelector("details.menu[open]"));
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (["activity-record", "task-record"].includes(target?.id) && isBusy(target)) event.detail.shouldSwap = false;
});
