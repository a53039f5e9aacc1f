// The lists, calendars and sheets that a widget opens, wherever on the page it puts them.

const POPUPS =
  ".el-popper, .ant-select-dropdown, .ant-picker-dropdown, .ant-cascader-dropdown, .van-popup, .layui-form-selected dl, " +
  ".select2-dropdown, .autocomplete-suggestions, .ui-menu, .ui-datepicker, [role=listbox], [role=dialog], [role=menu]";
const OPENERS =
  ".el-select__wrapper, .el-input__wrapper, .ant-select-selector, .ant-select-content, .ant-picker-input, .layui-select-title";

function isOpen(popup) {
  return popup.isConnected && hasBox(popup) && !popup.matches(".ant-select-dropdown-hidden, .ant-picker-dropdown-hidden");
}

function outermost(elements) {
  return elements.filter((element) => !elements.some((other) => other !== element && other.contains(element)));
}

function openPopups() {
  return outermost(deepQuery(POPUPS, recentRoots()).filter(isOpen));
}

// Popups seen to open with a widget; some widgets keep one for each control and never name it.
const seenOpen = new WeakMap();

// The popup that the control itself names, or that was seen to open with it.
function ownPopup(unit) {
  const seen = seenOpen.get(unit.root);
  if (seen && isOpen(seen)) return seen;
  for (const node of [unit.element, ...unit.root.querySelectorAll("[aria-controls], [aria-owns]"), unit.root]) {
    for (const id of [node.getAttribute("aria-controls"), node.getAttribute("aria-owns")]) {
      const named = id && node.getRootNode().getElementById(id);
      const popup = named && (named.closest(".el-popper, .ant-select-dropdown, .ant-picker-dropdown") || named);
      if (popup && isOpen(popup)) return popup;
    }
  }
  return null;
}

// The popup that is open now and was not among those open before.
function newPopup(unit, before) {
  const popup = ownPopup(unit) || openPopups().find((other) => !before.has(other)) || null;
  if (popup) seenOpen.set(unit.root, popup);
  return popup;
}

function openerOf(unit) {
  return unit.opener || unit.root.querySelector(OPENERS) || (isVisible(unit.element) ? unit.element : unit.root);
}

async function* opened(unit, query = "") {
  const before = new Set(openPopups());
  const shown = () => newPopup(unit, before);
  if (ownPopup(unit)) return ownPopup(unit);
  yield click(openerOf(unit));
  // A list that is fetched by what is typed opens only then.
  const isFetched = Boolean(query) && isSearchable(unit);
  let popup = await until(shown, isFetched ? 120 : 5000);
  if (!popup && isFetched) {
    yield type(unit.element, query);
    popup = await until(shown);
  }
  if (!popup) throw new Problem("no popup");
  return popup;
}

// Leave the widget as a person does: look elsewhere, press beside it, at last press its opener again. Escape would
// take back what was just chosen.
async function* closed(unit, popup) {
  leave(unit.element);
  if (await until(() => !isOpen(popup), 300)) return;
  for (const name of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
    const Kind = name.startsWith("pointer") ? PointerEvent : MouseEvent;
    document.documentElement.dispatchEvent(new Kind(name, { bubbles: true, composed: true, view: window, button: 0 }));
  }
  if (await until(() => !isOpen(popup), 300)) return;
  yield clickIfThere(openerOf(unit));
  await until(() => !isOpen(popup), 300);
}
