// Every control of this document and its open shadow roots, with parts of one widget taken together as one unit.

const CONTROLS =
  "input, textarea, select, [contenteditable=''], [contenteditable=true], [contenteditable=plaintext-only], " +
  "[role=textbox], [role=searchbox], [role=combobox], [role=spinbutton], [role=switch], [role=checkbox], [role=radio]";
const NOT_FIELDS = ["hidden", "submit", "button", "reset", "image"];
const TEXT_TYPES = ["text", "search", "email", "tel", "url", "password", "number", ""];
const DATE_TYPES = ["date", "datetime-local", "month", "week", "time"];
const ROOTS = [
  ["cascader", ".el-cascader, .ant-cascader"],
  ["text", ".ant-select-auto-complete, .el-autocomplete"],
  ["combobox", ".el-select, .el-select-v2, .ant-select, .layui-form-select"],
  ["date", ".el-date-editor, .ant-picker"],
  ["file", ".el-upload, .ant-upload-wrapper, .ant-upload, .van-uploader"],
  ["text", ".el-input-number, .ant-input-number, .van-stepper"],
  ["switch", ".el-switch, .ant-switch, .van-switch"],
  ["picker", ".van-field--clickable, .van-cell--clickable, .van-field.is-link"],
];
const RADIO_GROUPS = "[role=radiogroup], fieldset, .el-radio-group, .ant-radio-group, .van-radio-group";
const BOX_GROUPS = "[role=group], fieldset, .el-checkbox-group, .ant-checkbox-group, .van-checkbox-group";

// All roots to search: the document and every open shadow root in it.
function allRoots(root = document, found = []) {
  found.push(root);
  for (const element of root.querySelectorAll("*")) if (element.shadowRoot) allRoots(element.shadowRoot, found);
  return found;
}

function deepQuery(selector, roots = allRoots()) {
  return roots.flatMap((root) => [...root.querySelectorAll(selector)]);
}

const recent = { roots: [], until: 0 };

// The roots as they were a moment ago: good enough where one asks again and again.
function recentRoots() {
  if (performance.now() > recent.until) Object.assign(recent, { roots: allRoots(), until: performance.now() + 150 });
  return recent.roots;
}

function isRadio(element) {
  return element.type === "radio" || element.getAttribute("role") === "radio";
}

function isSwitch(element) {
  return element.getAttribute("role") === "switch";
}

function isBox(element) {
  return !isSwitch(element) && (element.type === "checkbox" || element.getAttribute("role") === "checkbox");
}

// A list that a plug-in hides behind one of its own; the hidden one is filled, the shown one is what a person sees.
function shownInstead(element) {
  if (element.tagName !== "SELECT") return null;
  const isHidden = element.matches(".select2-hidden-accessible") || !element.checkVisibility();
  const next = element.nextElementSibling;
  const isList = next?.matches("[class*=select], [class*=chosen], [class*=dropdown]") && !next.matches(".layui-form-select");
  return isHidden && isList ? next : null;
}

function isField(element) {
  if (element.tagName === "INPUT" && NOT_FIELDS.includes(element.type)) return false;
  if (element.closest(".select2-container, .chosen-container, .ck-hidden, .ck-toolbar, .w-e-toolbar")) return false;
  if (element.isContentEditable) return !element.parentElement?.isContentEditable;
  // A wrapper such as role=combobox around a real input is the input's box, not a second control.
  return element.matches("input, textarea, select") || !element.querySelector("input, textarea, select");
}

function makeUnit(kind, element, root = element, members = [element]) {
  return { kind, element, root, members, isOption: kind === "box" || kind === "radio" };
}

function widgetOf(element) {
  for (const [kind, selector] of ROOTS) {
    const root = element.closest(selector);
    if (root && (kind !== "picker" || element.readOnly)) return [kind, root];
  }
  return [null, shownInstead(element) || element];
}

function kindOf(element) {
  if (element.tagName === "SELECT") return "select";
  if (element.tagName === "TEXTAREA") return "text";
  if (element.isContentEditable) return "editor";
  if (element.type === "file") return "file";
  if (DATE_TYPES.includes(element.type)) return "date";
  if (isSwitch(element)) return "switch";
  if (element.tagName === "INPUT") return TEXT_TYPES.includes(element.type) ? "text" : "other";
  return element.getAttribute("role") === "combobox" ? "combobox" : "other";
}

function commonAncestor(elements) {
  let node = elements[0].parentElement;
  while (node && !elements.every((element) => node.contains(element))) node = node.parentElement;
  return node || elements[0].parentElement;
}

// Radio buttons or check boxes that belong together: by their group element, else by their name.
function groupOf(element, selector, all) {
  const group = element.closest(selector);
  if (group && all.filter((other) => group.contains(other)).length > 1) return group;
  const peers = all.filter((other) => other.name && other.name === element.name && other.form === element.form);
  if (peers.length > 1) return commonAncestor(peers);
  const item = element.closest(ITEM_LABELS.map(([box]) => box).join(", "));
  return item && all.filter((other) => item.contains(other)).length > 1 ? item : null;
}

function groupUnits(kind, elements, selector) {
  const groups = new Map();
  for (const element of elements) {
    const group = groupOf(element, selector, elements);
    if (group) groups.set(group, [...(groups.get(group) || []), element]);
  }
  return [...groups].map(([group, members]) => makeUnit(kind, group, group, members));
}

// Several native selects in one form item, cell or paragraph: 省 / 市 / 区.
function selectRows(units) {
  const rows = new Map();
  for (const unit of units.filter((other) => other.kind === "select")) {
    const row = unit.element.closest(`${ITEM_LABELS.map(([box]) => box).join(", ")}, td, dd, p, li, .form-group`);
    const key = row || unit.element.parentElement;
    rows.set(key, [...(rows.get(key) || []), unit.element]);
  }
  return [...rows].filter(([, members]) => members.length > 1).map(([row, members]) => makeUnit("selects", row, row, members));
}

// Every unit that is shown, in document order within its root.
function scan() {
  const elements = allRoots().flatMap((root) => [...root.querySelectorAll(CONTROLS)]).filter(isField);
  const radios = elements.filter(isRadio);
  const boxes = elements.filter(isBox);
  const byRoot = new Map();
  for (const element of elements) {
    if (isRadio(element) || isBox(element)) continue;
    const [kind, root] = widgetOf(element);
    if (kind && byRoot.has(root)) byRoot.get(root).members.push(element);
    else byRoot.set(root, makeUnit(kind || kindOf(element), element, root));
  }
  const single = [...byRoot.values()];
  const units = [
    ...single,
    ...selectRows(single),
    ...groupUnits("radios", radios, RADIO_GROUPS),
    ...groupUnits("boxes", boxes, BOX_GROUPS),
    ...radios.map((element) => makeUnit("radio", element)),
    ...boxes.map((element) => makeUnit("box", element)),
  ];
  return units.filter(isShown);
}

// Drawn somewhere. A popup is measured far off the page before it is put in its place.
function hasBox(element) {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
}

function isVisible(element) {
  const box = element.getBoundingClientRect();
  const isOffPage = box.right + scrollX <= 0 || box.bottom + scrollY <= 0;
  return !isOffPage && hasBox(element);
}

// Check boxes and file inputs are often hidden behind what a person sees; then that counts.
function isShown(unit) {
  if (isVisible(unit.root)) return true;
  if (!unit.isOption && unit.kind !== "file" && unit.kind !== "switch") return false;
  const stands = [...(unit.element.labels || []), unit.root.parentElement, unit.root.parentElement?.parentElement];
  return stands.some((element) => element && isVisible(element));
}

// Drawn nowhere: clipped away by a box that cannot be scrolled there, inert, or wholly transparent.
function isSetAside(unit) {
  if (unit.root.closest("[inert], [aria-hidden=true]")) return true;
  if (!unit.root.checkVisibility({ opacityProperty: true })) return true;
  const box = unit.root.getBoundingClientRect();
  for (let parent = parentOf(unit.root); parent instanceof Element; parent = parentOf(parent)) {
    if (parent === document.body || getComputedStyle(parent).overflowX !== "hidden") continue;
    const frame = parent.getBoundingClientRect();
    if (box.left >= frame.right || box.right <= frame.left) return true;
  }
  return false;
}

const store = { next: 1, units: new Map(), keys: new WeakMap() };

// A number by which a unit is spoken of between two calls.
function keyOf(unit) {
  const known = store.keys.get(unit.element) || {};
  store.keys.set(unit.element, known);
  known[unit.kind] ||= store.next++;
  store.units.set(known[unit.kind], unit);
  return known[unit.kind];
}

function unitOf(key) {
  return store.units.get(key);
}
