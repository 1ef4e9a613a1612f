/* AgentOps behaviour. Everything here is an enhancement: forms and links work without it.
   All hooks are data attributes, so htmx can swap any partial without re-binding. */
(() => {
  const doc = document, root = doc.documentElement;
  const $ = (q, el = doc) => el.querySelector(q);
  const $$ = (q, el = doc) => [...el.querySelectorAll(q)];
  const store = {
    get: key => { try { return localStorage.getItem(key) } catch { return null } },
    set: (key, value) => { try { localStorage.setItem(key, value) } catch { /* private mode */ } },
  };

  /* Theme: the cookie is the one truth and the server renders it; without a script the same button posts a form. */
  const setTheme = theme => {
    root.dataset.theme = theme;
    doc.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  };
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  /* Polite announcements */
  const say = text => { const live = $("#live"); if (live) live.textContent = text };
  const hint = text => {                                // why a key did nothing, for those who see the page
    say(text);
    const line = Object.assign(doc.createElement("div"), { className: "toast" });
    line.append(Object.assign(doc.createElement("p"), { textContent: text }));
    $("#toasts .is-hint")?.remove();
    line.classList.add("is-hint");
    $("#toasts")?.append(line);
    setTimeout(() => line.remove(), 2500);
  };

  /* Dialogs: native invoker commands where supported, otherwise the same attributes by hand. */
  const nativeInvokers = "command" in HTMLButtonElement.prototype;
  const runCommand = button => {
    const target = doc.getElementById(button.getAttribute("commandfor"));
    if (!target) return;
    if (button.getAttribute("command") === "show-modal") target.showModal();
    else target.close();
  };

  /* List cursor (queue): focus lives on the row's own link, so Enter is native. */
  const rows = () => $$(".row").filter(row => row.offsetParent);
  const currentRow = () => doc.activeElement?.closest("tr")?.querySelector(".row");
  const moveRow = step => {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(currentRow());
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
    next.focus();
    next.closest("tr").scrollIntoView({ block: "nearest" });
    return true;
  };

  /* Bulk bar: how many, how much, how many may be approved together. */
  const countSelection = () => {
    const bar = $(".bulk");
    if (!bar) return;
    const picked = $$(".queue tbody :checked");
    const clean = picked.filter(box => box.dataset.clean);
    $("[data-count]", bar).textContent = picked.length;
    $("[data-note]", bar).textContent = clean.length === picked.length ? "all can be approved together" : `${picked.length - clean.length} must be opened`;
    const approve = $("[data-bulk-approve]", bar);
    approve.disabled = !clean.length;
    approve.firstChild.textContent = `Approve ${clean.length} `;
  };

  /* Two-way highlight between a field row and its box on the page. */
  const link = (name, on) => {
    for (const el of $$(`[data-field="${CSS.escape(name)}"]`)) el.classList.toggle("is-linked", on);
    if (!on) return;
    const box = $(`.box[data-field="${CSS.escape(name)}"]`), pages = box?.closest(".pages");
    if (!pages) return;
    const b = box.getBoundingClientRect(), p = pages.getBoundingClientRect();
    if (b.top < p.top || b.bottom > p.bottom) pages.scrollBy({ top: b.top - p.top - p.height / 3 });
    if (b.left < p.left || b.right > p.right) pages.scrollBy({ left: b.left - p.left - p.width / 3 });
  };
  const onLink = on => event => {
    const el = event.target.closest?.("[data-field]");
    if (el && !el.contains(event.relatedTarget)) link(el.dataset.field, on);
  };

  /* Edits: mark a row that differs from the proposal and say so on the button. */
  const original = input => input.dataset.original ?? input.defaultValue;
  const countEdits = () => {
    const inputs = $$("[data-arg]");
    for (const input of inputs) input.closest(".arg, .draft")?.classList.toggle("is-edited", input.value !== original(input));
    const edits = inputs.filter(input => input.value !== original(input)).length;
    for (const el of $$("[data-edits]")) {
      const { verb = "Approve with", noun = "edit" } = el.dataset;
      el.textContent = edits ? `${verb} ${edits} ${noun}${edits > 1 ? "s" : ""}` : el.dataset.edits;
      el.closest(".btn").toggleAttribute("data-edited", edits > 0);
    }
    for (const el of $$("[data-when-clean]")) el.disabled = edits > 0;
  };

  /* Document zoom */
  const zooms = ["page", "fit", "150", "200", "300", "400"];
  const zoom = step => {
    const pages = $(".pages");
    if (!pages) return;
    const at = zooms.indexOf(pages.dataset.zoom || "fit");
    pages.dataset.zoom = step === 0 ? "fit" : zooms[Math.max(0, Math.min(zooms.length - 1, at + step))];
    const out = $("[data-zoom-told]");
    if (out) out.textContent = { page: "Page", fit: "Width" }[pages.dataset.zoom] || `${pages.dataset.zoom} %`;
  };

  /* data-do="name" buttons */
  const actions = {
    theme: (button, event) => { event.preventDefault(); setTheme(isDark() ? "light" : "dark") },
    "zoom-in": () => zoom(1),
    "zoom-out": () => zoom(-1),
    "zoom-fit": () => zoom(0),
    boxes: button => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", on);
      $(".pages").dataset.boxes = on ? "on" : "off";
    },
    page: button => $(button.dataset.target)?.scrollIntoView({ block: "start", behavior: "smooth" }),
    edit: (button, event) => {                          // first press: go to the field; with edits: submit
      if (button.hasAttribute("data-edited")) return;
      event.preventDefault();
      const first = $(".arg[data-tone] [data-arg]") || $("[data-arg]");
      first?.focus();
    },
    heed: (button, event) => {                          // what is marked red wants a second press
      if (button.hasAttribute("data-heeded")) return;
      event.preventDefault();
      button.setAttribute("data-heeded", "");
      $("span", button).textContent = `Press again: ${button.dataset.heed}`;
      say(`Look at: ${button.dataset.heed}. Press again to approve.`);
    },
    reset: button => { const input = doc.getElementById(button.dataset.target); input.value = original(input); input.focus(); countEdits() },
    copy: button => navigator.clipboard?.writeText(button.dataset.value).then(() => say("Copied")),
    dismiss: button => button.closest(".toast, .banner, .pill")?.remove(),
    keys: box => store.set("keys", box.checked ? "on" : "off"),
  };

  /* Keyboard. data-key="a" on any button or link; the focused row or open dialog is searched first.
     Single-key shortcuts can be switched off in the keyboard dialog (WCAG 2.1.4). */
  let armedAt = 0;                                      // a second A meant for the last item must not hit the next one
  const typing = el => el.matches?.("textarea, select, [contenteditable]") || (el.matches?.("input") && !/checkbox|radio|button|submit/.test(el.type));
  const onKey = event => {
    const { key, target } = event, dialog = $("dialog[open]");
    if ((event.metaKey || event.ctrlKey) && key === "Enter") {
      const submit = target.form && $("[data-submit]", dialog || target.form);
      if (submit) { event.preventDefault(); submit.click() }
      return;
    }
    const menu = key === "Escape" && $("details.menu[open]");      // Escape closes the open menu first
    if (menu) { menu.open = false; return $("summary", menu).focus() }
    if (key === "Escape" && typing(target)) return target.blur();
    if (event.metaKey || event.ctrlKey || event.altKey || typing(target) || store.get("keys") === "off") return;
    if (!dialog) {
      if (key === "/") { const box = $(".page [type=search]") || $("[type=search]"); if (box) { event.preventDefault(); box.focus() } return }
      if (key === "j" || key === "k") { if (moveRow(key === "j" ? 1 : -1)) return }
      if (key === "x" && currentRow()) { $("[type=checkbox]", currentRow().closest("tr"))?.click(); return }
    }
    const scope = dialog || (currentRow() && currentRow().closest("tr"));
    const match = `[data-key="${CSS.escape(key.toLowerCase())}"]`;
    const hit = (scope && $(match, scope)) || (!dialog && $$(match).find(el => !el.closest("tr, dialog") && el.offsetParent));
    if (!hit && key.toLowerCase() === "a" && !dialog && $("#decide")) return hint($(".bar [data-tone=bad] b") ? "Approving is off while a check blocks. The ways out are in the bar." : "There is no proposal to approve here. The ways on are in the bar.");
    if (!hit || event.repeat) return;
    if (hit.disabled) return;
    if (performance.now() < armedAt) return hint("This is the next item already. Press again.");
    event.preventDefault();
    hit.focus({ preventScroll: true });
    hit.click();
  };

  doc.addEventListener("keydown", onKey);
  doc.addEventListener("click", event => {
    const button = event.target.closest?.("[data-do]");
    if (button) actions[button.dataset.do]?.(button, event);
    const invoker = event.target.closest?.("[commandfor]");
    if (invoker && !nativeInvokers) runCommand(invoker);
    for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    const about = event.target.closest?.("[data-about], [data-about-chosen]");   // which rows the dialog is about
    if (about) {
      const ids = about.dataset.about ? [about.dataset.about] : $$(".queue tbody :checked").map(box => box.value);
      const dialog = doc.getElementById(about.getAttribute("commandfor"));
      $("[data-ids]", dialog).replaceChildren(...ids.map(id => Object.assign(doc.createElement("input"), { type: "hidden", name: "ids", value: id })));
      if (about.dataset.told) $("p[data-told]", dialog).textContent = about.dataset.told;
    }
    const opener = event.target.closest?.("[data-opens]");          // its row is the one shown beside the list
    if (opener) {
      for (const row of $$("tr[aria-selected]", opener.closest("table"))) row.removeAttribute("aria-selected");
      opener.closest("tr").setAttribute("aria-selected", "true");
    }
    const box = event.target.closest?.(".box");
    if (box) $(`.arg[data-field="${CSS.escape(box.dataset.field)}"] [data-arg]`)?.focus();
  });
  /* What was opened while deciding: folds, boxes, evidence. It goes along with the decision. */
  const opened = new Set();
  const open = name => {
    if (!name || opened.size > 39) return;
    opened.add(name.replace(/[^\w.-]/g, "").slice(0, 40));
    for (const field of $$("input[name=opened]")) field.value = [...opened].join(",").slice(0, 400);
  };
  doc.addEventListener("toggle", event => {
    const fold = event.target;
    if (fold.matches?.(".review details") && fold.open) open(fold.dataset.opened || "fold");
  }, true);
  doc.addEventListener("focusin", event => open(event.target.closest?.(".review [data-field]")?.dataset.field));
  doc.addEventListener("click", event => {
    open(event.target.closest?.(".box")?.dataset.field);
    if (event.target.closest?.(".doc-tools [data-do]")) open("document");
    const link = event.target.closest?.(".review .evidence a, .review a[href*='/runs/']");
    if (link) open("trace");
  });
  doc.addEventListener("mouseover", onLink(true));
  doc.addEventListener("mouseout", onLink(false));
  doc.addEventListener("focusin", onLink(true));
  doc.addEventListener("focusout", onLink(false));
  doc.addEventListener("input", event => { if (event.target.matches("[data-arg]")) countEdits() });
  doc.addEventListener("change", event => {
    if (event.target.closest(".queue")) {
      if (event.target.dataset.all !== undefined) for (const box of $$(".queue tbody [type=checkbox]")) box.checked = event.target.checked;
      countSelection();
    }
  });
  for (const type of ["dragover", "dragleave", "drop"]) doc.addEventListener(type, event => {
    const drop = event.target.closest?.(".drop");
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle("is-over", type === "dragover");
    if (type === "drop") { const input = $("[type=file]", drop); input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })) }
  });

  /* The desk's seconds until something happens, counted where people see them; a screen reader hears them once. */
  const countDown = left => {
    left.dataset.armed = "";
    const ends = performance.now() + left.textContent * 1000;
    const tick = setInterval(() => {
      left.textContent = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
      if (!left.isConnected || performance.now() > ends) clearInterval(tick);
    }, 250);
  };

  /* After the first load and after every htmx swap */
  const refresh = event => {
    if (!event?.detail || event.target.id === "rows") armedAt = performance.now() + 400;   // a part of this item is no other one
    if (event?.type !== "htmx:afterSwap" && $("#just-decided")) $("#sentence")?.focus({ preventScroll: true });
    countEdits();
    countSelection();
    for (const toast of $$(".toast[data-ttl]:not([data-armed])")) {
      toast.dataset.armed = "";
      setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), toast.dataset.ttl * 1000);
    }
    for (const left of $$("[data-countdown]:not([data-armed])")) countDown(left);
    for (const undo of $$("[data-ends]:not([data-armed])")) {
      undo.dataset.armed = "";
      setTimeout(() => { undo.disabled = true }, undo.dataset.ends * 1000);
    }
    for (const here of $$(".nav [aria-current], .tabs [aria-current]")) {      // only where it would not be seen
      const strip = here.parentElement, at = here.offsetLeft - strip.offsetLeft;
      if (at + here.offsetWidth > strip.clientWidth) strip.scrollLeft = at - 48;
    }
    for (const fold of $$(".fold")) fold.open = innerWidth > 1080;
    for (const dialog of $$("dialog[open][data-modal]")) if (!dialog.matches(":modal")) { dialog.close(); dialog.showModal() }
    const keys = $('[data-do="keys"]');
    if (keys) keys.checked = store.get("keys") !== "off";
  };
  doc.addEventListener("DOMContentLoaded", refresh);
  doc.addEventListener("htmx:afterSwap", refresh);
  doc.addEventListener("item:arrived", () => { opened.clear(); refresh() });
})();
