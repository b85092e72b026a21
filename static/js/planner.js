// Planned work by hand: bars of the Gantt chart and tasks of the calendar are moved by mouse, touch or keys.
// The server keeps the rules: a move that it refuses goes back to its place, with its sentence.

import { toast } from "ems/toasts";
import { language } from "ems/words";

const DAY = 86_400_000;
const EDGE = 8;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const board = document.querySelector("[data-planner]");
const note = board?.querySelector("[data-planner-note]");
const words = document.getElementById("planner-words")?.dataset ?? {};
const short = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });

const shifted = (day, count) => new Date(Date.parse(day) + count * DAY).toISOString().slice(0, 10);
const apart = (first, last) => Math.round((Date.parse(last) - Date.parse(first)) / DAY);
const said = (key, values) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

let held = null; // { item, starts, ends, from, mode, moved }

/** Draw a bar of the chart where its days are now; a task of the calendar only says them. */
function draw({ item, starts, ends }) {
  const bar = item.querySelector("rect");
  if (bar) {
    const { first, days } = item.dataset;
    const begin = Math.min(Math.max(apart(first, starts), 0), Number(days) - 0.2);
    const end = Math.min(Math.max(apart(first, ends) + 1, 0.2), Number(days));
    bar.setAttribute("x", String(begin));
    bar.setAttribute("width", String(Math.max(end - begin, 0.2)));
  }
  item.classList.toggle("moved", starts !== item.dataset.starts || ends !== item.dataset.ends);
}

const span = ({ starts, ends }) => `${short.format(new Date(starts))} – ${short.format(new Date(ends))}`;
const isMoved = () => held && (held.starts !== held.item.dataset.starts || held.ends !== held.item.dataset.ends);

/** Move by days from where it stood when it was taken: the whole, or one of its ends. */
function place(count) {
  const { starts, ends } = held.item.dataset;
  held.starts = held.mode === "end" ? starts : shifted(starts, count);
  held.ends = held.mode === "start" ? ends : shifted(ends, count);
  if (held.mode === "start" && held.starts > held.ends) held.starts = held.ends;
  if (held.mode === "end" && held.ends < held.starts) held.ends = held.starts;
  draw(held);
  note.textContent = said("moving", { days: span(held) });
}

/** Let go of it without a change. */
function giveUp(sentence = "") {
  if (!held) return;
  const { item } = held;
  draw({ item, starts: item.dataset.starts, ends: item.dataset.ends });
  for (const day of board.querySelectorAll(".drop-here")) day.classList.remove("drop-here");
  note.textContent = sentence;
  held = null;
}

/** The board as the server draws it now; who moved by keys goes on at the same task. */
async function refresh(task, hadFocus) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-planner-body]");
  if (!answer.ok || !fresh) return location.reload();
  board.querySelector("[data-planner-body]").replaceWith(fresh);
  if (hadFocus) fresh.querySelector(`[data-task="${task}"]`)?.focus();
  return undefined;
}

/** Ask the server for the move. */
async function save() {
  const { item, starts, ends } = held;
  const hadFocus = item === document.activeElement;
  const body = new FormData();
  for (const [name, value] of Object.entries({ starts, ends })) body.append(name, value);
  const csrf = JSON.parse(document.body.getAttribute("hx-headers"));
  try {
    const answer = await fetch(item.dataset.move, { method: "POST", body, headers: { Accept: "application/json", ...csrf } });
    const { sentence } = await answer.json();
    toast(sentence, answer.ok ? "ok" : "no");
    if (!answer.ok) return giveUp(sentence);
    held = null;
    note.textContent = sentence;
    return await refresh(item.dataset.task, hadFocus);
  } catch {
    toast(words.failed, "no");
    return giveUp(words.failed);
  }
}

function take(item, mode, more = {}) {
  if (held?.item !== item) giveUp();
  held ??= { item, starts: item.dataset.starts, ends: item.dataset.ends };
  Object.assign(held, { mode, ...more });
}

// --- Mouse and touch ------------------------------------------------------------

/** Which part of a bar was taken: an end, or the whole. */
function modeAt(item, x) {
  const box = item.querySelector("rect")?.getBoundingClientRect();
  if (!box || box.width < 3 * EDGE) return "whole";
  if (x > box.right - EDGE) return "end";
  return x < box.left + EDGE ? "start" : "whole";
}

const dayAt = (x, y) => document.elementsFromPoint(x, y).find((each) => each.dataset?.day);

function onDown(event) {
  const item = event.target.closest("[data-task]");
  if (!item || event.button !== 0) return;
  giveUp();
  const day = item.closest("[data-day]")?.dataset.day;
  take(item, modeAt(item, event.clientX), { x: event.clientX, day, pointer: event.pointerId });
}

function onMove(event) {
  if (held?.pointer !== event.pointerId) return;
  if (!held.dragged && Math.abs(event.clientX - held.x) < 4 && !held.day) return;
  let count = 0;
  if (held.day) {
    const cell = dayAt(event.clientX, event.clientY);
    for (const each of board.querySelectorAll(".drop-here")) each.classList.remove("drop-here");
    cell?.classList.add("drop-here");
    count = cell ? apart(held.day, cell.dataset.day) : 0;
  } else {
    const width = held.item.closest("svg").getBoundingClientRect().width / Number(held.item.dataset.days);
    count = Math.round((event.clientX - held.x) / width);
  }
  if (!held.dragged && !count) return;
  held.dragged = true;
  held.item.setPointerCapture?.(event.pointerId);
  place(count);
}

function onUp(event) {
  if (held?.pointer !== event.pointerId) return;
  if (!held.dragged) held = null;
  else if (isMoved()) {
    held.pointer = null;
    save();
  } else giveUp();
}

// --- Keys -----------------------------------------------------------------------

function onKey(event) {
  const item = event.target.closest("[data-task]");
  if (!item) return;
  const step = STEPS[event.key] ?? 0;
  if (step) {
    event.preventDefault();
    take(item, event.shiftKey ? "end" : "whole");
    const { starts, ends } = item.dataset;
    const so = { starts: held.starts, ends: held.ends };
    const next = event.shiftKey ? { ...so, ends: shifted(so.ends, step) } : { starts: shifted(so.starts, step), ends: shifted(so.ends, step) };
    if (next.ends >= next.starts) Object.assign(held, next);
    draw(held);
    note.textContent = said(held.starts === starts && held.ends === ends ? "asWas" : "pending", { days: span(held) });
  } else if (event.key === "Enter" && isMoved() && held.item === item) {
    event.preventDefault();
    save();
  } else if (event.key === "Escape" && held) {
    event.preventDefault();
    giveUp(words.gaveUp);
  }
}

if (board) {
  board.addEventListener("pointerdown", onDown);
  board.addEventListener("pointermove", onMove);
  board.addEventListener("pointerup", onUp);
  board.addEventListener("pointercancel", () => giveUp());
  // A finger on a task moves the task and not the page; Chromium knows no touch-action within a drawing.
  board.addEventListener("touchmove", (event) => held?.pointer && event.cancelable && event.preventDefault(), { passive: false });
  board.addEventListener("keydown", onKey);
  board.addEventListener("focusout", (event) => held?.item === event.target && !held.pointer && isMoved() && giveUp(words.gaveUp));
  board.addEventListener("dragstart", (event) => event.target.closest("[data-task]") && event.preventDefault());
  // A drag ends with a click; the link is for those who only click.
  board.addEventListener("click", (event) => event.target.closest("[data-task].moved") && event.preventDefault());
}
