// The alerts of the board: the newest in sight, and heard until somebody has seen them.

import { choose, chosen } from "./own.js";
import { play } from "./sound.js";
import { SECOND_MS } from "./time.js";
import { chosenQueues } from "./views.js";

const NOTES_HZ = [880, 659, 880];
const AGAIN_MS = 60 * SECOND_MS; // what nobody has seen is heard once a minute

const box = document.getElementById("board-sound");
const own = document.body.dataset.user;
const UNSEEN = '.alert[data-open="yes"][data-sound][data-seen-by=""]:not([data-away])';

let heard = new Map(); // alert -> when it was heard last

const rows = (selector) => [...document.querySelectorAll(selector)];

function ring() {
  play(NOTES_HZ).catch(() => {}); // no sound device: it is red
}

/** What is red and nobody has seen; whoever switches the sound on is not late for what is there. */
function sayAloud() {
  const now = Date.now();
  const due = rows(UNSEEN).map(({ dataset }) => dataset.alert);
  const isDue = due.some((alert) => now - (heard.get(alert) ?? 0) >= AGAIN_MS);
  if (isDue && box.checked) ring();
  heard = new Map(due.map((alert) => [alert, isDue ? now : heard.get(alert)]));
}

/** Whoever has seen it need not say so again. */
function markOwn() {
  for (const alert of rows(".alert")) {
    const seen = alert.dataset.seenBy.split(" ").includes(own);
    alert.querySelector(".alert-see").toggleAttribute("data-own", seen);
  }
}

/** Alerts of queues that are not shown are not, either; that there are some is said. */
function filter() {
  const { isPicked } = chosenQueues();
  for (const alert of rows(".alert")) alert.toggleAttribute("data-away", !isPicked(alert));
  const away = rows('.alert[data-open="yes"][data-away]').length;
  const said = document.getElementById("alerts-away");
  said.textContent = away ? said.dataset.text.replace("{count}", away) : "";
}

/** The newest is in sight, unless somebody reads or is about to press something. */
function showNewest() {
  const list = document.getElementById("alerts-list");
  if (!list.matches(":hover, :focus-within")) list.scrollTop = list.scrollHeight;
}

function look() {
  markOwn();
  filter();
  showNewest();
  sayAloud();
}

box.checked = chosen("board-sound") === "on";
box.addEventListener("change", () => {
  choose("board-sound", box.checked ? "on" : "off");
  if (box.checked) ring();
});
for (const changed of ["lineside:swapped", "lineside:chosen"]) document.addEventListener(changed, look);
setInterval(sayAloud, SECOND_MS);
look();
