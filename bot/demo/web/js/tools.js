import { act, control } from "./api.js";
import { bot } from "./device.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { showMenu } from "./menu.js";
import { toast, trying } from "./toast.js";

const JUMPS = [["hour", "+1 hour"], ["morning", "Next morning"], ["day", "+1 day"], ["three_days", "+3 days"]];
const MINUTE = 60;

/** The clock that one can move. @param {any} store @param {HTMLElement} box */
export function timeTools(store, box) {
  const face = h("time.face");
  const format = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: store.cast.zone });
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
  const trouble = h("button.tool", { type: "button", "aria-label": "Make trouble", title: "Make trouble", "aria-haspopup": "menu", onclick: () => showMenu(trouble, troubles(store, doing), "Make trouble") }, icon("bolt"), h("span", {}, "Make trouble"));
  fill(box, state, trouble,
    h("button.tool", { type: "button", "aria-label": "Tour", title: "Tour", onclick: doing.tour }, icon("flag"), h("span", {}, "Tour")),
    h("button.tool", { type: "button", "aria-label": "Underneath", title: "What happens underneath", id: "panel-button", "aria-expanded": "false", "aria-controls": "panel", onclick: doing.panel }, icon("layers"), h("span", {}, "Underneath")),
    iconButton("moon", "Light or dark", doing.theme));
  const show = () => {
    const now = store.online ? store.cast.bot.state : "down";
    state.className = `bot-state ${now}`;
    state.textContent = /** @type {Record<string, string>} */ ({ running: "Bot runs", starting: "Bot starts", down: "Bot is down" })[now];
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
    running ? { label: "Kill the bot (SIGKILL)", danger: true, run: () => bot("kill") } : { label: "Start the bot", run: () => bot("start") },
    running && { label: "Kill it and start it again", danger: true, run: async () => {
      await bot("kill");
      await bot("start");
    } },
    { label: "Telegram is down for a minute", danger: true, run: () => outage(store) },
    { label: "Telegram says “too many requests” for 10 seconds", danger: true, run: () => trying(async () => {
      await control("add_fault", { kind: "429", method: "sendMessage", retry_after: 10, scope: "bot" });
      toast("The next message meets a 429: retry after 10 seconds.");
    }) },
    topic && { label: `Delete the topic “${topic.name}”`, danger: true, run: () => trying(() => control("delete_topic", { group: store.cast.group.id, user: store.cast.people.find((/** @type {any} */ p) => p.role === "staff").id, topic: topic.id })) },
    { label: "Let everything work again", run: () => trying(async () => {
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
  if (!store.online) return [store.cast ? "The demo has stopped. Start it again with make demo: this page goes on by itself." : "Connecting to the demo…", null];
  const { act: doing, bot: account } = store.cast;
  if (doing) return [`${doing}…`, null];
  if (left > 0) return [`Telegram is down for ${left} more seconds. Write as you like: nothing gets lost.`, null];
  if (account.state === "down") return ["The bot is down. What is written now waits for it, with one tick.", h("button", { type: "button", onclick: () => bot("start") }, "Start the bot")];
  if (account.state === "starting") return ["The bot starts…", null];
  return ["", null];
}
