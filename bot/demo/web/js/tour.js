import { demo } from "./api.js";
import { fill, h, iconButton } from "./dom.js";

/**
 * The six steps of the loop. `done` reads what the bot's database says, so that a step is ticked
 * because it happened, whoever did it and however.
 * @type {{key: string, title: string, who: string, say: string, done: (p: any) => boolean}[]}
 */
const STEPS = [
  { key: "ask", title: "Ask", who: "emma", done: (p) => p.ask,
    say: "You are Emma, in the middle of a trial, silent so far. Open the link on her receipt, agree to be asked, then press “Next morning”: Verso asks at the right moment." },
  { key: "complain", title: "Complain", who: "emma", done: (p) => p.complain,
    say: "Still Emma: press that something is wrong, say it in your own words (or send a photo), answer or skip the questions, and send it." },
  { key: "answer", title: "Answer", who: "staff", done: (p) => p.answer,
    say: "Now you are Mia, on the staff: open the new topic, press “Take”, then reply to the customer's words (⋯, Reply). Only replies go to Emma; the rest stays among staff." },
  { key: "change", title: "Change", who: "staff", done: (p) => p.change,
    say: "Still Mia: press “Change” (or write /change and a title) in the topic, to say what will be done so that it does not happen again." },
  { key: "tell", title: "Tell", who: "staff", done: (p) => p.tell,
    say: "Write what was changed, look at the preview, and ship it. Emma is told in her own words: you said, we changed." },
  { key: "verify", title: "Verify", who: "emma", done: (p) => p.verify,
    say: "Let three days pass, and perhaps a morning. Verso asks Emma whether it helped: answer as Emma. “No” would reopen her ticket." },
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
    this.at = -1;
    this.left = localStorage.getItem("verso-tour") === "left";
    this.words = h("p", { "aria-live": "polite" });
    this.dots = STEPS.map((step, n) => h("li", {}, h("button", { type: "button", onclick: () => this.look(n) }, h("i", { "aria-hidden": "true" }, String(n + 1)), h("span", {}, step.title))));
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
    if (next !== this.next || this.at < 0) this.look(next);
    this.next = next;
  }

  /** Read a step. @param {number} n -1: all are done */
  look(n) {
    this.at = n < 0 ? STEPS.length : n;
    this.dots.forEach((dot, i) => dot.querySelector("button")?.setAttribute("aria-current", i === n ? "step" : "false"));
    this.words.textContent = n < 0 ? "That is the whole loop: one sentence of a customer came back to her as a change. Play on as you like." : STEPS[n].say;
    this.mark();
    if (n >= 0 && !this.left) this.show(STEPS[n].who);
  }

  /** Point at the window in which the step is done. */
  mark() {
    document.querySelectorAll(".device.target").forEach((d) => d.classList.remove("target"));
    const step = STEPS[this.at];
    if (step && !this.left) document.getElementById(`device-${step.who}`)?.classList.add("target");
  }
}
