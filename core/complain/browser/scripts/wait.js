// Waiting for an effect, never for a time: every wait ends with the change it waits for, or at its bound.

const OBSERVED = { subtree: true, childList: true, attributes: true, characterData: true };

// Resolves true at the next change of this document or its shadow roots, false after `ms` without one.
function changed(ms) {
  return new Promise((resolve) => {
    const finish = (value) => {
      observer.disconnect();
      clearTimeout(timer);
      resolve(value);
    };
    const observer = new MutationObserver(() => finish(true));
    const timer = setTimeout(finish, ms, false);
    for (const root of recentRoots()) observer.observe(root, OBSERVED);
  });
}

// The value of `test` once it is truthy; null when it is not within `ms`. Values of controls, and a box that a
// transition unfolds, change without a mutation; hence a look at each drawn frame.
async function until(test, ms = 5000) {
  const end = performance.now() + ms;
  for (let look = 0; ; look++) {
    const value = test();
    if (value) return value;
    if (performance.now() >= end) return null;
    // Most effects are there within a few turns of the event loop.
    await (look < 4 ? macrotask() : Promise.race([changed(30), frame()]));
  }
}

// Lets the page's own handlers and its framework's update run.
function macrotask() {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}

// The next drawn frame, or as long as one takes where the page is not drawn.
function frame() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
    setTimeout(resolve, 40);
  });
}

// True once nothing has changed for `quiet` milliseconds; false when the page is still moving after `ms`.
async function settled(quiet = 120, ms = 1500) {
  const end = performance.now() + ms;
  while (performance.now() < end) if (!(await changed(quiet))) return true;
  return false;
}
