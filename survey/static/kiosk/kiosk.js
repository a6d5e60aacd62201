// The kiosk: enrol once, then one customer after another, each of whom leaves nothing behind.

import { Survey } from "./respond.js";
import { Outbox } from "./outbox.js";
import { Delivery } from "./delivery.js";
import { digest, receiptCode } from "./receipts.js";

const IDLE = 60_000;
const WARNING = 20;
const RECEIPT_SHOWN = 30_000;
const FRESH = 300_000;

const settings = JSON.parse(document.getElementById("settings").textContent);
const byId = (id) => document.getElementById(id);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
let language = settings.house;
const say = (name) => (settings.words[language] ?? settings.words.en)[name];

function screen(name) {
  for (const section of document.querySelectorAll("[data-screen]")) section.hidden = section.dataset.screen !== name;
  window.scrollTo(0, 0);
}

function stop(message) {
  byId("message").textContent = message;
  screen("message");
}

/** Clears after a minute without a touch, and says so twenty seconds before. */
class Idle {
  constructor(onGone) {
    this.onGone = onGone;
    this.dialog = byId("idle");
    for (const event of ["pointerdown", "keydown", "input", "scroll"]) document.addEventListener(event, () => this.touched(), { passive: true, capture: true });
    byId("idle-stay").addEventListener("click", () => this.start());
    this.dialog.addEventListener("cancel", (event) => event.preventDefault());
  }

  start() {
    this.end();
    this.running = true;
    this.timer = setTimeout(() => this.warn(), IDLE);
  }

  touched() {
    if (this.running && !this.dialog.open) this.start();
  }

  warn() {
    let left = WARNING;
    const tell = () => (byId("idle-text").textContent = fill(say("idle_text"), { n: left }));
    byId("idle-title").textContent = say("idle_title");
    byId("idle-stay").textContent = say("idle_stay");
    tell();
    this.dialog.showModal();
    this.countdown = setInterval(() => {
      left -= 1;
      left > 0 ? tell() : this.onGone();
    }, 1000);
  }

  end() {
    this.running = false;
    clearTimeout(this.timer);
    clearInterval(this.countdown);
    if (this.dialog.open) this.dialog.close();
  }
}

class Kiosk {
  constructor(outbox) {
    this.outbox = outbox;
    this.forms = new Map();
    this.idle = new Idle(() => this.reset());
    this.delivery = new Delivery(outbox, { onChange: () => this.showQueue(), onRevoked: () => (this.revoked = true) });
    byId("enrolment").addEventListener("submit", (event) => this.enrol(event));
    byId("cancel").addEventListener("click", () => this.reset());
    byId("receipt-done").addEventListener("click", () => this.reset());
    document.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  async begin() {
    this.device = await this.outbox.device();
    if (!this.device) return this.askForCode();
    this.delivery.soon();
    await this.reset();
  }

  askForCode() {
    screen("enrol");
    byId("enrolment-code").focus();
  }

  async enrol(event) {
    event.preventDefault();
    const field = byId("enrolment-code");
    const problem = field.value.trim() ? await this.tryCode(field.value.trim()) : say("code_missing");
    byId("enrolment-error").textContent = problem;
    byId("enrolment-error").hidden = !problem;
    if (problem) return field.focus();
    field.value = "";
    await this.begin();
  }

  async tryCode(code) {
    let reply;
    try {
      const body = JSON.stringify({ enrolment_code: code, name: "" });
      reply = await fetch("/api/v1/devices", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (reply.status !== 201) return say(reply.status < 500 ? "code_wrong" : "no_network");
      const made = await reply.json();
      await this.outbox.setDevice({ token: made.device_token, id: made.device_id, collector: made.collector, receiptKey: made.receipt_key });
    } catch {
      return say(reply ? "no_store" : "no_network");
    }
    this.revoked = false;
    return "";
  }

  /** Back to the start: whatever the last customer typed, chose or saw is gone from the page. */
  async reset() {
    this.idle.end();
    clearTimeout(this.receiptTimer);
    byId("survey-form").replaceChildren();
    byId("survey-notice").hidden = true;
    for (const id of ["receipt-code", "survey-title", "idle-text"]) byId(id).textContent = "";
    language = settings.house;
    document.documentElement.classList.remove("large");
    document.documentElement.lang = language === "zh" ? "zh-CN" : language;
    if (this.revoked) return this.forget();
    screen("start");
    await this.loadForms();
  }

  /** A revoked device may be enrolled anew; what it has not delivered stays in the outbox. */
  async forget() {
    await this.outbox.setDevice(null);
    this.device = null;
    this.forms.clear();
    this.askForCode();
    byId("enrolment-error").textContent = say("revoked");
    byId("enrolment-error").hidden = false;
  }

  /** Between customers only: a new version never reaches somebody in the middle of the old one. */
  async loadForms() {
    const started = (this.loading = Symbol("loading"));
    const notice = byId("start-notice");
    if (!this.forms.size || Date.now() - this.loadedAt > FRESH) {
      try {
        const first = await this.loadForm(settings.house);
        if (!first) return this.revoked ? this.forget() : this.showStart([], say("closed"));
        const others = await Promise.all(first.languages.filter((each) => each !== first.language).map((each) => this.loadForm(each)));
        this.forms = new Map([first, ...others].filter(Boolean).map((form) => [form.language, form]));
        this.loadedAt = Date.now();
      } catch {
        if (!this.forms.size) notice.textContent = say("no_network");
      }
    }
    if (this.loading === started) this.showStart([...this.forms.keys()], this.forms.size ? "" : notice.textContent);
    if (!this.forms.size) setTimeout(() => this.loading === started && this.loadForms(), 10_000);
  }

  async loadForm(asked) {
    const reply = await fetch(`/k/questionnaire?lang=${asked}`, { headers: { Authorization: `Bearer ${this.device.token}` }, cache: "no-store" });
    this.revoked = reply.status === 401;
    if (reply.status === 401 || reply.status === 410) return null;
    if (!reply.ok) throw new Error(String(reply.status));
    return reply.json();
  }

  showStart(languages, notice) {
    byId("start-notice").textContent = notice;
    const button = (label, className, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: label, className });
      made.addEventListener("click", act);
      return made;
    };
    const starts = languages.map((each, place) => {
      const made = button((settings.words[each] ?? settings.words.en).start, place ? "" : "primary", () => this.open(each));
      made.lang = each === "zh" ? "zh-CN" : each;
      return made;
    });
    const larger = button(say("larger"), "", () => larger.setAttribute("aria-pressed", document.documentElement.classList.toggle("large")));
    larger.setAttribute("aria-pressed", "false");
    byId("start-buttons").replaceChildren(...starts, ...(languages.length ? [larger] : []));
  }

  open(chosen) {
    language = chosen;
    const form = this.forms.get(chosen);
    document.documentElement.lang = chosen === "zh" ? "zh-CN" : chosen;
    byId("survey-title").textContent = form.title;
    byId("cancel").textContent = say("cancel");
    byId("survey-form").innerHTML = form.html;
    this.session = { id: crypto.randomUUID(), startedAt: new Date().toISOString() };
    screen("survey");
    const element = byId("survey-form").querySelector("form");
    new Survey(element, { send: () => this.finish(element) }).open(0);
    this.idle.start();
  }

  async finish(form) {
    if (this.sending) return;
    this.sending = true;
    try {
      const submission = await this.submission(form);
      const code = await receiptCode(this.device.receiptKey, form.dataset.questionnaire, submission.id);
      await this.outbox.add(submission);
      this.showReceipt(code);
      this.delivery.soon();
    } catch {
      byId("survey-notice").textContent = say("not_stored");
      byId("survey-notice").hidden = false;
      window.scrollTo(0, 0);
    } finally {
      this.sending = false;
    }
  }

  async submission(form) {
    const answers = answersOf(form);
    const consent = form.querySelector("[data-kind=consent] input");
    return {
      id: this.session.id,
      version: form.dataset.version,
      collector: form.dataset.collector,
      consent: consent?.checked ? form.dataset.consent : null,
      started_at: this.session.startedAt,
      submitted_at: new Date().toISOString(),
      locale: form.dataset.locale,
      answers,
      sha256: await digest(answers),
    };
  }

  /** Called when the answer is on the disk, and only then. */
  showReceipt(code) {
    byId("survey-form").replaceChildren();
    byId("survey-notice").hidden = true;
    this.session = null;
    byId("receipt-title").textContent = say("thanks");
    byId("receipt-label").textContent = say("receipt");
    byId("receipt-code").textContent = code;
    byId("receipt-keep").textContent = fill(say("keep"), { url: settings.receipts });
    byId("receipt-done").textContent = say("done");
    screen("receipt");
    byId("receipt-title").focus();
    this.idle.end();
    this.receiptTimer = setTimeout(() => this.reset(), RECEIPT_SHOWN);
    this.showQueue();
  }

  async showQueue() {
    const all = await this.outbox.all();
    const stuck = all.filter((each) => each.refused).length;
    const parts = [[all.length - stuck, "waiting"], [stuck, "stuck"]].filter(([count]) => count);
    byId("queue").textContent = parts.map(([n, name]) => fill(say(name), { n })).join(" · ");
  }
}

/** The answers by name, as the form would send them; several where several may be chosen. */
function answersOf(form) {
  const answers = {};
  for (const [name, value] of new FormData(form)) {
    const field = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
    if (field.dataset.kind === "consent" || !value.trim()) continue;
    if (field.classList.contains("multiple")) (answers[name] ??= []).push(value);
    else answers[name] = value;
  }
  return answers;
}

if (!window.isSecureContext) {
  stop(say("not_secure"));
} else {
  try {
    await new Kiosk(await Outbox.open()).begin();
  } catch {
    stop(say("no_store"));
  }
}
