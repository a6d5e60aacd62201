// A survey form, one section at a time: progress, a check before going on, back and forward without loss.
// Without this script the same form is one page with one button.

const words = (form) => JSON.parse(form.querySelector("script.words").textContent);
const fill = (text, values) => text.replace(/\{(\w)\}/g, (_, name) => values[name]);
const controls = (field) => [...field.querySelectorAll("input, textarea")];

function isAnswered(field) {
  return controls(field).some((control) => (control.type === "radio" || control.type === "checkbox" ? control.checked : control.value.trim()));
}

function problemOf(field, said) {
  if ("required" in field.dataset && !isAnswered(field)) return field.dataset.kind === "consent" ? said.consent : said.required;
  const longest = Number(field.dataset.longest);
  const length = longest ? [...field.querySelector("textarea").value.trim()].length : 0;
  return length > longest ? fill(said.too_long, { n: longest, m: length }) : "";
}

function describe(field, errorId, add) {
  const own = field.matches("fieldset, [role=radiogroup]") ? field : controls(field)[0];
  const ids = new Set((own.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  add ? ids.add(errorId) : ids.delete(errorId);
  ids.size ? own.setAttribute("aria-describedby", [...ids].join(" ")) : own.removeAttribute("aria-describedby");
}

function show(field, problem) {
  const id = `${field.dataset.field}-error`;
  let line = field.querySelector(":scope > .error");
  describe(field, id, problem);
  field.classList.toggle("wrong", Boolean(problem));
  for (const control of controls(field).slice(0, 1)) problem ? control.setAttribute("aria-invalid", "true") : control.removeAttribute("aria-invalid");
  if (!problem) return line?.remove();
  if (!line) {
    line = Object.assign(document.createElement("p"), { className: "error", id });
    const before = field.matches(".row") ? field.firstElementChild : field.querySelector(":scope > .options, :scope > textarea");
    field.insertBefore(line, before);
  }
  line.textContent = problem;
}

/** The fields of a part of the form that cannot be sent as they are; each is told so where it stands. */
function check(part, said) {
  return [...part.querySelectorAll("[data-field]")].filter((field) => {
    const problem = problemOf(field, said);
    show(field, problem);
    return problem;
  });
}

function keepExclusiveAlone(event) {
  const box = event.target;
  if (box.type !== "checkbox" || !box.checked) return;
  for (const other of box.closest(".options").querySelectorAll("input:checked")) {
    if (other !== box && ("exclusive" in box.dataset || "exclusive" in other.dataset)) other.checked = false;
  }
}

/** A form in sections. `history`: let the browser's back button walk through them. `send`: called in place of posting. */
export class Survey {
  constructor(form, { history = false, send = null } = {}) {
    this.form = form;
    this.words = words(form);
    this.useHistory = history;
    this.send = send;
    this.sections = [...form.querySelectorAll("section.page")];
    this.submitButton = form.querySelector(".send .primary");
    this.place = 0;
    this.addSteps();
    form.addEventListener("submit", (event) => this.submit(event));
    form.addEventListener("change", (event) => this.changed(event));
  }

  addSteps() {
    if (this.sections.length < 2) return;
    this.form.classList.add("paged");
    const button = (label, className, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: label, className });
      made.addEventListener("click", act);
      return made;
    };
    this.next = button(this.words.next, "primary", () => this.forward());
    this.back = button(this.words.back, "", () => this.backward());
    this.submitButton.before(this.next);
    this.next.before(this.back);
    this.progress = Object.assign(document.createElement("p"), { className: "progress" });
    this.progress.append(document.createElement("span"), Object.assign(document.createElement("progress"), { max: this.sections.length }));
    this.progress.lastChild.setAttribute("aria-hidden", "true");
    this.form.prepend(this.progress);
  }

  get isLast() {
    return this.place === this.sections.length - 1;
  }

  open(place, { focus = true } = {}) {
    this.place = Math.min(Math.max(place, 0), this.sections.length - 1);
    if (!this.progress) return;
    this.sections.forEach((section, number) => (section.hidden = number !== this.place));
    this.progress.firstChild.textContent = fill(this.words.progress, { n: this.place + 1, m: this.sections.length });
    this.progress.lastChild.value = this.place + 1;
    this.back.hidden = this.place === 0;
    this.next.hidden = this.isLast;
    this.submitButton.hidden = !this.isLast;
    if (focus) {
      this.sections[this.place].querySelector("h2").focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
  }

  forward() {
    if (this.isStopped(this.sections[this.place])) return;
    if (this.useHistory) window.history.pushState({ ...window.history.state, place: this.place + 1 }, "");
    this.open(this.place + 1);
  }

  backward() {
    if (this.useHistory && window.history.state?.place === this.place) window.history.back();
    else this.open(this.place - 1);
  }

  isStopped(part) {
    const [first] = check(part, this.words);
    if (!first) return false;
    this.open(this.sectionOf(first), { focus: false });
    controls(first)[0].focus();
    return true;
  }

  sectionOf(element) {
    return this.sections.findIndex((section) => section.contains(element));
  }

  changed(event) {
    keepExclusiveAlone(event);
    const field = event.target.closest("[data-field]");
    if (field?.classList.contains("wrong")) show(field, problemOf(field, this.words));
  }

  submit(event) {
    if (this.progress && !this.isLast) {
      event.preventDefault();
      this.forward();
    } else if (this.isStopped(this.form)) {
      event.preventDefault();
    } else if (this.send) {
      event.preventDefault();
      this.send(this.form);
    } else {
      this.wait();
    }
  }

  /** A second tap must not send the page again; the page that comes back has a button of its own. */
  wait() {
    const { submitButton, words: said } = this;
    const label = submitButton.textContent;
    submitButton.textContent = said.sending;
    setTimeout(() => (submitButton.disabled = true));
    window.addEventListener("pageshow", () => Object.assign(submitButton, { disabled: false, textContent: label }), { once: true });
  }
}

/** Where to begin: at the first thing to mend, at the section the address names, or where somebody came back to. */
function firstPlace(survey) {
  const wrong = survey.form.querySelector(".wrong");
  const named = wrong ?? (location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null);
  const place = named ? survey.sectionOf(named) : -1;
  return place >= 0 ? place : cameBack() ? (history.state?.place ?? 0) : 0;
}

const cameBack = () => performance.getEntriesByType("navigation")[0]?.type === "back_forward";

/** Coming back to a page that was sent keeps its seal: sending it again is the same submission, not a second one. */
function keepSeal(form) {
  const seal = form.elements[":form"];
  if (cameBack() && history.state?.seal) seal.value = history.state.seal;
  history.replaceState({ place: 0, ...history.state, seal: seal.value }, "");
}

/** Links to another language or size take along what is filled in. */
function keepAnswersOnLinks(survey) {
  for (const link of document.querySelectorAll("a[data-keep]")) {
    link.addEventListener("click", (event) => {
      if (![...survey.form.querySelectorAll("[data-field]")].some(isAnswered)) return;
      event.preventDefault();
      survey.form.action = `${link.search}&switch=1#${survey.sections[survey.place].id}`;
      survey.form.submit();
    });
  }
}

function openFromSummary(survey) {
  for (const link of document.querySelectorAll(".summary a")) {
    link.addEventListener("click", (event) => {
      const control = document.getElementById(link.hash.slice(1));
      if (!control) return;
      event.preventDefault();
      survey.open(survey.sectionOf(control), { focus: false });
      control.focus();
    });
  }
}

const form = document.querySelector("main[data-page=survey] form");
if (form) {
  keepSeal(form);
  const survey = new Survey(form, { history: true });
  survey.open(firstPlace(survey), { focus: false });
  form.querySelector("[autofocus]")?.focus();
  keepAnswersOnLinks(survey);
  openFromSummary(survey);
  window.addEventListener("popstate", (event) => survey.open(event.state?.place ?? 0));
}
