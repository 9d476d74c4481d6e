// Renews the parts of a page that say how things stand, without loading the page
// anew: what is being typed stays, and so does the last figure where the connection
// is lost. Without scripts the hall's screen asks again by itself.
"use strict";
(() => {
  const { every: seconds, from } = document.currentScript.dataset; // a refused form stands at an address of its own
  const every = Number(seconds) * 1000;
  const lost = (is) => document.querySelectorAll("[data-lost]").forEach((e) => { e.hidden = !is; });
  const renew = async () => {
    let on = every;
    try {
      const answer = await fetch(from || location.href, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const found = next.getElementById(part.id);
        if (found && part.innerHTML !== found.innerHTML && !part.contains(document.activeElement)) {
          part.replaceChildren(...found.childNodes);
        }
      }
      if (!next.querySelector("script[data-every]")) on = 0;
      lost(false);
    } catch {
      lost(true);
    }
    if (on > 0) setTimeout(renew, on);
  };
  setTimeout(renew, every);
})();
