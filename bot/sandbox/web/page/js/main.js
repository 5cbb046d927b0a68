import { control } from "/phones/api.js";
import { fill, h, icon, iconButton } from "/phones/dom.js";
import { languages, turnTheme, wear } from "/phones/looks.js";
import { toast, trying } from "/phones/toast.js";
import { LANGUAGE, LOCALE, NAMES, t } from "/phones/words.js";
import { choice, form, text } from "./forms.js";
import { Handset } from "./handset.js";
import { World } from "./world.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const HOUR = 3600;
const JUMPS = /** @type {[number, string][]} */ ([[HOUR, t("+1 hour")], [24 * HOUR, t("+1 day")]]);
const PATIENCE = 1500; // milliseconds in which a connection that is being made is not worth a word

/** The page: a phone for everybody, and the time on all of them. */
class Page {
  constructor() {
    this.store = new World();
    /** @type {Map<string, Handset>} */
    this.phones = new Map();
    this.current = "";
    document.documentElement.lang = LANGUAGE;
    document.title = t("Sandbox");
    $("what").textContent = t("sandbox");
    for (const [id, label] of Object.entries({ clock: t("Time"), tools: t("Page"), tabs: t("Phones") })) $(id).setAttribute("aria-label", label);
    wear();
    this.tools();
    this.clock();
    this.listen();
    this.store.connect();
    setTimeout(() => this.tellConnection(), PATIENCE);
  }

  tools() {
    fill($("tools"), h("button.tool.primary", { type: "button", "aria-label": t("Add a person"), onclick: () => this.add() }, icon("person"), h("span", {}, t("Add a person"))),
      iconButton("moon", t("Light or dark"), turnTheme), languages());
  }

  clock() {
    const face = h("time.face");
    const format = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    const show = () => {
      face.textContent = format.format(this.store.now());
      face.dateTime = this.store.now().toISOString();
    };
    const note = t("A bot that goes by the clock of its machine does not follow.");
    fill($("clock"), icon("clock"), face, h("span.jumps", {}, ...JUMPS.map(([seconds, label]) => h("button", { type: "button", title: note, onclick: async () => {
      if (await trying(() => control("advance", { seconds }))) toast(`${format.format(this.store.now())}. ${note}`);
    } }, label))));
    for (const what of ["clock", "loaded"]) this.store.on(what, show);
    setInterval(show, 5000);
    show();
  }

  listen() {
    const { store } = this;
    const shown = (/** @type {string} */ key) => [...this.phones.values()].filter((phone) => phone.open === key);
    store.on("online", () => this.tellConnection());
    store.on("loaded", () => this.build());
    store.on("message", (/** @type {string} */ key, /** @type {any} */ message) => {
      for (const phone of this.phones.values()) phone.heard(key, message);
      this.tabs();
    });
    store.on("changed", (/** @type {string} */ key, /** @type {any} */ message) => shown(key).forEach((phone) => phone.view?.changed(message)));
    store.on("deleted", (/** @type {string} */ key, /** @type {any} */ message) => shown(key).forEach((phone) => phone.view?.removed(message)));
    store.on("ticks", (/** @type {string} */ key, /** @type {number} */ id) => {
      const message = store.chat(key).byId.get(id);
      if (message) shown(key).forEach((phone) => phone.view?.changed(message));
    });
    store.on("topics", (/** @type {string} */ key, /** @type {any} */ topic) => shown(key).forEach((phone) => {
      if (topic.status === "deleted" && topic.id === phone.thread) phone.leave();
      phone.head();
      phone.listed(key);
    }));
    store.on("answered", (/** @type {any} */ event) => shown(event.chat).forEach((phone) => phone.answered(event)));
    store.on("keyboard", (/** @type {string} */ key) => shown(key).forEach((phone) => phone.footing()));
    store.on("typing", (/** @type {string} */ key) => {
      shown(key).forEach((phone) => phone.head());
      setTimeout(() => shown(key).forEach((phone) => phone.head()), 5100);
    });
    store.on("clock", () => this.phones.forEach((phone) => phone.view?.showTail()));
  }

  /** A phone for everybody who has none yet; the others are drawn again. */
  build() {
    if (!this.store.people.length) fill($("stage"), this.welcome());
    else $("stage").querySelector(".first")?.remove();
    const there = new Set(this.store.people.map((person) => person.key));
    for (const [key, phone] of this.phones) if (!there.has(key)) {
      phone.element.remove();
      this.phones.delete(key);
    }
    for (const person of this.store.people) {
      const phone = this.phones.get(person.key);
      if (phone) phone.redraw();
      else {
        const fresh = new Handset(this.store, person);
        this.phones.set(person.key, fresh);
        $("stage").append(fresh.element);
      }
    }
    this.choose(this.phones.has(this.current) ? this.current : this.phones.keys().next().value || "");
    document.body.classList.add("ready");
  }

  welcome() {
    return h("section.first", {}, h("h2", {}, t("Telegram on this machine, without an account")),
      h("ol", {}, h("li", {}, t("Add yourself: a name and a language.")), h("li", {}, t("Start your bot, with VERSO_BOT_API_URL={} and the token that the terminal shows.", location.origin)),
        h("li", {}, t("On your phone, open the link that verso run prints; then make a group and type /setup there."))),
      h("button.primary", { type: "button", onclick: () => this.add() }, t("Add a person")),
      h("small", {}, t("Everything is in memory, and gone when the sandbox ends.")));
  }

  async add() {
    const wanted = await form(t("Add a person"), [text("name", t("Name")), choice("language", t("Language of their Telegram"), NAMES, LANGUAGE)], t("Add"));
    if (!wanted) return;
    const made = await trying(() => control("create_user", { first_name: String(wanted.get("name")).trim(), language_code: String(wanted.get("language")) }));
    if (!made) return;
    await this.store.renew();
    this.choose(String(made.id));
    const phone = this.phones.get(String(made.id));
    phone?.element.scrollIntoView({ inline: "nearest" });
    phone?.link.focus();
  }

  tabs() {
    const marks = [...this.phones.values()].map((phone) => {
      const unread = [...phone.unread.values()].reduce((sum, n) => sum + n, 0);
      return h("button", { type: "button", dataset: { who: phone.person.key }, "aria-current": String(phone.person.key === this.current), onclick: () => this.choose(phone.person.key) },
        phone.person.name, unread ? h("span.badge", {}, String(unread)) : null);
    });
    fill($("tabs"), ...marks);
  }

  /** Show somebody's phone where not all fit. @param {string} who */
  choose(who) {
    this.current = who;
    for (const [key, phone] of this.phones) phone.element.classList.toggle("current", key === who);
    this.tabs();
  }

  tellConnection() {
    fill($("notice"), this.store.online ? null : h("span", {}, t("The sandbox has stopped. Start it again with verso sandbox; what was in it is gone.")));
  }
}

new Page();
