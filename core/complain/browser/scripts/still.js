// Nobody is watching: movement only makes the tool wait. Not 0s, or transitionend would never come.
try {
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { animation-delay: 0s !important; animation-duration: .01ms !important;" +
    " transition-delay: 0s !important; transition-duration: .01ms !important; scroll-behavior: auto !important; }");
  document.adoptedStyleSheets.push(still);
} catch { /* not an HTML document */ }
