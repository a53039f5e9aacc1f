// Dates: typed where the field takes typing, else picked from the calendar that it opens.

const DATE_WIDGETS = ".el-date-editor, .ant-picker";

function nativeDate(element, value) {
  const day = value.slice(0, 10);
  const moment = value.replace(" ", "T").slice(0, 16);
  const time = value.match(/\d\d:\d\d/)?.[0] || "";
  return { month: day.slice(0, 7), "datetime-local": moment, time }[element.type] || day;
}

const CALENDAR_DONE =
  ".ant-picker-ok button:not(:disabled), .el-picker-panel__footer button:last-child, .el-time-panel__btn.confirm";

const numbersIn = (text) => (text.match(/\d+/g) || []).map(Number);

// The field shows the planned numbers in the planned order.
function showsDate(text, planned) {
  const wanted = numbersIn(planned);
  const shown = numbersIn(text);
  return wanted.length > 0 && wanted.every((number, place) => shown[place] === number);
}

// Ways in which a calendar's own field may want the same day written, the likeliest first.
function spellings(value) {
  const date = value.match(/^\d{4}-\d\d(-\d\d)?/)?.[0] || "";
  const time = value.match(/\d\d:\d\d(:\d\d)?/)?.[0] || "";
  const [year, month, day] = date.split("-");
  const days = day ? [date, `${year}/${month}/${day}`, `${year}年${month}月${day}日`, `${year}.${month}.${day}`] : [date];
  const clocks = !time ? [""] : time.length === 5 ? [`${time}:00`, time] : [time, time.slice(0, 5)];
  return days.flatMap((text) => clocks.map((clock) => `${text} ${clock}`.trim()));
}

async function* enterDate(unit, { values }) {
  if (values.length > unit.members.length) throw new Problem("no such day", { wanted: values[unit.members.length] });
  if (unit.root.matches(DATE_WIDGETS)) return yield* enterInWidget(unit, values);
  for (const [number, value] of values.entries()) {
    const element = unit.members[number];
    if (DATE_TYPES.includes(element.type)) setValue(element, nativeDate(element, value));
    else if (element.readOnly) setValue(element, value);
    else yield type(element, value);
    leave(element);
  }
}

const showsAll = (unit, values) => values.every((value, number) => showsDate(unit.members[number].value, value));

// What is typed counts once it outlasts leaving the field: until then the field shows what it will not take.
async function* enterInWidget(unit, values) {
  const written = values.map(spellings);
  const isTyped = !unit.element.readOnly;
  for (let way = 0; isTyped && way < written[0].length; way++) {
    yield* typeInWidget(unit, written.map((ways) => ways[way]));
    if (showsAll(unit, values)) return;
  }
  for (const [number, value] of values.entries()) yield* pickDay(unit, number, value);
  const popup = ownPopup(unit);
  if (popup) yield* closed(unit, popup);
}

// A range forgets its first day when the field is left before the second is there.
async function* typeInWidget(unit, texts) {
  const before = new Set(openPopups());
  const answersLate = Boolean(unit.root.closest(".ant-picker"));
  for (const [number, text] of texts.entries()) {
    const element = unit.members[number];
    element.focus({ preventScroll: true });
    await until(() => newPopup(unit, before), 100);
    // This calendar, opened by the focus, may first write a day of its own: with the next drawn frame.
    if (answersLate) await frame();
    yield type(element, text);
    await macrotask();
    newPopup(unit, before);
    if (number === texts.length - 1 || answersLate) keyEvent(element, "keydown", "Enter");
    await macrotask();
  }
  const done = ownPopup(unit)?.querySelector(CALENDAR_DONE);
  if (done && hasBox(done)) yield clickIfThere(done);
  leave(unit.members[texts.length - 1]);
  if (answersLate) await frame();
  await frame();
  const popup = ownPopup(unit);
  if (popup) yield* closed(unit, popup);
}

// A calendar may close under the hand when another one has just closed; it is opened again.
async function* pickDay(unit, number, value) {
  for (let attempt = 0; attempt < 3; attempt++) {
    const popup = (number && ownPopup(unit)) || (yield* opened({ ...unit, opener: unit.members[number] }));
    await settled(30, 500);
    const half = popup.querySelector(".is-left, .ant-picker-panel") || popup;
    const [year, month, day] = numbersIn(value);
    yield* turnTo(popup, half, year, month);
    const cell = dayCells(half, year, month).find((node) => numbersIn(ownText(node))[0] === day);
    if (cell) yield* pressDay(popup, cell);
    const isHalfOfRange = unit.members.length > 1;
    if (cell && (isHalfOfRange || (await until(() => showsDate(unit.members[number].value, value), 500)))) return;
    if (!cell && isOpen(popup)) break;
  }
  throw new Problem("no such day", { wanted: value });
}

async function* pressDay(popup, cell) {
  yield clickIfThere(cell);
  await frame();
  const done = popup.querySelector(CALENDAR_DONE);
  if (done && hasBox(done)) yield clickIfThere(done);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const HEADS = ".el-date-picker__header-label, .el-date-range-picker__header div, .ant-picker-year-btn, .ant-picker-month-btn";

function shownMonth(half) {
  const words = [...half.querySelectorAll(HEADS)].filter(hasBox).map((node) => node.innerText).join(" ");
  const year = words.match(/\d{4}/)?.[0];
  const rest = words.replace(/\d{4}/, "");
  const month = numbersIn(rest)[0] || MONTHS.findIndex((name) => rest.toLowerCase().includes(name)) + 1;
  return { year: Number(year), month };
}

const TURNS = {
  year: { back: ".d-arrow-left, .ant-picker-header-super-prev-btn", on: ".d-arrow-right, .ant-picker-header-super-next-btn" },
  month: { back: ".arrow-left, .ant-picker-header-prev-btn", on: ".arrow-right, .ant-picker-header-next-btn" },
};

// Turn the calendar's first half to a month. The buttons of a range may stand on its other half.
async function* turnTo(popup, half, year, month) {
  for (let turn = 0; turn < 200; turn++) {
    const shown = shownMonth(half);
    if (!shown.year || (shown.year === year && shown.month === month)) return;
    const unit = shown.year === year ? "month" : "year";
    const isBack = unit === "year" ? shown.year > year : shown.month > month;
    const button = [...popup.querySelectorAll(TURNS[unit][isBack ? "back" : "on"])].find((node) => hasBox(node) && !node.disabled);
    if (!button) return;
    yield clickIfThere(button);
    await frame();
  }
}

function dayCells(half, year, month) {
  const iso = `${year}-${String(month).padStart(2, "0")}-`;
  const titled = [...half.querySelectorAll(`td[title^="${iso}"]`)].filter((cell) => !cell.matches(".ant-picker-cell-disabled"));
  if (titled.length) return titled;
  return [...half.querySelectorAll(".el-date-table td.available:not(.prev-month):not(.next-month)")];
}
