import { Store } from "/phones/store.js";
import { control } from "/phones/api.js";
import { demo } from "./api.js";

/** What the demo's page knows: who plays, and how the bot does. */
export class DemoStore extends Store {
  constructor() {
    super();
    /** @type {any} */
    this.cast = null;
  }

  /** @returns {Promise<any>} */
  async read() {
    const [cast, world] = await Promise.all([demo("cast"), control("overview")]);
    this.cast = cast;
    this.offset = cast.offset;
    this.people = cast.people;
    this.bots = [cast.bot];
    this.jumps = cast.jumps;
    return world;
  }

  /** @param {any} event */
  apply(event) {
    if (event.event === "demo" && event.seq > this.seq) this.prepared(event);
    super.apply(event);
  }

  /** The bot is in another state, or something else is being prepared. @param {any} event */
  prepared(event) {
    const fresh = this.cast.act && !event.act;
    this.cast.bot.state = event.bot;
    this.cast.act = event.act;
    this.emit("demo");
    if (fresh) demo("cast").then((/** @type {any} */ cast) => {
      this.cast.people = this.people = cast.people;
      this.emit("people");
    });
  }
}
