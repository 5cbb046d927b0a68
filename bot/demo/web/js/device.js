import { act, control } from "./api.js";
import { ChatView } from "./chatview.js";
import { Composer } from "./composer.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { closeMenu, showMenu } from "./menu.js";
import { hour } from "./message.js";
import { ask, toast, trying } from "./toast.js";
import { t } from "./words.js";

const EMOJI = ["👍", "❤", "🔥", "🎉", "😢", "👎"];
const LANGUAGES = /** @type {Record<string, string>} */ ({ en: t("English"), ru: t("Russian"), zh: t("Chinese") });

/** What is the same in every window: messages, presses, menus, notes over the chat. */
export class Window {
  /** @param {any} store @param {any} person whose eyes one looks through */
  constructor(store, person) {
    this.store = store;
    this.person = person;
    this.notes = h("div.notes", { role: "status", "aria-live": "polite" });
    /** @type {ChatView | null} */
    this.view = null;
    /** @type {Map<string, HTMLElement>} presses that wait for the bot's answer, by callback query */
    this.pressed = new Map();
    this.composer = new Composer(store, {
      user: () => this.user(), place: () => this.place(), topic: () => this.topic(),
      commands: () => this.commands(), name: person.name,
    });
  }

  user() {
    return this.person.id;
  }

  topic() {
    return 0;
  }

  /** @returns {number} */
  place() {
    return this.store.cast.bot.id;
  }

  key() {
    return this.store.privateKey(this.person.id);
  }

  /** @returns {import("./message.js").Surroundings} */
  around() {
    const chat = () => this.store.chat(this.key());
    return {
      me: () => this.user(),
      zone: this.person.zone,
      group: this.place() < 0,
      waiting: (id) => this.place() > 0 && Boolean(this.store.waiting.get(this.key())?.has(id)),
      find: (id) => chat().byId.get(id),
      press: (message, button, element) => this.press(message, button, element),
      link: (entity, words) => this.follow(entity, words),
      menu: (message, at, point) => this.offer(message, at, point),
      reply: (message) => this.composer.put({ reply: message }),
      jump: (id) => this.view?.jump(id),
      react: (message, emoji) => this.react(message, emoji),
      people: (id) => this.store.cast.people.find((/** @type {any} */ p) => p.id === id)?.name || this.store.cast.bot.name,
    };
  }

  /** @param {any} message @param {any} button @param {HTMLElement} element */
  async press(message, button, element) {
    if (button.url) return this.follow({ type: "text_link", url: button.url }, button.url);
    if (button.copy_text) return toast(t("Copied: {}", button.copy_text.text), this.notes);
    element.classList.add("busy");
    setTimeout(() => element.classList.remove("busy"), 6000);
    const done = await trying(() => control("press", { user: this.user(), chat: this.place(), message: message.id, data: button.callback_data }), this.notes);
    if (done) this.pressed.set(done.query, element);
    return undefined;
  }

  /** The bot has answered a press. @param {any} event */
  answered(event) {
    if (event.chat !== this.key() || event.user !== this.user()) return;
    this.pressed.get(event.query)?.classList.remove("busy");
    this.pressed.delete(event.query);
    if (event.text && event.show_alert) ask(event.text);
    else if (event.text) toast(event.text, this.notes);
  }

  /** @param {any} entity @param {string} words */
  async follow(entity, words) {
    if (entity.type === "bot_command") return this.composer.say(words);
    const address = entity.type === "text_link" ? entity.url : words;
    const { bot } = this.store.cast;
    const found = /^(?:https?:\/\/)?t\.me\/([A-Za-z0-9_]+)\?start=([A-Za-z0-9_-]{1,64})$/.exec(address);
    if (found && found[1].toLowerCase() === bot.username.toLowerCase()) {
      return trying(() => control("start", { user: this.person.id, bot: bot.id, payload: found[2] }), this.notes);
    }
    return toast(t("{}: the demo opens nothing outside.", address), this.notes);
  }

  /** The bot may want the next message to be a reply to its own. @param {any} message */
  prompted(message) {
    const wanted = message.keyboard?.force_reply;
    const meant = !message.keyboard?.selective || (message.text || "").includes(`@${this.person.username}`);
    if (wanted && meant && (message.topic || 0) === this.topic()) this.composer.put({ reply: message });
  }

  /** @param {any} message @param {string | null} emoji */
  react(message, emoji) {
    return trying(() => control("react", { user: this.user(), chat: this.place(), message: message.id, emoji }), this.notes);
  }

  /** What one can do with a message. @param {any} message @param {HTMLElement} at @param {{x: number, y: number}} [point] */
  offer(message, at, point) {
    const own = message.from.id === this.user();
    const reactions = h("div.emoji", {}, ...EMOJI.map((e) => h("button", { type: "button", role: "menuitem", "aria-label": t("React with {}", e), onclick: () => {
      this.react(message, e);
      closeMenu();
    } }, e)));
    const text = message.text ?? message.caption;
    showMenu(at, [
      reactions,
      { label: t("Reply"), run: () => this.composer.put({ reply: message }) },
      own && text ? { label: t("Edit"), run: () => this.composer.put({ edit: message }) } : null,
      text ? { label: t("Copy text"), run: () => navigator.clipboard?.writeText(text) } : null,
      { label: t("Delete for everybody"), danger: true, run: () => trying(() => control("delete", { user: this.user(), chat: this.place(), message: message.id }), this.notes) },
    ], t("Message"), point);
  }

  /** Commands that the bot has told, for this place and language. */
  async commands() {
    const { commands } = await control("bot_profile", { bot: this.store.cast.bot.id });
    const scopes = this.place() > 0 ? ["all_private_chats", "default"] : ["all_group_chats", "default"];
    const languages = [this.person.language, ""];
    for (const scope of scopes) {
      for (const language of languages) {
        const found = Object.entries(commands).find(([key]) => key.includes(`"type":"${scope}"`) && key.endsWith(`:${language}`));
        if (found) return /** @type {any[]} */ (found[1]);
      }
    }
    return [];
  }

  /** Let the chat fill `box` with messages. @param {HTMLElement} box */
  show(box) {
    this.view = new ChatView(this.store, this.key(), this.topic(), this.around());
    box.replaceChildren(this.view.element);
    this.composer.takeDrops(box);
  }
}

/** A person's phone with the chat with the bot. */
export class Phone extends Window {
  /**
   * @param {any} store @param {any} person @param {any[]} others who else may have this phone
   * @param {(key: string) => void} swap
   */
  constructor(store, person, others, swap) {
    super(store, person);
    this.status = h("small.status");
    this.local = h("time.local");
    this.body = h("div.screen");
    this.foot = h("div.foot");
    this.element = h("section.device.phone", { id: `device-${person.key}`, "aria-label": t("{}'s phone", person.name), dataset: { who: person.key, role: person.role } },
      h("header.who", { title: t(person.about) }, h("h2", {}, person.name), others.length > 1 ? chooser(person, others, swap) : h("span", {}, LANGUAGES[person.language] && person.role === "customer" ? LANGUAGES[person.language] : t("Admin")), this.local),
      h("div.case", { lang: person.language },
        h("div.bar", {}, h("span.avatar.shop", { "aria-hidden": "true" }, icon("tin")), h("div.title", {}, h("b", {}, store.cast.bot.name), this.status),
          person.role === "customer" ? iconButton("receipt", t("The receipt with the personal link"), () => this.receipt()) : null,
          iconButton("more", t("Chat menu"), (event) => this.chatMenu(/** @type {HTMLElement} */ (event.currentTarget)))),
        this.body, this.notes, this.foot));
    this.refresh();
  }

  /** Draw everything anew from the store. */
  refresh() {
    const chat = this.store.chat(this.key());
    if (chat.byId.size) {
      if (this.view && this.body.contains(this.view.element)) this.view.reset();
      else this.show(this.body);
    } else fill(this.body, this.welcome());
    this.footing();
    this.head();
  }

  /** What stands at the foot: where to write, or why one cannot. */
  footing() {
    const chat = this.store.chat(this.key());
    const { bot } = this.store.cast;
    if (chat.view.blocked) {
      fill(this.foot, h("button.wide", { type: "button", onclick: () => trying(() => control("unblock", { user: this.person.id, bot: bot.id }), this.notes) }, t("Unblock the bot")));
    } else if (!chat.byId.size) {
      fill(this.foot, h("button.wide", { type: "button", onclick: () => this.start() }, t("Start")));
    } else if (!this.foot.contains(this.composer.element)) fill(this.foot, this.composer.element);
    this.composer.offerKeys(chat.keyboard);
  }

  head() {
    const chat = this.store.chat(this.key());
    this.status.textContent = chat.typing > Date.now() ? t("typing…") : chat.view.blocked ? t("blocked by you") : t("bot");
    this.local.textContent = `${hour(this.store.now().getTime() / 1000, this.person.zone)} ${this.person.zone.split("/")[1].replace("_", " ")}`;
  }

  welcome() {
    return this.person.role === "customer" ? h("div.welcome", {}, this.card()) : h("div.welcome", {}, h("p", {}, t("This is the owner's chat with the bot. Press Start, then try /schedules, /why C-1042 or /stats.")));
  }

  card() {
    const { person } = this;
    const { link } = person;
    return h("div.receipt", {}, h("b", {}, this.store.cast.bot.name), h("p", {}, person.receipt),
      link ? h("img", { src: `/demo/qr/${person.ref}.svg`, alt: t("QR code of the personal link"), width: "132", height: "132" }) : h("span.qr-space"),
      h("button.primary", { type: "button", disabled: !link, onclick: () => {
        this.element.querySelector("dialog")?.close();
        this.open();
      } }, t("Open the link")),
      h("small", {}, `${person.ref}`));
  }

  receipt() {
    const dialog = /** @type {HTMLDialogElement} */ (h("dialog.slip", { "aria-label": t("Receipt") }, this.card(), iconButton("close", t("Close"), () => dialog.close(), "corner")));
    dialog.addEventListener("close", () => dialog.remove());
    this.element.appendChild(dialog);
    dialog.showModal();
  }

  /** Open the deep link that came with the receipt. */
  open() {
    return this.follow({ type: "url" }, this.person.link);
  }

  /** @param {string} [payload] what the link or code carries */
  start(payload = "") {
    const from = { user: this.person.id, bot: this.store.cast.bot.id };
    return trying(() => control("start", payload ? { ...from, payload } : from), this.notes);
  }

  /** @param {HTMLElement} at */
  chatMenu(at) {
    const chat = this.store.chat(this.key());
    const bot = this.store.cast.bot.id;
    const block = chat.view.blocked ? "unblock" : "block";
    showMenu(at, [
      this.person.role === "customer" && { label: t("Receipt with the link"), run: () => this.receipt() },
      { label: t("Send /start"), run: () => this.start() },
      this.person.role === "customer" && { label: t("Scan the code at the till"), run: () => this.start("at-receipt-till") },
      { label: chat.view.blocked ? t("Unblock the bot") : t("Block the bot"), danger: block === "block", run: () => trying(() => control(block, { user: this.person.id, bot }), this.notes) },
    ], t("Chat"));
  }
}

/** Whose phone this is. @param {any} person @param {any[]} others @param {(key: string) => void} swap */
function chooser(person, others, swap) {
  const select = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": t("Show the phone of") },
    ...others.map((p) => h("option", { value: p.key, selected: p.key === person.key }, p === person ? LANGUAGES[p.language] : t("{}'s phone", p.name)))));
  select.addEventListener("change", () => swap(select.value));
  return select;
}

/** Restart or kill the bot; shared by the tools and the notice. @param {"kill"|"start"} what */
export const bot = (what) => trying(() => act(`bot/${what}`));
