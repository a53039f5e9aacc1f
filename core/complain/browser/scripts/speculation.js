// Speculation rules make the browser itself fetch pages ahead, where no guard sees the request: they are taken away
// before they count, which is at the end of the step that put them in. An observer is told first.
((scope) => {
  const drop = (node) => {
    if (node.localName === "script" && /^\s*speculationrules\s*$/i.test(node.type)) node.remove();
  };
  const watch = (root) => new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) {
        drop(node);
        if (node.firstElementChild) node.querySelectorAll("script[type]").forEach(drop);
        if (node.shadowRoot) watched(node.shadowRoot);
      }
  }).observe(root, { childList: true, subtree: true });
  const known = new WeakSet();
  const watched = (root) => {
    if (known.has(root)) return root;
    known.add(root);
    root.querySelectorAll("script[type]").forEach(drop);
    watch(root);
    return root;
  };
  const attach = scope.Element?.prototype.attachShadow;
  if (!attach) return;
  scope.Element.prototype.attachShadow = function attachShadow(...given) { return watched(attach.apply(this, given)); };
  watched(scope.document);
})(window);
