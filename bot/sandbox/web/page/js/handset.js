import { control } from "/phones/api.js";
import { avatar, fill, h, iconButton } from "/phones/dom.js";
import { showMenu } from "/phones/menu.js";
import { GENERAL, line, topicEntries, topicIcon, topicsOf } from "/phones/rows.js";
import { toast, trying } from "/phones/toast.js";
import { Window } from "/phones/window.js";
import { NAMES, t } from "/phones/words.js";
import { check, form, text } from "./forms.js";

const HERE = new Set(["creator", "administrator", "member", "restricted"]);

/** One person's phone: their chats, the topics of a group, one chat. */
export class Handset extends Window {
  /** @param {any} store @param {any} person */
  constructor(store, person) {
    super(store, person);
    /** The chat that is open; empty: the list of chats. */
    this.open = "";
    /** The topic of it that is open; 0: their list, or a chat without topics. */
    this.thread = 0;
    /** @type {Map<string, number>} what was not read yet, by chat and topic */
    this.unread = new Map();
    this.name = h("b");
    this.status = h("small.status");
    this.back = iconButton("back", t("Back"), () => this.leave(), "pane-back");
    this.more = iconButton("more", t("Chat menu"), (event) => this.chatMenu(/** @type {HTMLElement} */ (event.currentTarget)));
    this.screen = h("div.screen");
    this.foot = h("div.foot");
    this.link = /** @type {HTMLInputElement} */ (h("input", { type: "text", id: `link-${person.id}`, placeholder: "https://t.me/…?start=…", autocomplete: "off" }));
    this.element = h("section.device.phone", { id: `device-${person.key}`, "aria-label": t("{}'s phone", person.name), dataset: { who: person.key } },
      h("header.who", {}, h("h2", { dir: "auto" }, person.name), h("span", {}, NAMES[person.language] || person.language)),
      h("div.case", { lang: person.language }, h("div.bar", {}, this.back, h("div.title", {}, this.name, this.status), this.more), this.screen, this.notes, this.foot));
    this.refresh();
  }

  key() {
    return this.open;
  }

  topic() {
    return this.thread;
  }

  get isPrivate() {
    return this.open.includes(":");
  }

  place() {
    return this.isPrivate ? this.bot().id : Number(this.open);
  }

  bot() {
    const there = this.isPrivate ? [this.open.split(":")[0]] : this.members().map((m) => String(m.user));
    return this.store.bots.find((/** @type {any} */ b) => there.includes(String(b.id))) || this.store.bots[0];
  }

  /** Who is in the group that is open. @returns {any[]} */
  members() {
    return (this.store.chat(this.open).view.members || []).filter((/** @type {any} */ m) => HERE.has(m.status));
  }

  /** The groups that this person is in. @returns {any[]} */
  groups() {
    const mine = (/** @type {any} */ view) => view.members?.some((/** @type {any} */ m) => m.user === this.person.id && HERE.has(m.status));
    return [...this.store.chats.values()].filter((chat) => !chat.key.includes(":") && !chat.view.migrated_to && mine(chat.view));
  }

  /** Whether a list of topics is shown. */
  get listsTopics() {
    return Boolean(this.open) && this.store.chat(this.open).view.is_forum && !this.thread;
  }

  /** Draw everything anew from the store. */
  refresh() {
    if (this.open && !this.isPrivate && !this.groups().some((chat) => chat.key === this.open)) [this.open, this.thread] = ["", 0];
    this.view = null;
    if (!this.open) this.chats();
    else if (this.listsTopics) this.topics();
    else if (this.isPrivate && !this.store.chat(this.open).byId.size) fill(this.screen, h("div.welcome", {}, h("p", {}, t("Nothing was said here yet."))));
    else this.show(this.screen);
    this.head();
    this.footing();
  }

  head() {
    const chat = this.open ? this.store.chat(this.open) : null;
    const topic = chat?.topics.get(this.thread);
    this.back.hidden = !chat;
    this.more.hidden = !chat;
    this.name.textContent = !chat ? t("Chats") : topic ? topic.name : this.isPrivate ? this.bot().name : chat.view.title;
    this.status.textContent = !chat ? "" : chat.typing > Date.now() ? t("typing…") : this.isPrivate ? `@${this.bot().username}` : topic ? chat.view.title : t("Members: {}", this.members().map((m) => this.store.nameOf(m.user)).join(", "));
  }

  footing() {
    const chat = this.open ? this.store.chat(this.open) : null;
    if (!chat || this.listsTopics) this.foot.replaceChildren();
    else if (chat.view.blocked) fill(this.foot, h("button.wide", { type: "button", onclick: () => this.block(false) }, t("Unblock the bot")));
    else if (this.isPrivate && !chat.byId.size) fill(this.foot, h("button.wide", { type: "button", onclick: () => this.start(this.bot()) }, t("Start")));
    else {
      if (!this.foot.contains(this.composer.element)) fill(this.foot, this.composer.element);
      this.composer.offerKeys(chat.keyboard);
    }
  }

  /** The list of chats, and what one can begin. */
  chats() {
    const row = (/** @type {string} */ key, /** @type {string} */ name, /** @type {number} */ id) => line({
      icon: avatar(name, id), name, last: [...this.store.chat(key).byId.values()].at(-1), zone: this.person.zone, unread: this.count(key), data: { chat: key }, choose: () => this.enter(key),
    });
    const bots = this.store.bots.map((/** @type {any} */ b) => row(this.store.privateKey(this.person.id, b), b.name, b.id));
    const groups = this.groups().map((chat) => row(chat.key, chat.view.title, Number(chat.key)));
    fill(this.screen, h("div.shelf", {}, h("ul.topics", { "aria-label": t("Chats") }, ...bots, ...groups),
      h("div.doing", {},
        h("form.opening-link", { onsubmit: (/** @type {Event} */ event) => this.openLink(event) }, h("label", { for: this.link.id }, t("Open a link that begins with t.me")), this.link, h("button.primary", {}, t("Open"))),
        h("button.second", { type: "button", onclick: () => this.newGroup() }, t("New group…")))));
  }

  /** The topics of the group that is open. */
  topics() {
    const chat = this.store.chat(this.open);
    fill(this.screen, h("div.shelf", {}, h("ul.topics", { "aria-label": t("Topics") }, ...topicsOf(this.store, chat).map((topic) => line({
      icon: topicIcon(topic), name: topic.name, last: this.store.thread(chat, topic.id).at(-1), zone: this.person.zone, note: topic.status === "closed" ? t("closed") : "",
      unread: this.count(this.open, topic.id), data: { topic: topic.id }, choose: () => this.enter(this.open, topic.id),
    })))));
  }

  /** @param {string} key @param {number} [topic] all of the chat's without one @returns {number} */
  count(key, topic) {
    return [...this.unread].filter(([where]) => (topic ? where === `${key}/${topic}` : where.startsWith(`${key}/`))).reduce((sum, [, n]) => sum + n, 0);
  }

  /** @param {string} key @param {number} [topic] */
  enter(key, topic = 0) {
    [this.open, this.thread] = [key, topic];
    this.composer.put();
    if (!this.listsTopics) this.unread.delete(`${key}/${topic}`);
    this.refresh();
    const first = /** @type {HTMLElement | null} */ (this.foot.querySelector("textarea, .wide"));
    (first || this.back).focus({ preventScroll: true });
  }

  /** One step back: from a topic to the topics, from a chat to the chats. */
  leave() {
    if (this.thread) this.thread = 0;
    else this.open = "";
    this.refresh();
    /** @type {HTMLElement | null} */ (this.screen.querySelector(".topics button"))?.focus({ preventScroll: true });
  }

  /** @param {Event} event */
  async openLink(event) {
    event.preventDefault();
    const before = this.link.value.trim();
    if (!before) return;
    const wanted = /t\.me\/(\w+)/.exec(before)?.[1].toLowerCase();
    const bot = this.store.bots.find((/** @type {any} */ b) => b.username.toLowerCase() === wanted);
    if (!bot) {
      const known = this.store.bots.map((/** @type {any} */ b) => `https://t.me/${b.username}`).join(", ");
      toast(t("That is no link of a bot that is here. They begin with {}.", known), this.notes);
      return;
    }
    if (!(await this.follow({ type: "url" }, before))) return;
    this.link.value = "";
    this.enter(this.store.privateKey(this.person.id, bot));
  }

  async newGroup() {
    const bot = this.store.bots[0];
    const wanted = await form(t("New group"), [
      text("title", t("Name"), "Support"), check("forum", t("With topics")), check("bot", t("With @{} as an admin", bot.username)),
    ], t("Make it"));
    if (!wanted) return;
    const chat = await trying(() => control("create_group", { title: String(wanted.get("title")), creator: this.person.id, forum: wanted.has("forum") }), this.notes);
    if (!chat) return;
    if (wanted.has("bot")) await this.promote(chat.id, bot.id);
    await this.store.renew();
    this.enter(chat.chat, wanted.has("forum") ? GENERAL : 0);
  }

  /** Make a bot an admin of a group who may do everything. @param {number} group @param {number} bot */
  promote(group, bot) {
    return trying(() => control("promote", { group, user: bot, by: this.person.id }), this.notes);
  }

  /** @param {boolean} on */
  block(on) {
    return trying(() => control(on ? "block" : "unblock", { user: this.person.id, bot: this.bot().id }), this.notes);
  }

  /** @param {HTMLElement} at */
  chatMenu(at) {
    if (this.isPrivate) {
      const { blocked } = this.store.chat(this.open).view;
      showMenu(at, [{ label: t("Send /start"), run: () => this.start(this.bot()) },
        { label: blocked ? t("Unblock the bot") : t("Block the bot"), danger: !blocked, run: () => this.block(!blocked) }], t("Chat"));
      return;
    }
    const group = Number(this.open);
    const topic = this.store.chat(this.open).topics.get(this.thread);
    const doing = (/** @type {string} */ operation) => trying(() => control(operation, { group, user: this.person.id, topic: this.thread }), this.notes);
    const there = new Map(this.members().map((m) => [m.user, m.status]));
    const absent = this.store.people.filter((/** @type {any} */ p) => !there.has(p.id));
    const bots = this.store.bots.filter((/** @type {any} */ b) => there.get(b.id) !== "administrator");
    showMenu(at, [
      ...absent.map((/** @type {any} */ p) => ({ label: t("Add {}", p.name), run: () => trying(() => control("add_member", { group, user: p.id, by: this.person.id }), this.notes) })),
      ...bots.map((/** @type {any} */ b) => ({ label: t("Make @{} an admin", b.username), run: () => this.promote(group, b.id) })),
      ...(topic ? topicEntries(topic, doing) : []),
      { label: t("Leave the group"), danger: true, run: () => trying(() => control("leave", { group, user: this.person.id }), this.notes) },
    ], t("Chat"));
  }

  /** Something was said in some chat. @param {string} key @param {any} message */
  heard(key, message) {
    if (!this.takesPart(key)) return;
    const topic = message.topic || 0;
    const shown = key === this.open && topic === this.thread;
    if (shown && this.view) {
      this.view.added(message);
      this.prompted(message);
    } else if (shown) this.refresh();
    else {
      if (message.from.id !== this.user()) this.unread.set(`${key}/${topic}`, (this.unread.get(`${key}/${topic}`) || 0) + 1);
      this.listed(key);
    }
  }

  /** A list shows what has changed. @param {string} key */
  listed(key) {
    if (!this.open || (key === this.open && this.listsTopics)) this.redraw();
  }

  /** Draw a list again, with the focus where it was and what was typed. */
  redraw() {
    const held = /** @type {HTMLElement | null} */ (document.activeElement);
    const inside = held && this.screen.contains(held);
    const found = inside && (held.dataset.chat ? `[data-chat="${held.dataset.chat}"]` : held.dataset.topic ? `[data-topic="${held.dataset.topic}"]` : held.id ? `#${CSS.escape(held.id)}` : "");
    this.refresh();
    if (found) /** @type {HTMLElement | null} */ (this.screen.querySelector(found))?.focus({ preventScroll: true });
  }

  /** @param {string} key */
  takesPart(key) {
    return key.endsWith(`:${this.person.id}`) || this.groups().some((chat) => chat.key === key);
  }
}
