import { fetched } from "/phones/api.js";

/** Something that the demo itself knows. @param {string} path */
export const demo = (path) => fetched(`/demo/${path}`);

/** Something that the demo itself does. @param {string} path */
export const act = (path) => fetched(`/demo/${path}`, {});
