import { Phone } from "./device.js";
import { h } from "/phones/dom.js";
import { GroupWindow } from "./group.js";
import { Panel } from "./panel.js";
import { Rail } from "./rail.js";
import { Result } from "./result.js";
import { Start, isFirst } from "./start.js";
import { DemoStore } from "./demostore.js";
import { demoTools, notices, timeTools } from "./tools.js";
import { Tour } from "./tour.js";
import { turnTheme, wear } from "/phones/looks.js";
import { LANGUAGE, t } from "/phones/words.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

const LABELS = { clock: t("Time"), tools: t("Demo"), tour: t("Guided tour"), tabs: t("Chats"), panel: t("What happened underneath"), rail: t("Meanwhile") };

/** The page: windows, tabs, tools, and who is told of what. */
class Page {
  constructor() {
    this.store = new DemoStore();
    /** @type {Map<string, Phone>} */
    this.phones = new Map();
    /** @type {Map<string, number>} */
    this.unread = new Map();
    this.current = "emma";
    /** @type {string[]} customers and owner, those last looked at first */
    this.looked = ["emma"];
    document.documentElement.lang = LANGUAGE;
    for (const [id, label] of Object.entries(LABELS)) $(id).setAttribute("aria-label", label);
    if (isFirst()) new Start($("start"), (tour) => this.tour?.toggle(!tour));
    wear();
    $("tour").hidden = localStorage.getItem("verso-tour") === "left";
    notices(this.store, $("notice"));
    this.store.on("loaded", () => (this.group ? this.refresh() : this.build()));
    this.store.connect();
  }

  build() {
    const { store } = this;
    const { people } = store.cast;
    const of = (/** @type {string} */ role) => people.filter((/** @type {any} */ p) => p.role === role);
    for (const person of [...of("customer").filter((/** @type {any} */ p) => p.shown), ...of("admin")]) this.phones.set(person.key, this.phone(person));
    this.group = new GroupWindow(store, [...of("staff"), ...of("admin")]);
    const phones = [...this.phones.values()].map((p) => p.element);
    $("stage").replaceChildren(...phones.slice(0, -1), this.group.element, phones[phones.length - 1]);
    timeTools(store, $("clock"));
    this.panel = new Panel(store, $("panel"), () => this.togglePanel());
    this.result = new Result(store, $("result"), (who, words) => this.tryAs(who, words));
    this.rail = new Rail(store, $("rail"), (who) => this.show(who));
    this.tour = new Tour(store, $("tour"), (who) => this.show(who), (told) => this.result?.open(told));
    demoTools(store, $("tools"), { panel: () => this.togglePanel(), tour: () => this.tour?.toggle(), theme: turnTheme, open: () => store.chat(String(store.cast.group.id)).topics.get(this.group?.open) });
    this.tabs();
    this.choose(this.current);
    this.listen();
    document.body.classList.add("ready");
  }

  /** @param {any} person @returns {Phone} */
  phone(person) {
    const others = this.store.cast.people.filter((/** @type {any} */ p) => p.role === person.role && p.language === person.language);
    return new Phone(this.store, person, others, (key) => this.swap(person.key, key));
  }

  /** Give a place on the stage to somebody else's phone. @param {string} from @param {string} to */
  swap(from, to) {
    const old = this.phones.get(from);
    const person = this.store.cast.people.find((/** @type {any} */ p) => p.key === to);
    if (!old || !person || this.phones.has(to)) return;
    const fresh = this.phone(person);
    old.element.replaceWith(fresh.element);
    this.phones = new Map([...this.phones].map(([key, phone]) => (key === from ? [to, fresh] : [key, phone])));
    this.tabs();
    this.choose(to);
    this.tour?.mark();
    /** @type {HTMLElement | null} */ (fresh.element.querySelector("select"))?.focus();
  }

  /** Make sure that somebody's phone is on the stage, and show it. @param {string} who */
  show(who) {
    if (who !== "staff" && !this.phones.has(who)) {
      const wanted = this.store.cast.people.find((/** @type {any} */ p) => p.key === who);
      const holder = [...this.phones.values()].find((p) => p.person.language === wanted?.language && p.person.role === wanted?.role);
      if (holder) this.swap(holder.person.key, who);
    }
    this.choose(who);
  }

  /** After the tour: be somebody else, and perhaps say something as them. @param {string} who @param {string} [words] */
  tryAs(who, words) {
    this.tour?.toggle(true);
    this.show(who);
    const phone = this.phones.get(who);
    phone?.element.scrollIntoView({ inline: "nearest" });
    if (words) phone?.composer.say(words);
  }

  listen() {
    const { store } = this;
    const group = () => String(store.cast.group.id);
    const window = (/** @type {string} */ key) => (key === group() ? this.group : [...this.phones.values()].find((p) => p.key() === key));
    store.on("message", (/** @type {string} */ key, /** @type {any} */ message) => {
      const it = window(key);
      if (!it) return;
      if (it.view) it.view.added(message);
      else if (it instanceof Phone) it.refresh();
      if (it instanceof GroupWindow) it.heard(message);
      it.prompted(message);
      this.count(it, message);
    });
    store.on("changed", (/** @type {string} */ key, /** @type {any} */ message) => window(key)?.view?.changed(message));
    store.on("ticks", (/** @type {string} */ key, /** @type {number} */ id) => {
      const message = store.chat(key).byId.get(id);
      if (message) window(key)?.view?.changed(message);
    });
    store.on("deleted", (/** @type {string} */ key, /** @type {any} */ message) => window(key)?.view?.removed(message));
    store.on("topics", (/** @type {string} */ key, /** @type {any} */ topic) => key === group() && this.group?.topicChanged(topic));
    store.on("answered", (/** @type {any} */ event) => window(event.chat)?.answered(event));
    store.on("clock", () => this.windows().forEach((w) => w.view?.showTail()));
    store.on("people", () => this.renew());
    const head = (/** @type {string} */ key) => {
      const it = window(key);
      if (it instanceof Phone) it.head();
    };
    store.on("typing", (/** @type {string} */ key) => {
      head(key);
      setTimeout(() => head(key), 5100);
    });
    for (const what of ["member", "keyboard"]) store.on(what, (/** @type {string} */ key) => {
      const it = window(key);
      if (it instanceof Phone) {
        it.footing();
        it.head();
      }
    });
    setInterval(() => this.phones.forEach((p) => p.head()), 5000);
    store.on("clock", () => this.phones.forEach((p) => p.head()));
  }

  windows() {
    return [...this.phones.values(), ...(this.group ? [this.group] : [])];
  }

  /** Everything was read anew. */
  refresh() {
    this.renew();
    this.windows().forEach((w) => w.refresh());
  }

  /** People know their links now. */
  renew() {
    for (const person of this.store.cast.people) {
      const phone = this.phones.get(person.key);
      if (phone) {
        phone.person = person;
        if (!phone.view) phone.refresh();
      }
    }
  }

  tabs() {
    const tab = (/** @type {string} */ key, /** @type {string} */ name) => h("button", { type: "button", dataset: { who: key }, onclick: () => this.choose(key) }, name, h("span.badge", { hidden: true }));
    const people = [...this.phones.values()].map((p) => tab(p.person.key, p.person.name));
    $("tabs").replaceChildren(...people.slice(0, -1), tab("staff", t("Staff")), people[people.length - 1]);
  }

  /** Show a window where not all fit. @param {string} who */
  choose(who) {
    this.current = who;
    if (who !== "staff") this.looked = [who, ...this.looked.filter((key) => key !== who)];
    const here = this.looked.filter((key) => this.phones.has(key));
    const [beside, second = [...this.phones.keys()].find((key) => key !== beside)] = here;
    for (const device of document.querySelectorAll(".device")) {
      const key = /** @type {HTMLElement} */ (device).dataset.who;
      device.classList.toggle("current", key === who);
      device.classList.toggle("beside", key === beside);
      device.classList.toggle("next-to", key === second);
    }
    this.unread.delete(who);
    this.mark();
    this.tour?.point();
  }

  /** @param {Phone | GroupWindow} it @param {any} message */
  count(it, message) {
    const key = it instanceof Phone ? it.person.key : "staff";
    const hidden = it.element.offsetParent === null;
    if (hidden && message.from.id !== it.user()) this.unread.set(key, (this.unread.get(key) || 0) + 1);
    this.mark();
  }

  mark() {
    for (const tab of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#tabs button"))) {
      const who = tab.dataset.who || "";
      const number = this.unread.get(who) || 0;
      const badge = /** @type {HTMLElement} */ (tab.querySelector(".badge"));
      badge.hidden = !number;
      badge.textContent = String(number);
      tab.setAttribute("aria-current", String(who === this.current));
    }
    const away = [...this.phones.values()].map((p) => p.person).filter((p) => p.key !== this.looked.find((key) => this.phones.has(key)));
    this.rail?.draw(away, this.unread);
  }

  togglePanel() {
    const panel = $("panel");
    panel.hidden = !panel.hidden;
    document.body.classList.toggle("with-panel", !panel.hidden);
    $("panel-button").setAttribute("aria-expanded", String(!panel.hidden));
    if (panel.hidden) $("panel-button").focus();
    else this.panel?.refresh();
  }
}

new Page();
