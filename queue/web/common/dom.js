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
