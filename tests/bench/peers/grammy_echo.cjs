// grammY's echo as it comes, in memory; run by node where grammY is installed.
//     node tests/bench/peers/grammy_echo.cjs FOLDER URL TOKEN
// FOLDER: where `npm install grammy` was run.

const { createRequire } = require("node:module");

const [folder, url, token] = process.argv.slice(2);
const { Bot } = createRequire(`${folder}/`)("grammy");

const bot = new Bot(token, { client: { apiRoot: url } });
bot.on("message", (ctx) => ctx.reply("echo"));
process.once("SIGTERM", () => bot.stop().then(() => process.exit(0)));
bot.start({ onStart: () => console.log("ready") });
