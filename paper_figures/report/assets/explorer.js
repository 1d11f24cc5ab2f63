// The explorer: a task, its answer by the project's own Python, and its certificate checked in this page.
"use strict";

(() => {
  const form = document.getElementById("explorer-form");
  if (!form) return;
  const { answers, certificates, python } = globalThis.REPORT;
  const get = (id) => document.getElementById(id);
  const status = get("explorer-status");
  const result = get("explorer-result");
  const verdict = get("verdict");
  const text = get("certificate-text");
  const MOST_BARS = 60;
  let bytes = null; // of a file that was opened, until its text is edited
  let command = null;

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // a part that scrolls where the page is narrow: by keyboard too, and with a name to be read out
  const scrolling = (name) => ({ class: "wide", tabindex: "0", role: "group", "aria-label": name });

  function table(head, rows, caption) {
    const cells = (kind, row) => element("tr", {}, ...row.map((cell) => element(kind, {}, String(cell))));
    return element(
      "div",
      scrolling(caption),
      element(
        "table",
        {},
        element("caption", {}, caption),
        element("thead", {}, cells("th", head)),
        element("tbody", {}, ...rows.map((row) => cells("td", row))),
      ),
    );
  }

  const more = (summary, ...children) => element("details", {}, element("summary", {}, summary), ...children);
  const json = (text) => element("details", { class: "json" }, element("summary", {}, "The command’s answer (JSON)"), text);
  const part = (title, ...children) => element("section", { class: "part" }, element("h4", {}, title), ...children);
  const near = (exact, value) => (value === null || exact === String(value) ? exact : `${exact} ≈ ${Drawing.brief(value)}`);

  // ---- the parts of an answer

  function masses(answer) {
    const addition = answer.task.kind === "modular_addition";
    const items = [];
    for (const block of answer.blocks) {
      const range = block.frequencies;
      const count = addition ? Number(range[1]) - Number(range[0]) + 1 : Number(block.count);
      for (let index = 0; index < Math.min(count, MOST_BARS - items.length); index += 1) {
        const label = addition ? String(Number(range[0]) + index) : `${block.dimension}${{ real: "R", complex: "C", quaternionic: "H" }[block.type] ?? ""}`;
        items.push({ label, value: block.mass_each_float ?? 0, told: `${label}: mass ${block.mass_each}` });
      }
    }
    const total = answer.blocks.reduce((sum, block) => sum + Number(block.count), 0);
    if (!items.length) return part("Masses", element("p", {}, "Every neuron has the same mass."));
    const what = addition ? "frequency" : "representation (dimension, and R real, C complex, H quaternionic type)";
    const rows = answer.blocks.map((block) => [
      block.frequencies ? block.frequencies.join(" to ") : `dimension ${block.dimension}, ${block.type}`,
      block.count,
      near(block.mass_each, block.mass_each_float),
      block.used,
      block.neurons_each,
    ]);
    const head = [addition ? "frequencies" : "representation", "how many", "mass of each", "in an optimum", "neurons each"];
    return part(
      `Mass of each ${addition ? "frequency" : "representation"}`,
      element("div", scrolling("picture of the masses"), Drawing.bars(items, `Bars: mass of each ${what}; the numbers are in the table below.`)),
      element("p", { class: "note" }, items.length < total ? `The first ${items.length} of ${total}, by ${what}.` : `By ${what}.`),
      more("The masses as a table", table(head, rows, "Exact masses")),
    );
  }

  function weights(answer) {
    const found = answer.dual.class_weights ?? [];
    const items = found.slice(0, MOST_BARS).map((weight) => ({
      label: weight.where.length > 8 ? `${weight.where.slice(0, 7)}…` : weight.where,
      value: weight.each_float ?? 0,
      told: `${weight.count} labels, ${weight.where}: ${weight.each} each`,
    }));
    const rows = found.map((weight) => [weight.where, weight.count, near(weight.each, weight.each_float)]);
    return part(
      "Dual weights of the wrong labels",
      element("div", scrolling("picture of the dual weights"), Drawing.bars(items, "Bars: dual weight of each class of wrong labels; the numbers are in the table below.")),
      element("p", { class: "note" }, "Inputs are uniform. With these weights on the wrong labels no unit neuron exceeds γ*, so no network does."),
      more("The weights as a table", table(["class of wrong labels", "labels", "weight of each"], rows, "Exact dual weights")),
    );
  }

  function patterns(found) {
    const [{ size, signs }] = found;
    const k = signs[0].length - 1;
    const head = ["neuron", ...Array.from({ length: k }, (_, bit) => `bit ${bit + 1}`), "w"];
    const rows = signs.slice(0, 64).map((row, index) => [index + 1, ...row.map((sign) => (sign > 0 ? "+" : "−"))]);
    const caption = `Signs of the first ${rows.length} of ${size} neurons`;
    return part("The neurons’ signs", table(head, rows, caption));
  }

  function phases(answer, found) {
    const choose = element("select", { "aria-label": "frequency" });
    const across = element("select", { "aria-label": "phase across" });
    const up = element("select", { "aria-label": "phase upwards" });
    for (const block of found) {
      const [first, last] = block.frequencies.map(Number);
      for (let z = first; z <= Math.min(last, first + 199); z += 1) choose.append(element("option", { value: z }, String(z)));
    }
    const k = found[0].phases[0].length - 1;
    const names = [...Array.from({ length: k }, (_, input) => `θ of input ${input + 1}`), "θ of the output"];
    for (const select of [across, up]) names.forEach((name, index) => select.append(element("option", { value: index }, name)));
    up.value = 1;
    const stage = element("div", scrolling("picture of the phases"));
    const rest = element("div");
    const draw = () => {
      const z = Number(choose.value);
      const block = found.find(({ frequencies: [first, last] }) => Number(first) <= z && z <= Number(last));
      const turn = (value) => value / block.denominator;
      const axes = [Number(across.value), Number(up.value), k];
      const points = block.phases.map((row) => axes.map((axis) => turn(row[axis])));
      const told = `The ${block.size} neurons of frequency ${z} by ${names[axes[0]]} and ${names[axes[1]]}; the phases are in the table below.`;
      stage.replaceChildren(Drawing.torus(points, axes.map((axis) => names[axis]), told));
      const rows = block.phases.slice(0, 256).map((row, index) => [index + 1, ...row.map((value) => `${value}/${block.denominator}`)]);
      rest.replaceChildren(
        element("p", { class: "note" }, `${block.size} neurons at frequency ${z}; the colour is the output’s phase. Opposite edges of the square are one: it is a torus. Each input of a neuron is a cosine, cos 2π(za/n + θ), and the output’s phase is the sum of the inputs’.`),
        more("The phases as a table", table(["neuron", ...names], rows, "Phases in turns")),
      );
    };
    for (const select of [choose, across, up]) select.addEventListener("change", draw);
    draw();
    const field = (name, select) => element("label", {}, `${name} `, select);
    return part(
      "The neurons’ phases",
      element("div", { class: "fields" }, field("frequency", choose), field("across", across), field("upwards", up)),
      stage,
      rest,
    );
  }

  function show(found, origin) {
    const { answer, certificate, uncertified, neurons } = found;
    const { margin, width } = answer;
    const known = width.minimal !== null ? `minimum ${width.minimal}, proved` : width.lower_bound !== null ? `at least ${width.lower_bound}, proved` : "no lower bound proved";
    const statements = answer.check.statements.map(({ statement, holds }) => element("li", {}, `${holds ? "yes" : "NO"}: ${statement}`));
    result.replaceChildren(
      element("p", { class: "margin" }, element("span", {}, "γ* = "), element("strong", { id: "gamma" }, margin.exact), margin.float === null ? "" : ` ≈ ${Number(margin.float.toPrecision(12))}`),
      element("p", {}, `${width.constructed} neurons constructed, ${width.paper} in the paper’s construction; ${known}. Activation x`, element("sup", {}, String(answer.task.k)), ", norm L", element("sub", {}, `2,${answer.norm.outer}`), "."),
      element("p", { class: "note", id: "origin" }, origin),
      masses(answer),
      weights(answer),
      !neurons.length ? part("The neurons", element("p", {}, "The neurons of a group that is not cyclic are matrices of its representations: no phases.")) : neurons[0].signs ? patterns(neurons) : phases(answer, neurons),
      part("The exact check of the command", element("ul", {}, ...statements)),
      json(element("pre", { tabindex: "0", id: "json", role: "group", "aria-label": "the command’s answer" }, found.exact ?? JSON.stringify(answer, null, 1))),
    );
    result.hidden = false;
    bytes = null;
    text.value = certificate ?? "";
    verdict.textContent = certificate === null ? `No certificate: ${uncertified}` : "";
    verdict.className = "";
  }

  // ---- what is asked

  function asked() {
    const chosen = new FormData(form);
    const k = String(chosen.get("k")).trim();
    const kind = chosen.get("kind");
    if (kind === "parity") return ["--parity", `${String(chosen.get("bits")).trim()},${k}`];
    const name = kind === "group" ? ["--group", String(chosen.get("group")).trim()] : ["--p", String(chosen.get("n")).trim()];
    return [...name, "--k", k];
  }

  const key = (words) => words.join(" ");
  const saved = (words) => {
    const wanted = key(words).toLowerCase();
    const found = Object.keys(answers).find((name) => name.toLowerCase() === wanted);
    return found === undefined ? undefined : answers[found];
  };
  const tell = (line, kind = "") => {
    status.textContent = line;
    status.className = kind;
  };
  const printed = (words) => `python -m margin.predict ${words.map((word) => (/^[\w.,+-]+$/.test(word) ? word : `'${word}'`)).join(" ")}`;

  async function compute(words) {
    const line = printed(words);
    if (!python) {
      result.hidden = true;
      tell(`This report was built without Python, and holds no answer for this task. At a command line: ${line}`, "bad");
      return;
    }
    tell("Starting …");
    const found = await Engine.predict(words, tell);
    if (command !== words) return; // something else was asked meanwhile
    if (found.refused) {
      result.hidden = true;
      tell(found.refused, "bad");
    } else if (found.missing) {
      result.hidden = true;
      tell(`This group’s characters need ${found.missing}, which does not run in this page, and the report holds no answer for it. At a command line: ${line}`, "bad");
    } else {
      const before = saved(words);
      const same = before ? JSON.stringify(before) === JSON.stringify(found) : null;
      show(found, `Computed in this page by the project’s own Python${same ? "; the answer computed when the report was built is the same" : ""}. At a command line: ${line}`);
      tell(same === false ? "Computed here, and DIFFERENT from the answer computed when the report was built: please report it." : "Done: computed in this page.", same === false ? "bad" : "");
    }
  }

  async function run(words, fresh) {
    command = words;
    const found = saved(words);
    try {
      if (found && !fresh) {
        show(found, `Computed by the same command when this report was built. At a command line: ${printed(words)}`);
        tell("Done: an answer that this report holds.");
      } else {
        await compute(words);
      }
    } catch (error) {
      tell(`Python failed: ${error.message}`, "bad");
    }
    get("again").disabled = !python || !found;
  }

  async function verify() {
    const data = bytes ?? new TextEncoder().encode(text.value);
    if (!python) {
      verdict.className = "bad";
      verdict.textContent = "This report was built without Python. Save the certificate, and: python3 -I -S proofs_check/check.py certificate.json";
      return;
    }
    try {
      const found = await Engine.verify(data, (line) => (verdict.textContent = line));
      verdict.textContent = found.line;
      verdict.className = found.code === 0 ? "good" : "bad";
    } catch (error) {
      verdict.textContent = `The checker failed, this is no verdict: ${error.message}`;
      verdict.className = "bad";
    }
  }

  function kinds() {
    const kind = new FormData(form).get("kind");
    for (const field of form.querySelectorAll("[data-kind]")) {
      const wanted = field.dataset.kind === kind;
      field.hidden = !wanted;
      for (const input of field.querySelectorAll("input")) input.disabled = !wanted;
    }
  }

  // #explore?certificate=width-k3: a link to a certificate of another kind, which is checked at once
  function read(name) {
    if (!(name in certificates)) {
      tell(`The report holds no certificate ${name}.`, "bad");
      return;
    }
    bytes = null;
    text.value = certificates[name];
    get("certificate-tools").scrollIntoView();
    text.focus({ preventScroll: true });
    verify();
  }

  // #explore?--p 23 --k 3: a link to a task
  function follow() {
    const [place, query] = decodeURIComponent(location.hash).split("?");
    if (place !== "#explore" || !query) return;
    if (query.startsWith("certificate=")) {
      read(query.slice("certificate=".length));
      return;
    }
    const words = query.split(/\s+/);
    const value = (option) => words[words.indexOf(option) + 1];
    const parity = words.includes("--parity");
    const kind = parity ? "parity" : words.includes("--group") ? "group" : "addition";
    form.elements.kind.value = kind;
    if (parity) [form.elements.bits.value, form.elements.k.value] = value("--parity").split(",");
    else {
      form.elements.k.value = value("--k");
      if (kind === "group") form.elements.group.value = value("--group");
      else form.elements.n.value = value("--p");
    }
    kinds();
    get("explore").scrollIntoView();
    run(asked(), false);
  }

  form.hidden = false;
  get("explorer-noscript")?.remove();
  get("certificate-tools").hidden = false;
  form.addEventListener("change", kinds);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(asked(), false);
  });
  get("again").addEventListener("click", () => run(asked(), true));
  get("verify").addEventListener("click", verify);
  text.addEventListener("input", () => {
    bytes = null;
    verdict.textContent = "";
    verdict.className = "";
  });
  get("certificate-file").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    bytes = new Uint8Array(await file.arrayBuffer());
    text.value = new TextDecoder().decode(bytes);
    verify();
  });
  get("save").addEventListener("click", () => {
    const link = element("a", { download: "certificate.json", href: URL.createObjectURL(new Blob([bytes ?? text.value], { type: "application/json" })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  addEventListener("hashchange", follow);
  kinds();
  if (location.hash.startsWith("#explore?")) follow();
  else run(asked(), false);
})();
