// What ticks on the desk, what the tab says of it when another one is in front, and what is read out.

import { arrange } from "./still.js";
import { SECOND_MS, duration } from "./time.js";

const RESTS_MS = 3000;
const FOREMOST = [
  ['[data-state="ringing"]:not([data-dialling="yes"])', "titleRinging", "ringing"],
  ['[data-state="ringing"]', "titleDialling", "oncall"],
  ['[data-state="answered"]:not([data-held="yes"])', "titleAnswered", "oncall"],
  ['[data-state="answered"]', "titleAnswered", "oncall"],
];

/** Without a call that is on the tab says what the agent is in, or what keeps calls away. */
const STATES = [
  ['body:is([data-live="reconnecting"], [data-live="closed"])', "titleApart", "down"],
  [".desk .presence[data-stale]", "titleDown", "down"],
  ['.desk .presence[data-state="wrap_up"]', "titleWrapUp", "wrapup"],
  ['.desk .presence[data-state="on_break"]', "titleBreak", "quiet"],
];

const told = new Map(); // leg -> in which state of its call it was read out

let typed = 0;

const page = document.querySelector("[data-now]");
// The server's clock counts: an agent's computer may be minutes off.
const offset = page ? Number(page.dataset.now) - Date.now() : 0;

function tick() {
  makeRoom();
  const now = Date.now() + offset;
  for (const element of document.querySelectorAll("[data-since]")) {
    const text = duration(now - Date.parse(element.dataset.since));
    if (element.textContent !== text) element.textContent = text;
  }
  for (const element of document.querySelectorAll(".tick[data-until]")) {
    const text = duration(Date.parse(element.dataset.until) - now);
    if (element.textContent !== text) element.textContent = text;
  }
}

/** The call that matters most, and what the tab says of it. */
function foremost() {
  for (const [selector, title, icon] of FOREMOST) {
    const pop = document.querySelector(`.pop${selector}`);
    if (pop) return { name: text(pop, ".pop-name"), title, icon, stale: pop.dataset.stale };
  }
  const [, title, icon] = STATES.find(([selector]) => document.querySelector(selector)) ?? ["", "title", "quiet"];
  return { name: "", title, icon };
}

function sayInTab() {
  const words = document.getElementById("desk-words")?.dataset;
  if (!words) return;
  const { name, title, icon, stale } = foremost();
  const heard = words[title].replace("{name}", () => name);
  document.title = stale ? `${heard} · ${words.notUpToDate}` : heard;
  const link = document.querySelector('link[rel="icon"]');
  const href = link.dataset[icon];
  if (link.getAttribute("href") !== href) link.setAttribute("href", href);
}

/** What becomes of a call is read out once, politely, where a screen reader runs. */
function sayAloud() {
  const news = [];
  for (const pop of document.querySelectorAll("#pops > .pop")) {
    const { leg, state } = pop.dataset;
    const isNew = !told.has(leg) && ["ended", "withdrawn"].includes(state); // it was over before the page came
    if (told.get(leg) !== state && !isNew) news.push(`${text(pop, "strong")}: ${text(pop, ".pop-name")}`);
    told.set(leg, state);
  }
  const said = document.getElementById("desk-said");
  if (said && news.length) said.textContent = news.join(". ");
}

function text(pop, part) {
  return pop.querySelector(part).textContent.trim();
}

/** A link that is not up says so on what it tells of: on each call that is on, and where no link is up on the
    presence. Whether links are up is on the page, whoever said it: also when nobody listens to them any more.
    A page that is not live knows nothing of any link. */
function markStale() {
  const { notUpToDate } = document.getElementById("desk-words")?.dataset ?? {};
  const lost = ["reconnecting", "closed"].includes(document.body.dataset.live);
  const links = [...document.querySelectorAll('[data-testid="link"]')];
  for (const link of links) setStale(link, lost && notUpToDate);
  const says = new Map(links.map(({ dataset }) => [dataset.link, dataset.says ?? ""]));
  for (const pop of document.querySelectorAll(".pop")) {
    const line = pop.querySelector(".pop-stale"); // none where the call is over
    const words = (line && ((lost && notUpToDate) || says.get(pop.dataset.link))) || "";
    if (line && line.textContent !== words) line.textContent = words;
    setStale(pop, words);
    setStale(document.getElementById(pop.id.replace("pop-", "row-")), words && notUpToDate);
  }
  const presence = document.querySelector(".desk .presence");
  const noneUp = links.length && !links.some(({ dataset }) => dataset.state === "up");
  if (presence) setStale(presence, lost || noneUp ? notUpToDate : "");
}

function setStale(element, words) {
  if (!words) {
    element.removeAttribute("data-stale");
    element.removeAttribute("data-stale-says");
  } else if (element.dataset.staleSays !== words) {
    element.dataset.stale = "yes";
    element.dataset.staleSays = words;
  }
}

/** A pop that would be folded away while the agent writes in it stays open, where it is, until they hide it. */
function keepWhatIsWritten() {
  const box = document.activeElement?.closest?.(".pop")?.querySelector(".pop-toggle input");
  if (!box || box.checked || getComputedStyle(box.parentElement).display === "none") return;
  box.checked = true;
  box.dataset.kept = "";
  typed = Date.now();
}

/** Nothing moves under typing hands; when they rest, the pop that is kept open takes less room. */
function makeRoom() {
  if (Date.now() - typed < RESTS_MS) return;
  for (const box of document.querySelectorAll('[data-kept=""]')) box.dataset.kept = "idle";
}

function refresh() {
  arrange(refresh);
  keepWhatIsWritten();
  tick();
  markStale();
  sayInTab();
  sayAloud();
}

document.addEventListener("change", ({ target }) => {
  if (target.closest?.(".pop-toggle")) delete target.dataset.kept;
});
// a row leads to its pop, also to one that is folded
document.addEventListener("click", ({ target }) => {
  const row = target.closest?.(".row");
  const box = row && document.querySelector(row.getAttribute("href"))?.querySelector(".pop-toggle input");
  if (box) box.checked = true;
});

document.addEventListener("input", () => {
  typed = Date.now();
});

refresh();
setInterval(tick, SECOND_MS);
document.addEventListener("visibilitychange", tick); // browsers slow the clocks of hidden tabs
document.addEventListener("lineside:swapped", refresh);
document.addEventListener("lineside:live", () => {
  markStale();
  sayInTab();
});
