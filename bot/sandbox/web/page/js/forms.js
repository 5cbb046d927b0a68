import { h } from "/phones/dom.js";
import { t } from "/phones/words.js";

/**
 * Ask for a few things. @param {string} title @param {HTMLElement[]} fields @param {string} does what the button says
 * @returns {Promise<FormData | null>} null: nothing was wanted
 */
export function form(title, fields, does) {
  return new Promise((done) => {
    const sheet = /** @type {HTMLFormElement} */ (h("form.asked", { method: "dialog" }, h("h2", {}, title), ...fields,
      h("div.choices", {}, h("button", { type: "button", onclick: () => dialog.close() }, t("Cancel")), h("button.primary", { value: "yes" }, does))));
    const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { "aria-label": title }, sheet));
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(dialog.returnValue === "yes" ? new FormData(sheet) : null);
    });
    document.body.appendChild(dialog);
    dialog.showModal();
  });
}

/** @param {string} name @param {string} label @param {string} [value] */
export const text = (name, label, value = "") => h("label", {}, label, h("input", { type: "text", name, value, required: true, maxlength: "64", autocomplete: "off", dir: "auto" }));

/** @param {string} name @param {string} label */
export const check = (name, label) => h("label.check", {}, h("input", { type: "checkbox", name, checked: true }), label);

/** @param {string} name @param {string} label @param {Record<string, string>} options @param {string} chosen */
export const choice = (name, label, options, chosen) => h("label", {}, label,
  h("select", { name }, ...Object.entries(options).map(([key, title]) => h("option", { value: key, selected: key === chosen }, title))));
