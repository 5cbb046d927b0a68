import { base64, control } from "./api.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { showMenu } from "./menu.js";
import { summary } from "./message.js";
import { picture, speech } from "./samples.js";
import { toast, trying } from "./toast.js";
import { t } from "./words.js";

/**
 * @typedef {{user: () => number, place: () => number, topic: () => number, commands: () => Promise<any[]>,
 *   name: string}} Seat who writes where
 */

/** Where one writes: text, files, voice, replies, edits. */
export class Composer {
  /** @param {any} store @param {Seat} seat */
  constructor(store, seat) {
    this.store = store;
    this.seat = seat;
    /** @type {any} */
    this.replying = null;
    /** @type {any} */
    this.editing = null;
    this.field = /** @type {HTMLTextAreaElement} */ (h("textarea", { rows: "1", placeholder: t("Message"), "aria-label": t("Message from {}", seat.name), dir: "auto" }));
    this.files = /** @type {HTMLInputElement} */ (h("input", { type: "file", multiple: true, hidden: true }));
    this.bar = h("div.replying", { hidden: true });
    this.keys = h("div.reply-keyboard", { hidden: true, role: "group", "aria-label": t("Suggested answers") });
    this.action = iconButton("voice", t("Send a voice message (a sample)"), () => this.act(), "send");
    this.element = h("div.composer", {}, this.bar,
      h("div.writing", {},
        iconButton("menu", t("Commands"), (event) => this.offer(/** @type {HTMLElement} */ (event.currentTarget)), "commands"),
        this.field,
        iconButton("attach", t("Attach"), (event) => this.attach(/** @type {HTMLElement} */ (event.currentTarget))),
        this.action),
      this.keys, this.files);
    this.listen();
  }

  listen() {
    this.field.addEventListener("input", () => this.grew());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      } else if (event.key === "Escape") this.put();
    });
    this.field.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files || [])];
      if (files.length) {
        event.preventDefault();
        this.sendFiles(files);
      }
    });
    this.files.addEventListener("change", () => {
      this.sendFiles([...(this.files.files || [])]);
      this.files.value = "";
    });
  }

  grew() {
    this.field.style.height = "auto";
    const high = this.field.scrollHeight; // 0 while it is not on the page
    this.field.style.height = high ? `${Math.min(high, 120)}px` : "";
    const text = Boolean(this.field.value.trim()) || Boolean(this.editing);
    if (this.action.dataset.text === String(text)) return;
    this.action.dataset.text = String(text);
    this.action.replaceChildren(icon(text ? "send" : "voice"));
    const label = text ? t("Send") : t("Send a voice message (a sample)");
    this.action.setAttribute("aria-label", label);
    this.action.title = label;
  }

  act() {
    if (this.field.value.trim() || this.editing) this.send();
    else this.sendFiles([speech()], "voice");
  }

  /** Answer a message, edit one, or neither. @param {{reply?: any, edit?: any}} [what] */
  put({ reply = null, edit = null } = {}) {
    this.replying = reply;
    this.editing = edit;
    const about = reply || edit;
    this.bar.hidden = !about;
    if (about) {
      fill(this.bar, h("span", {}, h("b", {}, edit ? t("Edit") : t("Reply to {}", reply.from.name)), h("small", { dir: "auto" }, summary(about))),
        iconButton("close", edit ? t("Do not edit") : t("Do not reply"), () => this.put()));
      this.field.focus({ preventScroll: true });
    }
    if (edit) this.field.value = edit.text ?? edit.caption ?? "";
    this.grew();
  }

  /** Who and where, as the control side wants it. */
  where() {
    const topic = this.seat.topic();
    return { user: this.seat.user(), chat: this.seat.place(), ...(topic ? { thread: topic } : {}) };
  }

  async send() {
    const text = this.field.value.trim();
    if (!text) return;
    const { user, chat } = this.where();
    const { editing, replying } = this;
    this.field.value = "";
    this.put();
    const done = await trying(async () => {
      if (editing) await control("edit", { user, chat, message: editing.id, text });
      else await control("say", { ...this.where(), text, ...(replying ? { reply_to: replying.id } : {}) });
      return true;
    }, this.element);
    if (!done && !this.field.value) {
      this.field.value = text;
      this.grew();
    }
  }

  /** @param {File[]} files @param {string} [kind] */
  async sendFiles(files, kind) {
    if (!files.length) return;
    const caption = this.field.value.trim();
    const reply = this.replying ? { reply_to: this.replying.id } : {};
    this.field.value = "";
    this.put();
    await trying(async () => {
      const items = await Promise.all(files.map(async (file, n) => ({
        kind: kind || kindOf(file), data: await base64(file), name: file.name, mime_type: file.type,
        caption: n ? "" : caption, details: { duration: 3 },
      })));
      const album = items.filter((i) => i.kind === "photo" || i.kind === "video");
      if (album.length > 1) {
        for (let n = 0; n < album.length; n += 10) {
          const part = album.slice(n, n + 10);
          if (part.length > 1) await control("send_album", { ...this.where(), items: part });
          else await control("send_file", { ...this.where(), ...part[0] });
        }
      }
      for (const item of album.length > 1 ? items.filter((i) => !album.includes(i)) : items) {
        await control("send_file", { ...this.where(), ...reply, ...item });
      }
    }, this.element);
  }

  /** @param {HTMLElement} at */
  attach(at) {
    showMenu(at, [
      { label: t("Photos or files…"), run: () => this.files.click() },
      { label: t("A sample photo"), run: async () => this.sendFiles([await picture()]) },
      { label: t("A sample album of three"), run: async () => this.sendFiles(await Promise.all([0, 1, 2].map(picture))) },
      { label: t("A sample voice message"), run: () => this.sendFiles([speech()], "voice") },
      { label: t("A sample document"), run: () => this.sendFiles([new File(["Lumen Tea\nInvoice 1042\nTrial box: 0.00\n"], "invoice-1042.txt", { type: "text/plain" })]) },
      { label: t("My location"), run: () => trying(() => control("send_location", { ...this.where(), latitude: 52.5163, longitude: 13.3777 }), this.element) },
      { label: t("My contact"), run: () => trying(() => control("send_contact", this.where()), this.element) },
    ], t("Attach"));
  }

  /** @param {HTMLElement} at */
  async offer(at) {
    const commands = await trying(() => this.seat.commands(), this.element);
    if (!commands) return;
    if (!commands.length) {
      toast(t("The bot has not told its commands yet."), this.element);
      return;
    }
    showMenu(at, commands.map((/** @type {any} */ c) => ({ label: `/${c.command}  ${c.description}`, run: () => this.say(`/${c.command}`) })), t("Commands"));
  }

  /** @param {string} text */
  say(text) {
    return trying(() => control("say", { ...this.where(), text }), this.element);
  }

  /** Show the reply keyboard that the bot has put there. @param {any} keyboard */
  offerKeys(keyboard) {
    this.keys.hidden = !keyboard;
    if (!keyboard) return;
    const { user, chat } = this.where();
    fill(this.keys, ...keyboard.keyboard.map((/** @type {any[]} */ row) => h("div", {}, ...row.map((b) => h("button", {
      type: "button",
      onclick: () => trying(async () => {
        await control("tap", { user, chat, text: b.text, latitude: 52.5163, longitude: 13.3777 });
        if (keyboard.one_time_keyboard) this.offerKeys(null);
      }, this.element),
    }, b.text)))));
  }

  /** Take files that are dropped on a chat. @param {HTMLElement} target */
  takeDrops(target) {
    target.dataset.drop = t("Drop to send");
    target.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      target.classList.add("dropping");
    });
    target.addEventListener("dragleave", (event) => {
      if (!target.contains(/** @type {Node} */ (event.relatedTarget))) target.classList.remove("dropping");
    });
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      target.classList.remove("dropping");
      this.sendFiles([...(event.dataTransfer?.files || [])]);
    });
  }
}

/** @param {File} file */
function kindOf(file) {
  if (file.type.startsWith("image/") && !file.type.includes("svg")) return file.type === "image/gif" ? "animation" : "photo";
  if (file.type.startsWith("video/")) return "video";
  return file.type.startsWith("audio/") ? "audio" : "document";
}
