import { fill, h } from "/phones/dom.js";
import { hour, summary } from "/phones/message.js";
import { t } from "/phones/words.js";

export const STEPS = [["asked", t("asked")], ["complained", t("complained")], ["answered", t("answered by a person")], ["changed", t("changes made")], ["told", t("told what changed")], ["helped", t("say that it helped")]];

/** Beside the tour: what happens with the others meanwhile, and how far the shop's people have come. */
export class Rail {
  /** @param {any} store @param {HTMLElement} element @param {(who: string) => void} show */
  constructor(store, element, show) {
    this.store = store;
    this.show = show;
    this.people = h("ul");
    this.counts = h("dl");
    fill(element, h("h2", {}, t("Meanwhile")), this.people, h("h2", {}, t("The shop so far")), this.counts);
    store.on("funnel", (/** @type {any} */ funnel) => funnel && fill(this.counts, ...STEPS.map(([key, words]) => h("div", {}, h("dt", {}, words), h("dd", {}, String(funnel[key]))))));
  }

  /** Everybody of whom no window is shown. @param {any[]} people @param {Map<string, number>} unread */
  draw(people, unread) {
    fill(this.people, ...people.map((person) => {
      const said = this.store.thread(this.store.chat(this.store.privateKey(person.id)), 0);
      const last = said[said.length - 1];
      const news = unread.get(person.key);
      return h("li", {}, h("button", { type: "button", dataset: { who: person.key }, onclick: () => this.show(person.key) },
        h("b", {}, person.name, news ? h("span.badge", {}, String(news)) : null), h("time", {}, last ? hour(last.date, person.zone) : ""),
        h("small", { dir: "auto", lang: person.language }, last ? summary(last) : t("nothing yet"))));
    }));
  }
}
