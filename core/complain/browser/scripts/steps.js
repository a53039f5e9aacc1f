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

function knownOptions(unit) {
  if (unit.kind === "select") return selectOptions(unit.element).map((option) => option.text);
  if (unit.kind === "radios" || unit.kind === "boxes") return memberOptions(unit).map((option) => option.text);
  return [];
}
