// The lists, calendars and sheets that a widget opens, wherever on the page it puts them.

const POPUPS =
  ".el-popper, .ant-select-dropdown, .ant-picker-dropdown, .ant-cascader-dropdown, .van-popup, .layui-form-selected dl, " +
  ".select2-dropdown, .autocomplete-suggestions, .ui-menu, .ui-datepicker, [role=listbox], [role=dialog], [role=menu]";
const OPENERS =
  ".el-select__wrapper, .el-input__wrapper, .ant-select-selector, .ant-select-content, .ant-picker-input, .layui-select-title";

function isOpen(popup) {
  return popup.isConnected && isVisible(popup) && !popup.matches(".ant-select-dropdown-hidden, .ant-picker-dropdown-hidden");
}

function outermost(elements) {
  return elements.filter((element) => !elements.some((other) => other !== element && other.contains(element)));
}

function openPopups() {
  return outermost(deepQuery(POPUPS).filter(isOpen));
}

// The popup that the control itself names.
function ownPopup(unit) {
  for (const node of [unit.element, ...unit.root.querySelectorAll("[aria-controls], [aria-owns]"), unit.root]) {
    for (const id of [node.getAttribute("aria-controls"), node.getAttribute("aria-owns")]) {
      const named = id && node.getRootNode().getElementById(id);
      const popup = named && (named.closest(".el-popper, .ant-select-dropdown, .ant-picker-dropdown") || named);
      if (popup && isOpen(popup)) return popup;
    }
  }
  return null;
}

function openerOf(unit) {
  return unit.root.querySelector(OPENERS) || (isVisible(unit.element) ? unit.element : unit.root);
}

async function* opened(unit) {
  const before = new Set(openPopups());
  if (ownPopup(unit)) return ownPopup(unit);
  yield click(openerOf(unit));
  const popup = await until(() => ownPopup(unit) || openPopups().find((other) => !before.has(other)), 3000);
  if (!popup) throw new Problem("no popup");
  return popup;
}

// Leave the widget; press its opener again only when its popup stays.
async function* closed(unit, popup) {
  leave(unit.element);
  if (await until(() => !isOpen(popup), 300)) return;
  keyEvent(unit.element, "keydown", "Escape");
  if (await until(() => !isOpen(popup), 300)) return;
  yield click(openerOf(unit));
  await until(() => !isOpen(popup), 300);
}
