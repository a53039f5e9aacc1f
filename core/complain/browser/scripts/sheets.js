// The sheets that a phone's form opens from the bottom: wheels, cascades, calendars, lists.

const COLUMN = ".van-picker-column";
const WHEEL_ITEM = ".van-picker-column__item";
const DONE = ".van-picker__confirm, .van-calendar__confirm";

async function* useSheet(unit, order) {
  const popup = yield* opened(unit);
  await until(() => hasBox(popup) && popup.querySelector(`${WHEEL_ITEM}, .van-cascader, .van-calendar__day, .van-action-sheet__item, li, [role]`), 3000);
  if (popup.querySelector(COLUMN)) yield* turnWheels(popup, order);
  else if (popup.querySelector(".van-cascader")) yield* walkTabs(popup, order.values);
  else if (popup.querySelector(".van-calendar")) yield* markDays(popup, order.values);
  else for (const value of order.values) yield click(yield* optionNode(unit, popup, value));
  const done = [...popup.querySelectorAll(DONE)].find((button) => hasBox(button) && !button.disabled);
  if (done && isOpen(popup)) yield clickIfThere(done);
  await until(() => !isOpen(popup), 1500);
}

function wheel(popup, place) {
  const column = popup.querySelectorAll(COLUMN)[place];
  return [...(column?.querySelectorAll(WHEEL_ITEM) || [])].filter(isOffered).map((node) => ({ node, text: ownText(node) }));
}

async function* turnWheels(popup, { action, values }) {
  const wanted = action === "date" ? numbersIn(values[0]).map(String) : values;
  for (const [place, value] of wanted.entries()) {
    const read = () => wheel(popup, place).map((item) => ({ ...item, text: action === "date" ? String(numbersIn(item.text)[0]) : item.text }));
    if (action === "date" && !popup.querySelectorAll(COLUMN)[place]) break;
    yield click((await arrived(read, value)).node);
    await frame();
  }
}

async function* walkTabs(popup, values) {
  for (const [level, wanted] of values.entries()) {
    const read = () => {
      const panel = [...popup.querySelectorAll(".van-cascader__options")].filter(hasBox);
      const shown = panel[Math.min(level, panel.length - 1)];
      return [...(shown?.querySelectorAll(".van-cascader__option") || [])].map((node) => ({ node, text: ownText(node) }));
    };
    yield click((await arrived(read, wanted)).node);
    await frame();
  }
}

// The first month of a calendar has no title of its own: it is the month before the second one.
function calendarMonths(popup) {
  const sections = [...popup.querySelectorAll(".van-calendar__month")];
  const titles = sections.map((node) => numbersIn(node.querySelector(".van-calendar__month-title")?.innerText || ""));
  if (sections.length === 1) titles[0] = numbersIn(popup.querySelector(".van-calendar__header-subtitle")?.innerText || "");
  else if (!titles[0].length) titles[0] = titles[1][1] === 1 ? [titles[1][0] - 1, 12] : [titles[1][0], titles[1][1] - 1];
  return sections.map((node, place) => ({ node, year: titles[place][0], month: titles[place][1] }));
}

async function* markDays(popup, values) {
  for (const value of values) {
    const [year, month, day] = numbersIn(value);
    const section = calendarMonths(popup).find((one) => one.year === year && one.month === month)?.node;
    if (!section) throw new Problem("no such day", { wanted: value });
    section.scrollIntoView();
    const find = () => [...section.querySelectorAll(".van-calendar__day")].find((node) => numbersIn(ownText(node))[0] === day);
    const cell = await until(find, 2000);
    if (!cell || cell.matches(".van-calendar__day--disabled")) throw new Problem("no such day", { wanted: value });
    yield click(cell);
    await frame();
  }
}
