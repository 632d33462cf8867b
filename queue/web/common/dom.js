// SPDX-License-Identifier: MIT
// Small hands for the page: text only ever enters as text, so nothing a person typed can become markup.

export const $ = (id) => document.getElementById(id);

/** make("li", { class: "row", "data-id": 1 }, "text", child) */
export function make(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (value === true)
			element.setAttribute(name, "");
		else if (value !== false && value !== null && value !== undefined)
			element.setAttribute(name, String(value));
	}
	element.append(...children.filter((child) => child !== null && child !== undefined));
	return element;
}

/** Writes only what changed, so that a screen reader is not told the same twice. */
export function setText(element, text) {
	if (element.textContent !== text)
		element.textContent = text;
}

/** {用件|ようけん} as ruby; {{ }} || are the signs themselves. Only for texts of the configuration, never for what a person typed. */
export function rubied(text) {
	const parts = String(text).split(/\{([^{|}]+)\|([^{|}]+)\}/);
	const plain = (part) => part.replace(/\{\{|\}\}|\|\|/g, (twice) => twice[0]);
	return parts.flatMap((part, i) => i % 3 === 2 ? [] : i % 3 === 0 ? [plain(part)]
		: [make("ruby", {}, part, make("rt", {}, parts[i + 1]))]).filter((part) => part !== "");
}

/** The same text without its readings, for titles and labels. */
export const unrubied = (text) => String(text).replace(/\{([^{|}]+)\|[^{|}]+\}/g, "$1");

/** setText() for a text of the configuration. */
export function setWords(element, text) {
	const parts = rubied(text);
	/* one child: in a button, parts would stand apart */
	setChildren(element, `words ${text}`, () => parts.length > 1 ? [make("span", {}, ...parts)] : parts);
}

/** @key names what is shown: the children are made anew only when it changes. */
export function setChildren(element, key, makeChildren) {
	if (element.dataset.shown === key)
		return;
	element.dataset.shown = key;
	element.replaceChildren(...makeChildren());
}

const clockFormat = new Intl.DateTimeFormat("ja-JP", {
	timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

/** The hall's clock, whatever the machine's zone: "10:05". */
export function clockText(milliseconds) {
	return clockFormat.format(new Date(milliseconds));
}
