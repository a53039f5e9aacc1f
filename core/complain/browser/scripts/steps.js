// Which steps fill which kind of unit.

const STEPS = {
  text: typeInto,
  editor: writeRich,
  select: chooseNative,
  selects: chooseInRow,
  radios: chooseRadio,
  radio: tick,
  box: tick,
  switch: tick,
  boxes: tickGroup,
  date: enterDate,
  combobox: chooseInPopup,
  cascader: chooseLevels,
  picker: useSheet,
};

// A text field may be asked for a choice among its suggestions, or for a date.
function stepsOfText(action) {
  return { choose: chooseInPopup, date: enterDate }[action] || typeInto;
}

function stepsFor(unit, order) {
  if (isDisabled(unit)) throw new Problem("disabled");
  const steps = unit.kind === "text" ? stepsOfText(order.action) : STEPS[unit.kind];
  if (!steps) throw new Problem("unknown widget");
  return steps(unit, order);
}

// What the page already shows of the options, without opening anything.
function knownOptions(unit) {
  if (unit.kind === "select") return selectOptions(unit.element).map((option) => option.text);
  if (unit.kind === "radios" || unit.kind === "boxes") return memberOptions(unit).map((option) => option.text);
  return [];
}

// All options, of the first level where there are several; a list is opened to be read, and closed again.
async function listOptions(key) {
  const unit = unitOf(key);
  if (unit.kind === "selects") return selectOptions(unit.members[0]).map((option) => option.text);
  if (!["combobox", "cascader", "picker"].includes(unit.kind)) return knownOptions(unit);
  const found = [];
  holdStill();
  await runFast(readPopup(unit, found));
  return found;
}

async function* readPopup(unit, found) {
  const popup = yield* opened(unit);
  const read = { cascader: () => levelOptions(popup, 0), picker: () => sheetOptions(popup) }[unit.kind] || (() => drawnOptions(popup));
  await until(() => read().length, 2000);
  found.push(...(unit.kind === "combobox" ? await allOptions(popup) : read()).map((option) => option.text));
  const cancel = popup.querySelector(".van-picker__cancel, .van-cascader__close-icon, .van-action-sheet__cancel, .van-popup__close-icon");
  if (cancel) yield clickIfThere(cancel);
  else yield* closed(unit, popup);
}

function sheetOptions(popup) {
  if (popup.querySelector(COLUMN)) return wheel(popup, 0);
  if (popup.querySelector(".van-cascader")) return [...popup.querySelectorAll(".van-cascader__option")].map((node) => ({ text: ownText(node) }));
  return drawnOptions(popup);
}
