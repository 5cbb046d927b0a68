import { demo } from "./api.js";
import { fill, h, iconButton } from "./dom.js";

/**
 * The six steps of the loop. `done` reads what the bot's database says, so that a step is ticked
 * because it happened, whoever did it and however. `press`: the first of these that is on the page
 * is pointed at.
 * @type {{key: string, title: string, who: string, say: string, press: RegExp[], done: (p: any) => boolean}[]}
 */
const STEPS = [
  { key: "ask", title: "Ask", who: "emma", done: (p) => p.ask, press: [/^Open the link$/, /^All right$/, /^Next morning$/],
    say: "You are Emma, half-way through a trial and silent so far. Open the link on her receipt, press “All right”, then let time pass with “Next morning”: Verso asks by itself." },
  { key: "complain", title: "Complain", who: "emma", done: (p) => p.complain, press: [/^Something is in the way$/, /^Send$/, /^Skip$/],
    say: "Still Emma: press “Something is in the way”, say it in your own words or send a photo, answer or skip the questions, and press “Send”." },
  { key: "answer", title: "Answer", who: "staff", done: (p) => p.answer, press: [/^#\d+ Emma/, /^Take it$/],
    say: "Now you are Mia, on the staff. Open Emma's topic, press “Take it”, then reply to the card (⋯ and Reply) in your own words. Only replies go to Emma; the rest stays among staff." },
  { key: "change", title: "Change", who: "staff", done: (p) => p.change, press: [/^Change$/],
    say: "One answer mends it for Emma. Press “Change” under the card to mend it for everybody: many complaints can lead to one change." },
  { key: "tell", title: "Tell", who: "staff", done: (p) => p.tell, press: [/^Yes, tell them$/, /^Ship/, /^Write what we did$/],
    say: "Press “Write what we did” and answer the question, then “Ship” and “Yes, tell them”. A minute later Emma gets her own sentence back, and what changed because of it; moving the clock spares you the minute." },
  { key: "verify", title: "Verify", who: "emma", done: (p) => p.verify, press: [/^Yes$/, /^\+3 days$/],
    say: "Let three days pass with “+3 days”: Verso asks Emma whether it helped. Answer as Emma. “No” would open her ticket again, urgently." },
];
const CUSTOMER = "C-1042";

/** The guided tour: a strip of six steps and what to do now. */
export class Tour {
  /** @param {any} store @param {HTMLElement} element @param {(who: string) => void} show */
  constructor(store, element, show) {
    this.store = store;
    this.element = element;
    this.show = show;
    this.progress = {};
    /** @type {number | undefined} */
    this.next = undefined;
    this.at = -1;
    this.left = localStorage.getItem("verso-tour") === "left";
    this.words = h("p", { "aria-live": "polite" });
    this.dots = STEPS.map((step, n) => h("li", {}, h("button", { type: "button", "aria-label": `Step ${n + 1}: ${step.title}`, onclick: () => this.look(n) }, h("i", { "aria-hidden": "true" }, String(n + 1)), h("span", {}, step.title))));
    fill(element, h("ol", {}, ...this.dots), this.words, iconButton("close", "Leave the tour", () => this.toggle()));
    element.hidden = this.left;
    store.on("any", () => this.later());
    setInterval(() => this.later(), 4000);
    this.soon = 0;
    this.refresh();
  }

  toggle() {
    this.left = !this.left;
    this.element.hidden = this.left;
    localStorage.setItem("verso-tour", this.left ? "left" : "on");
    this.mark();
    if (!this.left) this.refresh();
  }

  later() {
    if (this.left || this.soon) return;
    this.soon = window.setTimeout(async () => {
      this.soon = 0;
      await this.refresh();
    }, 400);
  }

  async refresh() {
    const told = await demo(`panel?customer=${CUSTOMER}`).catch(() => null);
    this.progress = told?.progress || {};
    const next = STEPS.findIndex((s) => !s.done(this.progress));
    this.dots.forEach((dot, n) => dot.classList.toggle("done", Boolean(STEPS[n].done(this.progress))));
    if (next !== this.next) this.look(next, this.next !== undefined);
    this.next = next;
    this.point();
  }

  /** Read a step. @param {number} n -1: all are done @param {boolean} [show] bring its window to the front */
  look(n, show = true) {
    this.at = n < 0 ? STEPS.length : n;
    this.dots.forEach((dot, i) => dot.querySelector("button")?.setAttribute("aria-current", i === n ? "step" : "false"));
    this.words.textContent = n < 0 ? "That is the whole loop: one sentence of a customer came back to her as a change. Play on as you like." : STEPS[n].say;
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

  /** Point at the button that comes next. */
  point() {
    document.querySelectorAll(".hint").forEach((b) => b.classList.remove("hint"));
    const step = STEPS[this.at];
    if (!step || this.left) return;
    const buttons = [...document.querySelectorAll(".target .screen button, .target .topics button:not([aria-current]), #clock button")];
    for (const words of step.press) {
      const found = buttons.filter((b) => words.test((b.querySelector("b") || b).textContent || ""));
      found.forEach((b) => b.classList.add("hint"));
      if (found.length) return;
    }
  }
}
