// Finds a quotation in the text that lies over a page: letter by letter, whatever spaces, hyphens and line ends are
// between. A number is found whole only: 500 not in 2500.

const plain = (text) => text.normalize("NFKC").toLowerCase();
const isLetter = (sign) => /[\p{L}\p{N}%<>=\u2264\u2265]/u.test(sign);
const isDigit = (sign) => /\p{N}/u.test(sign ?? "");

/** The letters of the text below a node, each with the text node and the place that it stands at. */
function lettersOf(root) {
  const signs = [], places = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (let at = 0; at < node.data.length; at += 1) {
      for (const sign of plain(node.data[at])) {
        if (!isLetter(sign)) continue;
        signs.push(sign);
        places.push([node, at]);
      }
    }
  }
  return { text: signs.join(""), places };
}

/** Where the letters stand in the text, no number cut; -1 where they do not. */
function placeOf(text, wanted, places) {
  const goesOn = (left, right) =>
    isDigit(text[left]) && isDigit(text[right]) && places[left][0] === places[right][0] && places[right][1] === places[left][1] + 1;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    if (!(at && goesOn(at - 1, at)) && !(end < text.length && goesOn(end - 1, end))) return at;
  }
  return -1;
}

/** The rectangles of a quotation; of its beginning, where its end is told in another order. */
export function found(root, quote) {
  const { text, places } = lettersOf(root);
  const words = [...plain(quote)].filter(isLetter).join("");
  for (const share of [1, 0.75, 0.5, 0.3]) {
    const wanted = words.slice(0, Math.ceil(words.length * share));
    if (share < 1 && wanted.length < 12) break;
    const at = wanted ? placeOf(text, wanted, places) : -1;
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(...places[at]);
    const [last, place] = places[at + wanted.length - 1];
    range.setEnd(last, place + 1);
    return [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
  }
  return [];
}
