// Uploads: what the widget lists, else what the input holds.

const ITEMS = ".el-upload-list__item, .ant-upload-list-item, .van-uploader__preview";
const ITEM_NAME = ".el-upload-list__item-file-name, .ant-upload-list-item-name, .van-uploader__file-name, .van-image__img";
const BUSY = ".is-uploading, .ant-upload-list-item-uploading, .van-uploader__mask, .van-loading";

function listedItems(unit) {
  for (let node = unit.root, height = 0; node && height < 3; node = node.parentElement, height++) {
    const inputs = node.querySelectorAll("input[type=file]").length + Number(node.matches("input[type=file]"));
    if (inputs > 1) break;
    const items = [...node.querySelectorAll(ITEMS)].filter((item) => !item.matches(".el-list-leave-active"));
    if (items.length) return items;
  }
  return [];
}

function itemName(item) {
  const node = item.querySelector(ITEM_NAME);
  return node?.innerText?.trim() || node?.title || "";
}

const isBusy = (item) => item.matches(BUSY) || Boolean(item.querySelector(BUSY));

function readFiles(unit) {
  const held = [...(unit.element.files || [])];
  const items = listedItems(unit).filter((item) => !isBusy(item));
  if (!items.length && !listedItems(unit).length) return held.map((file) => `${file.name}\n${file.size}`);
  return items.map((item) => {
    const name = itemName(item);
    const same = held.find((file) => file.name === name);
    return `${name}\n${same ? same.size : ""}`;
  });
}

// Resolves once the widget lists as many files as were given, none still on its way.
async function filesListed(key, count) {
  const unit = unitOf(key);
  const done = () => readFiles(unit).length === count;
  await until(done, 30000);
  if (listedItems(unit).length) {
    await settled(60, 1000); // a widget lists a file first and begins to send it a moment later
    await until(done, 30000);
  }
  return readFiles(unit);
}
