// Walking through a script: the server says where the run is; here is what fields, keys and clicks need.

const KEPT = "lineside-capture:";
const words = document.getElementById("desk-words")?.dataset ?? {};
let walked = null; // the script in which the last step was taken, and where it was, until it is elsewhere

function isTick(field) {
  return field.type === "checkbox";
}

function isTouched(field) {
  return isTick(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

/** What is typed survives a reload: it is kept in the tab until the step is answered. */
function keep(field) {
  try {
    if (isTouched(field)) sessionStorage.setItem(KEPT + field.id, isTick(field) ? "yes" : field.value);
    else sessionStorage.removeItem(KEPT + field.id);
  } catch {
    // storage is full or switched off: the text is still in the field
  }
}

function giveBack() {
  for (const field of document.querySelectorAll("[data-survives]")) {
    const kept = sessionStorage.getItem(KEPT + field.id);
    if (kept === null || isTouched(field)) continue;
    if (isTick(field)) field.checked = true;
    else field.value = kept;
  }
}

/** Whoever clicked an answer types into the field that comes next; nobody is taken out of another field. */
function follow() {
  const script = walked && document.getElementById(walked.id);
  if (!script || stand(script) === walked.stand) return;
  walked = null;
  if (document.activeElement !== document.body) return;
  script.querySelector('[data-testid="step-capture"]')?.focus({ preventScroll: true });
}

function stand(script) {
  return script.getAttribute("hx-vals:inherited");
}

function refused(script) {
  return script?.querySelector(".refused");
}

function rings(script) {
  return script.closest(".pop")?.dataset.state === "ringing";
}

/** What was refused while the call rang is no news once it does not. */
function calmDown() {
  for (const place of document.querySelectorAll(".script > .refused[data-rang]")) {
    if (!rings(place.parentElement)) place.replaceChildren();
  }
}

document.addEventListener("input", ({ target }) => {
  if (target.matches?.("[data-survives]")) keep(target);
});
document.addEventListener("lineside:swapped", () => {
  giveBack();
  follow();
  calmDown();
});

// Two clicks in a row are one: what came under the pointer meanwhile was not meant.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail < 2 || !event.target.closest?.(".script button")) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

document.addEventListener("htmx:after:swap", calmDown); // it was answered while the refusal was on its way

document.addEventListener("htmx:before:request", ({ target }) => {
  const script = target.closest?.(".script");
  if (!script) return;
  refused(script)?.toggleAttribute("data-rang", rings(script));
  if (!target.closest(".beside")) walked = { id: script.id, stand: stand(script) };
});

document.addEventListener("htmx:after:request", ({ target, detail }) => {
  if (!target.closest?.(".script") || !detail.ctx.response?.raw?.ok) return;
  for (const field of target.querySelectorAll?.("[data-survives]") ?? []) sessionStorage.removeItem(KEPT + field.id);
  if (target.matches(".take-form")) close(target);
});

/** Another script was taken: what was chosen and typed for that is done with. */
function close(form) {
  const whole = form.closest("details");
  form.reset();
  if (!whole) return;
  whole.open = false;
  if (document.activeElement === document.body) whole.querySelector("summary").focus({ preventScroll: true });
}

// Nobody answered: what was typed stays, and it can be said again.
document.addEventListener("htmx:error", ({ target }) => {
  const place = refused(target.closest?.(".script"));
  if (!place) return;
  const why = document.createElement("p");
  why.className = "field-error";
  why.dataset.testid = "step-error";
  why.textContent = words.notAnswered;
  place.replaceChildren(why);
});

giveBack();
