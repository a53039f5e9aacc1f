// What stands around fields: everything that could say that a field means somebody or something else. Not part of
// the library; handed the keys of units that the library knows.
(keys) => {
  const library = window[Symbol.for("complain")];
  const CONTROLS = "input:not([type=hidden]), textarea, select, [contenteditable=''], [contenteditable=true]";
  const LONGEST_CAPTION = 30;
  const flat = (text) => (text || "").replace(/\s+/g, " ").trim();
  const up = (node) => (node.parentNode instanceof ShadowRoot ? node.parentNode.host : node.parentNode);

  function captions(element) {
    const found = [];
    for (let node = element; node instanceof Element && node !== document.body; node = up(node)) {
      if (node !== element && node.matches("fieldset")) found.push(flat(node.querySelector("legend")?.innerText));
      if (node !== element && node.matches("[role=group], section, form")) found.push(flat(node.getAttribute("aria-label")));
      for (let other = node.previousElementSibling; other; other = other.previousElementSibling) {
        const text = flat(other.innerText);
        const isOne = text && !other.matches("label, script, style, h1") && !other.querySelector(CONTROLS) && !other.matches(CONTROLS);
        if (!isOne) continue;
        if (text.length <= LONGEST_CAPTION) found.push(text);
        break;
      }
    }
    for (let root = element.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode()) found.push(...captions(root.host));
    return found.filter(Boolean);
  }

  function hints(element) {
    const texts = ["placeholder", "title", "aria-placeholder"].map((name) => element.getAttribute(name));
    for (const id of (element.getAttribute("aria-describedby") || "").split(/\s+/).filter(Boolean)) {
      texts.push(element.getRootNode().getElementById(id)?.innerText);
    }
    return texts.map(flat).filter(Boolean);
  }

  function names(element) {
    return [...[...(element.labels || [])].map((label) => flat(label.innerText)), flat(element.getAttribute("aria-label"))].filter(Boolean);
  }

  function isStarred(element) {
    const item = element.labels?.[0] || element.closest("td, dd")?.previousElementSibling;
    const isMarked = item?.classList.contains("required") || Boolean(element.closest(".is-required"));
    return /[*＊]|必填|required/i.test(item?.innerText || "") || isMarked;
  }

  // A group's own box is never reached by the Tab key; its members are.
  const isLeftOut = (element) => element.tabIndex === -1 && (element.matches(CONTROLS) || element.hasAttribute("tabindex"));

  function isAside(element) {
    const box = element.getBoundingClientRect();
    const isDrawn = element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && box.width > 3 && box.height > 3;
    return element.type !== "file" && (!isDrawn || Boolean(element.closest("[aria-hidden=true], [inert]")) || isLeftOut(element));
  }

  function describe(key) {
    const element = library.unitElement(key);
    const attribute = (name) => element.getAttribute(name) || "";
    const isNative = element.matches("input, textarea, select");
    const form = element.form || element.closest("form");
    return {
      key,
      type: element.isContentEditable ? "editor" : element.tagName === "INPUT" ? element.type : element.tagName.toLowerCase(),
      names: names(element),
      hints: hints(element),
      ident: `${attribute("name")} ${attribute("id")}`,
      captions: captions(element),
      value: element.type === "file" ? [...element.files].map((file) => file.name).join(" ") : isNative ? element.value : flat(element.innerText),
      checked: Boolean(element.checked),
      readonly: Boolean(element.readOnly),
      opens_list: element.getAttribute("role") === "combobox" || element.hasAttribute("list"),
      starred: isStarred(element),
      aside: isAside(element),
      minlength: element.minLength > 0 ? element.minLength : null,
      accept: attribute("accept"),
      form_action: form && !/^(#|javascript:)/.test(form.getAttribute("action") || "#") ? new URL(form.getAttribute("action"), document.baseURI).href : "",
      form: form ? [...document.querySelectorAll("form")].indexOf(form) : -1,
      form_method: (form?.getAttribute("method") || "get").toLowerCase(),
      unit: keys.filter((other) => {
        const one = library.unitElement(other);
        const isGroup = one.type === "radio" && element.type === "radio" && one.name && one.name === element.name;
        return other !== key && (one === element || one.contains(element) || element.contains(one) || isGroup);
      }),
    };
  }

  return keys.filter((key) => library.unitElement(key)?.isConnected).map(describe);
}
