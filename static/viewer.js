/* The document viewer of the review page: turn, search, pick words into a field, and Tab that walks what needs you.
   Everything here is an enhancement; zoom, boxes and their links with the fields are in ui.js. Words of a document are
   text of strangers: they are put into values of inputs, never into markup. */
(() => {
  const doc = document;
  const $ = (q, el = doc) => el.querySelector(q);
  const $$ = (q, el = doc) => [...el.querySelectorAll(q)];
  const say = text => { const live = $("#live"); if (live) live.textContent = text };
  const shape = (name, attributes) => {
    const made = doc.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const PARTS = 10000;                                  // words and hits come in ten-thousandths of the page
  const sizeOf = svg => { const image = $("image", svg); return [+image.getAttribute("width"), +image.getAttribute("height")] };

  /* Turn: the page and all that lies on it, a quarter at a time. */
  const turn = () => {
    for (const svg of $$(".sheet svg")) {
      const [wide, high] = sizeOf(svg), at = (Number(svg.dataset.turn || 0) + 90) % 360;
      const moved = { 0: "", 90: `translate(${high} 0) rotate(90)`, 180: `translate(${wide} ${high}) rotate(180)`, 270: `translate(0 ${wide}) rotate(270)` };
      svg.dataset.turn = at;
      svg.setAttribute("viewBox", at % 180 ? `0 0 ${high} ${wide}` : `0 0 ${wide} ${high}`);
      $("g", svg).setAttribute("transform", moved[at]);
    }
    say("Turned by a quarter");
  };

  /* Search: the server finds, the page lights; Enter goes on to the next place. */
  let found = "", places = [], place = -1;
  const show = next => {
    if (!places.length) return;
    place = (next + places.length) % places.length;
    for (const hit of $$(".hit.is-here")) hit.classList.remove("is-here");
    for (const hit of places[place]) hit.classList.add("is-here");
    places[place][0].scrollIntoView({ block: "center", inline: "center" });
    $(".find output").textContent = `${place + 1} of ${places.length}`;
  };
  const clear = () => {
    for (const hit of $$(".hit")) hit.remove();
    [found, places, place] = ["", [], -1];
    $(".find output").textContent = "";
  };
  const find = async form => {
    const asked = $("input", form).value.trim();
    if (asked && asked === found) return show(place + 1);
    clear();
    if (!asked) return;
    $("output", form).textContent = "…";
    const answer = await fetch(`${form.dataset.find}?q=${encodeURIComponent(asked)}`).catch(() => null);
    if (!answer?.ok) { $("output", form).textContent = "Cannot search"; return }
    found = asked;
    for (const [number, page, x0, y0, x1, y1] of (await answer.json()).hits) {
      const svg = $(`svg[data-page="${page}"]`);
      if (!svg) continue;
      const [wide, high] = sizeOf(svg);
      const hit = shape("rect", { class: "hit", x: x0 * wide / PARTS - 2, y: y0 * high / PARTS - 2, width: (x1 - x0) * wide / PARTS + 4, height: (y1 - y0) * high / PARTS + 4 });
      $("g", svg).append(hit);
      (places[number - 1] ||= []).push(hit);
    }
    places = places.filter(Boolean);
    if (places.length) show(0); else $("output", form).textContent = "Not found";
  };

  /* Pick: with a field in focus, a click takes the word under it and a drag all words within. */
  const pickable = el => el?.matches?.("input:is([data-arg], [data-pick]):not([readonly])") ? el : null;
  const known = new Map();
  const wordsOf = svg => {
    if (!known.has(svg)) known.set(svg, fetch(svg.dataset.words).then(answer => answer.ok ? answer.json() : { words: [] }).then(told => told.words).catch(() => []));
    return known.get(svg);
  };
  const at = (svg, event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform($("g", svg).getScreenCTM().inverse());
    const [wide, high] = sizeOf(svg);
    return [point.x / wide * PARTS, point.y / high * PARTS];
  };
  let picking = null, swallow = false;
  const start = event => {
    swallow = false;
    const svg = event.target.closest?.(".sheet svg"), field = pickable(doc.activeElement);
    if (!svg || !field || event.button !== 0) return;
    event.preventDefault();                             // the field keeps the focus
    wordsOf(svg);
    picking = { svg, field, from: at(svg, event), x: event.clientX, y: event.clientY, box: event.target.closest(".box"), band: null };
  };
  const stretch = event => {
    if (!picking || event.pointerType === "touch") return;
    const { svg, from, x, y } = picking, to = at(svg, event), [wide, high] = sizeOf(svg);
    if (!picking.band && Math.hypot(event.clientX - x, event.clientY - y) < 5) return;
    if (!picking.band) { picking.band = shape("rect", { class: "band" }); $("g", svg).append(picking.band) }
    const [x0, x1] = [from[0], to[0]].sort((a, b) => a - b), [y0, y1] = [from[1], to[1]].sort((a, b) => a - b);
    for (const [name, value] of Object.entries({ x: x0 * wide / PARTS, y: y0 * high / PARTS, width: (x1 - x0) * wide / PARTS, height: (y1 - y0) * high / PARTS })) picking.band.setAttribute(name, value);
  };
  const take = async event => {
    if (!picking) return;
    const { svg, field, from, box, band } = picking, to = at(svg, event);
    picking = null;
    if (!band && box && box.dataset.field !== field.closest("[data-field]")?.dataset.field) return;   // ui.js goes to its field
    band?.remove();
    swallow = true;                                     // the click that follows is part of this
    setTimeout(() => swallow = false);
    svg.classList.add("is-busy");
    const words = await wordsOf(svg);
    svg.classList.remove("is-busy");
    const [x0, x1] = [from[0], to[0]].sort((a, b) => a - b), [y0, y1] = [from[1], to[1]].sort((a, b) => a - b);
    const inside = band
      ? words.filter(([, a, b, c, d]) => (a + c) / 2 >= x0 && (a + c) / 2 <= x1 && (b + d) / 2 >= y0 && (b + d) / 2 <= y1)
      : words.filter(([, a, b, c, d]) => x0 >= a - 15 && x0 <= c + 15 && y0 >= b - 15 && y0 <= d + 15).slice(0, 1);
    if (!inside.length) return say("No words there");
    fill(field, svg, inside);
  };
  const fill = (field, svg, words) => {
    field.value = words.map(([text]) => text).join(" ");
    const edge = (place, most) => Math[most](...words.map(word => word[place])) / PARTS;
    const name = `picked.${field.name}`, form = field.form;
    let note = form?.elements.namedItem(name);
    if (!note && form) { note = Object.assign(doc.createElement("input"), { type: "hidden", name }); form.append(note) }
    if (note) note.value = [svg.dataset.page, edge(1, "min"), edge(2, "min"), edge(3, "max"), edge(4, "max")].join(",");
    field.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    say(`Taken from page ${svg.dataset.page}: ${field.value}`);
  };
  const typed = event => {                              // what is typed over a picked value was not picked
    if (!event.isTrusted || !pickable(event.target)) return;
    event.target.form?.elements.namedItem(`picked.${event.target.name}`)?.remove();
  };

  /* Tab walks what needs a person, then the decision bar; W walks everything, and so does Tab with the keys switched off. */
  let all = false;
  const keysOff = () => { try { return localStorage.getItem("keys") === "off" } catch { return false } };
  const stops = () => {
    const fields = $$("[data-needs] input:not([readonly]), .by-hand [aria-invalid]").filter(el => el.offsetParent);
    const first = $$(".bar :is(button, a)").find(el => el.offsetParent && !el.disabled);
    return first ? [...fields, first] : fields;
  };
  const walk = event => {
    if (event.key !== "Tab" || all || event.altKey || event.ctrlKey || event.metaKey || keysOff() || $("dialog[open]")) return;
    const line = stops(), here = line.indexOf(doc.activeElement), from = doc.activeElement;
    const began = from === doc.body || from?.id === "main";
    if (here < 0 && !(began && !event.shiftKey)) return;
    const next = line[here + (event.shiftKey ? -1 : 1)];
    if (!next) return;                                  // beyond either end Tab goes its own way
    event.preventDefault();
    next.focus();
    next.select?.();
  };
  const walkAll = button => {
    all = !all;
    button.setAttribute("aria-pressed", all);
    say(all ? "Tab stops at every value" : "Tab stops at what needs you");
    if (all) $(".args input:not([readonly])")?.focus();
  };

  /* What an edit becomes, checked and gated again, told before it is signed. */
  let later = 0;
  const preview = event => {
    const slot = $("#recap");
    if (!slot || !event.target.matches?.("[data-arg]")) return;
    clearTimeout(later);
    later = setTimeout(() => htmx.trigger(slot, "edited"), 600);
  };

  /* After a decision a screen reader hears what was done and what comes next. */
  const announce = () => {
    const done = $("#just-decided p"), next = $("#sentence");
    if (done && next) setTimeout(() => say(`${done.textContent.trim()} Next: ${next.textContent.trim()}`), 500);
  };
  doc.addEventListener("DOMContentLoaded", announce);
  doc.addEventListener("item:arrived", () => { all = false; [found, places, place] = ["", [], -1]; announce() });

  doc.addEventListener("input", preview);
  doc.addEventListener("pointerdown", start);
  doc.addEventListener("pointermove", stretch);
  doc.addEventListener("pointerup", take);
  doc.addEventListener("pointercancel", () => { picking?.band?.remove(); picking = null });
  doc.addEventListener("mousedown", event => { if (picking) event.preventDefault() });
  doc.addEventListener("click", event => { if (swallow) { event.stopPropagation(); swallow = false } }, true);
  doc.addEventListener("input", typed);
  doc.addEventListener("keydown", walk);
  doc.addEventListener("click", event => {
    if (event.target.closest?.("[data-turn]:is(button)")) turn();
    const walker = event.target.closest?.("[data-walk]");
    if (walker) walkAll(walker);
    const box = event.target.closest?.(".sheet .box");
    if (box) $(`.args [data-field="${CSS.escape(box.dataset.field)}"], .match [data-field="${CSS.escape(box.dataset.field)}"]`)?.scrollIntoView({ block: "nearest" });
  });
  doc.addEventListener("submit", event => {
    if (!event.target.matches?.(".find")) return;
    event.preventDefault();
    find(event.target);
  });
  doc.addEventListener("search", event => { if (event.target.closest?.(".find") && !event.target.value) clear() });
})();
