import { t } from "./words.js";
/**
 * Elements are made here, and texts are only ever set as text: what people write is hostile.
 * @param {string} tag a tag, with classes after dots: "button.send.small"
 * @param {Record<string, any>} [props] attributes; on… are listeners; class adds to those of the tag
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) set(element, key, value);
  add(element, children);
  return element;
}

/** @param {HTMLElement} element @param {string} key @param {any} value */
function set(element, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key === "class") element.classList.add(...String(value).split(" ").filter(Boolean));
  else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key === "dataset") Object.assign(element.dataset, value);
  else if (key === "style") element.style.cssText = value;
  else element.setAttribute(key, value === true ? "" : String(value));
}

/** @param {Node} parent @param {any[]} children */
export function add(parent, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    parent.appendChild(typeof child === "object" ? child : document.createTextNode(String(child)));
  }
}

/** Replace all children. @param {Element} parent @param {...any} children */
export function fill(parent, ...children) {
  parent.replaceChildren();
  add(parent, children);
  return parent;
}

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} tag @param {Record<string, any>} props @param {...any} children */
export function svg(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(props)) element.setAttribute(key, String(value));
  add(element, children);
  return element;
}

const ICONS = {
  send: "M3 20l18-8L3 4v6l12 2-12 2z",
  attach: "M16.5 6.5v10a4.5 4.5 0 01-9 0V5.8a3 3 0 016 0v9.7a1.5 1.5 0 01-3 0V7H9v8.5a3 3 0 006 0V5.8a4.500 4.500 0 00-9 0v10.700a6 6 0 0012 0v-10z",
  voice: "M12 15a3 3 0 003-3V6a3 3 0 00-6 0v6a3 3 0 003 3zm5-3a5 5 0 01-10 0H5a7 7 0 006 6.900V22h2v-3.100A7 7 0 0019 12z",
  back: "M15.500 5.500L14 4l-8 8 8 8 1.500-1.500L9 12z",
  more: "M12 8a2 2 0 100-4 2 2 0 000 4zm0 6a2 2 0 100-4 2 2 0 000 4zm0 6a2 2 0 100-4 2 2 0 000 4z",
  close: "M18.300 5.700L12 12l6.300 6.300-1.400 1.400L10.600 13.400 4.300 19.700l-1.400-1.400L9.200 12 2.900 5.700l1.400-1.400 6.300 6.300 6.300-6.300z",
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zm8 0h4v14h-4z",
  file: "M6 2h8l5 5v15H6zM13 3.500V8h4.500z",
  place: "M12 2a7 7 0 00-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 00-7-7zm0 9.500A2.500 2.500 0 1112 6.500a2.500 2.500 0 010 5z",
  person: "M12 12a4.500 4.500 0 100-9 4.500 4.500 0 000 9zm0 2c-4 0-8 2-8 5v2h16v-2c0-3-4-5-8-5z",
  bolt: "M13 2L4 14h6l-1 8 9-12h-6z",
  layers: "M12 3L2 8.500 12 14l10-5.500zM4.300 12.200L2 13.500 12 19l10-5.500-2.300-1.300L12 16.500z",
  moon: "M20 14.500A8.500 8.500 0 019.500 4a8.500 8.500 0 1010.500 10.500z",
  flag: "M5 3v18h2v-7h5l1 2h6V6h-5l-1-2H5z",
  receipt: "M5 2l2 1.500L9 2l3 1.500L15 2l2 1.500L19 2v20l-2-1.500L15 22l-3-1.500L9 22l-2-1.500L5 22zm3 6h8v1.600H8zm0 4h8v1.600H8z",
  lock: "M7 10V7a5 5 0 0110 0v3h1v11H6V10zm2 0h6V7a3 3 0 00-6 0z",
  camera: "M9 4L7.500 6H4v14h16V6h-3.500L15 4zm3 13a4.500 4.500 0 110-9 4.500 4.500 0 010 9z",
  clock: "M12 2a10 10 0 100 20 10 10 0 000-20zm1 11h-2V6h2z",
  tin: "M6 5q6-3 12 0v14q-6 3-12 0zm3 5v5h5v-5z",
  menu: "M4 6h16v2H4zm0 5h16v2H4zm0 5h16v2H4z",
  again: "M12 5V2L7 6l5 4V7a5 5 0 11-5 5H5a7 7 0 107-7z",
  down: "M12 16l-6-6 1.400-1.400L12 13.200l4.600-4.600L18 10z",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" },
    svg("path", { d: ICONS[name] }));
}

/** One tick: Telegram has it. Two: the bot has stored it. @param {boolean} two */
export function ticks(two) {
  const mark = svg("svg", {
    viewBox: "0 0 18 12", class: "ticks", role: "img",
    "aria-label": two ? t("The bot has it") : t("Sent, the bot has not fetched it yet"),
  }, svg("path", { d: "M1 6.500l3.500 3.500L11 2.500" }));
  if (two) mark.appendChild(svg("path", { d: "M7.500 9l1.200 1L15.500 2.500" }));
  return mark;
}

const COLORS = ["#b4532a", "#2c6b59", "#7a4f9a", "#1f6a8c", "#94591b", "#a13d63"];

/** A round sign with initials. @param {string} name @param {number} id */
export function avatar(name, id) {
  const letters = [...name.trim()].slice(0, 1).join("") || "?";
  return h("span.avatar", { style: `--tint:${COLORS[Math.abs(id) % COLORS.length]}`, "aria-hidden": "true" }, letters);
}

/** @param {string} name @param {string} label @param {(event: Event) => void} onclick @param {string} [extra] */
export function iconButton(name, label, onclick, extra = "") {
  return h("button.icon-button", { type: "button", "aria-label": label, title: label, onclick, class: extra }, icon(/** @type {any} */ (name)));
}
