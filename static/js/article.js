// An article of the knowledge base is written: beside it stands how it reads, a moment after the last key.

/* global htmx */

const SOON_MS = 300;
const FILLED_IN = ["letter", "form"];

const at = (id) => document.getElementById(id);
const form = at("article-form");
let timer = 0;
let dirty = false;

/** What is wrong, and how it reads, drawn anew. */
function preview() {
  clearTimeout(timer);
  const values = Object.fromEntries(new FormData(form));
  return htmx.ajax("POST", form.dataset.preview, { target: "#article-preview", swap: "innerHTML", values });
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(preview, SOON_MS);
}

form.addEventListener("input", ({ target }) => {
  if (target.id === "article-insert") return;
  dirty = true;
  if (target.name !== "note") soon();
});

form.addEventListener("change", ({ target }) => {
  if (target.id === "article-insert") insert(target);
  if (target.id === "article-kind") kindChanged(target.value);
});

/** Values are put into letters and forms only. */
function kindChanged(kind) {
  for (const part of document.querySelectorAll("[data-letters]")) part.hidden = !FILLED_IN.includes(kind);
}

/** Puts a customer's value into the text, where the caret is. */
function insert(select) {
  const text = at("article-text");
  if (select.value) text.setRangeText(select.value, text.selectionStart, text.selectionEnd, "end");
  select.selectedIndex = 0;
  dirty = true;
  text.focus();
  soon();
}

document.addEventListener("click", (event) => {
  const person = event.target.closest("button[data-who]");
  const finding = event.target.closest("a.article-finding, .studio-problems a");
  if (person) {
    at("article-who").value = person.dataset.who;
    at("article-people").value = "";
    at("article-people-found").replaceChildren();
    preview();
  } else if (finding) {
    event.preventDefault();
    at(finding.hash.slice(1))?.focus();
  }
});

form.addEventListener("submit", () => (dirty = false));
addEventListener("beforeunload", (event) => dirty && event.preventDefault());

kindChanged(at("article-kind").value); // it may have been chosen before this ran
