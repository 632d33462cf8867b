// SPDX-License-Identifier: MIT
// The application beside the person: values with where they came from, the page as it will be printed, print and accept.
// Asked for only while this window serves the ticket, and taken off the page the moment it does not.
import { $, make, setChildren, setText } from "/assets/common/dom.js";
import { request } from "/assets/common/http.js";
import { picture } from "/assets/clerk/picture.js";
import { Card, isCardFailed, proofTag, tag } from "/assets/clerk/card.js";
import { historyOf } from "/assets/clerk/fix.js";
import { mark } from "/assets/clerk/marks.js";
import { SAYINGS, findingText, proofWord, sourceWord, valueText } from "/assets/clerk/words.js";


export class Paper {
	/** @onFix(field): the clerk wants to correct a value of the draft shown. @now(): the hall's time in ms. */
	constructor(api, onFix, now) {
		this.api = api;
		this.onFix = onFix;
		this.card = new Card(now);
		this.clear();
	}

	clear() {
		this.ticketId = null;
		this.drafts = [];
		this.chosen = 0;
		this.card.clear();
		$("content").hidden = true;
		$("values").replaceChildren();
		$("drafts").replaceChildren();
		$("sheet").replaceChildren(make("p", { class: "none" }, "対応を始めると、ここに 申請書が 出ます。"));
		for (const part of ["values", "drafts", "sheet"])
			delete $(part).dataset.shown;
		setText($("paper-title"), "申請書");
	}

	/** Shows the drafts of @ticketId, or none. Looks again only when the ticket changed. */
	async follow(ticketId) {
		if (this.ticketId === ticketId)
			return;
		this.clear();
		this.ticketId = ticketId;
		if (ticketId)
			await this.load();
	}

	path(rest = "") {
		return `${this.api}/tickets/${encodeURIComponent(this.ticketId)}/drafts${rest}`;
	}

	async load() {
		const wanted = this.ticketId;
		const { data } = await request("GET", this.path()).catch((error) => {
			this.ticketId = null; /* so that the next look asks again */
			throw error;
		});
		if (this.ticketId !== wanted)
			return; /* the person went while the answer came */
		this.drafts = data.drafts;
		this.card.clear();
		this.card.take(this.drafts);
		this.chosen = Math.min(this.chosen, Math.max(0, this.drafts.length - 1));
		this.show();
	}

	choose(number) {
		if (number < 0 || number >= this.drafts.length)
			return;
		this.chosen = number;
		this.show();
	}

	/** A draft as the queue has it now, after a correction. */
	replace(draft) {
		this.drafts = this.drafts.map((known) => known.i === draft.i ? draft : known);
		this.show();
	}

	/** Where the next key goes: what is wrong or disputed first, else the first value. */
	focusFix() {
		($("values").querySelector(".is-bad, .is-warn")?.closest("dd").querySelector(".fix") ?? $("values").querySelector(".fix"))?.focus();
	}

	get draft() {
		return this.drafts[this.chosen] ?? null;
	}

	show() {
		const draft = this.draft;
		$("content").hidden = !draft;
		if (!draft) {
			setText($("paper-title"), "申請書");
			setChildren($("sheet"), "none", () => [make("p", { class: "none" }, "この番号には 申請書が ありません。")]);
			return;
		}
		setText($("paper-title"), draft.title);
		this.showTabs();
		setChildren($("values"), JSON.stringify(draft), () => {
			this.unprintable = new Map(); /* the page of these values tells it anew */
			return this.rows(draft);
		});
		this.card.show(draft);
		const page = this.path(`/${encodeURIComponent(draft.i)}`);
		const edition = draft.edition ?? 0; /* a correction makes another page */
		setChildren($("sheet"), `${page} ${edition}`, () => sheet(page, edition, draft.title, (fields) => {
			this.unprintable = fields;
			this.markUnprintable();
		}));
	}

	/* The page comes after the values: what it could not draw is marked where it stands, the focus stays. */
	markUnprintable() {
		for (const [field, scalar] of this.unprintable) {
			const value = $("values").querySelector(`[data-field="${CSS.escape(field)}"] .value`);
			const sign = tag("bad", "glyph", `${scalar} 印字できません`);
			sign.classList.add("is-unprintable");
			value?.querySelector(".is-unprintable")?.remove();
			value?.insertBefore(sign, value.querySelector(".glyphs"));
		}
	}

	showTabs() {
		const key = this.drafts.length > 1 ? `${this.chosen} ${this.drafts.map((draft) => draft.title).join()}` : "";
		setChildren($("drafts"), key, () => key ? this.drafts.map((draft, i) => {
			const tab = make("button", { type: "button", class: "tab", "aria-pressed": String(i === this.chosen) }, `${draft.title} `,
				make("kbd", {}, String(i + 1)));
			tab.addEventListener("click", () => this.choose(i));
			return tab;
		}) : []);
	}

	/* What is filled in or must be, then what could be: an empty line to write in is there too. */
	rows(draft) {
		const findings = new Map((draft.findings ?? []).map((finding) => [finding.field, finding.rule]));
		const isFilled = (field) => draft.values[field.id] !== undefined || findings.has(field.id);
		const filled = draft.fields.filter(isFilled);
		const empty = draft.fields.filter((field) => !isFilled(field) && field.shown && field.correctable);
		const isFailed = isCardFailed(draft);
		return [...filled, ...empty].flatMap((field) => this.row(draft, field, findings.get(field.id), isFailed));
	}

	row(draft, field, rule, isCardFailed) {
		const entry = draft.values[field.id];
		const value = entry && !Array.isArray(entry) && !Array.isArray(entry.value) ? entry : null;
		const isFailed = value?.proof === "failed";
		const [latest] = historyOf(draft, field);
		const fix = field.correctable ? make("button", { type: "button", class: "fix", "aria-label": `${field.label} を 直す` }, "直す") : null;
		fix?.addEventListener("click", () => this.onFix(field));
		const classes = [isFailed ? "is-failed" : "", value?.disputed ? "is-disputed" : ""].join(" ").trim();
		return [make("dt", { class: classes || null }, field.label),
			make("dd", { "data-field": field.id, "class": classes || null },
				make("span", { class: "value" }, valueText(field, entry?.value ?? entry), latest ? make("small", {}, latest) : null,
					value?.disputed ? saying("disputed", "warn") : null,
					isFailed && !isCardFailed ? saying("failed", "bad") : null,
					value ? this.card.glyphs(field, value.value) : null),
				make("span", { class: "tags" }, ...tagsOf(field, value, rule, isFailed)), fix)];
	}
}

function saying(name, kind) {
	return make("span", { class: `saying is-${kind}` }, mark(name), SAYINGS[name]);
}

/* A failed proof is said in words once, for the card or under the value. */
function tagsOf(field, value, rule, isFailed) {
	const tags = [];
	if (value) {
		/* only a card can fail to prove: its values count as typed then, but that is where they came from */
		tags.push(isFailed ? tag("bad", "failed", sourceWord("card")) : tag(value.source, null, sourceWord(value.source)));
		if (isFailed)
			tags.push(make("span", { class: "only-spoken" }, proofWord(value.proof)));
		else if (["card", "scan"].includes(value.source) || (value.source === "typed" && field.from.startsWith("person.")))
			tags.push(proofTag(value.proof));
	}
	if (rule)
		tags.push(tag("bad", "failed", findingText(rule)));
	return tags;
}

/* The page as a picture, drawn by the same hand that prints it; the PDF itself is one press away. @onUnprintable(fields):
 * what this hand could not draw, as a map of field to "U+2B8C6". */
function sheet(page, edition, title, onUnprintable) {
	const note = make("p", { class: "none", role: "status" }, "申請書を 用意しています…");
	picture(`${page}.png?edition=${edition}`, "Madoguchi-Unprintable").then(({ blob, header }) => {
		const url = URL.createObjectURL(blob);
		const image = make("img", { id: "page", src: url, alt: `${title}（印刷のとおり）` });
		image.addEventListener("load", () => URL.revokeObjectURL(url));
		if (!note.isConnected)
			return; /* another person's turn */
		note.replaceWith(make("a", {
			id: "page-link", href: `${page}.pdf`, target: "_blank", rel: "noopener", title: "PDFを 新しいタブで 開く",
		}, image));
		onUnprintable(new Map(header.split(", ").filter(Boolean).map((pair) => pair.split("="))));
	}).catch(() => setText(note, "申請書を 表示できません。内容は 左で 確かめてください。「印刷」は 使えます。"));
	return [note];
}
