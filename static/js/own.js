// What somebody chose for themselves, kept in this browser under their own name: desks and computers are shared.

const user = document.body.dataset.user ?? "";
const name = (what) => `lineside-own:${user}:${what}`;
const lasts = new Map(); // where storage is switched off: as long as the page

export function chosen(what) {
  try {
    return localStorage.getItem(name(what));
  } catch {
    return lasts.get(what) ?? null;
  }
}

export function choose(what, value) {
  try {
    localStorage.setItem(name(what), value);
  } catch {
    lasts.set(what, value);
  }
}
