/* Keeps the progress of an operation as new as it can be: asks while somebody looks, and stops when it is over. */
"use strict";

const EVERY = 1000;
const AFTER_TROUBLE = 5000;
const part = document.querySelector("[data-dlq-progress]");
let timer = 0;

function open() {
  return part.querySelector("[data-dlq-open]")?.dataset.dlqOpen === "yes";
}

function later(milliseconds) {
  clearTimeout(timer);
  if (open() && !document.hidden) timer = setTimeout(ask, milliseconds);
}

async function ask() {
  let pause = EVERY;
  try {
    const response = await fetch(part.dataset.dlqProgress, { credentials: "same-origin", redirect: "manual" });
    /* A redirect leads to the login page. */
    if (response.type === "opaqueredirect" || response.status === 403) location.reload();
    else if (response.ok) part.innerHTML = await response.text();
    else pause = AFTER_TROUBLE;
  } catch {
    pause = AFTER_TROUBLE;
  }
  if (!open()) document.querySelector("[data-dlq-cancel]")?.remove();
  later(pause);
}

document.addEventListener("visibilitychange", () => later(0));
later(EVERY);
