/* The editor of schemas: numbers beside its lines, and what a draft means beside it while somebody types. */
"use strict";

const PAUSE = 350;
const TIMEOUT = 20000;

function numbered(editor) {
  const area = editor.querySelector("textarea");
  const gutter = document.createElement("pre");
  gutter.className = "sr-gutter";
  gutter.setAttribute("aria-hidden", "true");
  editor.prepend(gutter);
  let lines = 0;
  const draw = () => {
    const wanted = area.value.split("\n").length;
    if (wanted !== lines) {
      lines = wanted;
      gutter.textContent = Array.from({ length: lines }, (_, index) => index + 1).join("\n");
    }
    gutter.scrollTop = area.scrollTop;
  };
  area.addEventListener("input", draw);
  area.addEventListener("scroll", () => { gutter.scrollTop = area.scrollTop; });
  draw();
}

/* Typed as if by hand, so that it can be undone. */
function type(area, text) {
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function lineBefore(area) {
  return area.value.slice(area.value.lastIndexOf("\n", area.selectionStart - 1) + 1, area.selectionStart);
}

/* All lines that the selection touches, two spaces further in or out. */
function shift(area, out) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = area.selectionEnd;
  const changed = area.value.slice(start, end).replace(/^/gm, out ? "" : "  ").replace(out ? /^ {1,2}/gm : /^$/gm, "");
  area.setSelectionRange(start, end);
  type(area, changed);
  area.setSelectionRange(start, start + changed.length);
}

/* Tab indents, and Escape sets it free to leave: nobody is held in the field. */
function keys(area) {
  let free = false;
  area.addEventListener("focus", () => { free = false; });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { free = true; return; }
    if (event.key === "Tab" && !free && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      if (event.shiftKey || area.selectionStart !== area.selectionEnd) shift(area, event.shiftKey);
      else type(area, "  ");
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      const before = lineBefore(area);
      const deeper = /[{[]\s*$/.test(before) ? "  " : "";
      type(area, `\n${before.match(/^ */)[0]}${deeper}`);
    }
    if (event.key !== "Shift") free = false;
  });
}

function goTo(area, line) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] || "").length);
  const height = parseFloat(getComputedStyle(area).lineHeight);
  area.scrollTop = Math.max(0, (line - 4) * height);
  area.scrollIntoView({ block: "nearest" });
}

/* Asks what the draft means, a moment after the last key; of several answers only the last counts. */
function checked(form, part) {
  const told = part.querySelector("[data-sr-told]");
  const shown = part.querySelector("[data-sr-shown]");
  let timer = 0;
  let asking = null;
  let last = "";

  async function ask() {
    const body = new FormData(form);
    // A number that nobody typed goes with the verdict.
    if (form.elements.version?.dataset.srFollows === "yes") body.set("version", "");
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    const late = setTimeout(() => mine.abort("late"), TIMEOUT);
    part.classList.add("sr-stale");
    try {
      const options = { method: "POST", body, credentials: "same-origin", redirect: "manual", signal: mine.signal };
      const response = await fetch(part.dataset.srCheck, options);
      const text = response.ok ? await response.text() : "";
      if (asking !== mine) return;
      if (response.type === "opaqueredirect" || response.status === 403) {
        told.textContent = "You are logged out, or may not edit this any more. Copy what you typed before you load the page again.";
      } else if (!response.ok) told.textContent = `The server answers ${response.status}: what stands below is not about what you typed last.`;
      else show(text);
    } catch {
      if (asking === mine) told.textContent = "The server cannot be reached: what stands below is not about what you typed last.";
    } finally {
      clearTimeout(late);
      if (asking === mine) part.classList.remove("sr-stale");
    }
  }

  function show(text) {
    told.textContent = "";
    if (text === last) return;
    last = text;
    const open = [...shown.querySelectorAll("details[open]")].map((one) => one.id);
    shown.innerHTML = text;
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    form.dispatchEvent(new CustomEvent("sr:checked"));
  }

  const later = (milliseconds) => { clearTimeout(timer); timer = setTimeout(ask, milliseconds); };
  form.addEventListener("input", (event) => { if (!event.target.closest("[data-sr-quiet]")) later(PAUSE); });
  form.addEventListener("change", (event) => { if (event.target.matches("select")) later(0); });
  form.addEventListener("sr:filled", () => later(0));
}

/* The number goes with the verdict until somebody types one. */
function proposed(form, field) {
  const follows = (yes) => { field.dataset.srFollows = yes ? "yes" : "no"; };
  follows(field.value === "");
  field.addEventListener("input", () => follows(field.value === ""));
  const follow = () => {
    const next = form.querySelector("[data-sr-proposed]")?.dataset.srProposed;
    if (field.dataset.srFollows === "yes" && next) field.value = next;
  };
  form.addEventListener("sr:checked", follow);
  follow();
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sr-use-number]");
    if (!button) return;
    field.value = button.dataset.srUseNumber;
    follows(true);
    form.dispatchEvent(new CustomEvent("sr:filled"));
  });
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-sr-editor]").forEach((editor) => {
    numbered(editor);
    const area = editor.querySelector("textarea");
    if (!area.readOnly) keys(area);
  });
  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-sr-line]");
    const area = place && document.querySelector("[data-sr-editor] textarea");
    if (area) goTo(area, Number(place.dataset.srLine));
  });
  const part = document.querySelector("[data-sr-check]");
  const form = part?.closest("form");
  if (!form) return;
  checked(form, part);
  const number = form.querySelector("[name=version]");
  if (number) proposed(form, number);
});
