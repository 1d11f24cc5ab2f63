// Pictures of an answer as SVG: bars of masses and weights, and neurons on a torus of two phases.
"use strict";

globalThis.Drawing = (() => {
  const SPACE = "http://www.w3.org/2000/svg";

  function svg(name, attributes = {}, children = []) {
    const element = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  const words = (text, attributes) => svg("text", attributes, [text]);
  const brief = (value) => (value === null ? "?" : Number(value.toPrecision(3)).toString());

  // A bar for each item {label, value, told}; `value` a number that is not negative.
  function bars(items, about) {
    const height = 150;
    const foot = 118;
    const step = Math.max(9, Math.min(64, 620 / items.length));
    const width = Math.max(160, 64 + step * items.length);
    const most = Math.max(...items.map((item) => item.value), 0) || 1;
    const every = Math.ceil(items.length / Math.min(16, items.length));
    const parts = [
      svg("line", { x1: 56, x2: width - 4, y1: foot, y2: foot, class: "axis" }),
      words(brief(most), { x: 52, y: 16, "text-anchor": "end" }),
      words("0", { x: 52, y: foot, "text-anchor": "end" }),
    ];
    items.forEach((item, index) => {
      const x = 60 + step * index;
      const tall = (100 * item.value) / most;
      const bar = svg("rect", { x, y: foot - tall, width: step * 0.8, height: Math.max(tall, 0.5), class: "bar" });
      bar.append(svg("title", {}, [item.told]));
      parts.push(bar);
      if (index % every === 0) {
        parts.push(words(item.label, { x: x + step * 0.4, y: foot + 16, "text-anchor": "middle" }));
      }
    });
    const view = { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": about };
    return svg("svg", view, parts);
  }

  // Phases in turns, [across, up, colour] for each neuron, on the unit square whose opposite edges are one.
  function torus(points, names, about) {
    const size = 320;
    const place = (turn) => 36 + turn * 256;
    const parts = [svg("rect", { x: 36, y: 28, width: 256, height: 256, class: "frame" })];
    for (const quarter of [0.25, 0.5, 0.75]) {
      const at = place(quarter);
      parts.push(svg("line", { x1: at, x2: at, y1: 28, y2: 284, class: "grid" }));
      parts.push(svg("line", { x1: 36, x2: 292, y1: at - 8, y2: at - 8, class: "grid" }));
    }
    for (const [turn, label] of [[0, "0"], [0.5, "½"], [1, "1"]]) {
      parts.push(words(label, { x: place(turn), y: 300, "text-anchor": "middle" }));
      parts.push(words(label, { x: 30, y: 288 - turn * 256, "text-anchor": "end" }));
    }
    parts.push(words(`${names[0]} (turns)`, { x: 164, y: 316, "text-anchor": "middle" }));
    parts.push(words(`${names[1]} (turns)`, { x: 12, y: 156, "text-anchor": "middle", transform: "rotate(-90 12 156)" }));
    const met = new Map();
    for (const [across, up, colour] of points) {
      const key = `${across},${up}`;
      met.set(key, [...(met.get(key) ?? []), colour]);
    }
    for (const [key, colours] of met) {
      const [across, up] = key.split(",").map(Number);
      const dots = colours.length;
      [...new Set(colours)].forEach((colour, index, different) => {
        const ring = Math.min(3.5, 12 / different.length); // neurons of one place and several colours: rings, the first outside
        const radius = 4 + ring * (different.length - 1 - index) + (dots > 1 ? 1 : 0);
        const fill = `hsl(${Math.round(360 * colour)} 70% 48%)`;
        const dot = svg("circle", { cx: place(across), cy: 284 - up * 256, r: radius, fill, class: "dot" });
        dot.append(svg("title", {}, [`${names[0]} ${brief(across)}, ${names[1]} ${brief(up)}, ${names[2]} ${brief(colour)}`]));
        parts.push(dot);
      });
    }
    return svg("svg", { viewBox: `0 0 ${size} ${size}`, width: size, height: size, role: "img", "aria-label": about }, parts);
  }

  return { bars, torus, brief };
})();
