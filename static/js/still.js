// Nothing moves under the pointer. A call that comes stands beside the one that is on, and one that is over makes
// room; while the pointer is at work on what would go elsewhere by that, the pops stand as they stood. `data-stands`
// of a pop says that it has the place of a call that is on.

const RESTS_MS = 2000; // a pointer that is still for so long is not on its way to a button
const MEANT_MS = 500;

let standing = new Set(); // ids of the pops that have the place of a call that is on
let anchor = null; // the pop that the agent is at, and where it was before something came
let moved = -Infinity;
let typed = -Infinity;
let arranged = -Infinity;
let waits = 0;

const pops = () => [...document.querySelectorAll("#pops > .pop")];
const isOn = ({ dataset }) => ["ringing", "answered"].includes(dataset.state);

/** What is said with the first call that is on, and its note, stay where they are whatever comes beside it. */
function staysAnyway(pop, hand) {
  const first = pops().find(({ id }) => standing.has(id));
  return pop === first && isOn(pop) && pop.querySelector(`.pop-records${hand}`) === null;
}

function isAtWork() {
  const since = performance.now() - RESTS_MS;
  const under = moved > since ? document.querySelector("#pops > .pop:hover") : null;
  const written = typed > since ? (document.activeElement?.closest("#pops > .pop") ?? null) : null;
  return (under && !staysAnyway(under, ":hover")) || (written && isOn(written) && !staysAnyway(written, ":focus-within"));
}

/** Before something comes: where is the pop that the agent types in, or that the pointer is on? */
function hold() {
  const field = document.activeElement?.closest("textarea, input, select");
  const pop = field?.closest("#pops > .pop") ?? document.querySelector("#pops > .pop:hover");
  anchor = pop ? { pop, top: pop.getBoundingClientRect().top } : null;
}

/** What became higher or lower above it is scrolled away. */
function settle() {
  const by = anchor?.pop.isConnected ? anchor.pop.getBoundingClientRect().top - anchor.top : 0;
  if (Math.abs(by) >= 1) window.scrollBy({ top: by, behavior: "instant" });
  anchor = null;
}

/** Gives each pop its place; `again` is called later where the pointer does not let them move yet. */
export function arrange(again) {
  if (!anchor) hold();
  const wanted = new Set(pops().filter(isOn).map(({ id }) => id));
  const same = wanted.size === standing.size && [...wanted].every((id) => standing.has(id));
  clearTimeout(waits);
  if (!same && isAtWork()) waits = setTimeout(again, RESTS_MS / 4);
  else if (!same) [standing, arranged] = [wanted, performance.now()];
  for (const pop of pops()) pop.toggleAttribute("data-stands", standing.has(pop.id));
  settle();
}

document.addEventListener("pointermove", ({ timeStamp }) => {
  moved = timeStamp;
});
document.addEventListener("input", ({ timeStamp }) => {
  typed = timeStamp;
});
document.addEventListener("htmx:ws:before:message:incoming", hold);

/** A click of a pointer that has not moved since the pops did was meant for what stood there before. */
function isForWhatWentAway({ detail, target, timeStamp }) {
  return detail > 0 && moved < arranged && timeStamp - arranged < MEANT_MS && target.closest("#pops");
}

document.addEventListener("click", (event) => {
  if (!isForWhatWentAway(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
