// The agent's shift: what they can do about it follows the phone systems, their day follows their calls.

const SETTLED_MS = 1500; // a call is on record a moment behind its end

let [links, day, timer] = ["", "", 0];

function tell(id, name) {
  const element = document.getElementById(id);
  if (element) element.dispatchEvent(new Event(name));
}

/** Which phone systems are up: what they can be told is asked for again when that changes. */
function followLinks() {
  const now = [...document.querySelectorAll('[data-testid="link"]')]
    .map(({ dataset }) => `${dataset.link} ${dataset.state}`)
    .join("\n");
  if (links && now !== links) tell("presence-set", "lineside:links");
  links = now;
}

/** A call more or less that is over, an outcome, a wrap-up: then the day is another one. */
function followDay() {
  const over = document.querySelectorAll('.pop:is([data-state="ended"], [data-state="withdrawn"])');
  const kept = document.querySelectorAll('[data-testid="outcome-kept"]');
  const state = document.getElementById("presence")?.dataset.state ?? "";
  const now = `${over.length} ${kept.length} ${state}`;
  if (day && now !== day) {
    clearTimeout(timer);
    timer = setTimeout(() => tell("own-day", "lineside:day"), SETTLED_MS);
  }
  day = now;
}

/** What was asked for is so by now. */
function forgetAsked() {
  const [asked, presence] = [document.querySelector("[data-asked]"), document.getElementById("presence")];
  if (!asked || !presence) return;
  const { state, reason } = presence.dataset;
  const wanted = asked.dataset.asked === "online" ? "available" : asked.dataset.asked;
  const then = presence.querySelector(".presence-then") && ["on_break", "offline"].includes(wanted);
  if (then || (state === wanted && (state !== "on_break" || reason === asked.dataset.reason))) asked.remove();
}

function follow() {
  followLinks();
  followDay();
  forgetAsked();
}

follow();
document.addEventListener("lineside:swapped", follow);
document.addEventListener("htmx:after:swap", forgetAsked);
