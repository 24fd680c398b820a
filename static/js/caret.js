// After a reload focus and caret are where they were, in the fields whose text outlives it. Runs behind the
// modules that put the text back.

const CARET = "lineside-caret";
const FIELDS = "textarea[data-note], [data-survives]";

function remember() {
  const field = document.activeElement;
  if (!field?.matches?.(FIELDS)) return sessionStorage.removeItem(CARET);
  sessionStorage.setItem(CARET, JSON.stringify([field.id, field.selectionStart, field.selectionEnd]));
}

function putBack() {
  const kept = sessionStorage.getItem(CARET);
  if (!kept || document.activeElement !== document.body) return;
  const [id, start, end] = JSON.parse(kept);
  const field = document.getElementById(id);
  field?.focus({ preventScroll: true });
  if (start !== null) field?.setSelectionRange(start, end); // days and ticks have no caret
}

addEventListener("pagehide", remember);
putBack();
