// A call that rings while the agent is somewhere else: a notification of the desktop, a soft sound. Each is the
// agent's choice, and nothing is asked of the browser before they make it.

import { choose, chosen } from "./own.js";
import { play } from "./sound.js";

const words = document.getElementById("bell").dataset;
const NOTES_HZ = [659, 880];
const FRONT = `lineside-in-front:${document.body.dataset.user}`;

const shown = new Map(); // leg -> its notification
const known = new Set(); // legs that rang already: a call is told once
let letGo = null;

const isOn = (what) => chosen(what) === "on";
const isInFront = () => document.visibilityState === "visible" && document.hasFocus();
const blocked = () => !("Notification" in window) || Notification.permission === "denied";

function notify(pop) {
  if (blocked() || Notification.permission !== "granted") return;
  const name = pop.querySelector(".pop-name").textContent.trim();
  const more = [".pop-number", ".pop-queue"].map((part) => pop.querySelector(part)?.textContent.trim());
  const icon = document.querySelector('link[rel="icon"]').dataset.ringing;
  const notice = new Notification(words.ringing.replace("{name}", () => name), {
    body: more.filter(Boolean).join(" · "),
    tag: pop.dataset.leg,
    icon,
    silent: true, // the sound is a choice of its own
  });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
  shown.set(pop.dataset.leg, notice);
}

/** Of several tabs of one agent none tells while another is in front, and else only one. Without locks (a page
    that is not secure) each tells. */
async function alone(leg, tell) {
  if (!navigator.locks) return tell();
  const { held } = await navigator.locks.query();
  if (held.some(({ name }) => name === FRONT)) return;
  navigator.locks.request(`lineside-ring:${leg}`, { ifAvailable: true }, (lock) => {
    if (!lock) return undefined;
    tell();
    return new Promise((done) => setTimeout(done, 2000)); // the others have heard of the call by then
  });
}

function tell(pop) {
  if (isOn("notify")) notify(pop);
  if (isOn("sound")) play(NOTES_HZ).catch(() => {}); // no sound device: what is seen must do
}

function look() {
  const ringing = document.querySelectorAll('.pop[data-state="ringing"]:not([data-dialling="yes"])');
  const legs = new Set([...ringing].map(({ dataset }) => dataset.leg));
  for (const [leg, notice] of shown) {
    if (legs.has(leg)) continue;
    notice.close(); // it is answered, here or elsewhere
    shown.delete(leg);
  }
  for (const pop of ringing) {
    if (known.has(pop.dataset.leg)) continue;
    known.add(pop.dataset.leg);
    if (!isInFront()) alone(pop.dataset.leg, () => tell(pop));
  }
}

/** Says to the agent's other tabs that this one is in front. */
function stand() {
  if (!navigator.locks) return;
  if (isInFront() && !letGo) {
    navigator.locks.request(FRONT, { mode: "shared" }, () => new Promise((done) => (letGo = done)));
  } else if (!isInFront() && letGo) {
    letGo();
    letGo = null;
  }
}

function draw() {
  for (const button of document.querySelectorAll("[data-bell]")) {
    const what = button.dataset.bell;
    const barred = what === "notify" && blocked();
    button.textContent = barred ? words.blocked : button.dataset[isOn(what) ? "textOn" : "textOff"];
  }
}

async function isAllowed() {
  return !blocked() && (await Notification.requestPermission()) === "granted";
}

/** The browser is asked on this click and at no other time. */
async function turn(what) {
  const on = !isOn(what);
  if (on && what === "notify" && !(await isAllowed())) return draw();
  choose(what, on ? "on" : "off");
  if (on && what === "sound") play(NOTES_HZ).catch(() => {});
  draw();
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-bell]");
  if (button) turn(button.dataset.bell);
});
document.addEventListener("lineside:swapped", look);
for (const moved of ["focus", "blur"]) addEventListener(moved, stand);
document.addEventListener("visibilitychange", stand);
addEventListener("storage", draw);
stand();
draw();
look();
