// Rich text: typed into what is seen, and waited for in the control that is sent.

// The hidden text area that an editor stands in for.
function sentControl(element) {
  const own = element.ckeditorInstance?.sourceElement;
  if (own?.tagName === "TEXTAREA") return own;
  const start = element === document.body ? window.frameElement : element;
  for (let node = start, height = 0; node?.parentElement && height < 8; node = node.parentElement, height++) {
    const hidden = [...node.parentElement.querySelectorAll("textarea")].filter((area) => !area.checkVisibility());
    if (hidden.length === 1) return hidden[0];
    if (hidden.length > 1 || node.matches("form")) return null;
  }
  return null;
}

const bare = (text) => text.replace(/[\s\u200b]+/g, "");
const textOfMarkup = (markup) => new DOMParser().parseFromString(markup, "text/html").body.textContent;

// Whether a sent control holds a text, as it is or as markup.
function carries(control, text) {
  return [control.value, textOfMarkup(control.value)].some((held) => bare(held) === bare(text));
}

// Editors that copy only when their form is sent are asked to copy now.
function copyNow(element) {
  const { CKEDITOR, tinymce } = element === document.body ? window.parent : window;
  element.ckeditorInstance?.updateSourceElement?.();
  for (const editor of Object.values(CKEDITOR?.instances || {})) editor.updateElement();
  tinymce?.triggerSave?.();
}

// Editors keep a model of their own and break when the page's tree changes under them; only those with a known way
// in are filled from here, all others by real keys.
async function* writeRich(unit, { values }) {
  const editor = unit.element.ckeditorInstance;
  if (!editor) throw new Problem("by hand");
  editor.setData(paragraphs(values[0]));
  await editorLeft(keyOf(unit), values[0]);
  yield* [];
}

// Resolves once the control that is sent holds the text, or after 3 s: some editors copy only when the form is sent.
async function editorLeft(key, text) {
  const { element } = unitOf(key);
  leave(element);
  await frame();
  copyNow(element);
  const control = sentControl(element);
  const isWhole = bare(element.innerText) === bare(text);
  return !control || !isWhole || Boolean(await until(() => carries(control, text), 3000));
}

function paragraphs(text) {
  const box = document.createElement("div");
  for (const line of text.split(/\r?\n/)) {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    box.append(paragraph);
  }
  return box.innerHTML;
}

function readRich(element) {
  const control = sentControl(element);
  const shown = element.innerText || "";
  if (control?.value && !carries(control, shown)) return textOfMarkup(control.value);
  return shown.replace(/[\u200b\ufeff]/g, "").replace(/\u00a0/g, " ").replace(/\n{2,}/g, "\n").replace(/\n+$/, "");
}
