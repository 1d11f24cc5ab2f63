// Filters of the claims, zooming of the figures. Without this script everything is there, unfiltered.
"use strict";

(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function claims() {
    const form = document.getElementById("claim-filters");
    const entries = all(".claim");
    const count = document.getElementById("claim-count");
    if (!form) return;
    form.hidden = false;
    const texts = new Map(entries.map((entry) => [entry, entry.textContent.toLowerCase()]));
    const apply = () => {
      const chosen = new FormData(form);
      const words = chosen.get("words").toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const entry of entries) {
        const fits =
          ["paper", "verdict", "kind"].every((name) => !chosen.get(name) || entry.dataset[name] === chosen.get(name)) &&
          words.every((word) => texts.get(entry).includes(word));
        entry.hidden = !fits;
        shown += fits;
      }
      count.textContent = `${shown} of ${entries.length} claims`;
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    for (const link of all("[data-filter-verdict]")) {
      link.addEventListener("click", () => {
        form.elements.verdict.value = link.dataset.filterVerdict;
        apply();
      });
    }
    apply();
    // a link to a claim that a filter hides shows it again
    const follow = () => {
      const entry = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!entry?.classList.contains("claim")) return;
      if (entry.hidden) {
        form.reset();
        apply();
      }
      entry.querySelector("details").open = true;
      entry.scrollIntoView();
    };
    addEventListener("hashchange", follow);
    follow();
  }

  function figures() {
    const dialog = document.getElementById("zoom");
    if (!dialog?.showModal) return;
    const stage = dialog.querySelector(".stage");
    const picture = dialog.querySelector("img");
    const level = dialog.querySelector("output");
    let scale = 1;
    let opener = null;
    const resize = (next) => {
      const before = scale;
      scale = Math.min(12, Math.max(1, next));
      const middle = [stage.scrollLeft + stage.clientWidth / 2, stage.scrollTop + stage.clientHeight / 2];
      picture.style.width = `${100 * scale}%`;
      stage.scrollLeft = (middle[0] * scale) / before - stage.clientWidth / 2;
      stage.scrollTop = (middle[1] * scale) / before - stage.clientHeight / 2;
      level.textContent = `${Math.round(100 * scale)} %`;
    };
    const by = { in: () => resize(scale * 1.5), out: () => resize(scale / 1.5), whole: () => resize(1) };
    for (const button of all("button.zoom")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const source = button.closest("figure").querySelector("img");
        opener = button;
        picture.src = source.getAttribute("src");
        picture.alt = source.alt;
        dialog.setAttribute("aria-label", `Figure ${button.dataset.name}, enlarged`);
        dialog.showModal();
        resize(1);
        stage.focus();
      });
    }
    dialog.addEventListener("click", (event) => {
      const asked = event.target.closest("[data-zoom]")?.dataset.zoom;
      if (asked === "close" || event.target === dialog) dialog.close();
      else if (asked) by[asked]();
    });
    dialog.addEventListener("close", () => opener?.focus());
    dialog.addEventListener("keydown", (event) => {
      const asked = { "+": "in", "=": "in", "-": "out", 0: "whole" }[event.key];
      if (asked) {
        by[asked]();
        event.preventDefault();
      }
    });
    stage.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey) return;
        resize(scale * Math.exp(-event.deltaY / 200));
        event.preventDefault();
      },
      { passive: false },
    );
  }

  claims();
  figures();
})();
