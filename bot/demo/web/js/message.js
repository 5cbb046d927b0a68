import { add, avatar, h, iconButton, ticks } from "./dom.js";
import { attachment } from "./media.js";
import { formatted } from "./text.js";

/**
 * @typedef {{me: () => number, zone: string, group: boolean, waiting: (id: number) => boolean,
 *   find: (id: number) => any, press: (message: any, button: any, element: HTMLElement) => void,
 *   link: (entity: any, words: string) => void, menu: (message: any, at: HTMLElement) => void,
 *   jump: (id: number) => void, react: (message: any, emoji: string|null) => void,
 *   people: (id: number) => string}} Surroundings
 */

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
  if (message.forwarded) box.appendChild(h("small.forwarded", {}, `Forwarded from ${origin(message.forwarded)}`));
  const replied = quoted(message, around);
  if (replied) box.appendChild(replied);
  box.appendChild(content(parts, around));
  box.appendChild(meta(parts, own, around));
  add(row, [around.group && !own ? avatar(message.from.name, message.from.id) : null,
    h("div.body", {}, box, reactions(message, around), keyboard(message, around)),
    iconButton("more", "What to do with this message", (event) => around.menu(message, /** @type {HTMLElement} */ (event.currentTarget)), "more")]);
  return row;
}

/** @param {any[]} parts @param {Surroundings} around */
function content(parts, around) {
  const inside = h("div.content");
  const media = parts.map(attachment).filter(Boolean);
  if (media.length > 1) inside.appendChild(h("div.album", { class: `of-${Math.min(media.length, 4)}` }, ...media));
  else add(inside, media);
  for (const part of parts) {
    const text = part.text ?? part.caption;
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
    message.edited ? "edited " : "",
    h("time", { datetime: new Date(message.date * 1000).toISOString() }, hour(message.date, around.zone)),
    own ? ticks(!around.waiting(last.id)) : null);
}

/** @param {any} from */
function origin(from) {
  const who = from.sender_user || from.chat || {};
  return who.first_name || who.title || from.sender_user_name || "somebody";
}

/** @param {any} message @param {Surroundings} around */
function quoted(message, around) {
  if (!message.reply_to) return null;
  const target = around.find(message.reply_to);
  const words = message.quote?.text || (target ? summary(target) : "Deleted message");
  return h("button.quoted", { type: "button", onclick: () => around.jump(message.reply_to) },
    h("b", {}, target ? target.from.name : ""), h("span", { dir: "auto" }, words));
}

/** A message in a few words, for quotations and lists. @param {any} message */
export function summary(message) {
  if (message.kind === "service") return serviceText(message);
  const words = (message.text || message.caption || "").replace(/\s+/g, " ").slice(0, 120);
  const name = /** @type {Record<string, string>} */ ({
    photo: "Photo", voice: "Voice message", video: "Video", video_note: "Video message", audio: "Audio",
    animation: "GIF", document: message.media?.file_name || "File", location: "Location", contact: "Contact",
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
      "aria-label": `${emoji} by ${ids.map(around.people).join(", ")}`, title: ids.map(around.people).join(", "),
      onclick: () => around.react(message, mine ? null : emoji),
    }, emoji, ids.length > 1 ? ` ${ids.length}` : "");
  }));
}

/** @param {any} message @param {Surroundings} around */
function keyboard(message, around) {
  if (!message.buttons.length) return null;
  return h("div.inline-keyboard", { role: "group", "aria-label": "Buttons of this message" },
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
  if (what.forum_topic_created) return `${who} opened the topic “${what.forum_topic_created.name}”`;
  if (what.forum_topic_edited) return what.forum_topic_edited.name ? `${who} renamed the topic to “${what.forum_topic_edited.name}”` : `${who} changed the topic's icon`;
  if (what.forum_topic_closed) return `${who} closed the topic`;
  if (what.forum_topic_reopened) return `${who} reopened the topic`;
  if (what.new_chat_members) return `${what.new_chat_members.map((/** @type {any} */ u) => u.first_name).join(", ")} joined`;
  if (what.left_chat_member) return `${what.left_chat_member.first_name} left`;
  if (what.pinned_message) return `${who} pinned a message`;
  if (what.migrate_to_chat_id || what.migrate_from_chat_id) return "The group became a supergroup";
  return "The group was made";
}
