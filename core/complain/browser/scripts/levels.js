// Cascaders: one level after the other, each waited for.

const MENUS = ".el-cascader-menu, .ant-cascader-menu";
const NODES = ".el-cascader-node, .ant-cascader-menu-item";
const NODE_TEXT = ".el-cascader-node__label, .ant-cascader-menu-item-content";

function levelOptions(popup, level) {
  const menu = [...popup.querySelectorAll(MENUS)].filter(hasBox)[level];
  return [...(menu?.querySelectorAll(NODES) || [])].map((node) => ({ node, text: ownText(node.querySelector(NODE_TEXT) || node) }));
}

async function* chooseLevels(unit, { values }) {
  const popup = yield* opened(unit);
  let last = null;
  for (const [level, wanted] of values.entries()) {
    last = (await arrived(() => levelOptions(popup, level), wanted)).node;
    yield click(last);
    await macrotask();
  }
  await until(() => !isOpen(popup), 300);
  const mark = isOpen(popup) && last.isConnected && last.querySelector(".el-radio, .el-checkbox:not(.is-checked), .ant-cascader-checkbox");
  if (mark) yield click(mark);
  if (isOpen(popup)) yield* closed(unit, popup);
  leave(unit.element);
}

function readLevels(unit) {
  const shown = readCombobox(unit);
  return shown.length ? shown : [unit.element.value || ""];
}
