// How long something lasts, as people read it.

export const SECOND_MS = 1000;

const two = (number) => String(number).padStart(2, "0");

/** Milliseconds as `07:05` or `1:07:05`. */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / SECOND_MS));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${two(minutes)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}
