// Notes are saved as they are typed. What is not saved yet is kept in the tab, through reloads and lost
// connections, and tried again until it is. The server decides what to keep when two tabs wrote.

const PAUSE_MS = 400; // after the last key
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
const TIMEOUT_MS = 10000;
const KEPT = "lineside-note:";

const words = document.getElementById("note-words").dataset;

/** What the tab knows of each leg's note: `base` is the version the text was typed on top of. */
const notes = new Map();

class Note {
  constructor(leg, path) {
    this.leg = leg;
    this.path = path;
    this.base = 0;
    this.saved = ""; // as the server has it
    this.text = "";
    this.sending = false;
    this.failures = 0;
    this.timer = 0;
    this.word = "";
    this.wrong = false;
  }

  get dirty() {
    return this.text !== this.saved;
  }

  get area() {
    return document.querySelector(`textarea[data-note="${CSS.escape(this.leg)}"]`);
  }

  typed(text) {
    this.text = text;
    keep(this);
    this.say(words.noteSaving, false);
    this.later(PAUSE_MS);
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), ms);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.sending || !this.dirty) return;
    this.sending = true;
    const sent = this.text;
    try {
      const answer = await post(this, sent);
      if (answer.saved) this.accept(answer.saved, sent);
      else this.refused(answer);
    } catch {
      this.retry(); // no connection, or no answer in time
    } finally {
      this.sending = false;
    }
    if (this.dirty && !this.failures) this.later(PAUSE_MS);
  }

  /** The server has it. What was typed meanwhile goes on from there. */
  accept({ version, text, conflict }, sent) {
    this.failures = 0;
    this.base = version;
    this.saved = text;
    if (text !== sent) {
      // Two texts were put together, ours last: what was typed since belongs to ours.
      const before = text.endsWith(sent) ? text.slice(0, text.length - sent.length) : text;
      const mine = text.endsWith(sent) ? this.text : this.text.slice(sent.length);
      this.show(before + mine, before.length);
    }
    keep(this);
    const time = new Date().toLocaleTimeString("en-GB", { timeStyle: "short", timeZone: words.zone });
    if (conflict) this.say(words.noteConflict, true);
    else if (!this.dirty) this.say(words.noteSaved.replace("{time}", time), false);
  }

  refused({ status, reason }) {
    if (status === 401 || status >= 500 || status === 429) {
      this.retry(status === 401 ? words.noteSignedOut : undefined);
    } else {
      this.failures += 1; // typing on tries again
      this.say(words.noteRefused.replace("{reason}", () => reason), true);
    }
  }

  retry(word = words.noteUnsaved) {
    this.say(word, true);
    this.later(RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]);
    this.failures += 1;
  }

  /** Another tab saved `text`: take it over, unless this one has something of its own to save. */
  takeOver(version, text) {
    if (version <= this.base || this.sending || this.dirty) return;
    this.base = version;
    this.saved = text;
    this.show(text, 0);
  }

  /** Put `text` into the field; the caret stays with the words it was in (`shift` characters came in front). */
  show(text, shift) {
    this.text = text;
    const area = this.area;
    if (!area || area.value === text) return;
    const [start, end] = [area.selectionStart + shift, area.selectionEnd + shift];
    area.value = text;
    if (document.activeElement === area) area.setSelectionRange(start, end);
  }

  say(word, wrong) {
    [this.word, this.wrong] = [word, wrong];
    const state = this.area?.closest(".note")?.querySelector("[data-note-state]");
    if (!state) return;
    if (state.textContent !== word) state.textContent = word;
    state.toggleAttribute("data-wrong", wrong);
  }
}

async function post(note, text) {
  const response = await fetch(`/desk/notes/${note.path}`, {
    method: "POST",
    headers: { "X-CSRF-Token": words.csrf, Accept: "application/json" },
    body: new URLSearchParams({ text, version: note.base }),
    keepalive: text.length < 20000, // also when the page is being left; browsers limit what they carry on
    redirect: "manual", // to the log-in page
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.type === "opaqueredirect") return { status: 401 };
  if (response.ok) return { saved: await response.json() };
  const problem = await response.json().catch(() => ({}));
  const reason = problem.errors?.map(({ why }) => why).join(" ") || problem.detail || response.statusText;
  return { status: response.status, reason };
}

function keep(note) {
  try {
    if (note.dirty) sessionStorage.setItem(KEPT + note.leg, JSON.stringify({ ...note, area: undefined }));
    else sessionStorage.removeItem(KEPT + note.leg);
  } catch {
    // storage is full or switched off: the text is still in the field
  }
}

/** Every note field on the page, also those that came since: nothing typed is missed. */
function adopt() {
  for (const area of document.querySelectorAll("textarea[data-note]")) {
    if (notes.has(area.dataset.note)) {
      restore(notes.get(area.dataset.note), area);
      continue;
    }
    const note = new Note(area.dataset.note, area.dataset.path);
    note.base = Number(area.dataset.version);
    note.saved = note.text = area.defaultValue;
    notes.set(note.leg, note);
    if (area.value !== area.defaultValue) note.typed(area.value); // typed before this script was there
  }
  for (const output of document.querySelectorAll("#notes-saved [data-leg]")) {
    notes.get(output.dataset.leg)?.takeOver(Number(output.dataset.version), output.textContent);
  }
}

/** A field that was drawn anew (its pop was put away and came back) gets its text again. */
function restore(note, area) {
  if (area.value === note.text || document.activeElement === area) return;
  area.value = note.text;
  if (note.word) note.say(note.word, note.wrong);
}

/** What an earlier page of this tab could not save, also for pops that are gone by now. */
function adoptKept() {
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(KEPT))) {
    const { leg, path, base, text } = JSON.parse(sessionStorage.getItem(key));
    const note = notes.get(leg) ?? new Note(leg, path);
    notes.set(leg, note);
    note.show(text, 0);
    note.base = Math.min(base, note.base || base); // the server puts texts together that do not build on each other
    if (note.dirty) note.save();
    else keep(note);
  }
}

function saveAll() {
  for (const note of notes.values()) note.save();
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("textarea[data-note]")) return;
  adopt();
  notes.get(target.dataset.note).typed(target.value);
});
document.addEventListener("focusout", ({ target }) => notes.get(target.dataset?.note)?.save());
document.addEventListener("lineside:swapped", adopt);
addEventListener("online", saveAll);
addEventListener("pagehide", saveAll);

adopt();
adoptKept();
