// The editor of call scripts. The server draws all of it anew after each edit, from the YAML in the page; here is
// what must not be lost by that: the order of edits, the caret, what is typed meanwhile, what is not saved yet.

/* global htmx */

const SOON_MS = 500; // after the last key
const PAUSE_MS = 1000; // what is typed after one is undone by itself
const TEXT = "input:not([type=hidden]), textarea";

const at = (id) => document.getElementById(id);
const editor = () => at("editor");
const source = () => at("source");
const DRAFT = editor().dataset.draft; // where edits are sent, and what is saved
const SAVE = editor().getAttribute("action");
const isText = (element) => element?.matches?.(TEXT);

let queue = Promise.resolve(); // edits go one after the other, each with the text that the last one left
let good = source().value; // the last text that could be read
let typedIn = ""; // the field of the last edit, if it was typed: what goes on there is undone with it
let typedAt = 0;
let paused = false; // before what is typed now
let leaving = false;
let pending = null; // what is typed in a field and not sent yet
const timers = new Map();
const before = []; // texts to go back to

const isDirty = () => source().value !== at("stored").value || pending !== null;
const memory = () => `${editor().dataset.memory}:${editor().elements.key.value || "new"}`;

/** Kept in the tab, so that a reload loses nothing. */
function keep() {
  if (leaving) return;
  const basedOn = at("based-on").value;
  if (isDirty()) sessionStorage.setItem(memory(), JSON.stringify({ source: source().value, basedOn, pending }));
  else sessionStorage.removeItem(memory());
  const state = at("editor-state");
  state.textContent = isDirty() ? state.dataset.unsaved : state.dataset.saved;
  state.dataset.state = isDirty() ? "unsaved" : "saved";
  at("editor-undo").disabled = !before.length;
}

function enqueue(work) {
  typedIn = "";
  queue = queue.then(work).catch((error) => console.error(error));
  return queue;
}

/** Posts the page with what is to be done; the answer is morphed into it. */
async function post(path, what, { force = false, goesOn = false } = {}) {
  const from = document.activeElement;
  const text = what.source ?? source().value;
  const was = good;
  const place = memory();
  const values = { ...Object.fromEntries(new FormData(editor())), ...what, source: text, have: force ? "" : have() };
  let failed = false;
  const fail = () => (failed = true);
  document.addEventListener("htmx:response:error", fail);
  document.addEventListener("htmx:error", fail);
  await htmx.ajax("POST", path, { target: "#editor", swap: "outerMorph", values });
  document.removeEventListener("htmx:response:error", fail);
  document.removeEventListener("htmx:error", fail);
  if (leaving) return;
  if (failed) return say();
  if (document.querySelector("[data-broken]")) return stop();
  settle(force, from);
  if (source().value !== was && what.edit !== "undo" && !goesOn) before.push(was);
  good = source().value;
  if (memory() !== place) sessionStorage.removeItem(place); // a new script was stored: it has its key now
  keep();
}

/** What was saved leads to another page: nothing is kept any more. (On the way to the log-in it is.) */
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!ctx.hx.redirect || ctx.response.status !== 200) return;
  leaving = true;
  sessionStorage.removeItem(memory());
});

// Who comes back sees what is stored.
addEventListener("pageshow", ({ persisted }) => persisted && leaving && location.reload());

/** The signs of the parts that are as they were drawn: what is drawn from the same again is not sent. */
function have() {
  const parts = [...editor().querySelectorAll("[data-drawn]")];
  return parts.filter((part) => !part.querySelector("[data-filled], [data-keys]")).map((part) => part.dataset.drawn).join(" ");
}

htmx.registerExtension("same-parts", { htmx_before_morph_node: (_part, { newNode }) => newNode.dataset?.same === undefined });

/** The server could not be reached, or refused: nothing was changed in the page. */
function say() {
  keep();
  at("editor-state").textContent = at("editor-state").dataset.failed;
  at("editor-state").dataset.state = "failed";
}

/** The YAML cannot be read: the form waits. */
function stop() {
  at("document").disabled = true;
  at("yaml-details").open = true;
  keep();
}

/** Fields show what was drawn, but for the one that is being typed in. */
function settle(force, from) {
  for (const element of editor().querySelectorAll("[data-edit], [data-fact], [data-try], [data-insert], #stored")) {
    if (element.matches("button")) continue;
    if (element === document.activeElement && isText(element) && !force) continue;
    if (element.matches("select")) reset(element);
    else if (element.value !== element.defaultValue) element.value = element.defaultValue;
  }
  fill(document.activeElement);
  const { focus } = editor().dataset;
  const stayed = document.activeElement === from || document.activeElement === document.body;
  if (focus && stayed) goTo(focus);
  else if (from?.id && document.activeElement === document.body) goTo(from.id); // where one was is gone
}

/** Long menus are drawn with what is chosen only, and filled when somebody comes to them. */
function fill(select) {
  const here = select.matches?.("select[data-options]") && select.querySelector("[data-here]");
  if (!here) return;
  const chosen = select.value;
  const now = select.querySelector("[data-now]");
  select.dataset.filled = "yes";
  here.replaceWith(at(`options-${select.dataset.options}`).content.cloneNode(true));
  const same = [...select.options].find((option) => option !== now && option.value === chosen && chosen);
  if (!same) return;
  same.defaultSelected = true;
  now?.remove();
  select.value = chosen;
}

for (const come of ["focusin", "pointerdown"]) document.addEventListener(come, ({ target }) => fill(target), true);

function reset(select) {
  const chosen = [...select.options].findIndex((option) => option.defaultSelected);
  select.selectedIndex = Math.max(0, chosen);
}

/** The place, or the nearest one around it that is there. */
function nearest(mark) {
  while (mark && !at(mark)) mark = mark.slice(0, Math.max(0, mark.lastIndexOf("-")));
  return mark ? at(mark) : null;
}

function goTo(mark) {
  const place = nearest(mark);
  if (!place) return;
  const controls = "select, input:not([type=hidden]), textarea, button";
  const control = place.matches(controls) ? place : (place.querySelector("[data-next]") ?? place.querySelector(controls));
  (control ?? place).focus();
  if (control?.matches("input")) control.select();
}

/** The text, at a line of it. */
function goToLine(line) {
  at("yaml-details").open = true;
  const lines = source().value.split("\n").slice(0, line);
  const end = lines.join("\n").length;
  source().focus();
  source().setSelectionRange(end - lines.at(-1).length, end);
  source().scrollTop = (line - 3) * parseFloat(getComputedStyle(source()).lineHeight);
}

// ---- edits ----

function edit(element, value, goesOn = false) {
  const { edit: what, at: place } = element.dataset;
  if (what === "yaml") return enqueue(() => post(DRAFT, { edit: "yaml" }, { goesOn }));
  return enqueue(() => post(DRAFT, { edit: what, at: place, value }, { goesOn }));
}

function commit(element) {
  clearTimeout(timers.get(element));
  timers.delete(element);
  pending = null;
  if (element.matches("[data-fact]")) return enqueue(() => post(DRAFT, { edit: "facts" }));
  // While the YAML cannot be read the page waits: also for what puts it back to what it was.
  const same = element.value === element.defaultValue && !document.querySelector("[data-broken]");
  const isUnfinished = element.type !== "number" && !element.checkValidity();
  if (isUnfinished || same) return keep();
  const field = `${element.dataset.edit} ${element.dataset.at}`;
  const done = edit(element, element.value, field === typedIn && !paused);
  typedIn = field;
  paused = false;
  return done;
}

function commitSoon(element) {
  clearTimeout(timers.get(element));
  timers.set(element, setTimeout(() => commit(element), SOON_MS));
}

document.addEventListener("input", ({ target }) => {
  if (!isText(target) || !target.matches("[data-edit], [data-fact]")) return;
  paused ||= Date.now() - typedAt > PAUSE_MS;
  typedAt = Date.now();
  if (target.dataset.edit && target.dataset.edit !== "yaml") {
    pending = { edit: target.dataset.edit, at: target.dataset.at, value: target.value };
  }
  keep();
  if (target.type !== "number" || target.checkValidity()) return commitSoon(target);
  clearTimeout(timers.get(target)); // an emptied number is about to be another; who leaves it so is told
  timers.delete(target);
});

document.addEventListener("change", ({ target }) => {
  if (target.matches(".word-prompt, .word-more") && target.dataset.keys) return; // Enter says that it is meant
  if (target.dataset.insert) insert(target);
  else if (target.dataset.try !== undefined) attempt(target.value);
  else if (!target.matches("[data-edit], [data-fact]")) return;
  else if (target.matches("select") && target.dataset.keys) commitSoon(target);
  else if (target.matches("select") && target.dataset.edit) target.value && choose(target);
  else commit(target);
});

function choose(select) {
  clearTimeout(timers.get(select));
  edit(select, select.value);
}

/** Arrows and letters change a closed menu at once: what is added is added when it is confirmed. */
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (target.matches?.("select[data-edit], select[data-insert]")) {
    if (key !== "Enter") target.dataset.keys = "yes";
    else if (target.dataset.keys && target.value) {
      delete target.dataset.keys;
      event.preventDefault();
      target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  if (key === "Enter" && target.matches?.("#editor input")) {
    event.preventDefault();
    if (target.matches("[data-edit], [data-fact]")) commit(target);
  }
  if (event.altKey && event.shiftKey) moveByKey(event);
});

document.addEventListener("pointerdown", ({ target }) => delete target.dataset?.keys);

const KEYS = { ArrowUp: "up", ArrowDown: "down", Backspace: "remove" };

function moveByKey(event) {
  const place = event.target.closest?.("#document .sentence, #document .branch, #document .card");
  const button = KEYS[event.key] && place?.querySelector(`.act[data-value="${KEYS[event.key]}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

document.addEventListener("focusout", ({ target }) => {
  if (!target.matches?.("[data-edit]") || !editor().contains(target)) return;
  if (timers.has(target)) commit(target);
  else if (target.matches(".word-prompt, .word-more")) reset(target);
  else if (isText(target) && target.dataset.edit !== "yaml") {
    enqueue(() => document.activeElement !== target && (target.value = target.defaultValue));
  }
});

/** Puts a customer's value into a text, where the caret is. */
function insert(select) {
  const text = at(select.dataset.insert);
  text.setRangeText(select.value, text.selectionStart, text.selectionEnd, "end");
  reset(select);
  text.focus();
  paused = true; // a value is undone by itself
  commit(text);
  typedAt = 0;
}

function attempt(who) {
  at("try-search").value = "";
  at("try-found").replaceChildren();
  enqueue(() => post(DRAFT, { edit: "try", value: who }));
}

/** Another text as a whole: an older one, the stored one, one of before. */
function replace(text, more = {}) {
  pending = null;
  return enqueue(() => post(DRAFT, { edit: "restore", source: text, ...more }, { force: true }));
}

const CLICKS = {
  "editor-undo": () => before.length && enqueue(() => post(DRAFT, { edit: "undo", source: before.pop() }, { force: true })),
  "editor-discard": () => {
    at("editor-restored").hidden = true;
    replace(at("stored").value);
  },
  "yaml-back": () => {
    source().value = good;
    replace(good);
  },
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.finding, a.map-box, a[data-line]");
  const button = event.target.closest("button");
  if (link) {
    event.preventDefault();
    const mark = link.getAttribute("href").slice(1);
    if (mark === "source") goToLine(Number(link.dataset.line));
    else goTo(mark);
  } else if (button?.dataset.edit) edit(button, button.dataset.value);
  else if (button?.dataset.who !== undefined) attempt(button.dataset.who);
  else if (button?.dataset.save) save(event, button);
  else if (button?.dataset.take) replace(at("theirs").value, { based_on: button.dataset.take, stored: at("theirs").value });
  else if (CLICKS[button?.id]) CLICKS[button.id]();
});

function save(event, button) {
  event.preventDefault();
  const { save: value, basedOn } = button.dataset;
  enqueue(() => post(SAVE, { value, ...(basedOn && { based_on: basedOn }) }));
}

document.addEventListener("submit", (event) => event.target === editor() && event.preventDefault());

addEventListener("beforeunload", (event) => {
  if (!leaving && isDirty()) event.preventDefault();
});

// ---- what was not saved before a reload ----

function restore() {
  const kept = JSON.parse(sessionStorage.getItem(memory()) ?? "null");
  if (!kept || (kept.source === source().value && !kept.pending)) return keep();
  at("editor-restored").hidden = false;
  replace(kept.source, { based_on: kept.basedOn });
  if (kept.pending) enqueue(() => post(DRAFT, kept.pending, { force: true }));
}

restore();
