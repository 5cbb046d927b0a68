import { control } from "./api.js";
import { Window } from "./device.js";
import { avatar, fill, h, iconButton } from "./dom.js";
import { showMenu } from "./menu.js";
import { hour, summary } from "./message.js";
import { trying } from "./toast.js";
import { t } from "./words.js";

const GENERAL = 1;

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
    const topics = [...chat.topics.values()].filter((t) => t.status !== "deleted");
    topics.sort((a, b) => this.newest(b) - this.newest(a)).forEach((t) => this.list.appendChild(this.row(t)));
    if (this.open && chat.topics.get(this.open)?.status !== "deleted" && chat.topics.has(this.open)) this.show(this.screen);
    else this.close();
    this.head();
  }

  /** @param {any} topic */
  newest(topic) {
    const list = this.store.thread(this.store.chat(this.key()), topic.id);
    return list.length ? list[list.length - 1].id : topic.id;
  }

  /** One line of the list. @param {any} topic */
  row(topic) {
    const list = this.store.thread(this.store.chat(this.key()), topic.id);
    const last = list[list.length - 1];
    const count = this.unread.get(topic.id) || 0;
    const line = h("li", {}, h("button", { type: "button", dataset: { topic: topic.id }, "aria-current": this.open === topic.id ? "true" : null, onclick: () => this.choose(topic.id) },
      h("span.topic-icon", { style: `--tint:#${topic.icon_color.toString(16).padStart(6, "0")}`, class: topic.status, "aria-hidden": "true" }, topic.id === GENERAL ? "#" : [...topic.name.replace(/^#\d+\s*/, "")][0] || "#"),
      h("span.topic-text", {}, h("b", {}, topic.name), h("small", { dir: "auto" }, last ? summary(last) : "")),
      h("span.topic-meta", {}, last ? h("time", {}, hour(last.date, this.person.zone)) : "", topic.status === "closed" ? t("closed") : "", count ? h("span.badge", { "aria-label": t("{} unread", count) }, String(count)) : "")));
    this.rows.get(topic.id)?.remove();
    this.rows.set(topic.id, line);
    return line;
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
    const line = this.row(topic);
    if (up || !old) this.list.prepend(line);
    else this.list.insertBefore(line, next);
    if (held) line.querySelector("button")?.focus({ preventScroll: true });
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
    showMenu(at, [
      topic.status === "closed" ? { label: t("Reopen the topic"), run: () => doing("reopen_topic") } : { label: t("Close the topic"), run: () => doing("close_topic") },
      topic.id !== GENERAL && { label: t("Delete the topic"), danger: true, run: () => doing("delete_topic") },
    ], t("Topic"));
  }
}
