// Runs in every page and worker before its own scripts. Takes away what does not speak HTTP.
(function quieten(scope) {
  for (const name of ["WebSocketStream", "WebTransport", "SharedWorker", "RTCPeerConnection",
                      "webkitRTCPeerConnection", "RTCDataChannel"])
    delete scope[name];
  if (!scope.WebSocket || !scope.EventTarget) return;

  // Behaves like a socket whose server is away, so that a page's own fall-back goes on.
  class WebSocket extends EventTarget {
    constructor(url) {
      super();
      this.url = String(url); this.protocol = ""; this.extensions = ""; this.binaryType = "blob";
      this.bufferedAmount = 0; this.readyState = 0;
      this.onopen = this.onmessage = this.onerror = this.onclose = null;
      scope.setTimeout(() => this.#fail(), 0);
    }
    #fail() {
      if (this.readyState === 3) return;
      this.readyState = 3;
      this.#tell("error", new Event("error"));
      this.#tell("close", scope.CloseEvent ? new scope.CloseEvent("close", { code: 1006 }) : new Event("close"));
    }
    #tell(kind, event) {
      this.dispatchEvent(event);
      const handler = this["on" + kind];
      if (typeof handler === "function") handler.call(this, event);
    }
    send() {
      if (this.readyState === 0) throw new DOMException("Still in CONNECTING state.", "InvalidStateError");
    }
    close() { this.#fail(); }
  }
  for (const [name, value] of Object.entries({ CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 }))
    WebSocket[name] = WebSocket.prototype[name] = value;
  scope.WebSocket = WebSocket;
  if (!scope.Worker) return;

  // A worker's script from the network gets this function on its way in; one made in the page gets it here.
  const prelude = `(${quieten})(self);`;
  const made = new Map(), locator = scope.URL, create = locator.createObjectURL, revoke = locator.revokeObjectURL;
  locator.createObjectURL = function createObjectURL(thing) {
    const url = create.call(locator, thing);
    if (thing instanceof Blob) made.set(url, thing);
    return url;
  };
  locator.revokeObjectURL = function revokeObjectURL(url) {
    made.delete(String(url));
    return revoke.call(locator, url);
  };
  const script = (...parts) => create.call(locator, new Blob(parts, { type: "text/javascript" }));
  const quiet = (url, options) => {
    if (!/^(blob|data):/i.test(url)) return url;
    if (made.has(url)) return script(prelude, made.get(url));
    const named = JSON.stringify(url);
    if (options?.type !== "module") return script(prelude, `importScripts(${named});`);
    return script(`import ${JSON.stringify(script(prelude))}; import ${named};`);
  };
  scope.Worker = class Worker extends scope.Worker {
    constructor(url, options) { super(quiet(String(url), options), options); }
  };
})
