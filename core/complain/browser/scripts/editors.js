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

const plainText = (markup) => (/[<&]/.test(markup) ? new DOMParser().parseFromString(markup, "text/html").body.textContent : markup);
const bare = (text) => text.replace(/\s+/g, "");

// Editors that copy only when their form is sent are asked to copy now.
function copyNow(element) {
  const { CKEDITOR, tinymce } = element === document.body ? window.parent : window;
  element.ckeditorInstance?.updateSourceElement?.();
  for (const editor of Object.values(CKEDITOR?.instances || {})) editor.updateElement();
  tinymce?.triggerSave?.();
}

async function* writeRich(unit, { values }) {
  yield type(unit.element, values[0]);
  leave(unit.element);
  copyNow(unit.element);
  const control = sentControl(unit.element);
  if (control) await until(() => bare(plainText(control.value)) === bare(values[0]), 3000);
}

function readRich(element) {
  const control = sentControl(element);
  if (control?.value && bare(plainText(control.value)) !== bare(element.innerText || "")) return plainText(control.value);
  return (element.innerText || "").replace(/\u00a0/g, " ").replace(/\n{2,}/g, "\n").replace(/\n+$/, "");
}
