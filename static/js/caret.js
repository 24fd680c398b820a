// After a reload focus and caret are where they were, in the fields whose text outlives it. Runs behind the
// modules that put the text back.

const CARET = "lineside-caret";
const FIELDS = "textarea[data-note], [data-survives], [data-typed]";

let wanted = null; // the field is not there yet: the form of a case comes by itself

/** The field in words that hold over a reload: the ids of a case's form are made anew. */
function found(field) {
  if (!field.dataset.typed) return `#${CSS.escape(field.id)}`;
  const pop = field.closest(".pop");
  return `${pop ? `#${CSS.escape(pop.id)} ` : ""}[data-typed="${CSS.escape(field.dataset.typed)}"]`;
}

function remember() {
  const field = document.activeElement;
  if (!field?.matches?.(FIELDS)) return sessionStorage.removeItem(CARET);
  const caret = [found(field), field.selectionStart, field.selectionEnd];
  sessionStorage.setItem(CARET, JSON.stringify(caret));
}

function putBack() {
  if (!wanted || document.activeElement !== document.body) return forget();
  const [name, start, end] = wanted;
  const field = document.querySelector(name);
  if (!field) return;
  forget();
  field.focus({ preventScroll: true });
  if (Number.isInteger(start)) field.setSelectionRange(start, end); // days and ticks have no caret
}

function forget() {
  wanted = null;
}

addEventListener("pagehide", remember);
document.addEventListener("htmx:after:swap", putBack);
// whoever is somewhere else by then stays there
for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, forget, true);
wanted = JSON.parse(sessionStorage.getItem(CARET));
putBack();
