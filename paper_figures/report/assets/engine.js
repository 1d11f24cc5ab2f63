// The project's Python in a worker: Pyodide and the project's modules, from the scripts beside this one, without network.
"use strict";

globalThis.Engine = (() => {
  const SCRIPTS = ["pyodide.js", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "project.zip"];
  let started = null;
  let number = 0;
  const waiting = new Map();

  // What runs in the worker, as text: a page opened from disk may not load a worker from a file.
  function work() {
    const BASE = "https://vendored.invalid/"; // nothing is asked for there: `fetch` below answers
    const types = { wasm: "application/wasm" };
    let python = null;
    // Pyodide takes a worker that has importScripts for one of a kind that it no longer serves
    self.importScripts = () => {
      throw new Error("no scripts from elsewhere");
    };
    async function start(files) {
      const text = (name) => new TextDecoder().decode(files[name]);
      self.fetch = async (asked) => {
        const name = String(asked.url ?? asked).split("/").pop();
        if (!(name in files)) return new Response("", { status: 404 });
        const type = types[name.split(".").pop()] ?? "application/octet-stream";
        return new Response(files[name], { headers: { "Content-Type": type } });
      };
      new Function(text("pyodide.js"))();
      const body = text("pyodide.asm.mjs")
        .replace("export default _createPyodideModule", "return _createPyodideModule")
        .replaceAll("import.meta.url", JSON.stringify(`${BASE}pyodide.asm.mjs`));
      python = await self.loadPyodide({
        indexURL: BASE,
        createPyodideModule: new Function(body)(),
        lockFileContents: {
          info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" },
          packages: {},
        },
      });
      python.unpackArchive(files["project.zip"], "zip", { extractDir: "/project" });
      python.runPython("import sys; sys.path.insert(0, '/project'); from paper_figures.report import bridge");
      return python.runPython("sys.version.split()[0]");
    }
    function asked(name, value) {
      const bridge = python.pyimport("paper_figures.report.bridge");
      try {
        return JSON.parse(bridge[name](value));
      } finally {
        bridge.destroy();
      }
    }
    self.onmessage = async ({ data }) => {
      try {
        const value = data.files ? await start(data.files) : asked(data.name, data.value);
        self.postMessage({ id: data.id, value });
      } catch (error) {
        self.postMessage({ id: data.id, error: String(error) });
      }
    };
  }

  function script(name) {
    return new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = `engine/${name}.js`;
      element.onload = resolve;
      element.onerror = () => reject(new Error(`engine/${name}.js cannot be read`));
      document.head.append(element);
    });
  }

  async function inflated(text) {
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  function send(worker, message) {
    return new Promise((resolve, reject) => {
      number += 1;
      waiting.set(number, { resolve, reject });
      worker.postMessage({ ...message, id: number });
    });
  }

  async function launch(tell) {
    const files = {};
    for (const [index, name] of SCRIPTS.entries()) {
      tell(`Reading Python from this folder: part ${index + 1} of ${SCRIPTS.length} …`);
      await script(name);
      files[name] = await inflated(globalThis.VENDORED[name]);
      delete globalThis.VENDORED[name];
    }
    tell("Starting Python …");
    const source = new Blob([`"use strict";(${work})();`], { type: "text/javascript" });
    const worker = new Worker(URL.createObjectURL(source));
    worker.onmessage = ({ data }) => {
      const { resolve, reject } = waiting.get(data.id);
      waiting.delete(data.id);
      if ("error" in data) reject(new Error(data.error));
      else resolve(data.value);
    };
    worker.onerror = (event) => {
      for (const { reject } of waiting.values()) reject(new Error(event.message || "the worker has failed"));
      waiting.clear();
    };
    const version = await send(worker, { files });
    return { worker, version };
  }

  // Starts Python once; `tell` is called with a line for each step.
  function start(tell = () => {}) {
    if (!started) {
      started = launch(tell).catch((error) => {
        started = null;
        throw error;
      });
    }
    return started;
  }

  return {
    start,
    async predict(command, tell) {
      const { worker } = await start(tell);
      return send(worker, { name: "request", value: JSON.stringify(command) });
    },
    async verify(bytes, tell) {
      const { worker } = await start(tell);
      return send(worker, { name: "verdict", value: bytes });
    },
  };
})();
