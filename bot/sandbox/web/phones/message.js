import { add, avatar, h, iconButton, ticks } from "./dom.js";
import { attachment } from "./media.js";
import { formatted } from "./text.js";
import { t } from "./words.js";

/**
 * @typedef {{me: () => number, zone: string, group: boolean, waiting: (id: number) => boolean,
 *   find: (id: number) => any, press: (message: any, button: any, element: HTMLElement) => void,
 *   link: (entity: any, words: string) => void, menu: (message: any, at: HTMLElement, point?: {x: number, y: number}) => void,
 *   jump: (id: number) => void, reply: (message: any) => void, react: (message: any, emoji: string|null) => void,
 *   people: (id: number) => string}} Surroundings
 */

const SWIPE = 56; // pixels to the left, and at most as many up or down

/** @type {Map<string, Intl.DateTimeFormat>} */
const FORMATS = new Map();

/** @param {number} unix seconds @param {string} zone */
export function hour(unix, zone) {
  let format = FORMATS.get(zone);
  if (!format) FORMATS.set(zone, (format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone })));
  return format.format(unix * 1000);
}

/** One message, or an album's messages together. @param {any[]} parts @param {Surroundings} around */
export function bubble(parts, around) {
  const [message] = parts;
  if (message.kind === "service") return service(message, around);
  const own = message.from.id === around.me();
  const row = h("div.row", { class: `${own ? "own" : ""} ${message.from.is_bot ? "bot" : ""}`, dataset: { id: message.id } });
  const box = h("div.bubble", { class: parts.length > 1 || message.kind === "photo" ? "with-media" : "" });
  if (around.group && !own) box.appendChild(h("b.author", {}, message.from.name));
  if (message.forwarded) box.appendChild(h("small.forwarded", {}, t("Forwarded from {}", origin(message.forwarded))));
  const replied = quoted(message, around);
  if (replied) box.appendChild(replied);
  box.appendChild(content(parts, around));
  box.appendChild(meta(parts, own, around));
  add(row, [around.group && !own ? avatar(message.from.name, message.from.id) : null,
    h("div.body", {}, box, reactions(message, around), keyboard(message, around)),
    iconButton("more", t("What to do with this message"), (event) => around.menu(message, /** @type {HTMLElement} */ (event.currentTarget)), "more")]);
  gestures(row, box, message, around);
  return row;
}

/**
 * As in Telegram: the right button opens the menu, a double click replies, a swipe to the left too.
 * @param {HTMLElement} row @param {HTMLElement} box @param {any} message @param {Surroundings} around
 */
function gestures(row, box, message, around) {
  row.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    around.menu(message, row.querySelector(".more") || row, { x: event.clientX, y: event.clientY });
  });
  box.addEventListener("dblclick", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("button, a, video")) return;
    getSelection()?.removeAllRanges();
    around.reply(message);
  });
  /** @type {Touch | null} */
  let begun = null;
  row.addEventListener("touchstart", (event) => {
    begun = event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });
  row.addEventListener("touchend", (event) => {
    const [ended] = event.changedTouches;
    if (begun && begun.clientX - ended.clientX > SWIPE && Math.abs(begun.clientY - ended.clientY) < SWIPE) around.reply(message);
    begun = null;
  }, { passive: true });
}

/** @param {any[]} parts @param {Surroundings} around */
function content(parts, around) {
  const inside = h("div.content");
  const media = parts.map(attachment).filter(Boolean);
  if (media.length > 1) inside.appendChild(h("div.album", { class: `of-${Math.min(media.length, 4)}` }, ...media));
  else add(inside, media);
  for (const part of parts) {
    const text = shown(part);
    if (!text) continue;
    const big = part.text && part.text.length <= 8 && /^\p{Extended_Pictographic}[\p{Extended_Pictographic}\u200d\ufe0f]*$/u.test(part.text);
    inside.appendChild(h("div.text", { dir: "auto", class: big ? "big" : "" },
      ...formatted(text, part.text ? part.entities : part.caption_entities, around.link)));
  }
  return inside;
}

/** @param {any[]} parts @param {boolean} own @param {Surroundings} around */
function meta(parts, own, around) {
  const [message] = parts;
  const last = parts[parts.length - 1];
  return h("span.meta", {},
    message.edited ? t("edited ") : "",
    h("time", { datetime: new Date(message.date * 1000).toISOString() }, hour(message.date, around.zone)),
    own ? ticks(!around.waiting(last.id)) : null);
}

/** @param {any} from */
function origin(from) {
  const who = from.sender_user || from.chat || {};
  return who.first_name || who.title || from.sender_user_name || t("somebody");
}

/** @param {any} message @param {Surroundings} around */
function quoted(message, around) {
  if (!message.reply_to) return null;
  const target = around.find(message.reply_to);
  const words = message.quote?.text || (target ? summary(target) : t("Deleted message"));
  return h("button.quoted", { type: "button", onclick: () => around.jump(message.reply_to) },
    h("b", {}, target ? target.from.name : ""), h("span", { dir: "auto" }, words));
}

/** What people see of a text: Telegram hides what a link carries to the bot. @param {any} message @returns {string} */
export const shown = (message) => (message.text ?? message.caption ?? "").replace(/^(\/start) [\w-]+$/, "$1");

/** A message in a few words, for quotations and lists. @param {any} message */
export function summary(message) {
  if (message.kind === "service") return serviceText(message);
  const words = shown(message).replace(/\s+/g, " ").slice(0, 120);
  const name = /** @type {Record<string, string>} */ ({
    photo: t("Photo"), voice: t("Voice message"), video: t("Video"), video_note: t("Video message"), audio: t("Audio"),
    animation: "GIF", document: message.media?.file_name || t("File"), location: t("Location"), contact: t("Contact"),
  })[message.kind];
  return name ? `${name}${words ? `, ${words}` : ""}` : words;
}

/** @param {any} message @param {Surroundings} around */
function reactions(message, around) {
  const entries = Object.entries(message.reactions || {});
  if (!entries.length) return null;
  return h("div.reactions", {}, ...entries.map(([emoji, users]) => {
    const ids = /** @type {number[]} */ (users);
    const mine = ids.includes(around.me());
    return h("button.reaction", {
      type: "button", class: mine ? "mine" : "", "aria-pressed": String(mine),
      "aria-label": t("{} by {}", emoji, ids.map(around.people).join(", ")), title: ids.map(around.people).join(", "),
      onclick: () => around.react(message, mine ? null : emoji),
    }, emoji, ids.length > 1 ? ` ${ids.length}` : "");
  }));
}

/** @param {any} message @param {Surroundings} around */
function keyboard(message, around) {
  if (!message.buttons.length) return null;
  return h("div.inline-keyboard", { role: "group", "aria-label": t("Buttons of this message") },
    ...message.buttons.map((/** @type {any[]} */ row) => h("div", {}, ...row.map((button) => h("button.inline", {
      type: "button", dataset: { data: button.callback_data || "" },
      onclick: (/** @type {Event} */ event) => around.press(message, button, /** @type {HTMLElement} */ (event.currentTarget)),
    }, button.text, button.url ? " ↗" : "")))));
}

/** @param {any} message @param {Surroundings} around */
function service(message, around) {
  return h("div.service", { dataset: { id: message.id } }, h("span", {}, serviceText(message)),
    h("time", { class: "unseen", datetime: new Date(message.date * 1000).toISOString() }, hour(message.date, around.zone)));
}

/** @param {any} message */
function serviceText(message) {
  const what = message.service || {};
  const who = message.from.name;
  if (what.forum_topic_created) return t("{} opened the topic “{}”", who, what.forum_topic_created.name);
  if (what.forum_topic_edited) return what.forum_topic_edited.name ? t("{} renamed the topic to “{}”", who, what.forum_topic_edited.name) : t("{} changed the topic's icon", who);
  if (what.forum_topic_closed) return t("{} closed the topic", who);
  if (what.forum_topic_reopened) return t("{} reopened the topic", who);
  if (what.new_chat_members) return t("{} joined", what.new_chat_members.map((/** @type {any} */ u) => u.first_name).join(", "));
  if (what.left_chat_member) return t("{} left", what.left_chat_member.first_name);
  if (what.pinned_message) return t("{} pinned a message", who);
  if (what.migrate_to_chat_id || what.migrate_from_chat_id) return t("The group became a supergroup");
  return t("The group was made");
}
