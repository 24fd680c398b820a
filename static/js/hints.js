// A key for everything else: letters on whatever can be done in view, until one is chosen. They lie over the page;
// nothing moves.

const REACHED = "a[href], button:not([disabled]), summary, input, select, textarea, .pop-toggle";
const LETTERS = "asdfghjklqwertyuiopzxcvbnm";

let layer = null;
let shown = new Map(); // letters -> the element that they lie on
let begun = "";
let choose = null;

/** Whether it is in view, with nothing over it. */
function isInView(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  if (!width || !height || !element.checkVisibility({ visibilityProperty: true })) return false;
  const over = document.elementFromPoint(left + width / 2, top + height / 2);
  return over !== null && (element.contains(over) || over.contains(element));
}

function named(elements) {
  const one = elements.length <= LETTERS.length;
  const names = one ? [...LETTERS] : [...LETTERS].flatMap((first) => [...LETTERS].map((second) => first + second));
  return new Map(elements.slice(0, names.length).map((element, at) => [names[at], element]));
}

function label(name, element) {
  const { left, top } = element.getBoundingClientRect();
  const hint = document.createElement("kbd");
  hint.textContent = name;
  hint.style.insetInlineStart = `${Math.max(0, left - 4)}px`;
  hint.style.insetBlockStart = `${Math.max(0, top - 6)}px`;
  return hint;
}

export function hideHints() {
  layer?.remove();
  layer = null;
}

/** Show them; the element that is chosen goes to `use`. */
export function showHints(use) {
  hideHints();
  [choose, begun] = [use, ""];
  shown = named([...document.querySelectorAll(REACHED)].filter(isInView));
  layer = document.createElement("div");
  layer.className = "hints";
  layer.setAttribute("aria-hidden", "true");
  layer.append(...[...shown].map(([name, element]) => label(name, element)));
  document.body.append(layer);
}

function pressed(event) {
  if (!layer || event.ctrlKey || event.metaKey || event.key === "Shift") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  begun += event.key.toLowerCase();
  const left = [...layer.children].filter((hint) => hint.textContent.startsWith(begun));
  const found = shown.get(begun);
  if (found || !left.length) hideHints();
  else layer.replaceChildren(...left);
  if (found) choose(found);
}

addEventListener("keydown", pressed, true);
for (const moved of ["scroll", "resize", "pointerdown"]) addEventListener(moved, hideHints, true);
document.addEventListener("lineside:swapped", hideHints); // what is under them may be something else now
