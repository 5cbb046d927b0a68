import { act } from "./api.js";
import { control } from "/phones/api.js";
import { fill, h, icon, iconButton } from "/phones/dom.js";
import { showMenu } from "/phones/menu.js";
import { hour } from "/phones/message.js";
import { trying } from "/phones/toast.js";
import { Window } from "/phones/window.js";
import { t } from "/phones/words.js";

const LANGUAGES = /** @type {Record<string, string>} */ ({ en: t("English"), ru: t("Russian"), zh: t("Chinese") });

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
      fill(this.foot, h("button.wide", { type: "button", onclick: () => this.start(bot) }, t("Start")));
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

  /** @param {HTMLElement} at */
  chatMenu(at) {
    const chat = this.store.chat(this.key());
    const bot = this.store.cast.bot.id;
    const block = chat.view.blocked ? "unblock" : "block";
    showMenu(at, [
      this.person.role === "customer" && { label: t("Receipt with the link"), run: () => this.receipt() },
      { label: t("Send /start"), run: () => this.start(this.bot()) },
      this.person.role === "customer" && { label: t("Scan the code at the till"), run: () => this.start(this.bot(), "at-receipt-till") },
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
