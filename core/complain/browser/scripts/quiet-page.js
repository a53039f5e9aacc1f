// Runs in every page and frame. QUIETEN stands for the function of quiet.js.
(() => {
  const quieten = QUIETEN;
  quieten(window);
  const prelude = `(${quieten})(self);`;

  // A worker's script from the network gets the prelude on its way in; one made in the page gets it here.
  const made = new Map();
  const create = URL.createObjectURL, revoke = URL.revokeObjectURL;
  URL.createObjectURL = function createObjectURL(thing) {
    const url = create.call(URL, thing);
    if (thing instanceof Blob) made.set(url, thing);
    return url;
  };
  URL.revokeObjectURL = function revokeObjectURL(url) {
    made.delete(String(url));
    return revoke.call(URL, url);
  };
  const source = (url, options) => {
    if (made.has(url)) return [prelude, made.get(url)];
    if (options?.type === "module") {
      const first = create.call(URL, new Blob([prelude], { type: "text/javascript" }));
      return [`import ${JSON.stringify(first)}; import ${JSON.stringify(url)};`];
    }
    return [prelude, `importScripts(${JSON.stringify(url)});`];
  };
  const local = (url, options) =>
    /^(blob|data):/i.test(url) ? create.call(URL, new Blob(source(url, options), { type: "text/javascript" })) : url;
  if (window.Worker)
    window.Worker = class Worker extends window.Worker {
      constructor(url, options) { super(local(String(url), options), options); }
    };

  // The person is not watching: movement only makes the tool wait. Not 0s, or transitionend never comes.
  try {
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { animation-delay: 0s !important; animation-duration: .01ms !important;" +
      " transition-delay: 0s !important; transition-duration: .01ms !important; scroll-behavior: auto !important; }");
    document.adoptedStyleSheets.push(still);
  } catch { /* not an HTML document */ }
})();
