/* Every key of a page. The page itself is the table: whatever can be done by a key carries it,

     <button data-key="h">Hang up</button>         a click; a field or a list (tabindex) gets the focus,
                                                   <summary> opens
     <button data-key="m" tabindex="0">Claim</button>    one of several: each press goes on to the next, Enter does it
     <summary data-key="s" data-key-says="…">      what the list says, where the text of the element does not do

   and both what a key does and what the list (`?`) says of it are looked up there at that moment, so that they
   cannot differ. A capital letter is one with Shift. A key acts where nothing is being typed; of several calls, on the one
   that is marked (`aria-current`): where the agent was last, else the one that is on. Whoever switched single
   letters off (WCAG 2.1.4) presses Alt with them. */

import { showHints } from "./hints.js";
import { choose, chosen } from "./own.js";

const list = document.getElementById("keys");
const words = list.dataset;
const TYPED_IN =
  'textarea, select, [contenteditable=""], [contenteditable="true"], input:not([type="checkbox"], [type="radio"])';
const RANKS = [
  '[data-state="answered"]:not([data-held="yes"])',
  '[data-state="answered"]',
  '[data-state="ringing"]',
  ":has(.pop-toggle :checked)",
  '[data-state="ended"][data-talked="yes"]',
  "*",
];
const ACTS = { hints: () => showHints(use), next: () => step(1), previous: () => step(-1) };

const HASTE_MS = 1000;
let done = {}; // which key did something in which call, and when
let last = null; // the call where the agent was last, and which calls were on then

const pops = () => [...document.querySelectorAll(".pop")];
const withAlt = () => chosen("single-keys") === "off";

/** Where keys act: where the focus is; else where the agent was last, unless calls came on or ended since. */
function current() {
  const focused = document.activeElement?.closest?.(".pop");
  const known = last && document.getElementById(last.id);
  return focused ?? (known && isOn() === last.isOn ? known : best(pops()));
}

/** The calls that are on. */
function isOn() {
  return [...document.querySelectorAll('.pop[data-state="answered"]')].map(({ id }) => id).join(" ");
}

/** Of several calls the one that matters most: of those that are on the first, of those that are over the last. */
function best(some) {
  for (const rank of RANKS) {
    const all = some.filter((pop) => pop.matches(rank));
    if (all.length) return all.at(["ended", "withdrawn"].includes(all[0].dataset.state) ? -1 : 0);
  }
  return null;
}

function remember(pop) {
  if (pop) last = { id: pop.id, isOn: isOn() };
}

function usable(element) {
  if (element.dataset.act) return element.dataset.act === "hints" || pops().length > 1;
  if (element.closest('.pop:not([data-state="answered"]) :is(.step, .run-ways)')) return false;
  return !element.disabled && element.checkVisibility({ visibilityProperty: true });
}

const holders = () => [...document.querySelectorAll("[data-key]")].filter(usable);

/** What a key does now: in the call that is marked, else beside all calls, else in the call that has it. */
function holder(key) {
  const all = holders().filter(({ dataset }) => dataset.key === key);
  const here = current();
  const near = all.filter((element) => here?.contains(element));
  const outside = all.filter((element) => !element.closest(".pop"));
  const pop = best(all.map((element) => element.closest(".pop")).filter(Boolean));
  return next(near) ?? next(outside) ?? next(all.filter((element) => pop?.contains(element)));
}

/** The one behind that where the focus is; what is in a list comes before the list. */
function next(some) {
  const inner = some.filter((element) => !some.some((other) => other !== element && element.contains(other)));
  return inner[(inner.indexOf(document.activeElement) + 1) % inner.length];
}

function use(element) {
  if (element.dataset.act) return ACTS[element.dataset.act]();
  if (element.matches(`${TYPED_IN}, [tabindex]`)) return element.focus();
  if (element.matches("summary")) element.focus();
  element.click();
  const opened = element.matches("summary") && element.parentElement.open;
  if (opened) element.parentElement.querySelector("input, select, textarea")?.focus({ preventScroll: true });
}

/** On to the next call of the list. */
function step(by) {
  const all = pops();
  const pop = all.at((all.indexOf(current()) + by) % all.length);
  remember(pop);
  document.querySelector(`.row[href="#${CSS.escape(pop.id)}"]`)?.click();
  document.activeElement?.blur?.();
}

/** The key as it is printed, also where digits need Shift or the alphabet is another one. */
function keyOf({ key, code, shiftKey }) {
  if (/^[a-z]$/i.test(key)) return cased(key, shiftKey);
  if (/^Digit[1-9]$/.test(code) && !shiftKey && !/^[/?]$/.test(key)) return code.at(-1);
  if (/^Key[A-Z]$/.test(code)) return cased(code.at(-1), shiftKey);
  if (key > "~" && code === "Period") return "."; // with Alt some print other signs
  if (key > "~" && code === "Slash") return shiftKey ? "?" : "/";
  return key;
}

/** Caps Lock changes nothing. */
function cased(letter, shiftKey) {
  return shiftKey ? letter.toUpperCase() : letter.toLowerCase();
}

/** How a key is told. */
function printed(key, between) {
  const shift = /^[A-Z]$/.test(key) ? ["Shift", key.toLowerCase()] : [key];
  return [...(withAlt() ? ["Alt"] : []), ...shift].join(between);
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.repeat || event.ctrlKey || event.metaKey) return;
  if (event.target.matches?.(TYPED_IN)) {
    if (event.key === "Escape" && event.target.closest(".pop, [data-key]")) event.target.blur();
    return;
  }
  const key = keyOf(event);
  const found = event.altKey === withAlt() && (holder(key) ?? holder(key.toLowerCase()));
  if (!found) return;
  event.preventDefault();
  if (isMeantForTheLast(key, found.closest(".pop"), event.timeStamp)) return;
  if (!found.matches("[popovertarget]")) list.hidePopover();
  use(found);
  say();
}

/** A key that is pressed twice in haste: the first ended the call, and the second must not end another one. */
function isMeantForTheLast(key, pop, at) {
  const elsewhere = pop && done.key === key && done.pop !== pop && at - done.at < HASTE_MS;
  if (!elsewhere) done = { key, pop, at };
  return elsewhere;
}

function says(element) {
  const said = element.dataset.keySays ?? element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent;
  if (said) return said.trim();
  const bare = element.cloneNode(true);
  for (const part of bare.querySelectorAll("kbd, [hidden], .field-hint")) part.remove();
  return bare.textContent.trim().replace(/\s+/g, " ");
}

function place(element) {
  const pop = element.closest(".pop");
  return pop ? pop.querySelector(".pop-name").textContent.trim() : words.everywhere;
}

function row(key, text) {
  const line = document.createElement("div");
  line.append(document.createElement("dt"), document.createElement("dd"));
  const keys = document.createElement("kbd");
  keys.textContent = key === "Esc" ? key : printed(key, " ");
  line.firstChild.append(keys);
  line.lastChild.textContent = text;
  return line;
}

function draw() {
  const groups = new Map();
  for (const key of new Set(holders().map(({ dataset }) => dataset.key))) {
    const element = holder(key);
    if (!element) continue;
    const lines = groups.get(place(element)) ?? [];
    groups.set(place(element), [...lines, row(key, says(element))]);
  }
  groups.set(words.everywhere, [...(groups.get(words.everywhere) ?? []), row("Esc", words.leaves)]);
  list.querySelector(".keys-list").replaceChildren(...[...groups].map(group));
}

function group([name, lines]) {
  const part = document.createElement("section");
  const head = document.createElement("h3");
  const rows = document.createElement("dl");
  head.textContent = name;
  rows.append(...lines);
  part.append(head, rows);
  return part;
}

/** Elements say their own key to whoever hears the page, and the call that keys are for is marked. */
function say() {
  for (const element of document.querySelectorAll("[data-key]")) {
    const keys = printed(element.dataset.key, "+");
    if (element.getAttribute("aria-keyshortcuts") !== keys) element.setAttribute("aria-keyshortcuts", keys);
  }
  const all = pops();
  const here = all.length > 1 ? current() : null;
  for (const pop of all) {
    mark(pop, pop === here);
    mark(document.getElementById(pop.id.replace("pop-", "row-")), pop === here);
  }
}

function mark(element, isCurrent) {
  if (isCurrent) element?.setAttribute("aria-current", "true");
  else element?.removeAttribute("aria-current");
}

const box = list.querySelector("[data-single-keys]");
box.checked = !withAlt();
box.addEventListener("change", () => {
  choose("single-keys", box.checked ? "on" : "off");
  draw();
  say();
});

document.addEventListener("keydown", pressed);
document.addEventListener("focusin", ({ target }) => {
  remember(target.closest?.(".pop"));
  say();
});
document.addEventListener("focusout", () => setTimeout(say)); // where the focus is by then
document.addEventListener("click", ({ target }) => {
  const row = target.closest?.(".row");
  remember(row ? document.querySelector(row.getAttribute("href")) : target.closest?.(".pop"));
  say();
});
list.addEventListener("beforetoggle", ({ newState }) => newState === "open" && draw());
// behind the other modules, which put fields of their own into what came
for (const changed of ["lineside:swapped", "htmx:after:swap"]) document.addEventListener(changed, () => setTimeout(say));
document.addEventListener("DOMContentLoaded", say);
