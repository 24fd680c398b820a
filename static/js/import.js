// A file that is too large is said so before it is sent; while one is sent, the button says that.

const form = document.getElementById("import-send");
const file = form.querySelector('input[type="file"]');
const button = form.querySelector('button[type="submit"]');
const problem = document.getElementById("import-problem");
const words = button.textContent;

const isTooLarge = () => [...file.files].some(({ size }) => size > Number(form.dataset.most));

file.addEventListener("change", () => {
  problem.hidden = !isTooLarge();
  problem.lastElementChild.textContent = problem.dataset.tooLarge;
});

form.addEventListener("submit", (event) => {
  if (isTooLarge()) {
    event.preventDefault();
    return;
  }
  button.disabled = true;
  button.textContent = button.dataset.sending;
});

// whoever comes back by the browser's button finds the form ready again
addEventListener("pageshow", () => {
  button.disabled = false;
  button.textContent = words;
});
