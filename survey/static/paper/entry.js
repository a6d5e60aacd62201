// Keying in by digits: a digit chooses and goes on, Enter goes on, Backspace clears. Without it the form works as any other.

const form = document.querySelector("form.entry");
const lines = [...form.querySelectorAll("[data-entry]")];
const controls = (line) => [...line.querySelectorAll("input, textarea")];

function focus(line) {
  if (!line) return form.querySelector("button[type=submit]").focus();
  const all = controls(line);
  (all.find((control) => control.checked) ?? all[0]).focus();
}

const next = (line) => focus(lines[lines.indexOf(line) + 1]);
let pending = "";

/** "1" may become "10" where there is such a key, so it waits for Enter or the next digit. */
function choose(line, digit) {
  const keys = controls(line).map((control) => control.dataset.key);
  const typed = keys.includes(pending + digit) ? pending + digit : digit;
  const chosen = controls(line)[keys.indexOf(typed)];
  if (!chosen) return false;
  const isMany = line.dataset.entry === "many";
  chosen.checked = isMany ? !chosen.checked : true;
  chosen.focus();
  const mayGrow = !isMany && keys.some((key) => key?.length > typed.length && key.startsWith(typed));
  pending = mayGrow ? typed : "";
  if (!isMany && !mayGrow) next(line);
  return true;
}

/** Takes the choice back; on a line without one, that of the line before, which a digit has just left. */
function clear(line) {
  const isEmpty = !controls(line).some((control) => control.checked);
  const meant = (isEmpty && lines[lines.indexOf(line) - 1]) || line;
  if (meant.dataset.entry !== "text") for (const control of controls(meant)) control.checked = false;
  focus(meant);
  pending = "";
}

form.addEventListener("keydown", (event) => {
  const line = event.target.closest("[data-entry]");
  if (event.key === "Enter" && event.ctrlKey) return form.requestSubmit();
  if (!line || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const isText = line.dataset.entry === "text";
  if (event.key === "Enter" && !(isText && event.shiftKey)) {
    event.preventDefault();
    pending = "";
    next(line);
  } else if (isText) {
    return;
  } else if (/^\d$/.test(event.key)) {
    if (choose(line, event.key)) event.preventDefault();
  } else if (event.key === "Backspace" || event.key === "Delete") {
    event.preventDefault();
    clear(line);
  }
});

form.addEventListener("focusout", () => (pending = pending && form.contains(document.activeElement) ? pending : ""));
form.addEventListener("submit", () => setTimeout(() => (form.querySelector("button[type=submit]").disabled = true)));
window.addEventListener("pageshow", () => (form.querySelector("button[type=submit]").disabled = false));

const wrong = form.querySelector(".error");
focus(wrong ? wrong.closest("[data-entry]") : lines[0]);
