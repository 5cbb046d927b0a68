import { act } from "./api.js";
import { bot } from "./device.js";
import { fill, h } from "/phones/dom.js";
import { alone, forget } from "./start.js";
import { sign } from "/phones/looks.js";
import { ask, toast, trying } from "/phones/toast.js";
import { many, t } from "/phones/words.js";

const QUOTES = new Set(["blockquote", "expandable_blockquote"]);
const COMMANDS = "make setup && .venv/bin/verso init";

/** The screen at the end of the tour: what came of one sentence, and what to try next. */
export class Result {
  /** @param {any} store @param {HTMLElement} element @param {(who: string, words?: string) => void} go leave for somebody's window */
  constructor(store, element, go) {
    this.store = store;
    this.element = element;
    this.go = go;
  }

  /** @param {any} told what the bot's database says */
  open(told) {
    const { told: heard = 0, helped = 0 } = told?.progress?.of_change || {};
    const back = h("button.second", { type: "button", onclick: () => this.leave() }, t("Back to the chats"));
    fill(this.element,
      h("header.masthead", {}, sign(), h("p", {}), back),
      h("div.outcome", {}, h("h2", { id: "result-title" }, t("That was one trip round the loop")),
        h("ol.figures", {}, figure("theirs", 1, t("complaint, yours as Emma")), figure("yours", 1, t("change, with a date and a name")),
          figure("yours", heard, many(heard, "person told, in their own words", "people told, in their own words")),
          figure("yours", helped, many(helped, "says it helped", "say it helped"))),
        h("div.after", {}, this.spread(), this.next())));
    this.element.hidden = false;
    alone(this.element, true);
    back.focus({ preventScroll: true });
  }

  leave() {
    this.element.hidden = true;
    this.element.replaceChildren();
    alone(this.element, false);
  }

  /** What Emma said, and what was done about it: both from the notice that she has got. */
  spread() {
    const emma = this.store.cast.people.find((/** @type {any} */ p) => p.key === "emma");
    const said = this.store.thread(this.store.chat(this.store.privateKey(emma.id)), 0);
    const notice = said.map(sides).findLast(Boolean);
    if (!notice) return null;
    const [words, change, since] = notice;
    return h("div.page.spread", {},
      h("div", {}, h("h3.theirs", {}, t("Emma said")), h("blockquote", { dir: "auto" }, words)),
      h("div", {}, h("h3.yours", {}, t("What the shop did")), h("blockquote", { dir: "auto" }, change), h("p.small", {}, since)));
  }

  next() {
    const tries = [
      ["P", "theirs", t("Be Peter, and say it did not help"), t("His ticket comes back, with priority"), () => this.go("peter")],
      ["И", "theirs", t("Be Ivan, and press “stop asking”"), t("He was asked meanwhile, in Russian; then try to get him asked again"), () => this.go("ivan")],
      ["S", "yours", t("Be Sam, the owner"), t("Who is asked this week, and why not Peter"), () => this.go("sam", "/why C-0907")],
      ["S", "yours", t("Be Sam, and see where it hurts"), t("Complaints as a map; /hypotheses says what a small shop can try"), () => this.go("sam", "/map")],
      ["!", "ink", t("Stop the bot in mid-sentence"), t("Write to it, start it again: nothing is lost"), async () => {
        this.go("emma");
        await bot("kill");
      }],
    ];
    return h("div.tries", {}, h("h3", {}, t("What to try next")),
      h("ul", {}, ...tries.map(([letter, ink, title, why, run]) => h("li", {}, h("button", { type: "button", onclick: () => {
        this.leave();
        /** @type {() => void} */ (run)();
      } }, h("span.avatar", { class: String(ink), "aria-hidden": "true" }, String(letter)), h("span.title", {}, h("b", {}, String(title)), h("small", {}, String(why))))))),
      h("p.small", {}, t("With your own bot, in Verso's folder:"), " ", h("code", {}, COMMANDS)),
      h("div.doors", {}, h("button.primary", { type: "button", onclick: () => copy(COMMANDS) }, t("Run it with your own bot")),
        h("button.second", { type: "button", onclick: () => startOver(this.store) }, t("Start over"))));
  }
}

/** Let the demo begin anew, for every page that shows it. @param {any} store */
export async function startOver(store) {
  if (await ask(t("Begin again from the first screen? What was played here is forgotten."), [t("Start over"), t("Go on")]) !== t("Start over")) return;
  const done = await trying(() => act("start_over"));
  if (!done) return;
  forget();
  toast(t("Starting over. This takes some seconds."));
  store.on("online", (/** @type {boolean} */ online) => online && location.reload());
}

/** @param {string} words */
async function copy(words) {
  await trying(async () => {
    await navigator.clipboard?.writeText(words);
    toast(t("Copied. README says the rest, in ten lines."));
  });
}

/** @param {string} ink @param {number} n @param {string} words */
const figure = (ink, n, words) => h("li", {}, h("b", { class: ink }, String(n)), h("span", {}, words));

/**
 * The two sides of a notice: what was said, below a heading what was done, and since when.
 * @param {any} message @returns {string[] | null} null for any other message
 */
function sides(message) {
  const entities = message.entities || [];
  const quote = entities.find((/** @type {any} */ e) => QUOTES.has(e.type));
  const heading = quote && entities.find((/** @type {any} */ e) => e.type === "bold" && e.offset > quote.offset);
  if (!heading) return null;
  const [change, since = ""] = message.text.slice(heading.offset + heading.length).trim().split("\n\n");
  return [message.text.slice(quote.offset, quote.offset + quote.length), change, since.split("\n")[0]];
}
