import { control } from "./api.js";
import { ChatView } from "./chatview.js";
import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { closeMenu, showMenu } from "./menu.js";
import { ask, toast, trying } from "./toast.js";
import { t } from "./words.js";

const EMOJI = ["👍", "❤", "🔥", "🎉", "😢", "👎"];
const LINK = /^(?:https?:\/\/)?t\.me\/([A-Za-z0-9_]+)(?:\?start=([A-Za-z0-9_-]{1,64}))?$/;

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

  /** Where one writes: a bot's id, or a group's. @returns {number} */
  place() {
    return this.bot().id;
  }

  /** The bot that one writes to, here the only one. */
  bot() {
    return this.store.bots[0];
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
      people: (id) => this.store.nameOf(id),
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
    const found = LINK.exec(address.trim());
    const bot = this.store.bots.find((/** @type {any} */ b) => b.username.toLowerCase() === found?.[1].toLowerCase());
    if (found && bot) return this.start(bot, found[2]);
    return toast(t("{}: nothing is opened outside of this page.", address), this.notes);
  }

  /** Press Start in the chat with a bot. @param {any} bot @param {string} [payload] what the link or code carries */
  start(bot, payload = "") {
    const from = { user: this.person.id, bot: bot.id };
    return trying(() => control("start", payload ? { ...from, payload } : from), this.notes);
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
    const { commands } = await control("bot_profile", { bot: this.bot().id });
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
