// Nobody answered what a click asked for: that is said where refusals are said, on any page, and the click can be
// made again. What was chosen and is not kept does not look as if it were.

const words = document.getElementById("no-answer").content.textContent.trim();

document.addEventListener("htmx:error", ({ target, detail }) => {
  const place = detail.ctx?.target;
  if (!place?.matches?.(".refused, .dial-said")) return;
  const why = document.createElement("p");
  why.className = "field-error";
  why.textContent = words;
  place.replaceChildren(why);
  if (target.matches('form[hx-trigger="change"]')) target.reset();
});

// What stands in front of the console answers while it is away, with a page of its own: that is no answer, either.
document.addEventListener("htmx:before:response", (event) => {
  const { status, headers } = event.detail.ctx.response;
  if (status < 502 || status > 504 || headers.get("Content-Security-Policy")) return; // what is ours has one
  event.preventDefault();
  event.target.dispatchEvent(new CustomEvent("htmx:error", { bubbles: true, detail: event.detail }));
});
