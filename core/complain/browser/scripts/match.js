// Which unit a field means: by label, then placeholder, then the text beside it; exact before partial.

const FITS = {
  value: ["text", "editor", "date"],
  choose: ["select", "combobox", "radios", "boxes", "picker", "text"],
  check: ["box", "boxes", "switch", "radio", "radios"],
  files: ["file"],
  date: ["date", "text", "picker"],
  cascade: ["cascader", "picker", "combobox", "selects", "select"],
  ask: ["text"],
};
const LONGEST_PARTIAL = { label: 100, placeholder: 60, near: 30 };

function fits(spec, unit) {
  if (!FITS[spec.action].includes(unit.kind)) return false;
  if (!spec.values.length) return true;
  const isPlainCheck = spec.action === "check" && ["true", "false"].includes(spec.values[0]);
  if (spec.action === "check") return isPlainCheck === (unit.isOption || unit.kind === "switch");
  if (spec.action === "choose" && unit.kind === "text") return suggests(unit);
  if (spec.action === "cascade" && unit.kind.startsWith("select")) return (spec.values.length > 1) === (unit.kind === "selects");
  return true;
}

function suggests(unit) {
  const role = unit.element.getAttribute("role") || unit.element.getAttribute("aria-autocomplete");
  return Boolean(role) || unit.element.hasAttribute("list") || unit.root !== unit.element;
}

function namesOf(unit) {
  const folded = (names) => [...new Set(names.filter(Boolean).map(fold))].filter(Boolean);
  unit.names ||= { label: folded(labelNames(unit)), placeholder: folded(placeholderNames(unit)), near: null };
  return unit.names;
}

function namesIn(unit, tier) {
  const names = namesOf(unit);
  if (tier === "near") names.near ??= nearNames(unit).map(fold).filter(Boolean);
  return names[tier];
}

function sameName(unit, tier, wanted) {
  return namesIn(unit, tier).some((name) => name === wanted);
}

function partOfName(unit, tier, wanted) {
  return namesIn(unit, tier).some((name) => name.length <= LONGEST_PARTIAL[tier] && name.includes(wanted));
}

const TIERS = ["label", "placeholder", "near"].flatMap((tier) => [[sameName, tier, `exact ${tier}`]]);
TIERS.push(...["label", "placeholder", "near"].map((tier) => [partOfName, tier, `partial ${tier}`]));

function byName(units, wanted) {
  for (const [order, [test, tier, name]] of TIERS.entries()) {
    const found = units.filter((unit) => test(unit, tier, wanted));
    if (found.length) return { order, tier: name, found };
  }
  return { order: TIERS.length, tier: "", found: [] };
}

function byCss(units, selector) {
  const elements = deepQuery(selector);
  const isNamed = (unit) => elements.some((element) => element === unit.root || unit.members.includes(element));
  const direct = units.filter(isNamed);
  const around = units.filter((unit) => elements.some((element) => element.contains(unit.root)));
  return { order: 0, tier: "css", found: direct.length ? direct : around };
}

// One unit may be offered twice (a widget and the box around it); a copy that is set aside gives way.
function settleTies(found) {
  if (found.length < 2) return found;
  const drawn = found.filter((unit) => !isSetAside(unit));
  return drawn.length ? drawn : found;
}

function search(spec, units) {
  const fitting = units.filter((unit) => fits(spec, unit));
  const result = spec.css ? byCss(fitting, spec.css) : byName(fitting, fold(spec.label));
  const others = result.found.length || spec.css ? [] : byName(units, fold(spec.label)).found;
  return { ...result, found: settleTies(result.found), others };
}

function describe(unit) {
  const names = namesOf(unit);
  const name = names.label[0] || names.placeholder[0] || namesIn(unit, "near")[0] || "";
  const { element } = unit;
  const limit = element.maxLength;
  return {
    key: keyOf(unit),
    kind: unit.kind,
    name,
    disabled: isDisabled(unit),
    required: Boolean(element.required) || element.getAttribute("aria-required") === "true",
    maxlength: typeof limit === "number" && limit >= 0 ? limit : null,
    multiple: Boolean(element.multiple),
    collects: unit.kind === "file" && unit.root !== element,
    one_line: element.tagName === "INPUT",
    numeric: isNumeric(element),
    sent_as: (element.matches("input, textarea") && element.getAttribute("name")) || "",
    action: actionOrigins(element),
  };
}

function isNumeric(element) {
  return element.type === "number" || element.getAttribute("role") === "spinbutton" || /^(numeric|decimal)$/.test(element.inputMode);
}

function isDisabled(unit) {
  const { element, root } = unit;
  return element.matches(":disabled, [aria-disabled=true]") || root.matches(".is-disabled, [class*=-disabled]");
}

// Where the form would send what is typed. The attribute is read, since an input named "action" hides the property.
function actionOrigins(element) {
  const form = element.form || element.closest?.("form");
  if (!form) return [];
  const buttons = form.querySelectorAll("button[formaction], input[formaction]");
  const targets = [form.getAttribute("action"), ...[...buttons].map((button) => button.getAttribute("formaction"))];
  const urls = targets.filter(Boolean).map((target) => new URL(target, document.baseURI));
  return [...new Set(urls.filter((url) => /^https?:$/.test(url.protocol)).map((url) => url.origin))];
}

// Search all fields of one page in one scan.
function find(specs) {
  const units = scan();
  return specs.map((spec) => {
    const { order, tier, found, others } = search(spec, units);
    return { order, tier, found: found.map(describe), others: others.map(describe) };
  });
}

const isBefore = (one, other) => one.members[0].compareDocumentPosition(other.members[0]) & Node.DOCUMENT_POSITION_FOLLOWING;

// Everything on the page that could be filled, in the order in which it is read.
function inventory() {
  const units = scan().sort((one, other) => (one.members[0] === other.members[0] ? 0 : isBefore(one, other) ? -1 : 1));
  return units.map((unit) => ({ ...describe(unit), options: knownOptions(unit) }));
}
