// Boxes drawn over the filled fields while the picture is taken, and removed with no trace.

let overlay = null;

function drawBoxes(marks) {
  removeBoxes();
  overlay = document.createElement("div");
  overlay.style.cssText = "all:initial;position:absolute;left:0;top:0;width:0;height:0;overflow:visible;margin:0;padding:0;border:0;background:none;pointer-events:none;z-index:2147483647";
  document.documentElement.append(overlay);
  if (overlay.showPopover) {
    overlay.popover = "manual";
    overlay.showPopover();
  }
  for (const mark of marks) drawBox(mark);
  return overlay.childElementCount;
}

function boxOf(unit) {
  const around = unit.isOption || unit.kind === "file" ? unit.element.labels?.[0] || unit.root.parentElement : unit.root;
  return (isVisible(unit.root) ? unit.root : around || unit.root).getBoundingClientRect();
}

function drawBox({ key, covered, number, text }) {
  const unit = unitOf(key);
  if (!unit?.root.isConnected) return;
  const box = boxOf(unit);
  const origin = overlay.getBoundingClientRect();
  const mark = document.createElement("div");
  mark.style.cssText =
    `all:initial;position:absolute;box-sizing:border-box;left:${box.left - origin.left - 3}px;top:${box.top - origin.top - 3}px;` +
    `width:${box.width + 6}px;height:${box.height + 6}px;border:2px solid #c2185b;border-radius:4px;` +
    `font:bold 12px sans-serif;color:#fff;background:${covered ? "#4a4a4a" : "none"}`;
  const label = document.createElement("span");
  label.style.cssText = "all:initial;position:absolute;right:-2px;top:-9px;padding:0 4px;font:bold 11px sans-serif;color:#fff;background:#c2185b;border-radius:3px";
  label.textContent = String(number);
  if (text) mark.append(textOver(unit.root, text));
  mark.append(label);
  overlay.append(mark);
}

// What may be shown of a value that holds personal numbers, in the field's own type.
function textOver(field, text) {
  const style = getComputedStyle(field);
  const cover = document.createElement("span");
  cover.style.cssText =
    `all:initial;position:absolute;inset:0;overflow:hidden;box-sizing:border-box;white-space:pre-wrap;overflow-wrap:anywhere;` +
    `padding:${style.padding};font:${style.font};line-height:${style.lineHeight};color:#222;background:#fff`;
  cover.textContent = text;
  return cover;
}

function removeBoxes() {
  const wasDrawn = overlay !== null;
  overlay?.remove();
  overlay = null;
  return wasDrawn;
}
