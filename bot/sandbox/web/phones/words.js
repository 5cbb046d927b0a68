/**
 * The interface in the reader's language. Sentences are written in English where they are used, and
 * looked up by that, in the phones' own words and in those of the page around them. What bots and
 * people say is never looked up: it has its own language.
 */
export const NAMES = /** @type {Record<string, string>} */ ({ en: "English", ru: "Русский", zh: "中文" });
const LOCALES = /** @type {Record<string, string>} */ ({ en: "en-GB", ru: "ru-RU", zh: "zh-CN" });

export const LANGUAGE = chosen();
export const LOCALE = LOCALES[LANGUAGE];
/** @type {Record<string, string | Record<string, string>>} */
const WORDS = LANGUAGE === "en" ? {} : await words(["./", "/web/js/"]);
const RULES = new Intl.PluralRules(LANGUAGE);

/** The words of these folders together. @param {string[]} folders */
async function words(folders) {
  const files = await Promise.all(folders.map((folder) => import(`${folder}words.${LANGUAGE}.js`)));
  return Object.assign({}, ...files.map((file) => file.default));
}

/** What was chosen, or else what the browser prefers. */
function chosen() {
  const wanted = localStorage.getItem("verso-language") || navigator.language.slice(0, 2);
  return Object.hasOwn(NAMES, wanted) ? wanted : "en";
}

/** Read the page in another language from now on. @param {string} language */
export function choose(language) {
  localStorage.setItem("verso-language", language);
  location.reload();
}

/** A sentence, with `{}` replaced in turn. @param {string} sentence @param {...any} given */
export function t(sentence, ...given) {
  return put(String(WORDS[sentence] ?? sentence), given);
}

/** A sentence about a number of things. @param {number} n @param {string} one @param {string} other the key, too */
export function many(n, one, other) {
  const form = RULES.select(n);
  const found = WORDS[other] ?? { one, other };
  return put(typeof found === "string" ? found : found[form] ?? found.many ?? found.other, [n]);
}

/** @param {string} sentence @param {any[]} given */
function put(sentence, given) {
  let at = 0;
  return sentence.replace(/\{\}/g, () => String(given[at++]));
}
