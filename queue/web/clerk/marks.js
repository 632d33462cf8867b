// SPDX-License-Identifier: MIT
// Signs beside words: each has a shape of its own, so that nobody needs to see its colour.
const SVG = "http://www.w3.org/2000/svg";

/* Drawn in a box of 20, lines 2 wide, round joins. */
const SHAPES = {
	"verified": "M10 2a8 8 0 1 0 0 16a8 8 0 1 0 0-16M6 10.5l3 3l5.5-7",
	"not-checked": "M10 2a8 8 0 1 0 0 16a8 8 0 1 0 0-16M6.5 10h7",
	"failed": "M6.5 1.8h7l4.7 4.7v7l-4.7 4.7h-7l-4.7-4.7v-7zM6.8 6.8l6.4 6.4M13.2 6.8l-6.4 6.4",
	"disputed": "M2 3h16v10h-8l-4 4.5v-4.5h-4zM10 5.5v3M10 10.6v.1",
	"glyph": "M3 3h14v14h-14zM6 7.8h8M6 12.2h8",
	"card": "M1.5 4h17v12h-17zM4.5 8h4v4.5h-4zM11 8h4.5M11 11.5h4.5",
	"eye": "M1.5 10c4-6.5 13-6.5 17 0c-4 6.5-13 6.5-17 0M10 7.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5",
};

/** mark("failed") - the sign as a picture that screen readers pass over: the word beside it says the same. */
export function mark(name) {
	const svg = document.createElementNS(SVG, "svg");
	const path = document.createElementNS(SVG, "path");
	for (const [key, value] of Object.entries({ "class": `mark is-${name}`, "viewBox": "0 0 20 20", "aria-hidden": "true" }))
		svg.setAttribute(key, value);
	path.setAttribute("d", SHAPES[name]);
	svg.append(path);
	return svg;
}
