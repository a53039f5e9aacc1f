(() => {
  const prelude = "WORKER_PRELUDE";
  for (const name of ["WebSocketStream", "WebTransport", "SharedWorker", "RTCPeerConnection", "webkitRTCPeerConnection"])
    delete window[name];
})();
