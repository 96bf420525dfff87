// A key a grade: 1 to 4, u to take back, s to skip. Without script the buttons do the same.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!wanted || wanted.disabled) return;
  event.preventDefault();
  wanted.click();
});

// A second key pressed while the first is on its way must not judge a pick that nobody has seen.
document.addEventListener("submit", () => {
  for (const one of document.querySelectorAll("[data-key]")) one.removeAttribute("data-key");
});
