/* A policy's form: rows of places that are added and removed, and kinds with an action of their own stand out. */
"use strict";

function cleared(row) {
  const copy = row.cloneNode(true);
  // What is wrong with a row is not wrong with another.
  copy.classList.remove("pd-wrong");
  copy.querySelectorAll("[data-pd-said]").forEach((said) => said.remove());
  copy.querySelectorAll("[aria-invalid]").forEach((field) => {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  });
  copy.querySelectorAll("input").forEach((field) => { field.value = ""; });
  copy.querySelectorAll("select").forEach((field) => {
    const chosen = field.name.endsWith("-action") ? "ENCRYPT" : "";
    field.value = [...field.options].some((one) => one.value === chosen) ? chosen : field.options[0].value;
  });
  return copy;
}

function changed(place) {
  // The theme asks before somebody leaves a form with changes.
  place.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-pd-add], [data-pd-remove]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => {
    const add = event.target.closest("[data-pd-add]");
    if (add) {
      const rows = document.getElementById(add.dataset.pdAdd);
      const row = cleared(rows.querySelector("[data-pd-row]:last-child"));
      rows.append(row);
      row.querySelector("input").focus();
      return;
    }
    const remove = event.target.closest("[data-pd-remove]");
    if (!remove) return;
    const row = remove.closest("[data-pd-row]");
    const rows = row.parentElement;
    if (rows.children.length === 1) row.replaceWith(cleared(row));
    else row.remove();
    (rows.querySelector("[data-pd-row]:last-child input") || rows).focus();
    changed(rows);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches(".pd-kind select")) event.target.classList.toggle("pd-chosen", event.target.value !== "");
  });
});
