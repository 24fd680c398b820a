// A browser cuts what is pasted into a field to the room that is left there, in silence. Here it is left out as a
// whole and said so beside the field: whoever pasted it has it still, and shortens it.

const WAYS = new Set(["insertText", "insertFromPaste", "insertFromDrop"]);
const words = document.getElementById("no-room").content.textContent.trim();

function without(field) {
  const next = field.nextElementSibling;
  if (next?.matches(".no-room")) next.remove();
}

function say(field, count) {
  const said = document.createElement("p");
  const sign = document.createElement("span");
  const sentence = words.replace("{count}", () => count).replace("{most}", () => field.maxLength);
  said.className = "field-error no-room";
  said.dataset.testid = "no-room";
  said.setAttribute("role", "alert");
  sign.className = "sign sign-warn";
  sign.setAttribute("aria-hidden", "true");
  said.append(sign, sentence);
  field.after(said);
}

document.addEventListener("beforeinput", (event) => {
  const { target: field, inputType } = event;
  if (!(field.maxLength > 0) || !WAYS.has(inputType)) return;
  const typed = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
  const count = field.value.length - (field.selectionEnd - field.selectionStart) + typed.length;
  without(field);
  if (count <= field.maxLength) return;
  event.preventDefault();
  say(field, count);
});

document.addEventListener("focusout", ({ target }) => target.matches?.("input, textarea") && without(target));
