/* The upload page: files are sent one by one with their progress, each gets its own answer from the server.
   Without this script the same form posts all files at once and the page comes back with the same lines. */
(() => {
  const doc = document, AT_ONCE = 1;                  // in the order chosen, so that a file sent twice is known the second time
  const waiting = [];
  let sending = 0, stopped = false;

  const form = () => doc.querySelector("form[data-uploads]");
  const list = () => doc.querySelector("#upload-list .upload-list");
  const megabytes = bytes => (bytes / 1e6).toFixed(1);
  const icon = name => `<svg class="icon" aria-hidden="true"><use href="${iconsAt()}#${name}"/></svg>`;
  const iconsAt = () => (doc.querySelector("svg use")?.getAttribute("href") || "").split("#")[0];

  /* A line while its file is on the way; the server's own line takes its place. Names are text, never markup. */
  const lineFor = file => {
    const line = doc.createElement("li");
    line.dataset.tone = "info";
    line.dataset.code = "sending";
    line.innerHTML = `${icon("upload")}<div><b class="clip"></b><small></small></div><progress max="100" value="0" data-tone="info"></progress><span>Waiting</span>`;
    line.querySelector("b").textContent = file.name;
    line.querySelector("small").textContent = `${megabytes(file.size)} MB`;
    line.querySelector("progress").setAttribute("aria-label", file.name);
    return line;
  };

  const count = () => {
    const lines = [...list().children], of = code => lines.filter(line => line.dataset.code === code).length;
    const done = tone => lines.filter(line => line.dataset.tone === tone && !["sending", "not_sent", "triage"].includes(line.dataset.code)).length;
    const said = [[done("info"), "started"], [of("sending"), "uploading"], [done("warn"), "known"], [done("bad"), "refused"], [of("triage"), "in triage"], [of("not_sent"), "not sent"]];
    doc.getElementById("up-counts").textContent = said.filter(([n]) => n).map(([n, word]) => `${n} ${word}`).join(", ");
    doc.getElementById("up-title").textContent = `${lines.length} file${lines.length === 1 ? "" : "s"}`;
    list().closest("section").hidden = !lines.length;
  };

  const fail = (line, said) => {
    line.dataset.tone = line.querySelector("progress").dataset.tone = "bad";
    line.dataset.code = "not_sent";
    line.querySelector("progress").value = 100;
    line.querySelector("span").textContent = said;
  };

  /* What is said about all files is wrong: show it where it was typed, and send nothing more. */
  const refuse = html => {
    const box = doc.getElementById("upload-refusal");
    box.innerHTML = html;
    const about = box.firstElementChild?.dataset.about, field = about && form().elements[about];
    if (field && about !== "files") {
      field.closest("details").open = true;
      field.setAttribute("aria-invalid", "true");
      field.closest(".field").dataset.error = "";
      field.focus();
    }
    stopped = true;
    for (const { line } of waiting.splice(0)) fail(line, "Not sent.");
  };

  const send = ({ file, name, line }) => {
    const body = new FormData(form()), request = new XMLHttpRequest();
    body.delete("files");
    body.delete("photo");
    body.append(name, file, file.name);
    sending += 1;
    const done = () => { sending -= 1; count(); next() };
    request.upload.addEventListener("progress", event => {
      if (!event.lengthComputable) return;
      line.querySelector("progress").value = 100 * event.loaded / event.total;
      line.querySelector("span").textContent = event.loaded < event.total ? `${megabytes(event.loaded)} of ${megabytes(event.total)} MB` : "Being looked at";
    });
    request.addEventListener("load", () => {
      if (request.status === 200) {
        const told = doc.createElement("template");
        told.innerHTML = request.responseText;
        const lines = told.content.querySelectorAll("li");   // a mail has one for each file in it
        line.replaceWith(...(lines.length ? lines : [line]));
      } else if (request.status === 422 || request.status === 413) {
        fail(line, "Not taken.");
        refuse(request.responseText);
      } else fail(line, `Not taken: the server said ${request.status}. Send it again.`);
      done();
    });
    request.addEventListener("error", () => { fail(line, "The connection broke. Send it again; if it had arrived, its run says so."); done() });
    request.open("POST", form().action);
    request.setRequestHeader("X-Upload", "one");
    request.send(body);
  };

  const next = () => { while (sending < AT_ONCE && waiting.length && !stopped) send(waiting.shift()) };

  const add = input => {
    const files = [...input.files], most = Number(form().dataset.most);
    doc.getElementById("upload-refusal").replaceChildren();
    for (const field of form().querySelectorAll("[data-error]")) { delete field.dataset.error; field.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid") }
    stopped = false;
    for (const file of files.slice(0, most)) {
      const line = lineFor(file);
      list().append(line);
      waiting.push({ file, name: input.name, line });
    }
    for (const file of files.slice(most)) { const line = lineFor(file); list().append(line); fail(line, `Not sent: ${most} files at a time.`) }
    input.value = "";                                   // the same file may be chosen again
    count();
    next();
  };

  doc.addEventListener("change", event => {
    if (event.target.matches("form[data-uploads] input[type=file]") && event.target.files.length) add(event.target);
  });
  addEventListener("beforeunload", event => { if (sending || waiting.length) event.preventDefault() });
})();
