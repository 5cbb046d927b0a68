import { control } from "/phones/api.js";
import { Window } from "/phones/window.js";
import { avatar, fill, h, iconButton } from "/phones/dom.js";
import { showMenu } from "/phones/menu.js";
import { GENERAL, line, topicEntries, topicIcon, topicsOf } from "/phones/rows.js";
import { trying } from "/phones/toast.js";
import { t } from "/phones/words.js";

/** The staff's group: its topics, and the one that is open. */
export class GroupWindow extends Window {
  /** @param {any} store @param {any[]} staff those who may write, the first one begins */
  constructor(store, staff) {
    super(store, staff[0]);
    this.staff = staff;
    this.group = store.cast.group.id;
    this.open = 0;
    /** @type {Map<number, HTMLElement>} */
    this.rows = new Map();
    /** @type {Map<number, number>} */
    this.unread = new Map();
    this.list = h("ul.topics", { "aria-label": t("Topics") });
    this.screen = h("div.screen");
    this.foot = h("div.foot");
    this.name = h("b");
    this.state = h("small.status");
    this.pane = h("div.pane", {},
      h("div.bar", {}, iconButton("back", t("All topics"), () => this.close(), "back"), h("div.title", {}, this.name, this.state),
        iconButton("more", t("Topic menu"), (event) => this.topicMenu(/** @type {HTMLElement} */ (event.currentTarget)), "topic-menu")),
      this.screen, this.notes, this.foot);
    this.seat = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": t("Write in the group as") }, ...staff.map((p) => h("option", { value: p.id }, p.name))));
    this.seat.addEventListener("change", () => this.sit());
    this.element = h("section.device.group", { id: "device-staff", "aria-label": t("The staff's group"), dataset: { who: "staff", role: "staff" } },
      h("header.who", {}, h("h2", {}, t("Staff")), h("label", {}, t("You are "), this.seat), h("span.local", {})),
      h("div.case", {}, h("div.side", {}, h("div.bar", {}, avatar(store.cast.group.title, 2),
        h("div.title", {}, h("b", {}, store.cast.group.title), h("small.status", {}, `${staff.length} ${t("people and the bot")}`))), this.list), this.pane));
    this.refresh();
  }

  user() {
    return this.person.id;
  }

  place() {
    return this.group;
  }

  topic() {
    return this.open;
  }

  key() {
    return String(this.group);
  }

  sit() {
    this.person = this.staff.find((p) => String(p.id) === this.seat.value);
    this.view?.reset();
  }

  refresh() {
    const chat = this.store.chat(this.key());
    this.rows.clear();
    this.list.replaceChildren();
    for (const topic of topicsOf(this.store, chat)) this.list.appendChild(this.row(topic));
    if (this.open && chat.topics.get(this.open)?.status !== "deleted" && chat.topics.has(this.open)) this.show(this.screen);
    else this.close();
    this.head();
  }

  /** One line of the list. @param {any} topic */
  row(topic) {
    const last = this.store.thread(this.store.chat(this.key()), topic.id).at(-1);
    const made = line({
      icon: topicIcon(topic), name: topic.name, last, zone: this.person.zone, note: topic.status === "closed" ? t("closed") : "",
      unread: this.unread.get(topic.id) || 0, current: this.open === topic.id, data: { topic: topic.id }, choose: () => this.choose(topic.id),
    });
    this.rows.get(topic.id)?.remove();
    this.rows.set(topic.id, made);
    return made;
  }

  /** Draw a topic's line again, at the top when something was said. @param {number} id @param {boolean} [up] */
  redrawRow(id, up = false) {
    const topic = this.store.chat(this.key()).topics.get(id);
    const old = this.rows.get(id);
    if (!topic || topic.status === "deleted") {
      old?.remove();
      this.rows.delete(id);
      return;
    }
    const held = old?.contains(document.activeElement);
    const next = old?.nextSibling || null;
    const made = this.row(topic);
    if (up || !old) this.list.prepend(made);
    else this.list.insertBefore(made, next);
    if (held) made.querySelector("button")?.focus({ preventScroll: true });
  }

  /** @param {number} id */
  choose(id) {
    const before = this.open;
    this.open = id;
    this.unread.delete(id);
    this.composer.put();
    this.element.classList.add("reading");
    this.show(this.screen);
    this.redrawRow(before);
    this.redrawRow(id);
    this.head();
  }

  close() {
    const before = this.open;
    this.open = 0;
    this.view = null;
    this.element.classList.remove("reading");
    fill(this.screen, h("div.welcome", {}, h("p", {}, t("Choose a topic. Every complaint has one of its own."))));
    this.redrawRow(before);
    this.head();
  }

  head() {
    const topic = this.store.chat(this.key()).topics.get(this.open);
    this.name.textContent = topic ? topic.name : t("No topic chosen");
    this.state.textContent = topic && topic.status === "closed" ? t("closed") : "";
    if (!topic) this.foot.replaceChildren();
    else if (!this.foot.contains(this.composer.element)) fill(this.foot, this.composer.element);
  }

  /** @param {any} message */
  heard(message) {
    const topic = message.topic || GENERAL;
    if (topic !== this.open && message.from.id !== this.user()) this.unread.set(topic, (this.unread.get(topic) || 0) + 1);
    this.redrawRow(topic, true);
  }

  /** @param {any} topic */
  topicChanged(topic) {
    if (topic.status === "deleted" && topic.id === this.open) this.close();
    this.redrawRow(topic.id);
    this.head();
  }

  /** @param {HTMLElement} at */
  topicMenu(at) {
    const topic = this.store.chat(this.key()).topics.get(this.open);
    if (!topic) return;
    const doing = (/** @type {string} */ operation) => trying(() => control(operation, { group: this.group, user: this.user(), topic: topic.id }), this.notes);
    showMenu(at, topicEntries(topic, doing), t("Topic"));
  }
}
