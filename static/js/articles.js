// The knowledge base on the desk: a letter is copied, and whoever opens the search types in it at once.

/* global htmx */

const OPEN = "lineside-open:";
const words = document.getElementById("desk-words")?.dataset ?? {};

/** The titles beside a script come once the script is on the screen; those that did not come, with the next
    change. */
function furnish() {
  for (const list of document.querySelectorAll(".beside")) {
    if (list.asked) continue;
    list.asked = true;
    // Each list is a source of its own: of those that have one in common all but the last would be dropped.
    htmx.ajax("GET", list.dataset.titles, { source: list, target: list, swap: "innerHTML" }).then(() => reopen(list));
  }
}

function kept(list) {
  try {
    return JSON.parse(sessionStorage.getItem(OPEN + list.id)) ?? [];
  } catch {
    return [];
  }
}

/** What was open beside a script is so after a reload, too. */
function reopen(list) {
  const open = kept(list);
  for (const article of list.querySelectorAll(".article")) article.open ||= open.includes(article.dataset.article);
}

function keepOpen(list) {
  const open = [...list.querySelectorAll(".article[open]")].map((article) => article.dataset.article);
  try {
    sessionStorage.setItem(OPEN + list.id, JSON.stringify(open));
  } catch {
    // storage is full or switched off: it is opened again by hand
  }
}

document.addEventListener(
  "toggle",
  ({ target }) => {
    const list = target.matches?.(".article") && target.closest(".beside");
    if (list) keepOpen(list);
  },
  true,
);

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
