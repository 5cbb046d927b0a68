import { h } from "./dom.js";
import { Refused } from "./api.js";
import { t } from "./words.js";

/** A short message at the foot of the page, or of one chat. @param {string} text @param {Element} [where] */
export function toast(text, where) {
  const box = where || document.getElementById("toasts");
  const note = h("div.toast", {}, text);
  box?.appendChild(note);
  setTimeout(() => note.remove(), Math.max(3500, text.length * 70));
}

/** Do something, and say it when it is refused. @param {() => Promise<any>} action @param {Element} [where] */
export async function trying(action, where) {
  try {
    return await action();
  } catch (error) {
    toast(error instanceof Refused ? error.message : t("Something went wrong on this page. Load it again."), where);
    if (!(error instanceof Refused)) console.error(error);
    return undefined;
  }
}

/** A question or a message that must be seen. @param {string} text @param {string[]} choices @returns {Promise<string>} */
export function ask(text, choices = ["OK"]) {
  return new Promise((done) => {
    const dialog = /** @type {HTMLDialogElement} */ (h("dialog.alert", {}, h("p", { dir: "auto" }, text),
      h("form.choices", { method: "dialog" }, ...choices.map((c) => h("button", { value: c, class: c === choices[0] ? "primary" : "" }, c)))));
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(dialog.returnValue);
    });
    document.body.appendChild(dialog);
    dialog.showModal();
  });
}
