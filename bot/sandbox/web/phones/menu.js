import { h } from "./dom.js";

/** @type {HTMLElement | null} */
let open = null;

/** Close the menu that is open, if one is. */
export function closeMenu() {
  open?.remove();
  open = null;
}

/**
 * Show a menu at an element. Arrow keys move, Escape closes.
 * @param {HTMLElement} at @param {({label: string, run: () => void, danger?: boolean} | HTMLElement | null | false)[]} entries
 * @param {string} label @param {{x: number, y: number}} [point] where the pointer is; beside the element without one
 */
export function showMenu(at, entries, label, point) {
  closeMenu();
  const menu = h("div.menu", { role: "menu", "aria-label": label });
  for (const entry of entries) if (entry) menu.appendChild(entry instanceof HTMLElement ? entry : item(entry, at));
  document.body.appendChild(menu);
  open = menu;
  place(menu, point ? new DOMRect(point.x, point.y, 0, 0) : at.getBoundingClientRect());
  menu.addEventListener("keydown", (event) => keys(event, menu, at));
  /** @type {HTMLElement | null} */ (menu.querySelector("[role=menuitem]"))?.focus({ preventScroll: true });
}

/** @param {{label: string, run: () => void, danger?: boolean}} entry @param {HTMLElement} at */
function item(entry, at) {
  return h("button", {
    type: "button", role: "menuitem", class: entry.danger ? "danger" : "",
    onclick: () => {
      closeMenu();
      at.focus({ preventScroll: true });
      entry.run();
    },
  }, entry.label);
}

/** @param {HTMLElement} menu @param {DOMRect} at */
function place(menu, at) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.max(8, Math.min(at.left, innerWidth - width - 8));
  const below = at.bottom + 4 + height < innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
}

/** @param {KeyboardEvent} event @param {HTMLElement} menu @param {HTMLElement} at */
function keys(event, menu, at) {
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]")]);
  const now = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    closeMenu();
    at.focus({ preventScroll: true });
  } else if (step) items[(now + step + items.length) % items.length]?.focus();
  else return;
  event.preventDefault();
}

addEventListener("pointerdown", (event) => {
  if (open && !open.contains(/** @type {Node} */ (event.target))) closeMenu();
});
addEventListener("resize", closeMenu);
