import { svg } from "/phones/dom.js";

/** A flow as a drawing with one step lit. @param {any} flow as `/demo/flows/…` gives it @param {string} step */
export function drawing(flow, step) {
  const marker = svg("marker", { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, svg("path", { d: "M0 0L8 4L0 8z" }));
  const ways = flow.ways.map((/** @type {any} */ way) => svg("path", { d: way.path, class: `way ${way.from === step ? "next" : ""}`, "marker-end": "url(#tip)" }, svg("title", {}, way.words)));
  const steps = flow.steps.map((/** @type {any} */ s) => svg("g", { class: `step ${s.kind} ${s.id === step ? "lit" : ""}` },
    svg("rect", { x: s.x, y: s.y, width: s.width, height: s.height, rx: s.kind === "end" ? 19 : 8 }),
    svg("text", { x: s.x + s.width / 2, y: s.y + 17 }, s.id.replaceAll("_", " ")),
    svg("text", { x: s.x + s.width / 2, y: s.y + 30, class: "kind" }, s.kind)));
  return svg("svg", {
    class: "diagram", viewBox: `0 0 ${flow.width} ${flow.height}`, role: "img",
    "aria-label": `The flow ${flow.flow}${step ? `, now at ${step}` : ""}`, style: `max-width:${flow.width}px`,
  }, svg("defs", {}, marker), ...ways, ...steps);
}
