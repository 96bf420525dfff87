// Arrows move through what is found; Enter then opens a link, as it always does. Nothing here is
// needed: without it Tab moves, and the form is sent as forms are.
"use strict";

(() => {
  const box = document.getElementById("find");
  const links = () => [...document.querySelectorAll("#found .hit-link")];

  const move = (event, step) => {
    const held = links();
    const place = held.indexOf(document.activeElement);
    if (place < 0 && document.activeElement !== box) return;
    const next = place + step;
    if (next >= held.length) return;
    event.preventDefault();
    (next < 0 ? box : held[next]).focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown") move(event, 1);
    else if (event.key === "ArrowUp") move(event, -1);
    else if (event.key === "Escape" && document.activeElement !== box) box.focus();
  });
})();
