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
};

function stepsFor(unit, order) {
  if (isDisabled(unit)) throw new Problem("disabled");
  const steps = STEPS[unit.kind];
  if (!steps) throw new Problem("unknown widget");
  return steps(unit, order);
}

function knownOptions(unit) {
  if (unit.kind === "select") return selectOptions(unit.element).map((option) => option.text);
  if (unit.kind === "radios" || unit.kind === "boxes") return memberOptions(unit).map((option) => option.text);
  return [];
}
