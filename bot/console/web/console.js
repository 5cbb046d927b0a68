// Comes in by what Telegram (or a link of the bot) puts behind the address's "#", which no server
// sees, and takes over Telegram's colours where they can be read. Without it all else works.
(() => {
  "use strict";
  const given = new URLSearchParams(location.hash.slice(1));
  const root = document.documentElement;

  const kept = (name, value) => {
    try {
      if (value) sessionStorage.setItem(name, value);
      return sessionStorage.getItem(name);
    } catch {
      return value; // some browsers keep nothing inside of a frame
    }
  };

  const light = (colour) => {
    const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
    const [r, g, b] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };

  const colour = (theme, name) => (/^#[0-9a-f]{6}$/i.test(theme[name]) ? theme[name] : "");
  const dress = (theme) => {
    const page = colour(theme, "bg_color");
    const ground = colour(theme, "secondary_bg_color") || page;
    if (!page) return;
    const own = light(page) < 0.18 ? "dark" : "light";
    root.dataset.scheme = own;
    const read = (name) => getComputedStyle(root).getPropertyValue(name).trim();
    const readable = (ink) => [page, ground].every((each) => contrast(ink, each) >= 4.5);
    const choose = (name, instead) => {
      const wished = colour(theme, name);
      return wished && readable(wished) ? wished : read(instead);
    };
    const ink = choose("text_color", "--ink");
    const soft = choose("hint_color", "--soft");
    // Clay, green and red keep their meaning, so what lies behind them has to suit them.
    const all = [ink, soft, read("--accent"), read("--voice"), read("--danger")];
    if (!all.every(readable)) return;
    const dressed = { "--page": page, "--ground": ground, "--ink": ink, "--soft": soft };
    for (const [name, value] of Object.entries(dressed)) root.style.setProperty(name, value);
  };

  const tell = (event) => {
    if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(event, "{}");
  };

  const enter = () => {
    const form = document.getElementById("enter");
    form.elements.signed.value = given.get("tgWebAppData") || "";
    form.elements.key.value = given.get("key") || "";
    const came = form.elements.signed.value || form.elements.key.value;
    if (!came) return;
    history.replaceState(null, "", location.pathname);
    form.submit();
  };

  try {
    dress(JSON.parse(kept("theme", given.get("tgWebAppThemeParams")) || "{}"));
  } catch {
    root.removeAttribute("data-scheme"); // no theme that can be read: our own colours
  }
  // What is being counted comes with a later look; nobody is taken away from what they are at.
  const lookAgain = () => {
    const busy = document.querySelector("main :focus, main details[open]");
    if (busy) setTimeout(lookAgain, 1500);
    else location.reload();
  };

  // While somebody types, the page is asked how it would read; the bubbles of it are put in place.
  const live = (form) => {
    let pause, asked;
    const look = async () => {
      if (asked) asked.abort();
      asked = new AbortController();
      const body = new URLSearchParams(new FormData(form));
      body.set("press", "look");
      try {
        const answer = await fetch(form.action, { method: "POST", body, signal: asked.signal });
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        form.querySelectorAll(".chat").forEach((each) => {
          const read = page.getElementById(each.id);
          if (read) each.replaceChildren(...read.childNodes);
        });
      } catch {
        // What comes too late is not shown; the button beside does the same.
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(look, 600);
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (document.querySelector("[data-again]")) setTimeout(lookAgain, 1500);
    document.querySelectorAll("form[data-live]").forEach(live);
    tell("web_app_ready");
    tell("web_app_expand");
    enter();
  });
})();
