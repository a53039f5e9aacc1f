// Names as a person reads them. Mirrors complain/names.py; a test holds the two together.

const CJK = "\\u2e80-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const BETWEEN_CJK = new RegExp(`(?<=[${CJK}]) (?=[${CJK}])`, "gu");
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
const SPACES = /[\s\u0000-\u001f\u007f-\u009f]+/gu;
const MARKS = /\(必填\)|[*:]/g;

function fold(name) {
  const plain = name.normalize("NFKC").replace(INVISIBLE, "").toLowerCase().replace(MARKS, " ");
  return plain.replace(SPACES, " ").trim().replace(BETWEEN_CJK, "");
}

const NOT_A_NAME =
  "select, textarea, button, input, script, style, template, option, [role=listbox], [role=combobox], " +
  "[contenteditable=''], [contenteditable=true], .el-form-item__error, .ant-form-item-explain";

// The text of an element without the controls in it. A hidden label still names its control.
function ownText(element) {
  if (!element.querySelector(NOT_A_NAME)) return (element.innerText || element.textContent || "").trim();
  const accept = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    const skip = node.matches(NOT_A_NAME) || !node.checkVisibility();
    return skip ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  };
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, accept);
  const parts = [];
  while (walker.nextNode()) parts.push(walker.currentNode.data);
  return parts.join(" ").replace(/\s+/g, " ").trim();
}

function referencedText(element, attribute) {
  const ids = (element.getAttribute(attribute) || "").split(/\s+/).filter(Boolean);
  const found = ids.map((id) => element.getRootNode().getElementById(id)).filter(Boolean);
  return found.filter((other) => other !== element && !element.contains(other)).map(ownText);
}

const ITEM_LABELS = [
  [".el-form-item", ".el-form-item__label"],
  [".ant-form-item", ".ant-form-item-label label"],
  [".van-field", ".van-field__label"],
  [".van-cell", ".van-cell__title"],
  [".layui-form-item", ".layui-form-label"],
  [".weui-cell", ".weui-label"],
];

// The label that a widget library puts beside the control without tying the two together.
function itemLabels(node) {
  for (const [item, label] of ITEM_LABELS) {
    const found = node.closest(item)?.querySelector(label);
    if (found && !found.contains(node)) return [ownText(found)];
  }
  return [];
}

// What assistive technology would say: aria-labelledby, aria-label, label, legend; then the form item's label.
function labelNames(unit) {
  const names = [];
  for (const node of new Set([...standsFor(unit), unit.element, unit.root, ...hostsOf(unit.element)])) {
    names.push(referencedText(node, "aria-labelledby").join(" "), node.getAttribute("aria-label") || "");
    for (const label of node.labels || labelsFor(node)) names.push(ownText(label));
    const legend = node.tagName === "FIELDSET" && node.querySelector("legend");
    if (legend) names.push(ownText(legend));
  }
  if (!unit.isOption) names.push(...itemLabels(unit.root));
  if (unit.isOption) names.push(optionText(unit.element));
  if (!names.some(Boolean)) names.push(legendAround(unit));
  return names;
}

// The legend over a control without a label of its own, where it is the only one there.
function legendAround(unit) {
  const around = unit.root.parentElement?.closest("fieldset");
  const legend = around?.querySelector(":scope > legend");
  return legend && !holdsOther(around, unit) ? ownText(legend) : "";
}

// What the label is tied to where a widget stands in for it: an editor's hidden text area, the frame around a body.
function standsFor({ kind, element }) {
  if (kind !== "editor") return [];
  return [sentControl(element), element === document.body && window.frameElement].filter(Boolean);
}

function labelsFor(node) {
  const id = node.id;
  return id ? node.getRootNode().querySelectorAll(`label[for="${CSS.escape(id)}"]`) : [];
}

// The shadow hosts around a control that is alone in its shadow root: the host's label is the control's label.
function hostsOf(element) {
  const hosts = [];
  for (let root = element.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode()) {
    if (root.querySelectorAll(CONTROLS).length > 1) break;
    hosts.push(root.host);
  }
  return hosts;
}

function placeholderNames(unit) {
  const { element, root } = unit;
  const names = ["placeholder", "aria-placeholder", "data-placeholder", "title"].map((key) => element.getAttribute(key));
  if (element.tagName === "SELECT" && element.options[0]?.value === "") names.push(element.options[0].text);
  const shown = root.querySelector(".el-select__placeholder.is-transparent, .ant-select-selection-placeholder, .ant-select-placeholder");
  if (shown) names.push(shown.textContent);
  return names.filter(Boolean);
}

// The text of a radio button or check box, wherever the page put it.
function optionText(element) {
  const labelled = referencedText(element, "aria-labelledby").join(" ") || element.getAttribute("aria-label");
  if (labelled) return labelled;
  const labels = [...(element.labels || [])].map(ownText).filter(Boolean);
  if (labels.length) return labels.join(" ");
  if (standIn(element) && element.title) return element.title;
  if (element.tagName !== "INPUT") return ownText(element);
  const wrapper = element.closest("label, [role=radio], [role=checkbox]");
  return (wrapper && ownText(wrapper)) || followingText(element);
}

// What a form library draws in place of a hidden radio button or box.
function standIn(element) {
  const next = element.nextElementSibling;
  const isDrawn = next?.matches(".layui-form-radio, .layui-form-checkbox, .layui-form-switch");
  return isDrawn && !element.checkVisibility() ? next : null;
}

function followingText(node) {
  for (let next = node.nextSibling; next; next = next.nextSibling) {
    if (next.nodeType === Node.TEXT_NODE && next.data.trim()) return next.data.trim();
    if (next.nodeType !== Node.ELEMENT_NODE) continue;
    if (next.matches(CONTROLS) || next.querySelector(CONTROLS)) return "";
    if (ownText(next)) return ownText(next);
  }
  return "";
}

// The text beside a control: the cell to its left, the term before it, the text just before it.
function nearNames(unit) {
  if (unit.element === document.body && window.frameElement) {
    return nearNames({ element: window.frameElement, root: window.frameElement, members: [] });
  }
  const before = leadingText(unit) || precedingText(unit);
  if (before) return [before];
  const cell = unit.root.closest("td, th, dd");
  const previous = cell?.previousElementSibling;
  return previous && !holdsOther(previous, unit) && ownText(previous) ? [ownText(previous)] : [];
}

// The text inside a group before its first member: "渠道 ☐ 电话 ☐ 短信".
function leadingText({ root, members }) {
  if (!members.length || members.includes(root) || !root.contains(members[0])) return "";
  const first = members[0].labels?.[0] || members[0];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const isBefore = first.compareDocumentPosition(node) === Node.DOCUMENT_POSITION_PRECEDING;
    if (!isBefore) return "";
    if (node.data.trim() && node.parentElement.checkVisibility()) return node.data.trim();
  }
  return "";
}

function holdsOther(node, unit) {
  const controls = node.matches?.(CONTROLS) ? [node] : [...(node.querySelectorAll?.(CONTROLS) || [])];
  const isThere = (other) => other.type === "file" || (other.type !== "hidden" && other.checkVisibility());
  return controls.some((other) => isThere(other) && !unit.root.contains(other) && !unit.members.includes(other));
}

// Climbs only while the enclosing box holds no other control: a heading over two fields names neither.
function precedingText(unit) {
  for (let node = unit.root; node && !node.matches?.("form, body, td, th, dd, tr"); node = parentOf(node)) {
    for (let other = node.previousSibling; other; other = other.previousSibling) {
      if (other.nodeType === Node.TEXT_NODE && other.data.trim()) return other.data.trim();
      if (other.nodeType !== Node.ELEMENT_NODE || other.matches("script, style, template")) continue;
      if (other.matches("input[type=hidden]") || !other.checkVisibility()) continue;
      if (holdsOther(other, unit)) return "";
      if (ownText(other)) return ownText(other);
    }
    const parent = parentOf(node);
    if (!parent || holdsOther(parent, unit)) return "";
  }
  return "";
}

function parentOf(node) {
  const parent = node.parentNode;
  return parent instanceof ShadowRoot ? parent.host : parent;
}
