// Options in a popup: read whole, also where only a part of a long list is drawn.

const OPTIONS = [
  [".el-select-dropdown__item", ""],
  [".ant-select-item-option", ".ant-select-item-option-content"],
  [".van-action-sheet__item", ".van-action-sheet__name"],
  [".layui-form-selected dd, .layui-select-panel-wrap dd, .layui-anim dd", ""],
  [".select2-results__option", ""],
  [".el-autocomplete-suggestion li", ""],
  [".van-radio, .van-checkbox", ""],
  ["[role=option]", ""],
  ["li", ""],
];

function drawnOptions(popup) {
  for (const [option, text] of OPTIONS) {
    const nodes = [...popup.querySelectorAll(option)].filter((node) => node.checkVisibility());
    if (nodes.length) return nodes.filter(isOffered).map((node) => ({ node, text: ((text && node.querySelector(text)) || node).textContent.trim() }));
  }
  return [];
}

function isOffered(node) {
  return !node.matches(".is-disabled, [aria-disabled=true], .ant-select-item-option-disabled, .layui-disabled");
}

// The box that scrolls a list of which only the part in view is drawn.
function windowOf(popup) {
  return popup.querySelector(".el-select-dropdown__list.el-vl__window, .el-vl__window, .rc-virtual-list-holder, .ant-select-dropdown-list-holder");
}

async function scrollTo(view, top) {
  view.scrollTop = top;
  view.dispatchEvent(new Event("scroll"));
  await macrotask();
  await until(() => isDrawn(view), 300);
}

// The part in view is drawn once options reach from its upper to its lower edge.
function isDrawn(view) {
  const { top, bottom } = view.getBoundingClientRect();
  const boxes = drawnOptions(view).map((option) => option.node.getBoundingClientRect());
  const end = Math.min(bottom, top + view.scrollHeight - view.scrollTop);
  return boxes.some((box) => box.top <= top + 8) && boxes.some((box) => box.bottom >= end - 8);
}

// Every option of the list, each with the place at which it is drawn.
async function allOptions(popup) {
  const view = windowOf(popup);
  if (!view || view.scrollHeight <= view.clientHeight + 1) return drawnOptions(popup).map((option) => ({ ...option, top: null }));
  const byTop = new Map();
  for (let top = 0; top < view.scrollHeight; top += view.clientHeight * 0.9) {
    await scrollTo(view, top);
    const edge = view.getBoundingClientRect().top - view.scrollTop;
    for (const option of drawnOptions(popup)) {
      const place = Math.round(option.node.getBoundingClientRect().top - edge);
      byTop.set(place, { text: option.text, top: place });
    }
  }
  return [...byTop.values()];
}

async function reveal(popup, option) {
  if (option.top === null) return option.node;
  await scrollTo(windowOf(popup), option.top);
  const shown = await until(() => drawnOptions(popup).find((drawn) => fold(drawn.text) === fold(option.text)), 1000);
  if (!shown) throw new Problem("no option", { wanted: option.text, options: [] });
  return shown.node;
}

// A list that says that it holds nothing wants to be searched; so may one that still fetches: a person types on.
const HOLDS_NOTHING = /无数据|暂无|没有|无匹配|no data|no match|no result|not found/i;
const IS_FETCHING = /加载|载入|loading/i;

const says = (popup, words) => !drawnOptions(popup).length && words.test(popup.innerText);
const asksForSearch = (popup) => says(popup, HOLDS_NOTHING) || says(popup, IS_FETCHING);

const named = (options, wanted) => options.filter((option) => fold(option.text) === fold(wanted));

// The one option of that name: in the list as it opens, or in what the search field leaves of a list that is long
// or fetched.
async function* optionNode(unit, popup, wanted) {
  await until(() => drawnOptions(popup).length || (isSearchable(unit) && asksForSearch(popup)), isSearchable(unit) ? 300 : 5000);
  if (isSearchable(unit) && (isLong(popup) || !named(await allOptions(popup), wanted).length)) {
    yield* searched(unit, popup, wanted);
  } else if (!isLong(popup)) {
    await until(() => named(drawnOptions(popup), wanted).length, 2000);
  }
  return reveal(popup, theOption(await allOptions(popup), wanted));
}

// What is typed while a list still fetches may be lost on it, or overtaken by what was asked for first: then it is
// typed once more. A search that finds nothing is taken back.
async function* searched(unit, popup, wanted) {
  const isHere = () => named(drawnOptions(popup), wanted).length > 0;
  for (const patience of says(popup, IS_FETCHING) ? [2000, 5000] : [5000]) {
    yield type(unit.element, wanted);
    if (await until(isHere, patience)) {
      await settled(40, 600);
      if (isHere()) return;
    }
    yield type(unit.element, "");
    await settled(RESTS, 2000);
    await until(() => !says(popup, IS_FETCHING));
  }
}

// Longer than the pause after which the search fields of the widget libraries begin to search.
const RESTS = 400;

function isLong(popup) {
  const view = windowOf(popup);
  return Boolean(view) && view.scrollHeight > 10 * view.clientHeight;
}

function isSearchable(unit) {
  return unit.element.tagName === "INPUT" && !unit.element.readOnly && unit.element.checkVisibility();
}

async function* chooseInPopup(unit, { values }) {
  const isMany = values.length > 1 || holdsMany(unit);
  if (!isMany && fold(readCombobox(unit)[0] || "") === fold(values[0])) return;
  const wanted = isMany ? [...unwanted(unit, values), ...missing(unit, values)] : values;
  for (const value of wanted) {
    const popup = yield* opened(unit, value);
    yield click(yield* optionNode(unit, popup, value));
    await macrotask();
    if (!isMany) await until(() => !isOpen(popup), 300);
  }
  const popup = ownPopup(unit);
  if (popup) yield* closed(unit, popup);
  else leave(unit.element);
}

// Only a choice of several shows what is chosen as tags.
function holdsMany({ root }) {
  const marked = ".ant-select-multiple, .ant-select-tags, [aria-multiselectable=true]";
  return root.matches(marked) || Boolean(root.querySelector(".el-tag"));
}

const unwanted = (unit, values) => readCombobox(unit).filter((held) => !values.some((value) => fold(value) === fold(held)));
const missing = (unit, values) => values.filter((value) => !readCombobox(unit).some((held) => fold(value) === fold(held)));

const CHOSEN = [
  ".el-select__tags-text",
  ".el-select__selected-item.el-select__placeholder:not(.is-transparent)",
  ".ant-select-selection-item .ant-select-selection-item-content",
  ".ant-select-selection-item",
  ".ant-select-content-has-value",
];

function readCombobox(unit) {
  const hidden = unit.root.previousElementSibling;
  if (unit.root.matches(".layui-form-select") && hidden?.tagName === "SELECT") return [...hidden.selectedOptions].map((option) => option.text);
  for (const selector of CHOSEN) {
    const shown = [...unit.root.querySelectorAll(selector)].map((node) => node.innerText || node.textContent);
    if (shown.length) return shown;
  }
  const value = unit.element.value ?? ownText(unit.element);
  return value ? [value] : [];
}
