// <more-from article="…">: docs/embedding.md. Text stays text, faults show nothing.
const style = new CSSStyleSheet();
style.replaceSync(`
:host { display: block; min-height: var(--more-from-height, 30em) }
* { margin: 0 0 .5em; padding: 0; line-height: 1.3 }
ul { display: grid; gap: var(--more-from-gap, 1em 1.75em); list-style: none; grid-template-columns:
	repeat(auto-fill, minmax(min(100%, var(--more-from-card, 14em)), 1fr)) }
li { position: relative; overflow-wrap: anywhere }
img { width: 100%; aspect-ratio: var(--more-from-ratio, 3/2); object-fit: cover }
figcaption, time { font-size: .8em; color: var(--more-from-muted) }
a { color: inherit; text-decoration: none }
a::after { content: ""; position: absolute; inset: 0 }`);

const add = (parent, name, textContent, more) =>
	parent.appendChild(Object.assign(document.createElement(name), { part: name, textContent }, more));

const isSafe = (url) => /^(https?:\/)?\/[^\s/\\]/i.test(url);

const addCard = (list, { url, title, summary, image, language, published_at: at }) => {
	const card = add(add(list, "li"), "article", "", { dir: "auto" });
	if (language) card.lang = language;
	if (isSafe(image?.url)) {
		const figure = add(card, "figure");
		const onerror = () => figure.remove();
		add(figure, "img", "", { loading: "lazy", alt: image.alt, src: image.url, onerror });
		add(figure, "figcaption", `${image.caption} ${image.credit}`);
	}
	add(add(card, "h3"), "a", title, { href: url });
	add(card, "p", summary);
	const form = { dateStyle: "long", timeZone: "UTC" };
	if (at) add(card, "time", new Date(at).toLocaleDateString(language ?? [], form));
};

const names = ["article", "url", "limit", "placement"];

customElements.define("more-from", class extends HTMLElement {
	static observedAttributes = names;
	#root = this.attachShadow({ mode: "open" });
	#turn;

	connectedCallback() { this.attributeChangedCallback(); }

	async attributeChangedCallback() {
		const turn = (this.#turn = {});
		await 0; // attributes set together ask once
		if (turn != this.#turn) return;
		this.#root.adoptedStyleSheets = [style];
		const asked = new URLSearchParams();
		for (const { name, value } of this.attributes)
			if (names.includes(name)) asked.set(name.replace("article", "id"), value);
		let block = "";
		try {
			const how = { credentials: "omit", signal: AbortSignal.timeout(8000) };
			const answer = await fetch(new URL("v1/related?" + asked, import.meta.url), how);
			const { label, items } = await answer.json();
			const box = add(new DocumentFragment(), "section", "", { ariaLabel: label });
			add(box, "h2", label, { lang: "en" });
			const list = add(box, "ul", "", { role: "list" });
			for (const item of items) if (isSafe(item.url)) addCard(list, item);
			if (list.firstChild) block = box;
		} catch {}
		if (turn != this.#turn) return;
		this.#root.replaceChildren(block);
		// Nothing moves in view.
		if (!block || this.getBoundingClientRect().top > innerHeight) this.style.minHeight = 0;
	}
});
