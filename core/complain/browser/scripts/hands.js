// What is done to a unit is written once, as steps; two hands can do the steps: the fast one here, inside the page,
// and the real one outside, which moves the mouse and presses keys.

class Problem extends Error {
  constructor(kind, details = {}) {
    super(kind);
    this.kind = kind;
    this.details = details;
  }
}

const click = (element) => ({ does: "click", element });
// A press that is not missed when its element has gone meanwhile.
const clickIfThere = (element) => ({ does: "click", element, isOptional: true });
const type = (element, text) => ({ does: "type", element, text });

const MOUSE = ["pointerover", "mouseover", "mouseenter", "pointerdown", "mousedown", "pointerup", "mouseup", "click"];

function clickFast(element) {
  if (element.matches("input[type=checkbox], input[type=radio], option")) return element.click();
  const box = element.getBoundingClientRect();
  const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, button: 0, view: window };
  for (const name of MOUSE) {
    const Kind = name.startsWith("pointer") ? PointerEvent : MouseEvent;
    const buttons = name.endsWith("down") ? 1 : 0;
    const detail = name === "click" || name.startsWith("mouse") ? 1 : 0;
    const event = new Kind(name, { ...at, buttons, bubbles: name !== "mouseenter", cancelable: true, composed: true, detail });
    const isAllowed = element.dispatchEvent(event);
    if (name === "mousedown" && isAllowed) element.closest("input, button, a, [tabindex]")?.focus({ preventScroll: true });
  }
}

function keyEvent(element, name, key) {
  const code = { Enter: 13, Escape: 27 }[key] || 0;
  const event = new KeyboardEvent(name, { key, code: key, keyCode: code, which: code, bubbles: true, cancelable: true, composed: true });
  element.dispatchEvent(event);
}

// Trusted input events that obey maxlength, as typing does; synthetic key events for pages that count on keyup.
function typeFast(element, text) {
  element.focus({ preventScroll: true });
  keyEvent(element, "keydown", "Unidentified");
  element.select();
  document.execCommand(text ? "insertText" : "delete", false, text);
  keyEvent(element, "keyup", "Unidentified");
}

function doFast(step) {
  if (step.does === "click") clickFast(step.element);
  else typeFast(step.element, step.text);
}

function leave(element) {
  const root = element.getRootNode();
  if (root.activeElement instanceof HTMLElement) root.activeElement.blur();
}

async function runFast(steps) {
  for await (const step of steps) {
    doFast(step);
    if (step.does === "click") await macrotask();
  }
}

function report(error) {
  if (!(error instanceof Problem)) throw error;
  return { problem: error.kind, ...error.details };
}

// Motion costs time and hides what is already there; the shortest one still fires its events. A constructed sheet
// leaves the page's own tree untouched.
const still = new CSSStyleSheet();
still.replaceSync(
  "*, *::before, *::after { animation-duration: 1ms !important; animation-delay: 0s !important; " +
    "transition-duration: 1ms !important; transition-delay: 0s !important; scroll-behavior: auto !important; }",
);

function holdStill() {
  for (const root of allRoots()) {
    if (!root.adoptedStyleSheets.includes(still)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, still];
  }
}

const MOVING = ["combobox", "cascader", "picker", "date", "file"];

// The next text field takes the focus from the one before; anything else must find it taken.
function prepare(unit, last) {
  if (last && unit.kind !== "text") leave(last.element);
  if (MOVING.includes(unit.kind)) holdStill();
}

// Fill one unit after the other; stops at the first that cannot be filled, so that the rest is looked for again.
async function fill(orders) {
  const results = [];
  let last = null;
  for (const order of orders) {
    const unit = unitOf(order.key);
    if (!unit || !unit.root.isConnected) break;
    prepare(unit, last);
    last = unit;
    try {
      await runFast(stepsFor(unit, order));
      results.push({ problem: "" });
    } catch (error) {
      results.push(report(error));
      break;
    }
  }
  if (last) leave(last.element);
  await macrotask();
  return { results, values: orders.slice(0, results.length).map((order) => readKey(order.key)) };
}

const running = new Map();

// The real hand: the first step, or what became of it.
function begin(order) {
  holdStill();
  running.set(order.key, stepsFor(unitOf(order.key), order));
  return proceed(order.key);
}

async function proceed(key) {
  try {
    const { value: step, done } = await running.get(key).next();
    if (done) return { done: true, problem: "" };
    return { done: false, does: step.does, element: hold(reachable(step.element)), text: step.text || "", optional: Boolean(step.isOptional), problem: "" };
  } catch (error) {
    return { done: true, ...report(error) };
  }
}

// What a mouse can reach in place of a control that is hidden, or drawn over by its own label.
function reachable(element) {
  if (!element.matches("input[type=radio], input[type=checkbox]") && isVisible(element)) return element;
  const around = [element.labels?.[0], element.closest("label"), element, element.parentElement, element.parentElement?.parentElement];
  return around.find((other) => other && isVisible(other)) || element;
}

function hitAt(x, y) {
  let hit = document.elementFromPoint(x, y);
  while (hit?.shadowRoot?.elementFromPoint(x, y) && hit.shadowRoot.elementFromPoint(x, y) !== hit) hit = hit.shadowRoot.elementFromPoint(x, y);
  return hit;
}

const isMoving = (element) => document.getAnimations().some(({ effect, playState }) => playState === "running" && effect?.target?.contains(element));

function isUnderMouse(element, box) {
  const hit = hitAt(box.x + box.width / 2, box.y + box.height / 2);
  return hit && (element.contains(hit) || hit.contains(element) || hit.closest("label")?.contains(element));
}

// Bring an element under the mouse: "ready" once it rests in view with nothing foreign over it. What no mouse can
// reach without dragging, as an item far down a wheel, is pressed from inside.
async function reach(key) {
  const element = heldElement(key);
  if (!element?.isConnected || !hasBox(element)) return "gone";
  element.scrollIntoView({ block: "center", inline: "nearest" });
  const end = performance.now() + 1500;
  for (let last = ""; performance.now() < end && element.isConnected; await frame()) {
    const box = element.getBoundingClientRect();
    const place = [box.x, box.y, box.width, box.height].join();
    if (place === last && !isMoving(element) && isUnderMouse(element, box)) return "ready";
    last = place;
  }
  if (!element.isConnected) return "gone";
  clickFast(element);
  return "pressed";
}

const held = { next: 1, elements: new Map() };

function hold(element) {
  held.elements.set(held.next, element);
  return held.next++;
}

function heldElement(key) {
  return held.elements.get(key) || null;
}

function unitElement(key) {
  return unitOf(key)?.element || null;
}
