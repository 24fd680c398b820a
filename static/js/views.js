// What is chosen on the board: the form is the view. The address says it, so that it can be loaded anew and passed on.

export const APART = "apart";

const board = document.getElementById("content");
const form = document.getElementById("board-choices");
const keep = document.getElementById("board-keep");
const views = document.getElementById("board-views");
const UNSAID = ["view", "own"]; // which view it is, and that the address says the rest itself
const DENSE = "dense";

/** What is chosen, as `view_choices` reads it. */
function said() {
  const fields = [...new FormData(form)].filter(([name, value]) => value && !UNSAID.includes(name));
  return new URLSearchParams(fields).toString();
}

let opened = views.dataset.changed ? null : said(); // what the view says, where this page knows

/** The words that are chosen, by field. */
export const choices = () => Object.fromEntries(new FormData(form));

/** What is marked of a field. */
const picked = (name) => new FormData(form).getAll(name);

/** The queues that are picked out, if any; whether something is of the chosen line, and, with its queue, picked. */
export function chosenQueues() {
  const { line } = choices();
  const queues = new Set(picked("queues"));
  const isOfLine = ({ dataset }) => !line || line === APART || dataset.line === line;
  return { queues, isOfLine, isPicked: (it) => isOfLine(it) && (!queues.size || queues.has(it.dataset.queue)) };
}

const unpicked = (name) => [...form.querySelectorAll(`[name="${name}"]:not(:checked)`)].map(({ value }) => value);

/** Parts and figures that are not shown; whoever marks no part sees all. */
function hidden() {
  const parts = picked("parts").length ? unpicked("parts") : [];
  const figures = picked("figures").length ? unpicked("figures").map((key) => `figure-${key}`) : ["figures"];
  return [...parts, ...figures];
}

function show() {
  const { line, size } = choices();
  Object.assign(board.dataset, { hide: hidden().join(" "), size, line });
}

/** Dense tiles keep to what matters until they are opened. */
function fold() {
  const open = choices().size !== DENSE;
  for (const more of document.querySelectorAll(".tile-more")) more.open = open;
}

function sayAddress() {
  const isOpened = said() === opened;
  const { view } = choices();
  const address = new URLSearchParams({ view });
  views.dataset.changed = view && !isOpened ? "yes" : "";
  keep.elements.choices.value = said();
  history.replaceState(null, "", isOpened ? `?${address}` : `?${address}&own=yes&${said()}`);
}

form.addEventListener("change", ({ target }) => {
  if (!target.name) return;
  show();
  if (target.name === "size") fold();
  sayAddress();
  document.dispatchEvent(new CustomEvent("lineside:chosen", { detail: { name: target.name } }));
});
form.addEventListener("submit", (event) => event.preventDefault()); // it is shown already

// One menu at a time lies over the board, and none when something else is pressed.
const menus = [...document.querySelectorAll(".board-menu")];
document.addEventListener("click", ({ target }) => {
  for (const menu of menus) if (!menu.contains(target)) menu.open = false;
});
for (const menu of menus) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

document.addEventListener("lineside:swapped", ({ detail }) => detail.snapshot && choices().size === DENSE && fold());
if (choices().size === DENSE) fold();
