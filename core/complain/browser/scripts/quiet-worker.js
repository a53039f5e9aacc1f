if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope) {
  const refused = class WebSocket extends EventTarget {
    constructor() { super(); throw new DOMException("no WebSocket here", "SecurityError"); }
  };
  self.WebSocket = refused;
  delete self.WebSocketStream; delete self.WebTransport;
}
