// Visits a report from disk in headless Chromium, without network: reads a scenario from standard input, answers in JSON.
"use strict";

const wanted = JSON.parse(require("fs").readFileSync(0, "utf8"));
const { chromium } = require(wanted.playwright);
const LOOKS = [
  ["desktop, light", 1280, 900, "light"],
  ["desktop, dark", 1280, 900, "dark"],
  ["phone, light", 360, 740, "light"],
  ["phone, dark", 360, 740, "dark"],
];
const PATIENCE = 300000; // ms, for Python on a busy machine

async function opened(browser, said, options = {}) {
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("requestfailed", (request) => said.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    if (/^(http|ws)/.test(request.url())) said.push(`asked the network: ${request.url()}`);
  });
  return page;
}

const address = (name) => `file://${wanted.folder}/${name}`;

// What a page lacks: names for screen readers, alternatives, headings in order, ids that are there once.
function lacking() {
  const found = [];
  const named = (element) =>
    element.getAttribute("aria-label") || element.getAttribute("aria-labelledby") || element.labels?.length || element.textContent.trim() || element.querySelector("img")?.alt;
  for (const element of document.querySelectorAll("a[href], button, input, select, textarea, [role=group]")) {
    if (!named(element)) found.push(`no name: ${element.outerHTML.slice(0, 80)}`);
  }
  for (const part of document.querySelectorAll('[tabindex="0"]')) {
    if (!part.getAttribute("role") || !part.getAttribute("aria-label")) found.push(`by keyboard, without a name: ${part.outerHTML.slice(0, 80)}`);
  }
  for (const image of document.querySelectorAll("main img")) {
    if (!image.alt && !image.closest("dialog")) found.push(`no alternative: ${image.src}`);
  }
  for (const picture of document.querySelectorAll("main svg")) {
    if (picture.getAttribute("role") !== "img" || !picture.getAttribute("aria-label")) found.push("a picture without a name");
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  found.push(...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `twice: ${id}`));
  for (const element of document.querySelectorAll("[aria-labelledby]")) {
    if (!document.getElementById(element.getAttribute("aria-labelledby"))) found.push(`no ${element.getAttribute("aria-labelledby")}`);
  }
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  if (!document.documentElement.lang || !document.title) found.push("no language or title");
  return found;
}

const scenarios = {
  async visit(browser, said) {
    const looks = {};
    for (const [name, width, height, colorScheme] of LOOKS) {
      const page = await opened(browser, said, { viewport: { width, height }, colorScheme });
      for (const file of wanted.pages) {
        await page.goto(address(file));
        const seen = await page.evaluate(() => ({
          width: document.documentElement.scrollWidth,
          hidden: [...document.querySelectorAll("header.top a")].filter((link) => link.getBoundingClientRect().right > innerWidth).map((link) => link.textContent),
          ground: getComputedStyle(document.body).backgroundColor,
          ink: getComputedStyle(document.body).color,
        }));
        looks[`${name}: ${file}`] = { ...seen, window: width, lacking: await page.evaluate(lacking) };
      }
      await page.context().close();
    }
    return looks;
  },

  async keyboard(browser, said) {
    const page = await opened(browser, said);
    await page.goto(address("index.html"));
    const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.name);
    const shown = () => page.locator(".claim:not([hidden])").count();
    await page.keyboard.press("Tab");
    const first = await focused();
    const all = await shown();
    await page.focus("#claim-filters [name=words]");
    await page.keyboard.type(wanted.words);
    const filtered = await shown();
    const told = await page.textContent("#claim-count");
    await page.keyboard.press("Tab");
    await page.keyboard.press("B");
    const paper = await page.inputValue("#claim-filters [name=paper]");
    await page.locator("#claim-filters [type=reset]").press("Enter");
    await page.waitForFunction((count) => document.querySelectorAll(".claim:not([hidden])").length === count, all);
    await page.locator(".claim summary").first().press("Enter");
    const evidence = await page.locator(".claim dl").first().isVisible();
    await page.locator("button.zoom").first().press("Enter");
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    const zoomed = await page.textContent("#zoom output");
    await page.keyboard.press("Escape");
    const closed = !(await page.evaluate(() => document.getElementById("zoom").open));
    const back = await page.evaluate(() => document.activeElement.className);
    await page.focus("[name=kind]:checked");
    await page.keyboard.press("ArrowRight");
    await page.focus("[name=group]");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("S3");
    await page.fill("[name=k]", "2");
    await page.keyboard.press("Enter");
    const gamma = await page.textContent("#gamma");
    return { first, all, filtered, told, paper, evidence, zoomed, closed, back, gamma };
  },

  // From the top by the Tab key: what is focused is seen, is outlined, and comes in the order of the page.
  async walk(browser, said) {
    const page = await opened(browser, said, { viewport: { width: wanted.width, height: 740 } });
    await page.goto(address(wanted.page));
    if (wanted.style) await page.addStyleTag({ content: wanted.style });
    const faults = [];
    let steps = 0;
    for (; steps < wanted.steps; steps += 1) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const now = document.activeElement;
        if (now === document.body) return null;
        const box = now.getBoundingClientRect();
        const style = getComputedStyle(now);
        const name = (now.id || now.name || now.textContent.trim() || now.tagName).slice(0, 40);
        const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
        const header = document.querySelector("header.top");
        const covered = !header.contains(now) && !now.classList.contains("skip") && box.bottom <= header.getBoundingClientRect().bottom;
        const before = globalThis.focusedBefore;
        globalThis.focusedBefore = now;
        const back = before && before.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_PRECEDING;
        return [!inside && "out of sight", covered && "behind the header", style.outlineStyle === "none" && "without an outline", back && "out of order"]
          .filter(Boolean).map((fault) => `${name}: ${fault}`);
      });
      if (seen === null) break;
      faults.push(...seen);
    }
    return { steps, faults };
  },

  // The form as a visitor uses it: each of `tasks` has the fields, and whether to compute it in the page.
  async form(browser, said) {
    const page = await opened(browser, said);
    await page.goto(address(wanted.start ?? "index.html"));
    const seen = [];
    for (const { fields, again, forged, verify } of wanted.tasks) {
      await page.check(`[name=kind][value=${fields.kind}]`);
      for (const [name, value] of Object.entries(fields)) if (name !== "kind") await page.fill(`[name=${name}]`, value);
      await page.click("#explorer-form .main");
      if (again) await page.click("#again");
      await page.waitForFunction(() => /^(Done|This|--|DIFFERENT|Computed|Python failed)/.test(document.getElementById("explorer-status").textContent));
      const status = await page.textContent("#explorer-status");
      const result = (await page.isVisible("#explorer-result")) ? await page.textContent("#explorer-result") : "";
      let verdict = "";
      if (verify) {
        if (forged) await page.fill("#certificate-text", (await page.inputValue("#certificate-text")).replace(...forged));
        await page.click("#verify");
        await page.waitForFunction(() => /^(VERIFIED|REJECTED|MALFORMED|This report|The checker)/.test(document.getElementById("verdict").textContent));
        verdict = await page.textContent("#verdict");
      }
      seen.push({ status, result, verdict, lacking: await page.evaluate(lacking) });
    }
    return seen;
  },

  // Links to certificates of other kinds, each opened afresh: what the box holds, and what the checker says.
  async certificates(browser, said) {
    const seen = {};
    for (const name of wanted.names) {
      const page = await opened(browser, said);
      await page.goto(`${address("index.html")}#explore?certificate=${name}`);
      await page.waitForFunction(() => /^(VERIFIED|REJECTED|MALFORMED|This report|The checker)/.test(document.getElementById("verdict").textContent) || document.getElementById("explorer-status").classList.contains("bad"));
      seen[name] = {
        text: await page.inputValue("#certificate-text"),
        verdict: await page.textContent("#verdict"),
        status: await page.textContent("#explorer-status"),
        focused: await page.evaluate(() => document.activeElement.id),
      };
      await page.context().close();
    }
    return seen;
  },

  // Answers of the page's Python to command lines, and verdicts of its checker on files in base64.
  async python(browser, said) {
    const page = await opened(browser, said);
    await page.goto(address("index.html"));
    return page.evaluate(async ({ commands, files }) => {
      const answers = [];
      for (const command of commands) answers.push(await Engine.predict(command));
      const verdicts = [];
      for (const file of files) verdicts.push(await Engine.verify(Uint8Array.from(atob(file), (c) => c.charCodeAt(0))));
      return { answers, verdicts };
    }, wanted);
  },

  async print(browser, said) {
    const page = await opened(browser, said);
    await page.goto(address("index.html"));
    const data = await page.pdf({ path: wanted.pdf, preferCSSPageSize: true });
    // a figure as wide as a page and 210 mm high, and what is written under it
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 680, height: 1000 });
    const seen = await page.evaluate(async () => {
      const image = document.querySelector("figure img");
      image.loading = "eager"; // it is far below the window
      image.src = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="660" height="794"/>')}`;
      await image.decode();
      const size = (element) => parseFloat(getComputedStyle(element).fontSize);
      return { high: image.getBoundingClientRect().height, caption: size(document.querySelector("figcaption")), text: size(document.body) };
    });
    return { bytes: data.length, ...seen };
  },
};

(async () => {
  const browser = await chromium.launch({ executablePath: wanted.chromium, args: ["--no-sandbox"] });
  const said = [];
  const seen = await scenarios[wanted.scenario](browser, said);
  await browser.close();
  process.stdout.write(JSON.stringify({ seen, said }));
})().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
