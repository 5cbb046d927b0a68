import { demo } from "./api.js";
import { fill, h, iconButton } from "/phones/dom.js";
import { t } from "/phones/words.js";

/**
 * The six steps of the loop. `done` reads what the bot's database says, so that a step is ticked
 * because it happened, whoever did it and however. `press`: the first of these that is on the page
 * is pointed at, by what a button says or by a selector.
 * @type {{key: string, title: string, who: string, say: string, press: (RegExp | string)[], done: (p: any) => boolean}[]}
 */
const STEPS = [
  { key: "ask", title: t("Ask"), who: "emma", done: (p) => p.ask, press: [".receipt .primary", "[data-data='u:agree']", "[data-jump='morning']"],
    say: t("You are Emma, half-way through a trial and silent so far. Open the link on her receipt, press “All right”, then let time pass with “Next morning”: Verso asks by itself.") },
  { key: "complain", title: t("Complain"), who: "emma", done: (p) => p.complain, press: [/^Something is in the way$/, /^Send$/, /^Skip$/],
    say: t("Still Emma: press “Something is in the way”, say it in your own words or send a photo, answer or skip the questions, and press “Send”.") },
  { key: "answer", title: t("Answer"), who: "staff", done: (p) => p.answer, press: [/^#\d+ Emma/, /^Take it$/, /^Send it to /, ".log .row.bot .bubble"],
    say: t("Now you are Mia, on the staff. Open Emma's topic, press “Take it”, then reply to the card: double-click it (on a phone swipe it to the left) and write. Only replies go to Emma; the rest stays among staff.") },
  { key: "change", title: t("Change"), who: "staff", done: (p) => p.change, press: [/^Change$/],
    say: t("One answer mends it for Emma. Press “Change” under the card to mend it for everybody: many complaints can lead to one change.") },
  { key: "tell", title: t("Tell"), who: "staff", done: (p) => p.tell, press: [/^Yes, tell them$/, /^Ship/, /^Write what we did$/, "[data-jump='hour']"],
    say: t("Press “Write what we did” and answer the question, then “Ship” and “Yes, tell them”. A minute later Emma gets her own sentence back, and what changed because of it; moving the clock spares you the minute.") },
  { key: "verify", title: t("Did it help?"), who: "emma", done: (p) => p.verify, press: [/^Yes$/, "[data-jump='three_days']"],
    say: t("Let three days pass with “+3 days”: Verso asks Emma whether it helped. Answer as Emma. “No” would open her ticket again, urgently.") },
];
const CUSTOMER = "C-1042";

/** The guided tour: a strip of six steps and what to do now. */
export class Tour {
  /**
   * @param {any} store @param {HTMLElement} element @param {(who: string) => void} show
   * @param {(told: any) => void} ended the loop has been closed while somebody watched
   */
  constructor(store, element, show, ended) {
    this.store = store;
    this.element = element;
    this.show = show;
    this.ended = ended;
    this.progress = {};
    /** @type {number | undefined} */
    this.next = undefined;
    this.at = -1;
    this.left = localStorage.getItem("verso-tour") === "left";
    this.words = h("p", { "aria-live": "polite" });
    this.dots = STEPS.map((step, n) => h("li", {}, h("button", { type: "button", "aria-label": t("Step {}: {}", n + 1, step.title), onclick: () => this.look(n) }, h("i", { "aria-hidden": "true" }, String(n + 1)), h("span", {}, step.title))));
    this.result = h("button.second", { type: "button", hidden: true, onclick: () => this.ended(this.told) }, t("See the result"));
    fill(element, h("ol", {}, ...this.dots), this.words, this.result, iconButton("close", t("Leave the tour"), () => this.toggle()));
    this.hide();
    store.on("any", () => this.later());
    setInterval(() => this.later(), 4000);
    this.soon = 0;
    this.refresh();
  }

  hide() {
    this.element.hidden = this.left;
    document.body.classList.toggle("touring", !this.left);
  }

  /** Leave the tour, or take it up. @param {boolean} [left] */
  toggle(left = !this.left) {
    this.left = left;
    this.hide();
    localStorage.setItem("verso-tour", left ? "left" : "on");
    this.mark();
    if (!left) this.refresh();
  }

  later() {
    if (this.left || this.soon) return;
    this.soon = window.setTimeout(async () => {
      this.soon = 0;
      await this.refresh();
    }, 400);
  }

  async refresh() {
    this.told = await demo(`panel?customer=${CUSTOMER}`).catch(() => null);
    this.progress = this.told?.progress || {};
    this.store.emit("funnel", this.told?.funnel);
    const next = STEPS.findIndex((s) => !s.done(this.progress));
    this.dots.forEach((dot, n) => dot.classList.toggle("done", Boolean(STEPS[n].done(this.progress))));
    const before = this.next;
    this.next = next;
    if (next !== before) this.look(next, before !== undefined || next > 0);
    this.point();
    if (next < 0 && before !== undefined && before >= 0) this.ended(this.told);
  }

  /** Read a step. @param {number} n -1: all are done @param {boolean} [show] bring its window to the front */
  look(n, show = true) {
    this.at = n < 0 ? STEPS.length : n;
    this.dots.forEach((dot, i) => dot.querySelector("button")?.setAttribute("aria-current", i === n ? "step" : "false"));
    this.words.textContent = n < 0 ? t("That is the whole loop: one sentence of a customer came back to her as a change. Play on as you like.") : STEPS[n].say;
    this.result.hidden = n >= 0;
    this.mark();
    if (show && n >= 0 && !this.left) this.show(STEPS[n].who);
  }

  /** Point at the window in which the step is done. */
  mark() {
    document.querySelectorAll(".device.target").forEach((d) => d.classList.remove("target"));
    const step = STEPS[this.at];
    if (step && !this.left) document.getElementById(`device-${step.who}`)?.classList.add("target");
    this.point();
  }

  /** Point at what is pressed next, or at the tab behind which it is. */
  point() {
    document.querySelectorAll(".hint").forEach((b) => b.classList.remove("hint"));
    const step = STEPS[this.at];
    if (!step || this.left) return;
    const found = step.press.map(pressable).find((buttons) => buttons.length) || [];
    const seen = found.concat(document.querySelector(".target") || []).some((e) => /** @type {HTMLElement} */ (e).offsetParent);
    const wanted = seen ? found : document.querySelectorAll(`#tabs [data-who='${step.who}']`);
    wanted.forEach((b) => b.classList.add("hint"));
  }
}

/** What is on the page of this. @param {RegExp | string} wanted @returns {Element[]} */
function pressable(wanted) {
  if (typeof wanted === "string") {
    const found = wanted.startsWith("[data-jump") ? document.querySelector(`#clock ${wanted}`) : document.querySelector(`.target ${wanted}`);
    return found ? [found] : [];
  }
  const buttons = [...document.querySelectorAll(".target .screen button, .target .topics button:not([aria-current])")];
  return buttons.filter((b) => wanted.test((b.querySelector("b") || b).textContent || ""));
}
