// Passkeys need a script; everything else works without one. It reveals the
// button where the browser can do it, and says nothing where it cannot.
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !window.fetch || !navigator.credentials) return;

  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    var out = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out.buffer;
  }
  function text(buffer) {
    if (!buffer) return undefined;
    var raw = "";
    new Uint8Array(buffer).forEach(function (b) { raw += String.fromCharCode(b); });
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function named(list) {
    return (list || []).map(function (c) { return Object.assign({}, c, { id: bytes(c.id) }); });
  }
  function send(box, step, body) {
    var to = box.dataset.path + "/" + step;
    if (box.dataset.return) to += "?return=" + encodeURIComponent(box.dataset.return);
    return fetch(to, {
      method: "POST", credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": box.dataset.csrf },
      body: JSON.stringify(body || {})
    }).then(function (r) {
      if (!r.ok) throw new Error(String(r.status));
      return r.json();
    });
  }
  function create(options) {
    var o = options.publicKey;
    o.challenge = bytes(o.challenge);
    o.user.id = bytes(o.user.id);
    o.excludeCredentials = named(o.excludeCredentials);
    return navigator.credentials.create({ publicKey: o });
  }
  function get(options) {
    var o = options.publicKey;
    o.challenge = bytes(o.challenge);
    if (o.allowCredentials) o.allowCredentials = named(o.allowCredentials);
    return navigator.credentials.get({ publicKey: o });
  }
  function answer(c) {
    var r = c.response;
    return {
      id: c.id, rawId: text(c.rawId), type: c.type,
      authenticatorAttachment: c.authenticatorAttachment || undefined,
      clientExtensionResults: c.getClientExtensionResults(),
      response: {
        clientDataJSON: text(r.clientDataJSON),
        attestationObject: text(r.attestationObject),
        authenticatorData: text(r.attestationObject ? null : r.authenticatorData),
        signature: text(r.signature),
        userHandle: text(r.userHandle),
        transports: r.getTransports ? r.getTransports() : undefined
      }
    };
  }

  document.querySelectorAll("[data-passkey]").forEach(function (box) {
    var offer = box.querySelector("[data-passkey-offer]");
    var button = offer.querySelector("button");
    var failed = box.querySelector("[data-passkey-failed]");
    offer.hidden = false;
    button.addEventListener("click", function () {
      button.disabled = true;
      failed.hidden = true;
      send(box, "begin")
        .then(box.dataset.passkey === "create" ? create : get)
        .then(function (c) { return send(box, "finish", answer(c)); })
        .then(function (next) { location.assign(next.to); })
        .catch(function () { failed.hidden = false; button.disabled = false; });
    });
  });
})();
