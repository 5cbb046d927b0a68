import { Store } from "/phones/store.js";

/** What changes who there is, and not what was said. */
const NEW = new Set(["user_created", "user_changed", "user_deactivated", "bot_created", "member", "forum", "migrated"]);

/** The sandbox's whole world; read anew when somebody comes, goes, or changes. */
export class World extends Store {
  constructor() {
    super();
    /** @type {any[] | null} what happens while everything is read */
    this.missed = null;
    this.reading = Promise.resolve();
  }

  /** @param {any} event */
  apply(event) {
    if (this.missed) {
      this.missed.push(event);
      return;
    }
    if (event.seq <= this.seq) return;
    if (NEW.has(event.event) || (event.chat && !event.chat.includes(":") && !this.chats.has(event.chat))) this.renew();
    else super.apply(event);
  }

  /** Read everything anew, after what is being read already. */
  renew() {
    this.reading = this.reading.then(() => this.readAnew());
    return this.reading;
  }

  async readAnew() {
    this.missed = [];
    try {
      await this.load();
    } catch {
      this.setOnline(false); // the connection ends, too, and is made again
    }
    const missed = this.missed;
    this.missed = null;
    missed.forEach((event) => this.apply(event));
  }
}
