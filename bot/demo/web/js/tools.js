import { act } from "./api.js";
import { control } from "/phones/api.js";
import { bot } from "./device.js";
import { fill, h, icon, iconButton } from "/phones/dom.js";
import { showMenu } from "/phones/menu.js";
import { startOver } from "./result.js";
import { languages } from "/phones/looks.js";
import { toast, trying } from "/phones/toast.js";
import { LOCALE, t } from "/phones/words.js";

const JUMPS = [["hour", t("+1 hour")], ["morning", t("Next morning")], ["day", t("+1 day")], ["three_days", t("+3 days")]];
const MINUTE = 60;
const PATIENCE = 1500; // milliseconds in which a connection that is being made is not worth a word

/** The clock that one can move. @param {any} store @param {HTMLElement} box */
export function timeTools(store, box) {
  const face = h("time.face");
  const format = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: store.cast.zone });
  const show = () => {
    face.textContent = format.format(store.now());
    face.dateTime = store.now().toISOString();
  };
  const buttons = JUMPS.map(([to, label]) => h("button", { type: "button", dataset: { jump: to }, onclick: async (/** @type {Event} */ event) => {
    const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
    button.disabled = true;
    await trying(() => act(`time/${to}`));
    button.disabled = false;
  } }, label));
  fill(box, icon("clock"), face, h("span.jumps", {}, ...buttons));
  show();
  store.on("clock", show);
  setInterval(show, 5000);
}

/** What can be broken, the panel, the tour, light and dark. @param {any} store @param {HTMLElement} box @param {{panel: () => void, tour: () => void, theme: () => void, open: () => any}} doing */
export function demoTools(store, box, doing) {
  const state = h("span.bot-state", { role: "status" });
  const trouble = h("button.tool", { type: "button", "aria-label": t("Make trouble"), title: t("Make trouble"), "aria-haspopup": "menu", onclick: () => showMenu(trouble, troubles(store, doing), t("Make trouble")) }, icon("bolt"), h("span", {}, t("Make trouble")));
  fill(box, state, trouble,
    h("button.tool", { type: "button", "aria-label": t("Tour"), title: t("Tour"), onclick: doing.tour }, icon("flag"), h("span", {}, t("Tour"))),
    h("button.tool", { type: "button", "aria-label": t("Underneath"), title: t("What happens underneath"), id: "panel-button", "aria-expanded": "false", "aria-controls": "panel", onclick: doing.panel }, icon("layers"), h("span", {}, t("Underneath"))),
    iconButton("again", t("Start over"), () => startOver(store)),
    iconButton("moon", t("Light or dark"), doing.theme), languages());
  const show = () => {
    const now = store.online ? store.cast.bot.state : "down";
    state.className = `bot-state ${now}`;
    state.textContent = /** @type {Record<string, string>} */ ({ running: t("Bot runs"), starting: t("Bot starts"), down: t("Bot is down") })[now];
  };
  show();
  store.on("demo", show);
  store.on("online", show);
}

/** @param {any} store @param {{open: () => any}} doing */
function troubles(store, doing) {
  const running = store.cast.bot.state === "running";
  const topic = doing.open();
  return [
    running ? { label: t("Kill the bot (SIGKILL)"), danger: true, run: () => bot("kill") } : { label: t("Start the bot"), run: () => bot("start") },
    running && { label: t("Kill it and start it again"), danger: true, run: async () => {
      await bot("kill");
      await bot("start");
    } },
    { label: t("Telegram is down for a minute"), danger: true, run: () => outage(store) },
    { label: t("Telegram says “too many requests” for 10 seconds"), danger: true, run: () => trying(async () => {
      await control("add_fault", { kind: "429", method: "sendMessage", retry_after: 10, scope: "bot" });
      toast(t("The next message meets a 429: retry after 10 seconds."));
    }) },
    topic && { label: t("Delete the topic “{}”", topic.name), danger: true, run: () => trying(() => control("delete_topic", { group: store.cast.group.id, user: store.cast.people.find((/** @type {any} */ p) => p.role === "staff").id, topic: topic.id })) },
    { label: t("Let everything work again"), run: () => trying(async () => {
      await control("clear_faults");
      store.cast.down_until = 0;
      store.emit("demo");
      if (store.cast.bot.state === "down") await bot("start");
    }) },
  ];
}

/** @param {any} store */
async function outage(store) {
  await trying(async () => {
    await control("down", { seconds: MINUTE });
    store.cast.down_until = store.now().getTime() / 1000 + MINUTE;
    store.emit("demo");
  });
}

/** A line above everything: what is being prepared, and what is broken. @param {any} store @param {HTMLElement} box */
export function notices(store, box) {
  let shown = "";
  const show = () => {
    const left = Math.ceil((store.cast?.down_until || 0) - store.now().getTime() / 1000);
    const [words, offer] = state(store, left);
    if (words === shown) return;
    shown = words;
    fill(box, words ? h("span", {}, words) : null, offer);
  };
  for (const what of ["demo", "online", "loaded", "clock"]) store.on(what, show);
  setInterval(show, 1000);
  show();
}

/** @param {any} store @param {number} left @returns {[string, HTMLElement | null]} */
function state(store, left) {
  if (!store.online && !store.cast && performance.now() < PATIENCE) return ["", null];
  if (!store.online) return [store.cast ? t("The demo has stopped. Start it again with make demo: this page goes on by itself.") : t("Connecting to the demo…"), null];
  const { act: doing, bot: account } = store.cast;
  if (doing) return [`${t(doing)}…`, null];
  if (left > 0) return [t("Telegram is down for {} more seconds. Write as you like: nothing gets lost.", left), null];
  if (account.state === "down") return [t("The bot is down. What is written now waits for it, with one tick."), h("button", { type: "button", onclick: () => bot("start") }, t("Start the bot"))];
  if (account.state === "starting") return [t("The bot starts…"), null];
  return ["", null];
}
