/* On to the next item without waiting for a page: while one is read, the next one is fetched whole; when the decision is
   taken, the server says which comes next and whether it is still as it was fetched, and it is put in place. Whatever
   does not fit goes the plain way, as it does without a script. */
(() => {
  const doc = document;
  const $ = (q, el = doc) => el.querySelector(q);
  const $$ = (q, el = doc) => [...el.querySelectorAll(q)];
  const FRESH = 120000;                                 // milliseconds
  let ahead = null, busy = false;

  const has = link => $(`link[rel=stylesheet][href="${CSS.escape(link.getAttribute("href"))}"]`);

  const fetchAhead = async () => {
    ahead = null;
    const main = $("main[data-ahead]");
    if (!main || navigator.connection?.saveData) return;
    const answer = await fetch(main.dataset.ahead, { headers: { "X-Background": "1" } }).catch(() => null);
    if (!answer?.ok || !main.isConnected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!$("main[data-mark]", page)) return;
    // Read apart from a page, what is for people without a script becomes part of it: fields that must be ticked, unseen.
    for (const plain of $$("noscript", page)) plain.remove();
    // Another agent's item brings another sheet: asked for now, so that it is there when the item comes.
    for (const link of $$("link[rel=stylesheet]", page)) if (!has(link)) doc.head.append(doc.importNode(link));
    for (const sheet of $$(".sheet image, .sheet img", page).slice(0, 2)) new Image().src = sheet.getAttribute("href") || sheet.getAttribute("src");
    ahead = { path: new URL(answer.url).pathname, page, at: Date.now() };
  };

  const arrive = ({ page }, told) => {
    const here = $("main"), next = doc.adoptNode($("main", page));
    for (const dialog of $$("body > dialog:not(#keyboard)")) dialog.remove();
    here.replaceWith(next, ...$$("body > dialog:not(#keyboard)", page).map(dialog => doc.adoptNode(dialog)));
    const toasts = $("#toasts");
    toasts.innerHTML = told.toast;                      // our own words, escaped by the server
    doc.title = page.title;
    history.pushState(null, "", told.next);
    const now = new Date().toISOString();
    for (const field of $$("input[name=shown_at]")) field.value = now;
    for (const part of [next, toasts, ...$$("body > dialog:not(#keyboard)")]) htmx.process(part);
    scrollTo(0, 0);
    doc.dispatchEvent(new CustomEvent("item:arrived"));
    setTimeout(fetchAhead, 300);
  };

  doc.addEventListener("submit", async event => {
    const form = event.target, button = event.submitter;
    if (form.id !== "decide" || button?.value !== "approve" || event.defaultPrevented) return;
    if (busy) return event.preventDefault();
    if (!ahead || Date.now() - ahead.at > FRESH) return;
    event.preventDefault();
    busy = true;
    const body = new FormData(form, button);
    button.setAttribute("aria-busy", "true");
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Ahead": "1" } }).catch(() => null);
    const told = answer?.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    busy = false;
    button.removeAttribute("aria-busy");
    if (!told) {                                        // refused, or nothing was heard: the plain way tells it; the key makes it harmless
      const again = Object.assign(doc.createElement("input"), { type: "hidden", name: "decision", value: "approve" });
      form.append(again);
      return form.submit();
    }
    const fits = ahead && new URL(told.next, location.href).pathname === ahead.path && told.mark === $("main", ahead.page).dataset.mark;
    if (fits) arrive(ahead, told); else location.assign(told.next);
  });
  addEventListener("popstate", () => location.reload());
  addEventListener("load", () => setTimeout(fetchAhead, 300));
})();
