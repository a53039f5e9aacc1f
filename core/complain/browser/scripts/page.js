// What a person reads on the page, and what can be pressed on it.

const PRESSABLE = "button, input[type=submit], input[type=button], input[type=image], a, [role=button], [onclick], summary";

function visibleText() {
  const inShadows = allRoots().slice(1).flatMap((root) => [...root.children].filter((child) => child.checkVisibility()));
  return [document.body, ...inShadows].map((element) => element?.innerText || "").join("\n");
}

// What one selector shows, everywhere on the page.
function shownTexts(selector) {
  return deepQuery(selector).filter((element) => element.checkVisibility({ visibilityProperty: true })).map((element) => element.innerText || "");
}

function buttonNames(element) {
  const names = [element.getAttribute("aria-label"), referencedText(element, "aria-labelledby").join(" ")];
  if (element.tagName === "INPUT") names.push(element.value, element.alt);
  else names.push(element.innerText, element.title, ...[...element.querySelectorAll("img[alt]")].map((image) => image.alt));
  return names.filter(Boolean).map(fold).filter(Boolean);
}

function innermost(elements) {
  return elements.filter((element) => !elements.some((other) => other !== element && element.contains(other)));
}

// Plain boxes that behave as buttons count only where no real button has the name.
function pressableNamed(wanted) {
  const isNamed = (element) => isVisible(element) && buttonNames(element).includes(wanted);
  const real = innermost(deepQuery(PRESSABLE).filter(isNamed));
  if (real.length) return real;
  const texts = deepQuery("div, span, li, p, em, b, i, td").filter((element) => isVisible(element) && fold(element.innerText || "") === wanted);
  return innermost(texts).filter((element) => getComputedStyle(element).cursor === "pointer");
}

function isAside(element) {
  return isSetAside({ root: element });
}

// Every button of exactly that name; a copy that is drawn nowhere gives way to one that is drawn.
function buttons(name) {
  const all = pressableNamed(fold(name));
  const drawn = all.filter((element) => !isAside(element));
  const best = drawn.length ? drawn : all;
  return best.map((element) => ({ key: holdOnce(element), disabled: element.matches(":disabled, [aria-disabled=true]") }));
}

const once = new WeakMap();

function holdOnce(element) {
  if (!once.has(element)) once.set(element, hold(element));
  return once.get(element);
}

function buttonList() {
  const named = deepQuery(PRESSABLE).filter(isVisible).map((element) => buttonNames(element)[0]);
  return [...new Set(named.filter(Boolean))];
}
