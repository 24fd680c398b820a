/* The live connection of a page. htmx 4's hx-ws connects, reconnects and swaps what comes; this module checks
   that nothing was missed, tells the server which pops are on the screen, and says how the connection is.

   The page (htmx without `defer`: a deferred htmx may start before its extension is there, and then never
   connects; it waits for DOMContentLoaded, by which time this module listens):

     <meta name="htmx-config" content='{"includeIndicatorCSS": false, "ws": {"pauseOnBackground": false,
       "reconnectDelay": 500, "reconnectMaxDelay": 3000, "reconnectJitter": 0.5}}'>
     <script src="/static/vendor/htmx.min.js"></script>
     <script src="/static/vendor/hx-ws.min.js"></script>
     <script src="/static/js/live.js" type="module"></script>

     <div id="live" hx-ws:connect="/live" hidden></div>             the connection: never inside what is swapped
     <section data-topic="desk:17">...</section>                    root of a topic: snapshots are morphed into it
     <article id="pop-LEG" data-pop="LEG">...</article>             a pop, anywhere in a root
     <span data-live-state="connecting" role="status" data-text-connecting="..." data-text-connected="..."
           data-text-reconnecting="... {time}" data-text-closed="..."></span>

   A connection may be dead without anybody having heard of it: the lid was closed, a router forgot it. The server
   says {"beat": true} every 8 seconds; hearing nothing for long, the page says so and connects anew.

   A frame: {topic, seq, snapshot, content, target, swap}. After it is in the document, `lineside:swapped` is sent
   to the document with {topic, seq, snapshot}. We say {"type": "shown", "leg", "visible"} and {"type": "resync"}.
   When the connection is another than before (`data-live` of the body), the document gets `lineside:live`. */

const seqs = new Map(); // topic -> number of the last change on the screen
const behind = new Set(); // topics that wait for the snapshot we asked for
const told = new Set(); // legs of which the server knows that they are shown
const LOGGED_OUT = 1008; // the server's close code
const LOST = 1006; // what browsers say of a connection that broke
const SILENT_MS = 20_000;
const LOOK_MS = 1000;
let connection = null; // hx-ws's own: its `socket` is another one after a reconnect
let heard = Date.now(); // the clock that goes on while the computer sleeps
let since = new Date();

function say(message) {
  if (connection?.socket?.readyState !== WebSocket.OPEN) return false;
  connection.socket.send(JSON.stringify(message));
  return true;
}

function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}

/* Whether the frame is the next one of its topic. Asks for snapshots when one was missed. */
function isNext({ topic, seq, snapshot }) {
  const at = seqs.get(topic);
  if (snapshot || seq === at + 1) {
    seqs.set(topic, seq);
    if (snapshot) behind.delete(topic);
    return true;
  }
  const missed = at === undefined || seq > at;
  if (missed && !behind.has(topic) && say({ type: "resync" })) behind.add(topic);
  return false;
}

function tellShown() {
  const visible = document.visibilityState === "visible";
  for (const { dataset } of document.querySelectorAll("[data-pop]")) {
    if (!told.has(dataset.pop) && say({ type: "shown", leg: dataset.pop, visible })) told.add(dataset.pop);
  }
}

/* A frame is painted after requestAnimationFrame, which a hidden page never gets. */
function tellShownWhenPainted() {
  if (document.visibilityState === "visible") requestAnimationFrame(tellShown);
  else tellShown();
}

function setState(state) {
  if (document.body.dataset.live !== state) since = new Date(state === "connected" ? Date.now() : heard);
  document.body.dataset.live = state;
  const timeZone = document.querySelector("[data-zone]")?.dataset.zone;
  const time = since.toLocaleTimeString("en-GB", { timeStyle: "short", timeZone });
  const text = `text${state[0].toUpperCase()}${state.slice(1)}`;
  for (const element of document.querySelectorAll("[data-live-state]")) {
    element.dataset.liveState = state;
    element.dataset.liveSince = since.toISOString();
    element.textContent = (element.dataset[text] ?? "").replace("{time}", time);
  }
  document.dispatchEvent(new Event("lineside:live"));
}

/* A browser takes minutes to notice that a connection is dead, or to give up a new one: hx-ws is told before. */
function noticeSilence() {
  const open = [WebSocket.OPEN, WebSocket.CONNECTING].includes(connection?.socket?.readyState);
  if (!open || Date.now() - heard < SILENT_MS) return;
  connection.socket.dispatchEvent(new CloseEvent("close", { code: LOST }));
}

document.addEventListener("htmx:ws:before:connection", ({ detail }) => {
  connection = detail.connection;
  heard = Date.now();
});

document.addEventListener("htmx:ws:after:connection", () => {
  heard = Date.now();
  seqs.clear();
  behind.clear();
  setState("connected");
});

document.addEventListener("htmx:ws:close", ({ detail }) => {
  // Logged out elsewhere: what is on the screen is not for whoever sits here now.
  if (detail.code === LOGGED_OUT) location.reload();
  const comesBack = detail.connection.config.reconnectCodes.includes(detail.code);
  setState(comesBack ? "reconnecting" : "closed");
});

document.addEventListener("htmx:ws:before:message:incoming", (event) => {
  heard = Date.now();
  const frame = parse(event.detail.message.data);
  if (frame.beat || (frame.topic !== undefined && !isNext(frame))) event.preventDefault();
});

document.addEventListener("htmx:ws:after:message:incoming", ({ detail }) => {
  const { topic, seq, snapshot } = parse(detail.message.data);
  tellShownWhenPainted();
  document.dispatchEvent(new CustomEvent("lineside:swapped", { detail: { topic, seq, snapshot } }));
});

document.addEventListener("visibilitychange", tellShown);

setInterval(noticeSilence, LOOK_MS);
for (const woken of ["visibilitychange", "resume"]) document.addEventListener(woken, noticeSilence);
addEventListener("online", noticeSilence);

/* A page that comes back from the browser's memory has lost its connection for good (hx-ws closed it). */
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

setState("connecting");
