// Steps for the controls that the browser itself offers.

// The one option of that name. None or two stop: nothing is guessed.
function theOption(options, wanted) {
  const same = options.filter((option) => fold(option.text) === fold(wanted));
  if (same.length === 1) return same[0];
  throw new Problem(same.length ? "doubled option" : "no option", { wanted, options: options.map((option) => option.text) });
}

// Options may arrive after an earlier choice: an empty list is waited for longer than one that lacks the option.
async function arrived(read, wanted) {
  const isThere = () => read().some((option) => fold(option.text) === fold(wanted));
  await until(() => isThere() || read().length > 1);
  await until(isThere, 2000);
  return theOption(read(), wanted);
}

function setValue(element, value) {
  const owner = element.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(owner.prototype, "value").set.call(element, value);
  for (const name of ["input", "change"]) element.dispatchEvent(new Event(name, { bubbles: true }));
}

async function* typeInto(unit, { values }) {
  if (unit.element.readOnly) throw new Problem("read-only");
  // With wrap=hard the browser itself puts line breaks into what it sends, which nobody has seen (met in Roundup, 2026-11-23).
  if (unit.element.wrap === "hard") unit.element.wrap = "soft";
  yield type(unit.element, values[0]);
}

const selectOptions = (element) => [...element.options].map((node) => ({ text: node.label || node.text, node }));

async function* chooseNative(unit, { values }) {
  const chosen = [];
  for (const wanted of values) chosen.push((await arrived(() => selectOptions(unit.element), wanted)).node);
  for (const option of unit.element.options) option.selected = chosen.includes(option);
  for (const name of ["input", "change", "chosen:updated"]) unit.element.dispatchEvent(new Event(name, { bubbles: true }));
  yield* [];
}

async function* chooseInRow(unit, { values }) {
  for (const [level, wanted] of values.entries()) {
    const element = unit.members[level];
    if (!element) throw new Problem("no option", { wanted, options: [] });
    await until(() => !element.disabled);
    yield* chooseNative({ element }, { values: [wanted] });
    await macrotask();
  }
}

function isChecked(element) {
  return element.tagName === "INPUT" ? element.checked : element.getAttribute("aria-checked") === "true";
}

const memberOptions = (unit) => unit.members.map((node) => ({ text: optionText(node), node }));

async function* chooseRadio(unit, { values }) {
  const { node } = await arrived(() => memberOptions(unit), values[0]);
  if (!isChecked(node)) yield click(standIn(node) || node);
}

async function* tick(unit, { values }) {
  if (isChecked(unit.element) !== (values[0] === "true")) yield click(unit.kind === "switch" ? unit.root : standIn(unit.element) || unit.element);
}

async function* tickGroup(unit, { values }) {
  const wanted = [];
  for (const value of values) wanted.push((await arrived(() => memberOptions(unit), value)).node);
  for (const member of unit.members) {
    if (isChecked(member) !== wanted.includes(member)) yield click(standIn(member) || member);
    await macrotask();
  }
}
