/* The bell's count, and a browser notification for who asked for it. Without this the bell is a plain link.
   The count is asked for after the page is there, as a background request that keeps nobody signed in. */
(() => {
  const doc = document, bell = doc.getElementById("bell");
  if (!bell) return;
  const badge = bell.querySelector("[data-unread]"), OPTED = "browser-news";
  const store = {
    get: key => { try { return localStorage.getItem(key) } catch { return null } },
    set: (key, value) => { try { localStorage.setItem(key, value) } catch { /* private mode */ } },
  };
  const supported = "Notification" in window;
  const wanted = () => supported && Notification.permission === "granted" && store.get(OPTED) === "on";

  const popUp = said => {
    try {
      const note = new Notification("AgentOps", { body: said, tag: "agentops-news" });    // one for all open pages
      note.onclick = () => { window.focus(); location.href = bell.href };
    } catch { /* a phone's browser shows none from a page */ }
  };

  let known = null, timer = 0;
  const show = ({ unread, shown, said }) => {
    badge.hidden = !unread;
    badge.textContent = shown;
    bell.setAttribute("aria-label", said);
    bell.title = said;
    if (known !== null && unread > known) {
      const live = doc.getElementById("live");
      if (live) live.textContent = said;
      if (doc.hidden && wanted()) popUp(said);
    }
    known = unread;
  };
  const later = seconds => { clearTimeout(timer); timer = setTimeout(ask, seconds * 1000) };
  const ask = async () => {
    if (doc.hidden && known !== null && !wanted()) return;      // nobody looks; asked again when somebody does
    try {
      const answer = await fetch(bell.dataset.count, { headers: { "X-Background": "1" }, redirect: "manual" });
      if (!answer.ok) return;                                   // signed out: the next click says so
      show(await answer.json());
    } catch { /* no network for a moment */ }
    later(doc.hidden ? 60 : 30);
  };
  doc.addEventListener("visibilitychange", () => { if (!doc.hidden) ask() });
  ask();

  /* The button on the settings page */
  const button = doc.getElementById("browser-news"), state = doc.getElementById("browser-news-state");
  const tell = () => {
    const denied = supported && Notification.permission === "denied";
    button.hidden = !supported || denied;
    button.textContent = wanted() ? "Switch off in this browser" : "Switch on in this browser";
    button.setAttribute("aria-pressed", wanted());
    state.textContent = !supported ? "This browser cannot show notifications."
      : denied ? "This browser was told to show none for this address. Its own settings change that."
      : wanted() ? "On: one is shown when something new comes while this page is out of sight."
      : "Off.";
  };
  if (button && state) {
    button.addEventListener("click", async () => {
      if (wanted()) store.set(OPTED, "off");
      else if (await Notification.requestPermission() === "granted") store.set(OPTED, "on");
      tell();
    });
    tell();
  }
})();
