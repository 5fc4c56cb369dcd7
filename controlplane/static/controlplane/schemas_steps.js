/* Migrations as rows, one for each step. The JSON beneath is what is sent, and can be edited as well. */
"use strict";

/* Each operation with what it asks for; `json` members are any value, `flag` ones are left out unless they are on. */
const PATH = { name: "path", label: "Member (JSON Pointer)", example: "/name, /items/*/name" };
const VALUE = { name: "value", label: "Value (JSON)", kind: "json", example: "\"text\", 1, true, null" };
const SEPARATOR = { name: "separator", label: "Separator", example: "a comma, a space" };
const OVERWRITE = { name: "overwrite", label: "Overwrite", kind: "flag" };
const NAMES = { kind: "json", example: "[\"first\", \"last\"]" };
const OPERATIONS = {
  set_default: { label: "set default", members: [PATH, VALUE] },
  rename: { label: "rename", members: [PATH, { name: "to", label: "New name", example: "title" }, OVERWRITE] },
  move: { label: "move", members: [PATH, { name: "to", label: "To (JSON Pointer)", example: "/details/name" }, OVERWRITE] },
  remove: { label: "remove", members: [PATH] },
  cast: { label: "cast", members: [PATH, { name: "to", label: "To", choices: ["string", "integer", "number", "boolean"] }] },
  map_values: {
    label: "map values",
    members: [
      PATH,
      { name: "values", label: "Old to new (JSON)", kind: "json", example: "{\"on\": \"active\"}" },
      { name: "otherwise", label: "Otherwise (JSON, may be empty)", kind: "json" },
    ],
  },
  constant: { label: "constant", members: [PATH, VALUE] },
  split: { label: "split", members: [PATH, SEPARATOR, { name: "into", label: "Into members (JSON)", ...NAMES }, OVERWRITE] },
  join: { label: "join", members: [PATH, { ...SEPARATOR, start: "" }, { name: "from", label: "From members (JSON)", ...NAMES }, OVERWRITE] },
};
let unnamed = 0;

function made(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/* A browser would round such a number. */
const LONG_NUMBER = /\d{16}/;

/* What somebody typed where JSON is asked for: a word that is none is meant as a text. */
function valueOf(text) {
  try {
    return LONG_NUMBER.test(text) ? text : JSON.parse(text);
  } catch {
    return text;
  }
}

function shownValue(value, kind) {
  if (value === undefined) return "";
  return kind === "json" ? JSON.stringify(value) : String(value);
}

function rowsOf(area) {
  const label = document.querySelector(`label[for="${area.id}"]`)?.textContent.trim() || "Steps";
  const rows = made("div", { className: "sr-steps" });
  const told = made("p", { className: "sr-soft" });
  const add = made("button", { type: "button", className: "sr-button sr-small", textContent: "Add a step" });
  const json = made("details", { className: "mt-2" }, made("summary", { textContent: "As JSON" }));
  let steps = [];
  let writing = false;

  area.before(made("div", { className: "sr" }, told, rows, add, json));
  json.append(area);
  add.setAttribute("aria-label", `Add a step: ${label}`);

  function write() {
    writing = true;
    area.value = steps.length ? JSON.stringify(steps, null, 2) : "[]";
    area.dispatchEvent(new Event("input", { bubbles: true }));
    writing = false;
  }

  function read() {
    let found;
    try {
      found = LONG_NUMBER.test(area.value) ? null : JSON.parse(area.value || "[]");
    } catch {
      found = null;
    }
    const readable = Array.isArray(found) && found.every((one) => one && typeof one === "object" && one.op in OPERATIONS);
    told.textContent = readable ? "" : "The JSON below cannot be shown as rows: edit it there.";
    rows.hidden = add.hidden = !readable;
    json.open ||= !readable;
    steps = readable ? found : [];
    draw();
  }

  function changed(focus) {
    draw();
    write();
    if (focus) rows.querySelector(focus)?.focus();
  }

  function field(step, member) {
    const input = made("input", { type: "text", value: shownValue(step[member.name], member.kind), spellcheck: false, autocomplete: "off" });
    if (member.example) input.placeholder = member.example;
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      if (input.value === "" && member.start === undefined) delete step[member.name];
      else step[member.name] = member.kind === "json" ? valueOf(input.value) : input.value;
      write();
    });
    input.addEventListener("blur", () => { input.value = shownValue(step[member.name], member.kind); });
    return made("label", {}, member.label, input);
  }

  function choice(step, member) {
    const select = made("select", {}, ...member.choices.map((one) => made("option", { value: one, textContent: one })));
    select.value = step[member.name] ?? member.choices[0];
    select.addEventListener("change", (event) => {
      event.stopPropagation();
      step[member.name] = select.value;
      write();
    });
    return made("label", {}, member.label, select);
  }

  function flag(step, member) {
    const box = made("input", { type: "checkbox", checked: step[member.name] === true });
    box.addEventListener("change", (event) => {
      event.stopPropagation();
      if (box.checked) step[member.name] = true;
      else delete step[member.name];
      write();
    });
    return made("label", { className: "sr-flag" }, member.label, box);
  }

  function entry(step, member) {
    if (member.choices) return choice(step, member);
    return member.kind === "flag" ? flag(step, member) : field(step, member);
  }

  function button(text, spoken, act, disabled = false) {
    const one = made("button", { type: "button", className: "sr-button sr-small", textContent: text, disabled });
    one.setAttribute("aria-label", spoken);
    one.addEventListener("click", act);
    return one;
  }

  function moved(index, by) {
    [steps[index], steps[index + by]] = [steps[index + by], steps[index]];
    changed();
  }

  function row(step, index) {
    const select = made("select", {}, ...Object.entries(OPERATIONS).map(([op, one]) => made("option", { value: op, textContent: one.label })));
    select.value = step.op;
    select.addEventListener("change", (event) => {
      event.stopPropagation();
      const kept = Object.fromEntries(OPERATIONS[select.value].members.map((one) => [one.name, step[one.name]]));
      steps[index] = started(select.value, kept);
      changed(`[data-step="${index}"] select`);
    });
    const members = OPERATIONS[step.op].members.map((one) => entry(step, one));
    const place = `step ${index + 1} of ${label}`;
    const one = made(
      "div", { className: "sr-step" },
      made("span", { className: "sr-number", textContent: `${index + 1}.` }),
      made("label", {}, "Step", select), ...members,
      button("↑", `Move ${place} up`, () => moved(index, -1), index === 0),
      button("↓", `Move ${place} down`, () => moved(index, 1), index === steps.length - 1),
      button("✕", `Remove ${place}`, () => { steps.splice(index, 1); changed(); }),
    );
    one.dataset.step = String(index);
    return one;
  }

  function started(op, kept = {}) {
    const step = { op };
    for (const member of OPERATIONS[op].members) {
      if (kept[member.name] !== undefined) step[member.name] = kept[member.name];
      else if (member.choices) step[member.name] = member.choices[0];
      else if (member.start !== undefined) step[member.name] = member.start;
    }
    return step;
  }

  function draw() {
    rows.replaceChildren(...steps.map(row));
  }

  add.addEventListener("click", () => {
    steps.push(started(Object.keys(OPERATIONS)[0]));
    changed(`[data-step="${steps.length - 1}"] select`);
  });
  area.addEventListener("input", () => { if (!writing) read(); });
  area.id ||= `sr-steps-${(unnamed += 1)}`;
  read();
}

function fill(button) {
  const area = button.closest("form")?.querySelector(`textarea[name="${button.dataset.srFill}"]`);
  if (!area) return;
  const around = area.closest("#sr-migrations");
  if (around) around.open = true;
  area.value = button.dataset.srStepsText;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("textarea[data-sr-steps]").forEach(rowsOf);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sr-fill]");
    if (button) fill(button);
  });
});
