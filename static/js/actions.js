// Small things a button can do: print the page, go back, take a photo; and the page without a connection.

/** Ask the camera for one more file of an input; what was chosen before stays where a form is still to be sent. */
function photograph(button) {
  const input = document.getElementById(button.dataset.camera);
  if (!input) return;
  const { accept } = input;
  const before = "cameraKeep" in button.dataset ? [...input.files] : [];
  const restore = () => {
    input.removeAttribute("capture");
    input.accept = accept;
  };
  input.addEventListener("change", () => {
    restore();
    if (!before.length) return;
    const all = new DataTransfer();
    for (const file of [...before, ...input.files]) all.items.add(file);
    input.files = all.files;
  }, { once: true, capture: true });
  input.addEventListener("cancel", restore, { once: true });
  input.accept = "image/*";
  input.setAttribute("capture", "environment");
  input.click();
}

/** Buttons with data-print, data-back and data-camera. */
export function startActions() {
  for (const button of document.querySelectorAll("[data-back]")) button.hidden = history.length < 2;
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) print();
    if (event.target.closest?.("[data-back]")) history.back();
    const camera = event.target.closest?.("[data-camera]");
    if (camera) photograph(camera);
  });
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
}
