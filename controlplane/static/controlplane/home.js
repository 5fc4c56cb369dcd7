/* Keeps the home page as new as it says: asks for its parts while somebody looks, and says so when it cannot. */
"use strict";

const TIMEOUT = 10000;
const told = document.querySelector("[data-cp-updated]");
const heard = document.querySelector("[data-cp-headline]");
const shown = new WeakMap();
let updated = Date.now();
let trouble = "";

function ago(since) {
  const seconds = Math.round((Date.now() - since) / 1000);
  if (seconds < 2) return "just now";
  if (seconds < 120) return `${seconds} s ago`;
  return `${Math.floor(seconds / 60)} min ago`;
}

function tell() {
  told.textContent = trouble ? `${trouble} These figures were read ${ago(updated)}.` : `Updated ${ago(updated)}`;
  told.parentElement.classList.toggle("cp-away", Boolean(trouble));
}

/* Only what differs is replaced, and the focus goes back to where it was. */
function show(part, text) {
  const fresh = document.createElement("template");
  fresh.innerHTML = text;
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.id);
  open.forEach((id) => fresh.content.getElementById(id)?.setAttribute("open", ""));
  const places = [...fresh.content.children];
  if (places.length !== part.children.length) {
    replace(part, () => part.replaceChildren(...places));
    return;
  }
  places.forEach((one, index) => {
    const old = part.children[index];
    if (shown.get(old) === one.outerHTML) return;
    shown.set(one, one.outerHTML);
    replace(part, () => old.replaceWith(one));
  });
}

function replace(part, change) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  change();
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  part.dispatchEvent(new CustomEvent("cp:shown"));
}

/* For those who listen: said once when it changes. */
function say() {
  const headline = document.querySelector("#cp-headline span:last-child")?.textContent || "";
  if (heard.textContent !== headline) heard.textContent = headline;
}

/* What is wrong with an answer; "" if nothing is. A redirect leads to the login page. */
function wrong(response) {
  if (response.type === "opaqueredirect" || response.status === 403) return "You are logged out: load the page again.";
  return response.ok ? "" : `The server answers ${response.status}.`;
}

async function ask(part) {
  try {
    const response = await fetch(part.dataset.cpLive, {
      credentials: "same-origin",
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const found = wrong(response);
    if (!found) show(part, await response.text());
    return found;
  } catch {
    return "The server cannot be reached.";
  }
}

function follow(part) {
  const pause = Number(part.dataset.cpSeconds) * 1000;
  const tells = "cpTells" in part.dataset;
  let timer = 0;
  let asking = false;

  async function turn() {
    clearTimeout(timer);
    if (document.hidden || asking) return;
    asking = true;
    const found = await ask(part);
    asking = false;
    if (tells) {
      trouble = found;
      if (!found) updated = Date.now();
      tell();
      say();
    }
    part.classList.toggle("cp-away", Boolean(found));
    if (!document.hidden) timer = setTimeout(turn, pause);
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : turn()));
  timer = setTimeout(turn, pause);
}

document.querySelectorAll("[data-cp-live]").forEach(follow);
setInterval(() => document.hidden || tell(), 1000);
