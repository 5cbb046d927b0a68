import { h } from "./dom.js";
import { hour, summary } from "./message.js";
import { t } from "./words.js";

export const GENERAL = 1;

/**
 * A line in a list of chats or topics, with what was said last.
 * @param {{icon: HTMLElement, name: string, last: any, zone: string, note?: string, unread: number, current?: boolean, data?: Record<string, any>, choose: () => void}} it
 */
export const line = (it) => h("li", {}, h("button", { type: "button", dataset: it.data || {}, "aria-current": it.current ? "true" : null, onclick: it.choose },
  it.icon,
  h("span.topic-text", {}, h("b", { dir: "auto" }, it.name), h("small", { dir: "auto" }, it.last ? summary(it.last) : "")),
  h("span.topic-meta", {}, it.last ? h("time", {}, hour(it.last.date, it.zone)) : "", it.note || "", it.unread ? h("span.badge", { "aria-label": t("{} unread", it.unread) }, String(it.unread)) : "")));

/** The sign of a topic. @param {any} topic */
export const topicIcon = (topic) => h("span.topic-icon", { style: `--tint:#${topic.icon_color.toString(16).padStart(6, "0")}`, class: topic.status, "aria-hidden": "true" },
  topic.id === GENERAL ? "#" : [...topic.name.replace(/^#\d+\s*/, "")][0] || "#");

/** The topics that are there, the one in which something was said last first. @param {any} store @param {any} chat */
export function topicsOf(store, chat) {
  const newest = (/** @type {any} */ topic) => store.thread(chat, topic.id).at(-1)?.id || topic.id;
  return [...chat.topics.values()].filter((topic) => topic.status !== "deleted").sort((a, b) => newest(b) - newest(a));
}

/** What can be done with a topic, for its menu. @param {any} topic @param {(operation: string) => any} doing */
export const topicEntries = (topic, doing) => [
  topic.status === "closed" ? { label: t("Reopen the topic"), run: () => doing("reopen_topic") } : { label: t("Close the topic"), run: () => doing("close_topic") },
  topic.id !== GENERAL && { label: t("Delete the topic"), danger: true, run: () => doing("delete_topic") },
];
