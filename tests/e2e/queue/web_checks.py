# SPDX-License-Identifier: MIT
"""Accessibility of a page as the browser has drawn it: names, contrast, sizes, language, no sideways scrolling."""

FINDINGS = r"""
const findings = [];
const seen = (e) => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && e.getClientRects().length > 0 &&
	!e.closest(".only-spoken");
const say = (e, what) => findings.push(`${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""} "${(e.textContent || "").trim().slice(0, 20)}": ${what}`);

function nameOf(e) {
	const by = e.getAttribute("aria-labelledby");
	if (by)
		return by.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
	const label = e.labels?.[0]?.textContent;
	return (e.getAttribute("aria-label") || label || e.textContent || e.title || e.alt || "").trim();
}

function channels(color) {
	return (color.match(/[\d.]+/g) ?? []).map(Number);
}

function groundOf(e) {
	for (let at = e; at; at = at.parentElement) {
		const [r, g, b, a = 1] = channels(getComputedStyle(at).backgroundColor);
		if (a === 1)
			return [r, g, b];
	}
	return [255, 255, 255];
}

function luminance(rgb) {
	const [r, g, b] = rgb.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(e) {
	const pair = [luminance(channels(getComputedStyle(e).color).slice(0, 3)), luminance(groundOf(e))].sort((a, b) => b - a);
	return (pair[0] + 0.05) / (pair[1] + 0.05);
}

for (const e of document.querySelectorAll("button, a[href], input, select, textarea, iframe, dialog[open], [role=button]"))
	if (seen(e) && !nameOf(e))
		say(e, "has no name");
for (const e of document.querySelectorAll("button, a.button, input:not([type=checkbox]), select"))
	if (seen(e) && e.getBoundingClientRect().height < 44)
		say(e, `is only ${e.getBoundingClientRect().height} px high`);
for (const e of document.querySelectorAll("body *")) {
	const hasText = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
	if (hasText && seen(e) && contrast(e) < 4.5)
		say(e, `contrast ${contrast(e).toFixed(2)}`);
	if (hasText && seen(e) && e.getBoundingClientRect().right > innerWidth + 1)
		say(e, "sticks out sideways");
	if (hasText && seen(e) && parseFloat(getComputedStyle(e).fontSize) < 12)
		say(e, `letters of ${getComputedStyle(e).fontSize}`);
}
const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
for (const id of new Set(ids.filter((one, i) => ids.indexOf(one) !== i)))
	findings.push(`id ${id} stands twice`);
if (!document.documentElement.lang)
	findings.push("html has no lang");
if (!document.title)
	findings.push("no title");
if (document.documentElement.scrollWidth > innerWidth)
	findings.push(`scrolls sideways: ${document.documentElement.scrollWidth} px in ${innerWidth}`);
return findings;
"""


def findings(page):
    return page.run(FINDINGS)


def focus_ring(page):
    """The outline of what has the focus: width in px and colour."""
    return page.run("const s = getComputedStyle(document.activeElement); return [parseFloat(s.outlineWidth), s.outlineColor];")
