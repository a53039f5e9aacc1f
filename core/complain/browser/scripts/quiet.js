// Runs in every page and worker before its own scripts. Takes away what does not speak HTTP.
function quieten(scope) {
  for (const name of ["WebSocketStream", "WebTransport", "SharedWorker", "RTCPeerConnection",
                      "webkitRTCPeerConnection", "RTCDataChannel"])
    delete scope[name];
  if (!scope.WebSocket) return;
  // Behaves like a socket whose server is away, so that a page's own fall-back goes on.
  class WebSocket extends EventTarget {
    constructor(url, protocols) {
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
      const close = scope.CloseEvent ? new scope.CloseEvent("close", { code: 1006 }) : new Event("close");
      this.#tell("close", close);
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
  for (const [name, value] of Object.entries({ CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 })) {
    WebSocket[name] = value;
    WebSocket.prototype[name] = value;
  }
  scope.WebSocket = WebSocket;
}
