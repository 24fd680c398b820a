// Soft notes.

const NOTE_S = 0.35;
const VOLUME = 0.06;

let audio = null;

/** Soft notes, one behind the other. A browser plays nothing on a page that was never clicked or typed in. */
export async function play(notes) {
  audio ??= new AudioContext();
  if (audio.state === "suspended") await audio.resume();
  for (const [at, hertz] of notes.entries()) note(hertz, audio.currentTime + at * NOTE_S * 0.6);
}

function note(hertz, at) {
  const [tone, gain] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(VOLUME, at + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S);
  tone.connect(gain).connect(audio.destination);
  tone.start(at);
  tone.stop(at + NOTE_S);
}
