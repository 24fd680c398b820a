// The wallboard on a big screen: what ticks, what is red, what is old, and queues that take turns. It runs for
// weeks: nothing is added to the page but what comes from the server.

import { SECOND_MS, duration } from "./time.js";

const SILENT_MS = 4000; // the server says something every two seconds
const ASK_MS = 10_000; // so often a page that hears nothing asks whether it may still be shown
const STAYS_MS = 60_000; // a page this young was not loaded from an older program than the one it hears
const TWO_COLUMNS = 1.5; // width over height
const [HEAD, ROW, LARGE_ROW] = [0.034, 0.056, 0.092]; // of the height, as in wall.css
const LEVELS = ["red", "yellow"];

const field = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const words = field("wall-words").dataset;
const pages = field("wall-pages");
const { version } = field("wall-all").dataset;
const timeZone = document.body.dataset.zone;

let offset = 0; // the server's clock counts
let heard = Date.now();
let asked = 0;
let turned = Date.now();
let page = 0;
let stopped = false;

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// ---- what ticks ----

function tick() {
  const now = Date.now() + offset;
  for (const element of all(".tick[data-since]")) say(element, duration(now - Date.parse(element.dataset.since)));
  say(field("wall-clock"), new Date(now).toLocaleTimeString("en-GB", { timeStyle: "short", timeZone }));
  for (const row of rows()) sayHowLongIsTooLong(row, now);
  for (const figure of all(".wall-figure:has(.wall-said[id])")) sayWhere(figure);
  sayWhetherApart();
  turn();
}

/** A wait becomes too long by itself: nobody tells the page. */
function sayHowLongIsTooLong(row, now) {
  const cell = row.querySelector('[data-figure="longest"]');
  if (!cell) return;
  const since = cell.querySelector("[data-since]")?.dataset.since;
  const waits = since === undefined ? -1 : (now - Date.parse(since)) / SECOND_MS;
  const { longestYellow, longestRed } = row.dataset;
  const from = (threshold) => threshold !== undefined && waits >= Number(threshold);
  const level = from(longestRed) ? "red" : from(longestYellow) ? "yellow" : "fine";
  if (cell.dataset.level !== level) cell.dataset.level = level;
  say(cell.querySelector(".wall-word"), words[level] ?? "");
}

/** All queues together are as the worst of them is; it is named. */
function sayWhere(figure) {
  const cells = all(`.wall-cell[data-figure="${figure.dataset.figure}"][data-level]`);
  const worst = LEVELS.find((level) => cells.some(({ dataset }) => dataset.level === level));
  const those = cells.filter(({ dataset }) => dataset.level === worst);
  const [title] = those.map((cell) => cell.parentElement.querySelector(".wall-title bdi").textContent);
  const where = those.length === 1 ? title : words.queues.replace("{count}", those.length);
  if (figure.dataset.said !== (worst ?? "")) figure.dataset.said = worst ?? "";
  say(figure.querySelector(".wall-said"), worst ? `${words[worst]}: ${where}` : "");
}

// ---- what is old because this page hears nothing ----

function sayWhetherApart() {
  const lost = ["reconnecting", "closed"].includes(document.body.dataset.live);
  const apart = lost || Date.now() - heard > SILENT_MS;
  document.body.toggleAttribute("data-apart", apart);
  say(field("wall-apart"), apart ? `${words.apart}, ${duration(Date.now() - heard)} ${words.old}` : "");
  if (apart && Date.now() - asked > ASK_MS) ask();
}

/** A link that was revoked while this screen was cut off shows nothing: the page says why. */
async function ask() {
  asked = Date.now();
  try {
    const { redirected, status } = await fetch(location.href, { cache: "no-store" });
    if (redirected || [403, 404, 410].includes(status)) location.reload();
  } catch {
    // the console is away: this is said already
  }
}

// ---- queues that do not fit take turns ----

const rows = () => all(".wall-row:not(.wall-head)");

/** How many rows fit in a column, in how many columns they are, and how high each is: few are larger. */
function fitting(shown) {
  const box = field("wall-queues");
  const fit = (row) => Math.max(1, Math.floor((box.clientHeight - HEAD * innerHeight) / (row * innerHeight)));
  if (shown.length <= fit(LARGE_ROW)) return { box, per: fit(LARGE_ROW), columns: 1, row: LARGE_ROW };
  const per = fit(ROW);
  return { box, per, columns: shown.length > per && innerWidth / innerHeight >= TWO_COLUMNS ? 2 : 1, row: ROW };
}

function arrange() {
  const shown = rows();
  const { box, per, columns, row } = fitting(shown);
  const many = per * columns;
  const last = Math.max(0, Math.ceil(shown.length / many) - 1);
  page = page > last ? 0 : page;
  box.style.gridTemplateRows = `${HEAD * 100}vh repeat(${per}, ${row * 100}vh)`;
  if (box.dataset.columns !== String(columns)) box.dataset.columns = columns;
  box.toggleAttribute("data-few", row === LARGE_ROW);
  shown.forEach((each, at) => each.toggleAttribute("data-away", Math.floor(at / many) !== page));
  pages.hidden = last === 0;
  const [first, until] = [page * many + 1, Math.min(shown.length, (page + 1) * many)];
  const said = words.page.replace("{first}", first).replace("{last}", until).replace("{all}", shown.length);
  say(field("wall-at"), `${said} · ${stopped ? words.stopped : words.turns.replace("{seconds}", pages.dataset.turnS)}`);
}

function turn() {
  if (stopped || pages.hidden || Date.now() - turned < Number(pages.dataset.turnS) * SECOND_MS) return;
  turnTo(page + 1);
}

function turnTo(wanted) {
  turned = Date.now();
  page = Math.max(0, wanted);
  arrange();
}

function stop(wanted) {
  stopped = wanted;
  turned = Date.now();
  field("wall-turn").setAttribute("aria-pressed", String(stopped));
  arrange();
}

// ---- what happens ----

/** The program was replaced: so is the page, with what belongs to it. */
function isOfOld() {
  return field("wall-all").dataset.version !== version && performance.now() > STAYS_MS;
}

function drawn() {
  offset = Number(field("wall-all").dataset.now) - Date.now();
  if (isOfOld()) location.reload();
  arrange();
  tick();
}

document.addEventListener("htmx:ws:before:message:incoming", () => {
  heard = Date.now();
});
document.addEventListener("lineside:swapped", drawn);
document.addEventListener("lineside:live", () => {
  if (document.body.dataset.live === "connected") heard = Date.now();
  tick();
});
document.addEventListener("keydown", (event) => {
  if (event.target.closest?.("button") || event.ctrlKey || event.altKey || event.metaKey) return;
  const does = { " ": () => stop(!stopped), ArrowRight: () => turnTo(page + 1), ArrowLeft: () => turnTo(page - 1) };
  does[event.key]?.();
});
field("wall-turn").addEventListener("click", () => stop(!stopped));
addEventListener("resize", arrange);

drawn();
setInterval(tick, SECOND_MS);
