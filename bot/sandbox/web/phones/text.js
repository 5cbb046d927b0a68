import { h } from "./dom.js";
import { t } from "./words.js";

/** How a piece of text is shown, by the entity's type. */
const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote.folds", spoiler: "span.spoiler",
};
const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);
const PRESSABLE = new Set(["url", "text_link", "bot_command", "mention", "hashtag", "email", "phone_number"]);

/**
 * A text with its entities as elements. Offsets count UTF-16 units, as JavaScript does.
 * @param {string} text @param {any[]} entities @param {(entity: any, words: string) => void} onpress
 * @returns {Node[]}
 */
export function formatted(text, entities, onpress) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return pieces(text, 0, text.length, sorted, onpress);
}

/** @returns {Node[]} @param {string} text @param {number} from @param {number} to @param {any[]} entities @param {any} onpress */
function pieces(text, from, to, entities, onpress) {
  const nodes = [];
  let at = from;
  for (let i = 0; i < entities.length; i++) {
    const entity = entities[i];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || entity.offset >= to) continue;
    if (entity.offset > at) nodes.push(document.createTextNode(text.slice(at, entity.offset)));
    const inner = entities.slice(i + 1).filter((e) => e.offset < end);
    nodes.push(styled(entity, text.slice(entity.offset, end), pieces(text, entity.offset, end, inner, onpress), onpress));
    // A block begins a line of its own: the line break that follows it is not seen twice.
    at = BLOCKS.has(entity.type) && text[end] === "\n" ? end + 1 : end;
  }
  if (at < to) nodes.push(document.createTextNode(text.slice(at, to)));
  return nodes;
}

/** @param {any} entity @param {string} words @param {Node[]} children @param {any} onpress */
function styled(entity, words, children, onpress) {
  if (PRESSABLE.has(entity.type)) {
    return h("button.link", { type: "button", onclick: () => onpress(entity, words) }, ...children);
  }
  if (entity.type === "spoiler") {
    const cover = h("button.spoiler", { type: "button", "aria-label": t("Hidden text, press to show") }, ...children);
    cover.addEventListener("click", () => cover.classList.add("open"));
    return cover;
  }
  const tag = /** @type {Record<string, string>} */ (TAGS)[entity.type] || "span";
  const element = h(tag, {}, ...children);
  if (entity.type === "expandable_blockquote") {
    element.appendChild(h("button.unfold", { type: "button", "aria-label": t("Show the whole quotation"), onclick: () => element.classList.toggle("open") }, "▾"));
  }
  return element;
}
