// The knowledge base on the desk: a letter is copied, and whoever opens the search types in it at once.

/* global htmx */

const words = document.getElementById("desk-words")?.dataset ?? {};

/** The titles beside a script come once the script is on the screen; those that did not come, with the next
    change. */
function furnish() {
  for (const list of document.querySelectorAll(".beside")) {
    if (list.asked) continue;
    list.asked = true;
    // Each list is a source of its own: of those that have one in common all but the last would be dropped.
    htmx.ajax("GET", list.dataset.titles, { source: list, target: list, swap: "innerHTML" });
  }
}

async function copy(button) {
  const open = button.closest(".article-open");
  const text = open.querySelector(".article-text");
  const said = open.querySelector("[data-copy-said]");
  try {
    await navigator.clipboard.writeText(text.textContent);
    said.textContent = words.copied;
  } catch {
    // not allowed, or no secure page: whoever asked can copy what is marked
    getSelection().selectAllChildren(text);
    said.textContent = words.notCopied;
  }
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (button) copy(button);
});

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches?.(".lookup[open]") || document.activeElement !== target.querySelector("summary")) return;
    target.querySelector("input").focus({ preventScroll: true });
  },
  true,
);

document.addEventListener("htmx:error", ({ target, detail }) => {
  const list = detail.ctx?.target ?? target;
  if (list.matches?.(".beside")) list.asked = false;
});

furnish();
document.addEventListener("lineside:swapped", furnish);
