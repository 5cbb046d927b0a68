import { Refused, control } from "./api.js";

/**
 * @typedef {any} Message see message_view in bot/sandbox/world/reading.py
 * @typedef {{key: string, view: any, threads: Map<number, Message[]>, byId: Map<number, Message>,
 *   topics: Map<number, any>, keyboard: any, typing: number}} Chat
 */

const MAIN = 0; // the thread of a chat without topics

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Everything the page knows, kept current by events. Listeners hear what changed. */
export class Store {
  constructor() {
    /** @type {Map<string, Chat>} */
    this.chats = new Map();
    /** @type {any[]} who has a phone: id, key, name, username, language, zone */
    this.people = [];
    /** @type {any[]} id, username, name */
    this.bots = [];
    /** @type {{now: string, seconds: number}[]} when time was made to pass, and how much */
    this.jumps = [];
    this.offset = 0;
    this.online = false;
    /** @type {Map<string, Set<number>>} */
    this.waiting = new Map();
    /** @type {Map<string, Set<Function>>} */
    this.listeners = new Map();
    this.seq = 0;
  }

  /** @param {string} what @param {Function} listener */
  on(what, listener) {
    if (!this.listeners.has(what)) this.listeners.set(what, new Set());
    this.listeners.get(what)?.add(listener);
    return () => this.listeners.get(what)?.delete(listener);
  }

  /** @param {string} what @param {...any} told */
  emit(what, ...told) {
    for (const listener of this.listeners.get(what) || []) listener(...told);
  }

  /** Connect, and go on connecting whenever the connection is lost. */
  connect() {
    const socket = new WebSocket(`ws://${location.host}/control/events`);
    /** @type {any[] | null} */
    let early = [];
    socket.onmessage = async ({ data }) => {
      const event = JSON.parse(data);
      if (event.event === "hello") {
        try {
          await this.load();
        } catch (error) {
          if (!(error instanceof Refused)) console.error(error);
          socket.close();
          return;
        }
        const missed = early || [];
        early = null;
        this.setOnline(true);
        missed.forEach((e) => this.apply(e));
      } else if (early) early.push(event);
      else if (event.event === "overrun" || event.event === "reset") socket.close();
      else this.apply(event);
    };
    socket.onclose = () => {
      this.setOnline(false);
      setTimeout(() => this.connect(), 1000);
    };
  }

  /** @param {boolean} online */
  setOnline(online) {
    if (this.online === online) return;
    this.online = online;
    this.emit("online", online);
  }

  /** Read everything. */
  async load() {
    const world = await this.read();
    this.seq = world.seq;
    const chats = await Promise.all(world.chats.map(async (/** @type {any} */ view) => {
      const who = view.kind === "private" ? { user: view.user, chat: view.bot } : { user: view.members[0].user, chat: view.id };
      return this.chatFrom(view, await control("messages", who));
    }));
    this.chats = new Map(chats.map((c) => [c.key, c]));
    this.emit("loaded");
    this.checkWaiting();
  }

  /** Who there is, by what time; the sandbox's own view of it. @returns {Promise<any>} */
  async read() {
    const [world, clock] = await Promise.all([control("overview"), control("clock")]);
    this.offset = clock.offset;
    this.bots = world.bots.map((/** @type {any} */ b) => ({ id: b.id, username: b.username, name: b.first_name }));
    this.people = world.users.map((/** @type {any} */ u) => ({
      id: u.id, key: String(u.id), name: [u.first_name, u.last_name].filter(Boolean).join(" "), username: u.username, language: u.language_code || "en", zone: ZONE,
    }));
    return world;
  }

  /** How somebody is called, person or bot. @param {number} id @returns {string} */
  nameOf(id) {
    return [...this.people, ...this.bots].find((one) => one.id === id)?.name || String(id);
  }

  /** @param {any} view @param {Message[]} messages @returns {Chat} */
  chatFrom(view, messages) {
    const chat = {
      key: view.chat, view, threads: new Map(), byId: new Map(), keyboard: view.keyboard, typing: 0,
      topics: new Map(view.topics.map((/** @type {any} */ t) => [t.id, t])),
    };
    for (const message of messages) this.keep(chat, message);
    return chat;
  }

  /** @param {Chat} chat @param {Message} message */
  keep(chat, message) {
    chat.byId.set(message.id, message);
    const list = this.thread(chat, message.topic || MAIN);
    list.push(message);
  }

  /** The messages of a topic, oldest first. @param {Chat} chat @param {number} topic @returns {Message[]} */
  thread(chat, topic) {
    let list = chat.threads.get(topic);
    if (!list) chat.threads.set(topic, (list = []));
    return list;
  }

  /** A chat, made empty when nothing was ever said there. @param {string} key @returns {Chat} */
  chat(key) {
    let chat = this.chats.get(key);
    if (!chat) {
      chat = this.chatFrom({ chat: key, topics: [], keyboard: null, blocked: false, kind: key.includes(":") ? "private" : "supergroup" }, []);
      this.chats.set(key, chat);
    }
    return chat;
  }

  /** The chat of somebody with a bot. @param {number} user @param {any} [bot] the only one without */
  privateKey(user, bot = this.bots[0]) {
    return `${bot.id}:${user}`;
  }

  /** The time on the phones. */
  now() {
    return new Date(Date.now() + this.offset * 1000);
  }

  /** @param {any} event */
  apply(event) {
    if (event.seq <= this.seq) return;
    this.seq = event.seq;
    const handler = HANDLERS[event.event];
    if (handler) handler(this, event);
    this.emit("any", event);
  }

  /** Ask which messages the bot has not fetched yet, as long as there are any. */
  async checkWaiting() {
    if (this.checking) return;
    this.checking = true;
    try {
      const before = this.waiting;
      this.waiting = await this.unread();
      this.tellWaiting(before);
      if (this.waiting.size) setTimeout(() => this.checkWaiting(), 400);
    } catch {
      setTimeout(() => this.online && this.checkWaiting(), 2000);
    } finally {
      this.checking = false;
    }
  }

  /** What people wrote to bots and those have not fetched yet: one tick; all else has two. */
  async unread() {
    /** @type {Map<string, Set<number>>} */
    const found = new Map();
    for (const bot of this.bots) {
      for (const { message } of await control("pending_updates", { bot: bot.id })) {
        if (message?.chat.type !== "private") continue;
        const key = `${bot.id}:${message.chat.id}`;
        found.set(key, (found.get(key) || new Set()).add(message.message_id));
      }
    }
    return found;
  }

  /** @param {Map<string, Set<number>>} before */
  tellWaiting(before) {
    for (const key of new Set([...before.keys(), ...this.waiting.keys()])) {
      const old = before.get(key) || new Set();
      const now = this.waiting.get(key) || new Set();
      for (const id of new Set([...old, ...now])) if (old.has(id) !== now.has(id)) this.emit("ticks", key, id);
    }
  }
}

/** @param {Store} store @param {any} event */
function changed(store, event) {
  const chat = store.chat(event.chat);
  const known = chat.byId.get(event.message_id);
  if (!known) return;
  Object.assign(known, event.message);
  store.emit("changed", event.chat, known);
}

/** @param {Store} store @param {any} event */
function topic(store, event) {
  store.chat(event.chat).topics.set(event.topic.id, event.topic);
  store.emit("topics", event.chat, event.topic);
}

/** @type {Record<string, (store: Store, event: any) => void>} */
const HANDLERS = {
  message(store, event) {
    const chat = store.chat(event.chat);
    if (chat.byId.has(event.message_id)) return;
    const { message } = event;
    store.keep(chat, message);
    if (message.from.is_bot && chat.typing) {
      chat.typing = 0;
      store.emit("typing", event.chat);
    }
    if (message.keyboard) {
      chat.keyboard = message.keyboard.keyboard ? message.keyboard : null;
      store.emit("keyboard", event.chat);
    }
    if (!message.from.is_bot && event.chat.includes(":")) {
      store.waiting.set(event.chat, (store.waiting.get(event.chat) || new Set()).add(message.id));
      setTimeout(() => store.checkWaiting(), 150);
    }
    store.emit("message", event.chat, message);
  },
  message_edited: changed,
  message_reaction: changed,
  message_pinned: changed,
  message_unpinned: changed,
  message_deleted(store, event) {
    const chat = store.chat(event.chat);
    const known = chat.byId.get(event.message_id);
    if (!known) return;
    chat.byId.delete(event.message_id);
    const list = store.thread(chat, known.topic || MAIN);
    const at = list.indexOf(known);
    if (at >= 0) list.splice(at, 1);
    store.emit("deleted", event.chat, known);
  },
  topic_created: topic,
  topic_edited: topic,
  topic_closed: topic,
  topic_reopened: topic,
  topic_deleted: topic,
  chat_action(store, event) {
    store.chat(event.chat).typing = Date.now() + 5000;
    store.emit("typing", event.chat);
  },
  callback_answered(store, event) {
    store.emit("answered", event);
  },
  member(store, event) {
    const chat = store.chat(event.chat);
    if (event.chat.startsWith(`${event.user}:`)) chat.view.blocked = event.status === "kicked";
    store.emit("member", event.chat);
  },
  clock(store, event) {
    const seconds = event.offset - store.offset;
    store.offset = event.offset;
    store.jumps.push({ now: event.now, seconds });
    store.emit("clock", seconds);
  },
};
