// Rupiah while typing: dots between thousands, a comma for cents. The server reads both spellings.

/** "1250000,5" -> "1.250.000,5" */
export function grouped(text) {
  const [whole, ...cents] = text.replace(/[^\d,-]/g, "").split(",");
  const dotted = whole.replace(/\B(?=(\d{3})+$)/g, ".");
  return cents.length ? `${dotted},${cents.join("").slice(0, 2)}` : dotted;
}

/** Rewrite a field and keep the cursor where it was, counted from the end. */
function rewrite(input) {
  const fromEnd = input.value.length - (input.selectionStart ?? 0);
  input.value = grouped(input.value);
  const place = Math.max(0, input.value.length - fromEnd);
  if (document.activeElement === input) input.setSelectionRange(place, place);
}

/** Fields with data-money are grouped as they are typed. */
export function startMoney() {
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-money]")) rewrite(event.target);
  });
}
