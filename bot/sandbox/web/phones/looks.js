import { h, svg } from "./dom.js";
import { LANGUAGE, NAMES, choose, t } from "./words.js";

/** The name with its sign. */
export const sign = () => h("strong.sign", {}, svg("svg", { viewBox: "0 0 24 24", class: "mark", "aria-hidden": "true" },
  svg("path", { d: "M3 5q4-2 8 0v14q-4-2-8 0z", class: "theirs" }), svg("path", { d: "M13 5q4-2 8 0v14q-4-2-8 0z" })), "Verso");

/** Choose the page's language. */
export function languages() {
  const select = /** @type {HTMLSelectElement} */ (h("select.language", { "aria-label": t("Language of this page") },
    ...Object.entries(NAMES).map(([key, name]) => h("option", { value: key, lang: key, selected: key === LANGUAGE }, name))));
  select.addEventListener("change", () => choose(select.value));
  return select;
}

/** Light or dark as it was chosen; else as the machine is set. */
export function wear() {
  const wanted = localStorage.getItem("verso-theme");
  if (wanted) document.documentElement.dataset.theme = wanted;
}

/** Light instead of dark, or dark instead of light, from now on. */
export function turnTheme() {
  const { theme } = document.documentElement.dataset;
  const dark = theme === "dark" || (!theme && matchMedia("(prefers-color-scheme: dark)").matches);
  localStorage.setItem("verso-theme", dark ? "light" : "dark");
  wear();
}
