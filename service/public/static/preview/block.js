// Fills the "More from" block of an article page: the least that a site needs to do by itself.
//
// Whatever the answer holds is text: it reaches the page through textContent and setAttribute only,
// and an address becomes a link or a picture only if it is http, https or a path of this site.
// If anything goes wrong the block stays hidden: a reader never sees a broken box.

"use strict";

function safeAddress(text) {
  try {
    const address = new URL(text, document.baseURI);
    return ["http:", "https:"].includes(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}

function fillText(element, text) {
  if (text) {
    element.textContent = text;
  } else {
    element.remove();
  }
}

function fillPicture(figure, image) {
  const source = image && safeAddress(image.url);
  if (!source) {
    figure.remove();
    return;
  }
  const picture = figure.querySelector("img");
  picture.addEventListener("error", () => figure.remove());
  picture.setAttribute("alt", image.alt);
  if (image.width && image.height) {
    picture.setAttribute("width", image.width);
    picture.setAttribute("height", image.height);
  }
  picture.setAttribute("src", source);
  fillText(figure.querySelector("figcaption"), image.caption);
}

// An older piece says so: a reader should not take it for news. So does what no model chose: whoever
// tries a placement here wants to see where editors or the ladder filled in.
function whyOf(item) {
  const isBackground = item.slot === "background" && item.origin === "model";
  const kinds = { pin: "Pin", fallback: `Ladder: ${item.rung}` };
  const kind = isBackground ? "Background" : kinds[item.origin];
  return kind ? `${kind} · ${item.reason.label}` : item.reason.label;
}

function makeCard(template, item) {
  const card = template.content.firstElementChild.cloneNode(true);
  if (item.language) {
    card.setAttribute("lang", item.language);
  }
  fillPicture(card.querySelector("figure"), item.image);
  const link = card.querySelector("a");
  link.textContent = item.title;
  // A site would link to item.url; the preview has pages of its own for the same articles.
  link.setAttribute("href", `/preview/${encodeURIComponent(item.id)}`);
  fillText(card.querySelector(".card-deck"), item.summary);
  fillText(card.querySelector(".card-why"), whyOf(item));
  return card;
}

async function fillBlock(block) {
  const id = encodeURIComponent(block.dataset.article);
  // An editor who tries a retraction here wants to see it now, not when the browser's copy is old.
  const options = { credentials: "omit", cache: "no-cache" };
  const response = await fetch(`/v1/related?id=${id}&limit=4`, options);
  if (!response.ok) {
    return;
  }
  const answer = await response.json();
  const template = block.querySelector("template");
  const cards = answer.items.map((item) => makeCard(template, item));
  if (cards.length === 0) {
    return;
  }
  block.querySelector(".more-heading").textContent = answer.label;
  block.querySelector(".more-cards").replaceChildren(...cards);
  block.hidden = false;
}

for (const block of document.querySelectorAll(".more")) {
  fillBlock(block).catch(() => {
    block.hidden = true;
  });
}
