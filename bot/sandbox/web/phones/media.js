import { fileUrl } from "./api.js";
import { h, icon } from "./dom.js";
import { t } from "./words.js";

/** @param {number} seconds */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** @param {number} bytes */
function size(bytes) {
  if (!bytes) return "";
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(0)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

/** What a message carries besides text; null when it is text alone. @param {any} message */
export function attachment(message) {
  if (message.location) return place(message.location);
  if (message.contact) return contact(message.contact);
  const media = message.media;
  if (!media) return null;
  const show = /** @type {Record<string, (media: any) => HTMLElement>} */ (KINDS)[media.kind] || file;
  return show(media);
}

/** @param {any} media */
function photo(media) {
  const image = /** @type {HTMLImageElement} */ (h("img", {
    src: fileUrl(media.file_id), alt: t("Photo"), loading: "lazy", decoding: "async",
    width: media.width, height: media.height,
  }));
  const frame = h("a.photo", {
    href: fileUrl(media.file_id), target: "_blank", rel: "noopener", "aria-label": t("Photo, opens in a new tab"),
    style: `--ratio:${media.width}/${media.height}`,
  }, image);
  image.onerror = () => frame.replaceChildren(h("span.broken", {}, icon("camera"), t("Photo")));
  return frame;
}

/** @param {any} media */
function video(media) {
  return h("video.video", {
    src: fileUrl(media.file_id), controls: true, preload: "metadata", class: media.kind === "video_note" ? "round" : "",
    "aria-label": media.kind === "video_note" ? t("Video message") : t("Video"), style: `--ratio:${media.width || 1}/${media.height || 1}`,
  });
}

/** A voice message: bars that stand for sound, and a button that plays it. @param {any} media */
function voice(media) {
  const sound = new Audio();
  sound.preload = "none";
  const label = h("span.length", {}, clock(media.duration || 0));
  const button = h("button.round-button", { type: "button", "aria-label": t("Play voice message") }, icon("play"));
  const bars = h("span.bars", { "aria-hidden": "true" }, ...waves(media.file_unique_id || "").map((height) => h("i", { style: `height:${height}px` })));
  button.addEventListener("click", () => {
    if (!sound.src) sound.src = fileUrl(media.file_id);
    if (sound.paused) sound.play().catch(() => { label.textContent = t("cannot be played here"); });
    else sound.pause();
  });
  const shown = (/** @type {boolean} */ playing) => {
    button.replaceChildren(icon(playing ? "pause" : "play"));
    button.setAttribute("aria-label", playing ? t("Pause voice message") : t("Play voice message"));
  };
  sound.onplay = () => shown(true);
  sound.onpause = () => shown(false);
  return h("span.voice", {}, button, bars, label);
}

/** Heights that look like speech and are the same each time. @param {string} seed */
function waves(seed) {
  let n = [...seed].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7);
  return Array.from({ length: 26 }, () => {
    n = (n * 1103515245 + 12345) >>> 0;
    return 4 + ((n >>> 16) % 15);
  });
}

/** @param {any} media */
function file(media) {
  const name = media.file_name || (media.kind === "audio" ? media.title || t("Audio") : t("File"));
  return h("a.file", { href: fileUrl(media.file_id), target: "_blank", rel: "noopener", download: name },
    h("span.round-button", { "aria-hidden": "true" }, icon("file")),
    h("span.about", {}, h("b", {}, name), h("small", {}, size(media.file_size))));
}

/** @param {{latitude: number, longitude: number}} where */
function place({ latitude, longitude }) {
  return h("span.place", { role: "img", "aria-label": t("Location {}", `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`) },
    icon("place"), h("small", {}, `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`));
}

/** @param {any} who */
function contact(who) {
  return h("span.file", {},
    h("span.round-button", { "aria-hidden": "true" }, icon("person")),
    h("span.about", {}, h("b", {}, [who.first_name, who.last_name].filter(Boolean).join(" ")), h("small", {}, who.phone_number)));
}

const KINDS = { photo, video, video_note: video, animation: video, voice, audio: voice, document: file };
