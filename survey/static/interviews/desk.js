// The coding desk: select by mouse or keyboard, pick a code, and it is stored; undo takes it back.
import { rangeOf, selectedIn } from "./offsets.js";
import { characterEdge, sentenceAfter, sentenceBefore, sentencesOf } from "./steps.js";

const desk = document.querySelector("[data-desk]");
const text = document.getElementById("text");
const form = document.getElementById("coding");
const quote = document.getElementById("quote");
const filter = document.getElementById("filter");
const status = document.getElementById("status");
const words = text.textContent;
const sentences = sentencesOf(words);
const token = form.elements.csrf_token.value;
let chosen = null; // {start, end} in UTF-16 units

function begin() {
  for (const part of document.querySelectorAll(".script-only")) part.hidden = false;
  const help = document.getElementById("quote-help");
  help.textContent = help.dataset.scriptHelp;
  quote.readOnly = true;
  text.setAttribute("aria-describedby", "keys");
  document.addEventListener("selectionchange", followSelection);
  text.addEventListener("keydown", step);
  filter.addEventListener("input", narrow);
  form.addEventListener("keydown", moveAmongCodes);
  form.addEventListener("submit", codeChosen);
  document.getElementById("undo").addEventListener("submit", post);
  document.getElementById("segment-list").addEventListener("submit", post);
  document.getElementById("segment-list").addEventListener("click", showSegment);
}

// Selecting -------------------------------------------------------------------------------------

function followSelection() {
  const selection = document.getSelection();
  // Typing elsewhere keeps the choice, and so does drawing the text anew, which leaves the selection at its root.
  if (selection.anchorNode === text && selection.isCollapsed) return;
  if (!text.contains(selection.anchorNode)) return;
  show(selectedIn(text));
}

function show(span) {
  chosen = span;
  const range = span && rangeOf(text, span.start, span.end);
  if (globalThis.CSS?.highlights && globalThis.Highlight) {
    if (range) CSS.highlights.set("chosen", new Highlight(range));
    else CSS.highlights.delete("chosen");
  }
  quote.value = span ? words.slice(span.start, span.end) : "";
  say(span ? desk.dataset.selected.replace("{n}", [...quote.value].length) : "");
}

function select(span) {
  const range = rangeOf(text, span.start, span.end);
  if (!range) return;
  const selection = document.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  show(span);
  const place = range.getBoundingClientRect();
  if (place.top < 0 || place.bottom > innerHeight) scrollBy({ top: place.top - innerHeight / 3 });
}

function step(event) {
  if (event.altKey || event.metaKey) return;
  const next = nextSpan(event.key, event.shiftKey, event.ctrlKey);
  if (next) {
    event.preventDefault();
    select(next);
  } else if (event.key === "Enter" && chosen) {
    event.preventDefault();
    filter.focus();
  } else if (event.key.toLowerCase() === "z") {
    event.preventDefault();
    document.getElementById("undo").requestSubmit();
  }
}

function nextSpan(key, withShift, withControl) {
  const here = chosen ?? { start: 0, end: 0 };
  if (key === "ArrowDown") {
    const after = sentenceAfter(sentences, here.end);
    return after && (withShift && chosen ? { start: here.start, end: after.end } : after);
  }
  if (key === "ArrowUp") {
    const last = withShift && chosen ? sentenceBefore(sentences, here.end - 1) : sentenceBefore(sentences, here.start);
    return last && (withShift && chosen ? grown(here.start, last.end) : last);
  }
  if (!chosen || (key !== "ArrowLeft" && key !== "ArrowRight") || (!withShift && !withControl)) return null;
  const forward = key === "ArrowRight";
  return withShift
    ? grown(here.start, characterEdge(words, here.end, forward))
    : grown(characterEdge(words, here.start, forward), here.end);
}

function grown(start, end) {
  return start < end ? { start, end } : null;
}

// Picking a code --------------------------------------------------------------------------------

function narrow() {
  const wanted = filter.value.trim().toLocaleLowerCase();
  for (const button of codes()) {
    button.parentElement.hidden = !button.title.toLocaleLowerCase().includes(wanted);
  }
}

function codes() {
  return [...form.querySelectorAll("button.pick")];
}

function moveAmongCodes(event) {
  const open = codes().filter((button) => !button.parentElement.hidden);
  const here = open.indexOf(document.activeElement);
  if (event.key === "Escape") {
    text.focus({ preventScroll: true });
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = here + (event.key === "ArrowDown" ? 1 : -1);
    (open[next] ?? filter).focus();
  } else if (event.key === "Enter" && document.activeElement === filter) {
    if (open.length > 0) form.requestSubmit(open[0]);
  } else {
    return;
  }
  event.preventDefault();
}

async function codeChosen(event) {
  event.preventDefault();
  if (!chosen) return say(desk.dataset.noSelection, true);
  const code = Number(event.submitter.value);
  const body = JSON.stringify({ code, ...chosen, quote: words.slice(chosen.start, chosen.end) });
  const stored = await send(desk.dataset.segmentsUrl, { body, headers: { "Content-Type": "application/json" } });
  if (!stored) return;
  filter.value = "";
  narrow();
  text.focus({ preventScroll: true });
}

// Storing ---------------------------------------------------------------------------------------

async function post(event) {
  event.preventDefault();
  await send(event.target.action, {});
}

async function send(url, { body, headers }) {
  desk.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token, ...headers },
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect") return say(desk.dataset.signedOut, true);
    const document_ = await answer.json();
    if (!answer.ok) return say(document_.error.message, true);
    draw(document_);
    return true;
  } catch {
    return say(desk.dataset.failed, true);
  } finally {
    desk.removeAttribute("aria-busy");
  }
}

function draw(parts) {
  followSelection(); // what was just selected counts, even if its event has not come yet
  const kept = chosen;
  text.innerHTML = parts.text;
  document.getElementById("segment-list").innerHTML = parts.segments;
  document.getElementById("codes").innerHTML = parts.codes;
  show(kept);
  say(parts.message);
}

function showSegment(event) {
  const link = event.target.closest("a[data-start]");
  if (!link) return;
  event.preventDefault();
  text.focus({ preventScroll: true });
  select({ start: Number(link.dataset.start), end: Number(link.dataset.end) });
}

function say(message, isWrong = false) {
  status.textContent = message;
  status.classList.toggle("is-wrong", isWrong);
  return false;
}

begin();
