import { t } from "./words.js";
/** A refusal, with a sentence for people. */
export class Refused extends Error {}

/** @param {string} path @param {any} [body] @returns {Promise<any>} */
export async function fetched(path, body) {
  let answer;
  try {
    answer = await fetch(path, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
  } catch {
    throw new Refused(t("Nothing answers here. Is it still running?"));
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok || told.ok === false) throw new Refused(told.error || t("Refused ({}).", answer.status));
  return told;
}

/** An operation of the sandbox's control side. @param {string} operation @param {Record<string, any>} [args] */
export async function control(operation, args = {}) {
  return (await fetched(`/control/${operation}`, args)).result;
}

/** @param {string} fileId */
export const fileUrl = (fileId) => `/control/files/${encodeURIComponent(fileId)}`;

/** @param {Blob} blob @returns {Promise<string>} */
export function base64(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).split(",", 2)[1] || "");
    reader.onerror = () => failed(new Refused(t("This file cannot be read.")));
    reader.readAsDataURL(blob);
  });
}
