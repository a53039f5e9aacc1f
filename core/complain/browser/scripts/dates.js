// Dates: typed where the field takes typing, else picked from the calendar that it opens.

const DATE_WIDGETS = ".el-date-editor, .ant-picker";

function nativeDate(element, value) {
  const day = value.slice(0, 10);
  const moment = value.replace(" ", "T").slice(0, 16);
  const time = value.match(/\d\d:\d\d/)?.[0] || "";
  return { month: day.slice(0, 7), "datetime-local": moment, time }[element.type] || day;
}

const numbersIn = (text) => (text.match(/\d+/g) || []).map(Number);

// The field shows the planned numbers in the planned order.
function showsDate(text, planned) {
  const wanted = numbersIn(planned);
  const shown = numbersIn(text);
  return wanted.length > 0 && wanted.every((number, place) => shown[place] === number);
}

// Ways in which a calendar's own field may want the same day written.
function spellings(value) {
  const [year, month, day, ...time] = value.split(/[-T: ]/);
  if (!day || time.length === 1) return [value, `${value}:00`];
  const clock = time.length ? ` ${time.join(":")}` : "";
  const days = [`${year}-${month}-${day}`, `${year}/${month}/${day}`, `${year}年${month}月${day}日`, `${year}.${month}.${day}`];
  return days.flatMap((text) => (clock ? [text + clock, `${text}${clock}:00`] : [text]));
}

async function* enterDate(unit, { values }) {
  for (const [number, value] of values.entries()) {
    const element = unit.members[number];
    if (!element) throw new Problem("no such day", { wanted: value });
    if (DATE_TYPES.includes(element.type)) setValue(element, nativeDate(element, value));
    else if (unit.root.matches(DATE_WIDGETS)) yield* enterInWidget(unit, element, value);
    else if (element.readOnly) setValue(element, value);
    else yield type(element, value);
    leave(element);
  }
  await macrotask();
  if (unit.root.matches(DATE_WIDGETS)) yield* pickWhereTypingFailed(unit, values);
}

async function* enterInWidget(unit, element, value) {
  if (element.readOnly) return;
  for (const text of spellings(value)) {
    yield type(element, text);
    await macrotask();
    keyEvent(element, "keydown", "Enter");
    await macrotask();
    if (showsDate(element.value, value)) return;
  }
}

async function* pickWhereTypingFailed(unit, values) {
  const popup = ownPopup(unit);
  if (values.every((value, number) => showsDate(unit.members[number].value, value))) {
    if (popup) yield* closed(unit, popup);
    return;
  }
  for (const value of values) yield* pickDay(unit, value);
  leave(unit.element);
}

async function* pickDay(unit, value) {
  const popup = yield* opened(unit);
  const [year, month, day] = numbersIn(value);
  yield* turnTo(popup, year, month);
  const cell = dayCells(popup, year, month).find((node) => numbersIn(ownText(node))[0] === day);
  if (!cell) throw new Problem("no such day", { wanted: value });
  yield click(cell);
  await macrotask();
  const done = popup.querySelector(".ant-picker-ok button, .el-picker-panel__footer button:last-child");
  if (done && isVisible(done)) yield click(done);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function shownMonth(popup) {
  const texts = [...popup.querySelectorAll(".el-date-picker__header-label, .el-date-range-picker__header div, .ant-picker-year-btn, .ant-picker-month-btn")];
  const words = texts.filter(isVisible).map((node) => node.innerText).join(" ");
  const year = words.match(/\d{4}/)?.[0];
  const rest = words.replace(/\d{4}/, "");
  const month = numbersIn(rest)[0] || MONTHS.findIndex((name) => rest.toLowerCase().includes(name)) + 1;
  return { year: Number(year), month };
}

const TURNS = {
  year: { back: ".d-arrow-left, .ant-picker-header-super-prev-btn", on: ".d-arrow-right, .ant-picker-header-super-next-btn" },
  month: { back: ".arrow-left, .ant-picker-header-prev-btn", on: ".arrow-right, .ant-picker-header-next-btn" },
};

async function* turnTo(popup, year, month) {
  for (let turn = 0; turn < 200; turn++) {
    const shown = shownMonth(popup);
    if (!shown.year || (shown.year === year && shown.month === month)) return;
    const unit = shown.year === year ? "month" : "year";
    const isBack = unit === "year" ? shown.year > year : shown.month > month;
    const button = [...popup.querySelectorAll(TURNS[unit][isBack ? "back" : "on"])].find(isVisible);
    if (!button) return;
    yield click(button);
    await macrotask();
  }
}

function dayCells(popup, year, month) {
  const iso = `${year}-${String(month).padStart(2, "0")}-`;
  const titled = [...popup.querySelectorAll(`td[title^="${iso}"]`)].filter((cell) => !cell.matches(".ant-picker-cell-disabled"));
  if (titled.length) return titled;
  return [...popup.querySelectorAll(".el-date-table td.available:not(.prev-month):not(.next-month)")];
}
