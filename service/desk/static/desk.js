/* Keyboard, and nothing that a page needs: each works without this file. */
"use strict";
(() => {
  const typing = (element) => element instanceof HTMLElement &&
    (element.isContentEditable || element.matches("input, textarea, select"));
  let awaitsDigit = false;

  const steps = { j: 1, k: -1 };
  const walk = (step) => {
    const stops = [...document.querySelectorAll("[data-step]")];
    if (!stops.length) return false;
    const here = stops.findIndex((stop) => stop.contains(document.activeElement));
    const next = stops[Math.min(Math.max(here + step, 0), stops.length - 1)];
    const link = next.matches("a, button") ? next : next.querySelector("a, button");
    (link || next).focus();
    return true;
  };

  const acts = {
    "/": () => { const find = document.getElementById("find"); find?.focus(); find?.select(); return Boolean(find); },
    "?": () => { document.getElementById("shortcuts")?.showModal(); return true; },
    g: () => { awaitsDigit = true; return true; },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(document.activeElement)) { document.activeElement.blur(); return; }
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (awaitsDigit) {
      awaitsDigit = false;
      const link = document.querySelectorAll(".pages a")[Number(event.key) - 1];
      if (link) { event.preventDefault(); link.click(); return; }
    }
    const act = acts[event.key] || (event.key in steps && (() => walk(steps[event.key])));
    if (act && act()) event.preventDefault();
  });

  document.addEventListener("input", (event) => {
    const shown = event.target.dataset?.shows && document.getElementById(event.target.dataset.shows);
    if (shown) shown.value = event.target.value;
  });

  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.classList.contains("copy")) event.target.select();
  });
})();
