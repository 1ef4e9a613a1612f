/* The queue keeps its place: after something was done with a row, the cursor is on it again, or on what took its place. */
(() => {
  const doc = document;
  const rows = () => [...doc.querySelectorAll(".queue .row")];
  const keep = (key, value) => { try { value === null ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, JSON.stringify(value)) } catch { /* private mode */ } };
  const kept = key => { try { return JSON.parse(sessionStorage.getItem(key)) } catch { return null } };

  let at = null;                                        // the row the cursor was on last
  doc.addEventListener("focusin", event => {
    const row = event.target.closest?.(".queue tbody tr")?.querySelector(".row");
    if (row) at = { id: row.closest("tr").id, place: rows().indexOf(row) };
  });
  doc.addEventListener("submit", event => { if (at && !event.target.closest(".toolbar, .views")) keep("queue-place", at) });

  const back = () => {
    const was = kept("queue-place");
    keep("queue-place", null);
    if (!was) return;
    const all = rows(), same = doc.getElementById(was.id)?.querySelector(".row");
    const next = same || all[Math.min(was.place, all.length - 1)];
    next?.focus({ preventScroll: true });
    next?.closest("tr").scrollIntoView({ block: "nearest" });
  };
  back();

  doc.addEventListener("change", event => {
    if (!event.target.closest?.(".queue")) return;
    const n = doc.querySelectorAll(".queue tbody :checked").length;
    doc.getElementById("live").textContent = `${n} selected`;
  });
})();
