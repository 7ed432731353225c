// The little that a page does by itself: keys, text that is not lost, files that are dropped, forms sent once.
// Every page works without it.

const TYPED = "input, textarea, select, [contenteditable]";
const KEPT = "faru:kept:";
const SENT = "faru:sent:";
const SIGNED_OUT = "faru:signed-out";

const typing = (target) => target instanceof Element && target.matches(TYPED);
const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;

/* Keys */

let going = -Infinity; // when `g` was pressed, in milliseconds of the page

const first = (fold) => fold.querySelector(`:is(${TYPED}):not([type=hidden])`);

function press(key) {
  for (const element of document.querySelectorAll("[data-key]")) {
    if (element.dataset.key === key && element.checkVisibility()) {
      if (element.matches(TYPED)) element.focus();
      else element.click();
      const fold = element.matches("summary") && element.parentElement;
      if (fold?.open) first(fold)?.focus();
      return true;
    }
  }
  return false;
}

function go(letter) {
  const room = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
  if (room) room.click();
  return Boolean(room);
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-rows] [data-row]")];
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by))];
  const target = row.matches("a, button") ? row : row.querySelector("a, button, summary");
  (target ?? row).focus();
  return true;
}

function help() {
  const panel = document.querySelector("dialog.help");
  if (panel && !panel.open) panel.showModal();
  return Boolean(panel);
}

function search() {
  const field = document.querySelector("#find");
  field?.focus();
  field?.select();
  return Boolean(field);
}

function answer(event) {
  if (event.timeStamp - going < 1500) {
    going = -Infinity;
    return go(event.key);
  }
  switch (event.key) {
    case "/": return search();
    case "?": return help();
    case "j": return step(1);
    case "k": return step(-1);
    case "g": going = event.timeStamp; return true;
    default: return event.key.length === 1 && press(event.key);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || !plain(event) || event.isComposing) return;
  if (event.key === "Escape") {
    if (typing(event.target)) event.target.blur();
    return;
  }
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (answer(event)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-help], [data-close]");
  if (!link) return;
  if (link.matches("[data-help]")) {
    if (help()) event.preventDefault();
    return;
  }
  const panel = link.closest("dialog");
  if (panel?.open) {
    event.preventDefault();
    panel.close();
  }
});

/* What was typed is not lost when the session ends. It is kept in this tab only, for the same officer, until it was
   sent or the officer signs out. */

const KEEPS = "textarea, select, input:not([type=password], [type=hidden], [type=file])";
const boxed = (field) => field.type === "checkbox" || field.type === "radio";
const nameOf = (form) => `${location.pathname}#${form.dataset.keep}`;
const forget = (test) => {
  for (const key of Object.keys(sessionStorage)) if (test(key)) sessionStorage.removeItem(key);
};

function keep(form) {
  const fields = [...form.querySelectorAll(KEEPS)].filter((field) => field.name);
  const values = fields.map((field) => [field.name, field.value, boxed(field) ? field.checked : null]);
  sessionStorage.setItem(KEPT + nameOf(form), JSON.stringify(values));
}

function restore(form) {
  const kept = sessionStorage.getItem(KEPT + nameOf(form));
  if (!kept) return;
  for (const [name, value, checked] of JSON.parse(kept)) {
    for (const field of form.querySelectorAll(KEEPS)) {
      if (field.name !== name) continue;
      if (checked === null) field.value = value;
      else if (field.value === value) field.checked = checked;
    }
  }
}

function settleSent() {
  // A form that was sent while signed in is done with. One whose answer was the sign-in page is given back.
  const lost = sessionStorage.getItem(SIGNED_OUT) !== null;
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(SENT)) continue;
    if (lost) sessionStorage.setItem(KEPT + key.slice(SENT.length), sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
  }
  sessionStorage.removeItem(SIGNED_OUT);
}

function startKeeping() {
  if (document.body.matches("[data-signed-out]")) {
    sessionStorage.setItem(SIGNED_OUT, "1");
    return;
  }
  const officer = document.body.dataset.user;
  if (!officer) return;
  if (sessionStorage.getItem("faru:officer") !== officer) forget((key) => key.startsWith("faru:"));
  sessionStorage.setItem("faru:officer", officer);
  settleSent();
  document.querySelectorAll("form[data-keep]").forEach(restore);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-keep]");
  if (form) keep(form);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-leave]")) forget((key) => key.startsWith("faru:"));
  if (form.matches("[data-keep]")) {
    keep(form);
    const name = nameOf(form);
    sessionStorage.setItem(SENT + name, sessionStorage.getItem(KEPT + name));
    sessionStorage.removeItem(KEPT + name);
  }
  if (form.matches("[data-submit-once]")) once(event);
});

/* A form that must be sent once only */

function once(event) {
  const form = event.target;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
  event.submitter?.setAttribute("aria-busy", "true");
}

window.addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("[aria-busy=true]")) busy.removeAttribute("aria-busy");
});

/* Files that are dropped */

function name(area) {
  const files = [...area.querySelector("input[type=file]").files];
  const told = area.querySelector("[data-drop-names]");
  if (told) told.textContent = files.map((file) => file.name).join(" · ");
}

for (const area of document.querySelectorAll("[data-drop]")) {
  const field = area.querySelector("input[type=file]");
  const over = (on) => (event) => {
    event.preventDefault();
    area.classList.toggle("over", on);
  };
  area.addEventListener("dragover", over(true));
  area.addEventListener("dragleave", over(false));
  area.addEventListener("drop", (event) => {
    over(false)(event);
    field.files = event.dataTransfer.files;
    name(area);
  });
  field.addEventListener("change", () => name(area));
}

/* On a narrow screen the rooms are a row that scrolls. scrollIntoView would also move the point from which Tab goes on,
   past the skip link. */

function showRoom() {
  const room = document.querySelector(".rail [aria-current]");
  const row = room?.closest(".rooms");
  if (!row) return;
  const [here, all] = [room.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollBy(here.left + here.width / 2 - all.left - all.width / 2, 0);
}

startKeeping();
showRoom();
document.querySelector("[data-focus]")?.focus();
