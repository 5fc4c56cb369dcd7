/* The theme makes some of its buttons of spans and its main part of a div: here they become what they are. */
"use strict";

const LABELS = {
  dock_to_right: "Show or hide the menu",
  close: "Close the menu",
  more_horiz: "What can be done",
};

/* The name of its icon is all the text that some have. */
function labelled(element) {
  return LABELS[element.textContent.trim()];
}

/* What somebody reads there, without the names of icons. */
function words(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function asButton(element) {
  element.setAttribute("role", "button");
  element.setAttribute("tabindex", "0");
  const label = element.getAttribute("aria-label") || labelled(element);
  if (label) element.setAttribute("aria-label", label);
  element.addEventListener("keydown", (event) => {
    if (event.target !== element || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    element.click();
  });
}

/* A field in a table has no label of its own: its column's heading is one. */
function labelField(field) {
  const cell = field.closest("td");
  if (!cell || field.labels?.length || field.getAttribute("aria-label")) return;
  const heading = cell.closest("table").querySelectorAll("thead th")[cell.cellIndex];
  if (heading && words(heading)) field.setAttribute("aria-label", words(heading));
}

function labelFields(root) {
  root.querySelectorAll("table :is(input:not([type=hidden], [type=checkbox]), select, textarea)").forEach(labelField);
  root.querySelectorAll("td.delete input.delete").forEach((field) => field.setAttribute("aria-label", "Remove"));
}

document.addEventListener("DOMContentLoaded", () => {
  const plain = "[x-on\\:click]:not(button, input, select, textarea, [href], [role], [tabindex], h2)";
  document.querySelectorAll(plain).forEach(asButton);

  const content = document.getElementById("content") || document.getElementById("page");
  if (content) {
    content.setAttribute("role", "main");
    content.setAttribute("tabindex", "-1");
  }
  document.querySelectorAll("a[href]:not([aria-label])").forEach((link) => {
    if (words(link) || link.querySelector("img[alt]")) return;
    const named = link.title || labelled(link) || (link.pathname === "/admin/" ? "Home" : link.textContent.trim());
    link.setAttribute("aria-label", named);
  });
  document.getElementById("header-inner")?.parentElement.parentElement.setAttribute("role", "banner");

  labelFields(document);
  document.addEventListener("formset:added", (event) => labelFields(event.target.closest("table") || document));
  document.querySelectorAll("[x-ref^=relatedWidgetWrapper]").forEach((one) => {
    one.setAttribute("aria-label", "Add, change or view what is chosen");
  });

  const palette = document.getElementById("search-input-command");
  if (palette) {
    palette.setAttribute("aria-label", "Search pages, rules, destinations, or paste an event's id");
    /* It waits for a key, which nobody presses who pastes with the mouse. */
    palette.addEventListener("input", () => palette.dispatchEvent(new Event("keyup")));
  }
  document.querySelectorAll("#command-submit, #searchbar-submit").forEach((one) => one.setAttribute("aria-label", "Search"));
  document.querySelectorAll(".material-symbols-outlined:not([role])").forEach((icon) => {
    if (!icon.hasAttribute("aria-label")) icon.setAttribute("aria-hidden", "true");
  });
});

/* Made by the framework's own script, which runs then. */
window.addEventListener("load", () => setTimeout(() => {
  // What is wrong in a form: browsers leave it out where the page of before had the focus elsewhere.
  document.querySelector("#content [autofocus]")?.focus();
  document.querySelectorAll("span.help-tooltip[aria-label]").forEach((one) => one.setAttribute("role", "img"));
}));
