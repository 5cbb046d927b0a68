import { h, iconButton } from "./dom.js";
import { bubble, hour } from "./message.js";
import { LOCALE, many, t } from "./words.js";

const PAGE = 50; // messages fetched into view at a time
const HOUR = 3600;
const DAY = 24 * HOUR;
const MOST = 150; // messages in the document at a time; more would make it slow

/**
 * A chat's messages as a window that moves over a long list: the document never holds more than MOST.
 */
export class ChatView {
  /**
   * @param {any} store @param {string} key @param {number} topic 0 where there are no topics
   * @param {import("./message.js").Surroundings} around
   */
  constructor(store, key, topic, around) {
    this.store = store;
    this.key = key;
    this.topic = topic;
    this.around = around;
    this.from = 0;
    this.to = 0;
    this.stuck = true;
    /** @type {Map<number, {node: HTMLElement, parts: any[]}>} */
    this.shown = new Map();
    this.list = h("div.messages");
    this.tail = h("div.tail");
    this.log = h("div.log", { role: "log", tabindex: "0", "aria-label": t("Messages") }, this.list, this.tail);
    this.down = iconButton("down", t("To the newest message"), () => this.reset(), "to-end");
    this.down.hidden = true;
    this.element = h("div.chat-view", {}, this.log, this.down);
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.log);
    this.reset();
  }

  get messages() {
    return this.store.thread(this.store.chat(this.key), this.topic);
  }

  /** Show the newest messages. */
  reset() {
    const { messages } = this;
    this.to = messages.length;
    this.from = this.wholeAlbum(Math.max(0, this.to - PAGE));
    this.shown.clear();
    this.list.replaceChildren(...this.build(this.from, this.to));
    this.stuck = true;
    this.showTail();
    this.toEnd();
  }

  /** The first message of the album that this one belongs to. @param {number} at */
  wholeAlbum(at) {
    const { messages } = this;
    const album = messages[at]?.media_group_id;
    let first = at;
    while (album && first > 0 && messages[first - 1].media_group_id === album) first--;
    return first;
  }

  /** Nodes for a stretch of messages. @param {number} from @param {number} to @returns {Node[]} */
  build(from, to) {
    const { messages } = this;
    const nodes = [];
    for (let at = from; at < to;) {
      let end = at + 1;
      const album = messages[at].media_group_id;
      while (album && end < to && messages[end].media_group_id === album) end++;
      const parts = messages.slice(at, end);
      nodes.push(...this.between(messages[at - 1], messages[at]), this.draw(parts));
      at = end;
    }
    return nodes;
  }

  /** @param {any[]} parts */
  draw(parts) {
    const node = bubble(parts, this.around);
    for (const part of parts) this.shown.set(part.id, { node, parts });
    return node;
  }

  /** Lines for a new day, and for time that was made to pass. @param {any} before @param {any} message */
  between(before, message) {
    const lines = [];
    const passed = this.jumps(before ? before.date : Infinity, message.date);
    if (passed) lines.push(this.timeLine(passed, message.date));
    const day = this.day(message.date);
    if (!before || this.day(before.date) !== day) lines.push(h("div.day", {}, h("span", {}, day)));
    return lines;
  }

  /** Seconds that were skipped between two moments. @param {number} after @param {number} until */
  jumps(after, until) {
    return this.store.jumps.reduce((/** @type {number} */ sum, /** @type {any} */ jump) => {
      const at = Math.floor(Date.parse(jump.now) / 1000);
      return at > after && at <= until ? sum + jump.seconds : sum;
    }, 0);
  }

  /** @param {number} unix */
  day(unix) {
    return dayFormat(this.around.zone).format(unix * 1000);
  }

  /** @param {number} seconds @param {number} until the moment at which they were over */
  timeLine(seconds, until) {
    return h("div.jump", {}, h("span", {}, later(seconds, until, this.around.zone)));
  }

  /** Time that has passed since the last message. */
  showTail() {
    const last = this.messages[this.messages.length - 1];
    const passed = last && this.to === this.messages.length ? this.jumps(last.date, Infinity) : 0;
    this.tail.replaceChildren(...(passed ? [this.timeLine(passed, this.store.now().getTime() / 1000)] : []));
    if (this.stuck) this.toEnd();
  }

  /** @param {any} message */
  added(message) {
    if ((message.topic || 0) !== this.topic) return;
    const { messages } = this;
    if (this.to !== messages.length - 1) return;
    const before = messages[messages.length - 2];
    this.to = messages.length;
    if (message.media_group_id && before?.media_group_id === message.media_group_id) this.redraw(before, message);
    else this.list.append(...this.between(before, message), this.draw([message]));
    this.tail.replaceChildren();
    if (this.stuck || message.from.id === this.around.me()) {
      this.trimTop();
      this.toEnd();
    } else this.down.hidden = false;
  }

  /** Draw a message again, with one more part when it is an album that grows. @param {any} message @param {any} [more] */
  redraw(message, more) {
    const old = this.shown.get(message.id);
    if (!old) return;
    const node = this.draw(more ? [...old.parts, more] : old.parts);
    old.node.replaceWith(node);
    if (this.stuck) this.toEnd();
  }

  /** @param {any} message */
  changed(message) {
    if ((message.topic || 0) === this.topic) this.redraw(message);
  }

  /** @param {any} message */
  removed(message) {
    const old = this.shown.get(message.id);
    if ((message.topic || 0) !== this.topic) return;
    this.to = Math.min(this.to, this.messages.length);
    if (!old) return;
    this.shown.delete(message.id);
    const rest = old.parts.filter((p) => p !== message);
    if (rest.length) old.node.replaceWith(this.draw(rest));
    else old.node.remove();
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const left = scrollHeight - scrollTop - clientHeight;
    this.stuck = left < 40 && this.to === this.messages.length;
    this.down.hidden = this.stuck || (left < 400 && this.to === this.messages.length);
    if (scrollTop < 200 && this.from > 0) this.older();
    else if (left < 200 && this.to < this.messages.length) this.newer();
  }

  older() {
    const start = this.wholeAlbum(Math.max(0, this.from - PAGE));
    const height = this.log.scrollHeight;
    const nodes = this.build(start, this.from);
    this.list.prepend(...nodes);
    this.from = start;
    this.log.scrollTop += this.log.scrollHeight - height;
    if (this.to - this.from > MOST) this.window(this.from, this.wholeAlbum(this.from + MOST), false);
  }

  newer() {
    const end = Math.min(this.messages.length, this.to + PAGE);
    this.list.append(...this.build(this.to, end));
    this.to = end;
    this.trimTop();
  }

  trimTop() {
    if (this.to - this.from <= MOST) return;
    this.window(this.wholeAlbum(this.to - MOST), this.to, true);
  }

  /** Keep only a stretch in the document. @param {number} from @param {number} to @param {boolean} top whether the upper end goes */
  window(from, to, top) {
    const height = this.log.scrollHeight;
    const gone = top ? this.messages.slice(this.from, from) : this.messages.slice(to, this.to);
    for (const message of gone) {
      this.shown.get(message.id)?.node.remove();
      this.shown.delete(message.id);
    }
    const edge = top ? "firstElementChild" : "lastElementChild";
    while (this.list[edge]?.matches(".day, .jump")) this.list[edge]?.remove();
    this.from = from;
    this.to = to;
    if (top) this.log.scrollTop -= height - this.log.scrollHeight;
  }

  /** Show a message, wherever it is. @param {number} id */
  jump(id) {
    if (!this.shown.has(id)) {
      const at = this.messages.findIndex((/** @type {any} */ m) => m.id === id);
      if (at < 0) return;
      this.from = this.wholeAlbum(Math.max(0, at - PAGE / 2));
      this.to = Math.min(this.messages.length, at + PAGE / 2);
      this.shown.clear();
      this.list.replaceChildren(...this.build(this.from, this.to));
      this.stuck = false;
    }
    const node = this.shown.get(id)?.node;
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("found");
    setTimeout(() => node?.classList.remove("found"), 1600);
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.down.hidden = true;
  }
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const DAYS = new Map();

/** @param {string} zone */
function dayFormat(zone) {
  let format = DAYS.get(zone);
  if (!format) DAYS.set(zone, (format = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short", timeZone: zone })));
  return format;
}

/** How people say how much later it is. @param {number} seconds @param {number} until @param {string} zone */
function later(seconds, until, zone) {
  const days = Math.round(seconds / DAY);
  const morning = Number(hour(until, zone).slice(0, 2));
  if (seconds > 5 * HOUR && seconds < 1.3 * DAY && morning >= 5 && morning < 12) return t("Next morning");
  if (seconds > 0.8 * DAY) return many(days, "{} day later", "{} days later");
  if (seconds > 0.8 * HOUR) return many(Math.round(seconds / HOUR), "{} hour later", "{} hours later");
  return many(Math.max(1, Math.round(seconds / 60)), "{} minute later", "{} minutes later");
}
