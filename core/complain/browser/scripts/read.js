// What a unit holds, as the page would send it, or as it shows it where only that can be known.

function readUnit(unit) {
  const { element, members, kind } = unit;
  if (kind === "editor") return [readRich(element)];
  if (kind === "combobox") return readCombobox(unit);
  if (kind === "cascader") return readLevels(unit);
  if (kind === "select") return [...element.selectedOptions].map((option) => option.label || option.text);
  if (kind === "selects") return members.flatMap((select) => [...select.selectedOptions].map((option) => option.label || option.text));
  if (kind === "radios" || kind === "boxes") return members.filter(isChecked).map(optionText);
  if (["box", "radio", "switch"].includes(kind)) return [String(isChecked(element))];
  if (kind === "file") return readFiles(unit);
  if (kind === "date") return members.map((member) => member.value);
  return [element.value ?? ownText(element)];
}

function readKey(key) {
  const unit = unitOf(key);
  return unit && unit.root.isConnected ? readUnit(unit) : null;
}

// Read all fields again: each is looked for anew, so that a swapped field shows; a field that is no longer shown
// (an earlier step of a form) is read where it was.
function readBack(orders) {
  const units = scan();
  return orders.map((order) => {
    const { found } = search(order, units);
    const unit = found.length === 1 ? found[0] : unitOf(order.key);
    return unit && unit.root.isConnected ? { found: true, values: readUnit(unit) } : { found: false, values: [] };
  });
}

// Texts and choices of a page that was left, where a script only hides it. null for one that is gone, that is shown (for
// another question now, or as a summary), or that was emptied and is not sent: many pages keep in a script what it held.
function readLeft(keys) {
  return keys.map((key) => {
    const unit = unitOf(key);
    if (!unit || !unit.root.isConnected || isVisible(unit.root)) return null;
    const values = readUnit(unit);
    const { name, form, disabled } = unit.element;
    return values.some(Boolean) || (name && form && !disabled) ? values : null;
  });
}

// Read once the page's own update has run.
async function readLater(keys) {
  await macrotask();
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return keys.map(readKey);
}
