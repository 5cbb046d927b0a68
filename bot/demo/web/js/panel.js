import { demo } from "./api.js";
import { drawing } from "./diagram.js";
import { fill, h, iconButton } from "/phones/dom.js";
import { STEPS } from "./rail.js";
import { LOCALE, t } from "/phones/words.js";

const EVERY = 2500;
const OURS = new Set(["answered", "changed", "told", "helped"]);
const COLUMNS = /** @type {Record<string, [string, string[]]>} */ ({
  tickets: [t("Tickets"), ["number", "customer", "state", "owner_name", "category"]],
  changes: [t("Changes"), ["number", "state", "author_name", "shipped_at"]],
  plan: [t("The plan: who is next"), ["schedule", "customer", "waits_for", "next_at"]],
  candidates: [t("Whom the schedules considered"), ["customer", "schedule_id", "outcome", "due_at"]],
  outbox: [t("Outbox"), ["purpose", "method", "state", "attempts", "lane"]],
  events: [t("Events from the business"), ["customer", "type", "at", "product"]],
  journal: [t("Journal"), ["at", "actor", "kind", "subject"]],
});

/** The side panel: what the bot's database says. */
export class Panel {
  /** @param {any} store @param {HTMLElement} element @param {() => void} onclose */
  constructor(store, element, onclose) {
    this.store = store;
    this.element = element;
    this.body = h("div.panel-body", { tabindex: "0", role: "region", "aria-label": t("Database") });
    /** @type {Map<string, any>} */
    this.flows = new Map();
    /** @type {Set<string>} */
    this.folded = new Set(["events", "journal"]);
    this.seen = "";
    this.open = false;
    this.soon = 0;
    fill(element, h("header", {}, h("h2", {}, t("Underneath")), iconButton("close", t("Close the panel"), onclose)), this.body);
    store.on("any", () => this.later());
    setInterval(() => this.later(), EVERY);
  }

  later() {
    if (this.element.hidden || this.soon) return;
    this.soon = window.setTimeout(async () => {
      await this.refresh();
      this.soon = 0;
    }, 350);
  }

  async refresh() {
    const told = await demo("panel").catch(() => null);
    if (!told) return;
    const key = JSON.stringify(told);
    if (key === this.seen) return;
    this.seen = key;
    if (!told.ready) fill(this.body, h("p.empty", {}, t("The bot has not made its database yet.")));
    else fill(this.body, funnel(told.funnel), this.machinery(await this.flow(told), this.counts(told.counts), ...Object.entries(COLUMNS).map(([name, [title, columns]]) => this.table(name, title, columns, told[name]))));
  }

  /** @param {...HTMLElement} parts */
  machinery(...parts) {
    const behind = /** @type {HTMLDetailsElement} */ (h("details.machinery", { open: this.open }, h("summary", {}, h("h3", {}, t("The machinery behind it"))), ...parts));
    behind.addEventListener("toggle", () => {
      this.open = behind.open;
    });
    return behind;
  }

  /** The conversation in which something happened last, in its flow. @param {any} told */
  async flow(told) {
    const [going] = told.conversations;
    if (!going) return h("section", {}, h("h3", {}, t("Conversation")), h("p.empty", {}, t("Nobody is in a conversation yet.")));
    if (!this.flows.has(going.flow)) this.flows.set(going.flow, await demo(`flows/${going.flow}`).catch(() => null));
    const flow = this.flows.get(going.flow);
    return h("section", {}, h("h3", {}, t("Conversation of {}", this.name(going.customer))),
      h("p.empty", {}, `${going.flow}, ${going.status}${going.step ? `, at “${going.step}”` : ""}${going.due_at ? `; ${going.due_kind} at ${this.time(going.due_at)}` : ""}`),
      flow ? drawing(flow, going.step) : null);
  }

  /** @param {any} counts */
  counts(counts) {
    const said = Object.entries(counts).map(([box, states]) => [box, Object.entries(/** @type {any} */ (states)).map(([s, n]) => `${n} ${s}`).join(", ") || t("empty")]);
    return h("section.counts", {}, ...said.map(([box, words]) => h("p", {}, h("b", {}, box === "inbox" ? `${t("Inbox")} ` : `${t("Outbox")} `), words)));
  }

  /** @param {string} name @param {string} title @param {string[]} columns @param {any[]} rows */
  table(name, title, columns, rows) {
    const folded = /** @type {HTMLDetailsElement} */ (h("details", { open: !this.folded.has(name) }, h("summary", {}, h("h3", {}, `${title} (${rows.length})`)),
      rows.length ? h("div.table", { tabindex: "0", role: "region", "aria-label": title }, h("table", {}, h("thead", {}, h("tr", {}, ...columns.map((c) => h("th", { scope: "col" }, c.replace(/_(id|name|at)$/, "").replaceAll("_", " "))))),
        h("tbody", {}, ...rows.slice(0, 15).map((row) => h("tr", { class: row.state || row.outcome || "" }, ...columns.map((c) => h("td", {}, this.cell(c, row[c])))))))) : h("p.empty", {}, t("None yet."))));
    folded.addEventListener("toggle", () => (folded.open ? this.folded.delete(name) : this.folded.add(name)));
    return folded;
  }

  /** @param {string} column @param {any} value */
  cell(column, value) {
    if (value === null || value === undefined || value === "") return "–";
    if (column.endsWith("_at") || column === "at") return this.time(value);
    return column === "customer" ? this.name(value) : String(value);
  }

  /** @param {string} ref */
  name(ref) {
    return this.store.cast.people.find((/** @type {any} */ p) => p.ref === ref)?.name || ref;
  }

  /** @param {string} iso */
  time(iso) {
    return new Date(iso).toLocaleString(LOCALE, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: this.store.cast.zone });
  }
}

/** How many people came how far, on one scale. @param {Record<string, number>} counted */
function funnel(counted) {
  const most = Math.max(1, ...Object.values(counted));
  return h("section.funnel", {}, h("h3", {}, t("How far people have come")), h("ol", {}, ...STEPS.map(([key, words]) => h("li", { class: OURS.has(key) ? "yours" : "theirs" },
    h("b", {}, String(counted[key])), h("span", {}, words), h("i", { style: `width:${(counted[key] / most) * 100}%`, "aria-hidden": "true" })))));
}
