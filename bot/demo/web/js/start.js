import { fill, h, svg } from "/phones/dom.js";
import { languages, sign } from "/phones/looks.js";
import { t } from "/phones/words.js";

const SEEN = "verso-start";
/** The six steps round the loop: number, whose side, and at which height. @type {[string, "yours"|"theirs", number][]} */
const LOOP = [
  ["Verso asks the\nsilent ones", "yours", 62], ["Emma says what\nis wrong", "theirs", 105], ["A person\nanswers her", "yours", 148],
  ["You mend\nthe cause", "yours", 191], ["Emma is told,\nin her words", "yours", 234], ["Emma says if\nit helped", "theirs", 277],
];

/** Whether somebody sees this page for the first time. */
export const isFirst = () => !localStorage.getItem(SEEN);

/** Let the next look at the page begin with the first screen. */
export function forget() {
  for (const key of [SEEN, "verso-tour"]) localStorage.removeItem(key);
}

/** The first screen: what this is, in one sentence, one picture and three phones. */
export class Start {
  /** @param {HTMLElement} element @param {(tour: boolean) => void} chosen whether the tour is wanted */
  constructor(element, chosen) {
    this.element = element;
    this.chosen = chosen;
    fill(element,
      h("header.masthead", {}, sign(), h("p", {}, t("Demo: an invented tea shop, no account, nothing leaves this computer")), languages()),
      h("div.opening", {},
        h("div.pitch", {}, h("h2", { id: "start-title" }, t("Verso asks your customers what went wrong, helps you mend it, and tells each of them what changed.")),
          h("p.lead", {}, t("In Telegram. For shops and services with trial users or orders.")),
          loop(),
          h("div.doors", {}, h("button.primary", { type: "button", onclick: () => this.leave(true) }, t("Play it as Emma")), h("button.second", { type: "button", onclick: () => this.leave(false) }, t("Look around"))),
          h("p.small", {}, t("Six steps, some minutes. You are the customer, then the staff."))),
        h("div.phones", { tabindex: "0", role: "group", "aria-label": t("One complaint on three phones") }, ...phones())));
    element.hidden = false;
    alone(element, true);
  }

  /** @param {boolean} tour */
  leave(tour) {
    localStorage.setItem(SEEN, "left");
    localStorage.setItem("verso-tour", tour ? "on" : "left");
    this.element.hidden = true;
    this.element.replaceChildren();
    alone(this.element, false);
    this.chosen(tour);
  }
}

/** Let nothing else of the page be reached while this is read. @param {HTMLElement} element @param {boolean} on */
export function alone(element, on) {
  for (const other of /** @type {HTMLCollectionOf<HTMLElement>} */ (document.body.children)) if (other !== element && other.id !== "toasts") other.inert = on;
}

/** The loop as a spread of a book: the customer's side, and the shop's. */
function loop() {
  const said = LOOP.map(([words], n) => `${n + 1}. ${t(words).replace("\n", " ")}`).join(", ");
  const drawn = svg("svg", { viewBox: "0 0 400 318", class: "loop", role: "img", "aria-label": `${t("The loop")}: ${said}` },
    svg("path", { class: "spine", d: "M200 0v318" }),
    svg("text", { x: 24, y: 30, class: "side theirs" }, t("Your customer")),
    svg("text", { x: 224, y: 30, class: "side yours" }, t("You and Verso")),
    svg("path", { class: "thread", d: "M240 62C230 90 180 80 160 105C180 130 230 120 240 148V234C230 262 180 252 160 277" }),
    svg("path", { class: "again", d: "M160 277C176 302 200 304 230 304H366Q386 304 386 284V58Q386 40 366 40H250Q240 40 240 46" }));
  for (const [n, [words, side, y]] of LOOP.entries()) {
    const x = side === "yours" ? 240 : 160;
    const lines = t(words).split("\n");
    drawn.append(svg("circle", { cx: x, cy: y, r: 13, class: side }), svg("text", { x, y: y + 5, class: "number" }, String(n + 1)),
      ...lines.map((line, i) => svg("text", { x: side === "yours" ? x + 23 : x - 23, y: y + 5 + (i - (lines.length - 1) / 2) * 17, class: `words ${side}` }, line)));
  }
  return h("div.page", {}, drawn);
}

/** One complaint from the ask to the end, as three people's phones would show it. */
function phones() {
  const words = t("The tin was dented and half the tea was dust.");
  const change = t("Every tin travels in a padded box now.");
  return [
    phone(t("Emma is asked, and says it"), "Lumen Tea", t("bot"), [
      day(t("2 December")), them(t("Emma, you are half-way through your trial box. Is anything in the way, even something small?"), "10:00"),
      keys([t("Something is in the way"), true], [t("All fine")], [t("Stop asking me")]),
      h("div.me.tin", {}, h("img", { src: "/web/tin.svg", alt: t("A dented tin of tea"), width: "240", height: "120" }), h("span", {}, words), time("10:04")),
      them(t("Thank you. A person answers you here by 14:04."), "10:05")]),
    phone(t("Mia answers, and mends the cause"), t("Lumen Tea support"), t("3 people"), [
      day(t("2 December")), them(t("#31 Emma, first answer due 14:04"), "10:05", h("q.theirs", {}, words)),
      keys([t("Take it"), true], [t("Change")]), me(t("I am sorry, Emma. A new tin leaves today."), "10:42"),
      day(t("9 December")), them(t("Three people are behind this change:"), "10:00", h("q.yours", {}, change)), keys([t("Tell 3 people"), true])]),
    phone(t("Emma hears what changed"), "Lumen Tea", t("bot"), [
      them(t("I am sorry, Emma. A new tin leaves today."), "10:42"), day(t("9 December")),
      them(t("You told us:"), "10:00", h("q.theirs", {}, words), h("span", {}, t("We changed this:")), h("q.yours", {}, change)),
      day(t("12 December")), them(t("Did it help?"), "10:00"), keys([t("Yes"), true], [t("Partly")], [t("No")]), them(t("Good. Thank you for telling us, Emma."), "10:02")]),
  ];
}

/** @param {string} title @param {string} name @param {string} who @param {Node[]} said */
const phone = (title, name, who, said) => h("figure.sample", {}, h("figcaption", {}, title),
  h("div.shell", {}, h("div.head", {}, h("span.avatar", { style: "--tint:#1f5c4b", "aria-hidden": "true" }, "L"), h("span.title", {}, h("b", {}, name), h("small", {}, who))), h("div.wall", {}, ...said)));
/** @param {string} moment */
const time = (moment) => h("small", {}, moment);
/** @param {string} words */
const day = (words) => h("span.date", {}, words);
/** @param {string} words @param {string} moment @param {...Node} more */
const them = (words, moment, ...more) => h("div.them", {}, h("span", {}, words), ...more, time(moment));
/** @param {string} words @param {string} moment */
const me = (words, moment) => h("div.me", {}, h("span", {}, words), time(moment));
/** @param {...any} labels a label, and whether it is the one that is pressed */
const keys = (...labels) => h("div.keys", {}, ...labels.map(([label, pressed]) => h("span", { class: pressed ? "pressed" : "" }, label)));
