// The board: what ticks, what is found, filtered and sorted, and what says that it is old.

/* global htmx */

import { SECOND_MS, duration } from "./time.js";
import { APART, choices, chosenQueues } from "./views.js";

const SILENT_MS = 4000; // the server says something every two seconds; five are too long to be wrong
const STATES = ["available", "ringing", "on_call", "wrap_up", "on_break", "offline"];
const ORDERED = ["line", "queues_by", "agents_by"]; // what changes the order

const board = document.getElementById("content");
const words = document.getElementById("board-words").dataset;
const offset = Number(board.dataset.now) - Date.now(); // the server's clock counts
const field = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const tiles = () => all("#tiles > .tile");
const agents = () => all("#agents > .agent");

let heard = Date.now();
let orders = new Map(); // list -> the order that was chosen last, as keys

// ---- what ticks ----

function tick() {
  const now = Date.now() + offset;
  for (const element of all(".tick[data-since]")) {
    const text = duration(now - Date.parse(element.dataset.since));
    if (element.textContent !== text) element.textContent = text;
  }
  for (const tile of tiles()) {
    const since = tile.dataset.longestSince;
    tile.dataset.longestS = since ? Math.max(0, Math.floor((now - Date.parse(since)) / SECOND_MS)) : 0;
    sayHowLongIsTooLong(tile);
  }
  sayWhetherApart();
  sayWhetherSorted();
}

/** A wait becomes too long by itself: nobody tells the page. */
function sayHowLongIsTooLong(tile) {
  const { longestS, longestSince, longestYellow, longestRed } = tile.dataset;
  const from = (threshold) => longestSince !== undefined && threshold !== undefined && Number(longestS) >= Number(threshold);
  const level = from(longestRed) ? "red" : from(longestYellow) ? "yellow" : "fine";
  const figure = tile.querySelector(".tile-longest");
  if (figure.dataset.level !== level) figure.dataset.level = level;
}

// ---- what is old because this page hears nothing ----

function isApart() {
  const lost = ["reconnecting", "closed"].includes(document.body.dataset.live);
  return lost || Date.now() - heard > SILENT_MS;
}

function sayWhetherApart() {
  const apart = isApart();
  board.toggleAttribute("data-apart", apart);
  for (const element of [...tiles(), ...agents()]) {
    if (apart && !element.dataset.stale) Object.assign(element.dataset, { stale: "yes", apart: "yes" });
    else if (!apart && element.dataset.apart) {
      delete element.dataset.stale;
      delete element.dataset.apart;
    }
  }
  const text = apart ? `${words.apart}, ${duration(Date.now() - heard)} ${words.old}` : "";
  for (const said of all(".tile-apart")) if (said.textContent !== text) said.textContent = text;
}

// ---- what is shown ----

function matches(element, wanted, texts) {
  const text = texts.map((part) => element.querySelector(part)?.textContent ?? "").join(" ");
  return !wanted || `${element.dataset.name} ${text}`.toLowerCase().includes(wanted);
}

function isOfState(agent, wanted) {
  const { state } = agent.dataset;
  return !wanted || state === wanted || (wanted === "here" && state !== "offline");
}

/** Whether no queues are picked out, or the agent works in one that is. */
function worksIn(agent, queues) {
  return !queues.size || [...agent.querySelectorAll(".agent-queue")].some(({ dataset }) => queues.has(dataset.of));
}

function filter() {
  const wanted = field("board-find").value.trim().toLowerCase();
  const { agents: state } = choices();
  const { queues, isOfLine, isPicked } = chosenQueues();
  const hidden = { queues: 0, agents: 0 };
  const show = (element, shown, kind) => {
    element.toggleAttribute("data-away", !shown);
    hidden[kind] += !shown;
  };
  for (const tile of tiles()) show(tile, isPicked(tile) && matches(tile, wanted, [".tile-waiters"]), "queues");
  for (const agent of agents()) {
    const found = matches(agent, wanted, [".agent-queues", ".agent-call", ".agent-script"]);
    show(agent, isOfLine(agent) && found && isOfState(agent, state) && worksIn(agent, queues), "agents");
  }
  showHeads();
  const said = field("board-hidden");
  const text = said.dataset.text.replace("{queues}", hidden.queues).replace("{agents}", hidden.agents);
  said.textContent = hidden.queues || hidden.agents ? text : "";
}

/** Nobody needs the heading of nothing. */
function showHeads() {
  if (choices().line !== APART) return;
  for (const [list, [elements]] of Object.entries(LISTS)) {
    for (const head of all(`#${list} > [data-head]`)) {
      const shown = elements().some((each) => each.dataset.line === head.dataset.head && !each.hasAttribute("data-away"));
      head.toggleAttribute("data-away", !shown);
    }
  }
}

// ---- in which order ----

const number = (element, name) => Number(element.dataset[name] || 0);
const since = (element) => Date.parse(element.dataset.since) || Infinity;
const BY = {
  tiles: {
    waiting: (one, other) => number(other, "waiting") - number(one, "waiting"),
    longest: (one, other) => number(other, "longestS") - number(one, "longestS"),
    free: (one, other) => number(one, "free") - number(other, "free"),
  },
  agents: {
    state: (one, other) => STATES.indexOf(one.dataset.state) - STATES.indexOf(other.dataset.state),
    since: (one, other) => since(one) - since(other),
  },
};
const LISTS = { tiles: [tiles, "queues_by"], agents: [agents, "agents_by"] };

/** As the server orders them: by line and name. */
function plainly(one, other) {
  const line = number(one, "line") - number(other, "line");
  return line || one.dataset.name.localeCompare(other.dataset.name) || (one.id < other.id ? -1 : 1);
}

/** By what was chosen, each line for itself where they stand apart. */
function comparison(list) {
  const { line, [LISTS[list][1]]: by } = choices();
  const apart = (one, other) => (line === APART ? number(one, "line") - number(other, "line") : 0);
  return (one, other) => apart(one, other) || (BY[list][by]?.(one, other) ?? 0);
}

/** In order, each line behind its heading. */
function sorted(list) {
  const compare = comparison(list);
  const elements = LISTS[list][0]().sort((one, other) => compare(one, other) || plainly(one, other));
  const heads = all(`#${list} > [data-head]`);
  if (choices().line !== APART) return [...heads, ...elements];
  return heads.flatMap((head) => [head, ...elements.filter(({ dataset }) => dataset.line === head.dataset.head)]);
}

function arrange(list, ids) {
  const parent = field(list);
  const known = new Map([...parent.children].filter(({ id }) => id).map((element) => [element.id, element]));
  const order = [...ids.filter((id) => known.has(id)), ...[...known.keys()].filter((id) => !ids.includes(id))];
  order.forEach((id, at) => {
    const element = known.get(id);
    if (parent.children[at] !== element) parent.insertBefore(element, parent.children[at] ?? null);
  });
}

/** The order is chosen: it stays until it is chosen again. */
function sort() {
  for (const list of Object.keys(LISTS)) {
    if (!field(list)) continue;
    orders.set(list, sorted(list).map(({ id }) => id));
    arrange(list, orders.get(list));
  }
  sayWhetherSorted();
}

/** A whole board came: in the order that was chosen. What is new comes last, or under its own heading. */
function keepOrder() {
  const news = (list, ids) => LISTS[list][0]().some(({ id }) => !ids.includes(id));
  const apart = choices().line === APART;
  for (const [list, ids] of orders) {
    if (apart && news(list, ids)) orders.set(list, sorted(list).map(({ id }) => id));
    if (field(list)) arrange(list, orders.get(list));
  }
}

function sayWhetherSorted() {
  const isTrue = (list) => {
    const compare = comparison(list);
    const elements = LISTS[list][0]();
    return elements.every((element, at) => !at || compare(elements[at - 1], element) <= 0);
  };
  const stale = Object.keys(LISTS).some((list) => field(list) && !isTrue(list));
  field("board-sort").hidden = !stale;
}

// ---- what happens ----

document.addEventListener("htmx:ws:before:message:incoming", () => {
  heard = Date.now();
});
document.addEventListener("lineside:swapped", ({ detail }) => {
  if (detail.snapshot) keepOrder();
  filter();
  tick();
});
document.addEventListener("lineside:live", () => {
  if (document.body.dataset.live === "connected") heard = Date.now();
  tick();
});
document.addEventListener("lineside:chosen", ({ detail }) => {
  if (ORDERED.includes(detail.name)) sort();
  filter();
});
field("board-find").addEventListener("input", filter);
field("board-sort").addEventListener("click", sort);

sort();
filter();
tick();
setInterval(tick, SECOND_MS);
document.addEventListener("visibilitychange", tick); // browsers slow the clocks of hidden tabs

// ---- what a supervisor can do about an agent is asked for when it is opened: it depends on the moment ----

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches?.("[data-acts][open]")) return;
    const body = target.parentElement.querySelector(".agent-acts-body");
    htmx.ajax("GET", target.dataset.acts, { source: target, target: body, swap: "innerHTML" });
  },
  true,
);
