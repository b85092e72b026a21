// Amounts and measures: read when they are pasted or left, and shown as they are written here.

import { isCommaOfTwo, plainNumber, written } from "ems/numbers";
import { word } from "ems/words";

/** The sentence that asks which of its two meanings an amount has. */
function bothWays(typed) {
  const decimal = plainNumber(typed);
  const thousands = written(decimal.replace(".", ""));
  return word("twoWays").replace("{text}", typed).replace("{thousands}", thousands).replace("{decimal}", written(decimal));
}

/** Show what was understood before it is sent; nonsense stays, and says so. */
function settle(input) {
  const typed = input.value.trim();
  // No amount has three decimals: "1,250" was a thousand where it was copied from.
  if (input.dataset.number === "money" && isCommaOfTwo(typed)) {
    input.setCustomValidity(bothWays(typed));
    return;
  }
  const plain = plainNumber(typed);
  if (typed && plain !== null) input.value = written(plain);
  input.setCustomValidity(typed && plain === null ? word("noNumber") : "");
}

/** Fields with data-number: a paste is shown as it was understood at once, typing when it is done. */
export function startMoney() {
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-number]")) return;
    if (event.inputType === "insertFromPaste" || event.inputType === "insertFromDrop") settle(event.target);
    else event.target.setCustomValidity("");
  }, true);
  document.addEventListener("change", (event) => event.target.matches?.("[data-number]") && settle(event.target), true);
}
