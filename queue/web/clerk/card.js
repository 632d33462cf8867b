// SPDX-License-Identifier: MIT
// The card that was read: which, until when, whether it proved itself, and its pictures. A picture has no address: it came
// inside the answer, lives as a blob in this page and is gone with the person.
import { $, make, setText } from "/assets/common/dom.js";
import { mark } from "/assets/clerk/marks.js";
import { SAYINGS, cardName, dateText, hasOddGlyph, proofWord } from "/assets/clerk/words.js";

const ALTS = { name: "カードの 氏名の 字", address: "カードの 住所の 字", face: "カードの 顔写真", front: "カードの おもて面" };
const NOTES = { face: "顔写真：見るだけ・印刷されません", front: "カードのおもて面：見るだけ・印刷されません" };
/* what a card's proof leaves out, so that 確認済 beside the card and 未確認 beside a value do not puzzle anybody */
const PROOF_NOTES = {
	"residence-card": "証明は 券面の画像だけのものです。住居地は 署名の 対象外です",
	"driver-licence": "免許証の 証明は 暗証番号1だけでは 確かめられません",
};
const BY_FIELD = { "person.name": "name", "person.address": "address" };
const GLYPHS_HIGH = { name: 44, address: 40 };
const GLYPHS_LARGER = 3; /* a letter of a card is as low as 16 pixels */

/** A sign and its word: tag("bad", "failed", "証明に失敗") */
export function tag(kind, sign, text) {
	return make("span", { class: `tag is-${kind}` }, sign ? mark(sign) : null, text);
}

export function proofTag(proof) {
	const kinds = { "verified": "good", "failed": "bad" };
	return tag(kinds[proof] ?? "plain", Object.hasOwn(kinds, proof) ? proof : "not-checked", proofWord(proof));
}

/** Whether the card as a whole could not prove itself: said once, not beside each of its values. */
export function isCardFailed(draft) {
	const values = Object.values(draft.values).filter((value) => value?.source === "card" || value?.proof === "failed");
	return draft.card?.genuine === "failed" || (values.length > 0 && values.every((value) => value.proof === "failed"));
}

function blobOf(base64) {
	return new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type: "image/png" });
}

export class Card {
	/** @now(): the hall's time in ms. */
	constructor(now) {
		this.now = now;
		this.clear();
	}

	/** Nothing of the card stays on the page. */
	clear() {
		this.pictures = new Map();
		this.facts = null;
		closeLook();
		for (const part of ["card-facts", "card-alert", "card-front", "card-face"])
			$(part).replaceChildren();
		for (const part of ["card", "card-front", "card-face"])
			$(part).hidden = true;
	}

	/** Takes the pictures out of the answer's drafts, so that nothing else on the page holds them. */
	take(drafts) {
		for (const draft of drafts) {
			for (const [kind, base64] of Object.entries(draft.pictures ?? {}))
				if (Object.hasOwn(ALTS, kind) && !this.pictures.has(kind))
					this.pictures.set(kind, blobOf(base64));
			delete draft.pictures;
			this.facts ??= draft.card ?? null;
		}
	}

	/** What can be looked at large, most telling first. */
	get largest() {
		return ["front", "face", "name", "address"].find((kind) => this.pictures.has(kind)) ?? null;
	}

	show(draft) {
		const isFailed = isCardFailed(draft);
		$("card").hidden = !this.facts && !isFailed && !this.largest;
		$("card").classList.toggle("is-failed", isFailed);
		$("card-facts").replaceChildren(...this.factParts(isFailed));
		$("card-alert").replaceChildren(...(isFailed ? [mark("failed"), make("span", {}, SAYINGS.failed)] : []));
		$(this.pictures.has("front") ? "card" : "filled").append($("card-face")); /* a face stands beside the card's, else beside the values */
		for (const kind of ["front", "face"]) {
			const hasPicture = this.pictures.has(kind);
			$(`card-${kind}`).hidden = !hasPicture;
			$(`card-${kind}`).replaceChildren(...(hasPicture ? [this.button(kind), make("figcaption", {}, mark("eye"), NOTES[kind])] : []));
		}
	}

	factParts(isFailed) {
		if (!this.facts)
			return isFailed ? [make("p", { class: "card-kind" }, mark("card"), "カード")] : [];
		const { kind, expires, genuine, revocation } = this.facts;
		const isOver = expires && expires < new Date(this.now() + 9 * 3600000).toISOString().slice(0, 10);
		const parts = [make("p", { class: "card-kind" }, mark("card"), make("b", {}, cardName(kind)), isFailed ? null : proofTag(genuine))];
		if (expires)
			parts.push(make("p", {}, "有効期限 ", /-00/.test(expires) ? expires : dateText(expires), isOver ? tag("bad", "failed", "期限切れ") : null));
		if (revocation === "failed")
			parts.push(make("p", {}, tag("bad", "failed", "失効した カードです")));
		else
			parts.push(make("p", { class: "card-note" }, revocation === "verified" ? "失効して いないことを 確かめました" : "失効の 確認は していません"));
		if (Object.hasOwn(PROOF_NOTES, kind))
			parts.push(make("p", { class: "card-note" }, PROOF_NOTES[kind]));
		return parts;
	}

	image(kind) {
		const url = URL.createObjectURL(this.pictures.get(kind));
		const image = make("img", { "src": url, "alt": ALTS[kind], "class": `picture is-${kind}`, "draggable": "false" });
		const forget = () => URL.revokeObjectURL(url);
		image.addEventListener("load", forget);
		image.addEventListener("error", forget);
		return image;
	}

	button(kind) {
		const image = this.image(kind);
		const button = make("button", { type: "button", class: "look", "aria-label": `${ALTS[kind]}を 大きく見る` }, image);
		button.addEventListener("click", () => this.look(kind));
		return button;
	}

	/** What stands beside a value with letters of its own: that it has some, and how the card draws name and address. */
	glyphs(field, text) {
		const kind = BY_FIELD[field.from];
		const odd = hasOddGlyph(text) ? tag("bad", "glyph", "外字") : null;
		if (!this.pictures.has(kind))
			return odd ? make("span", { class: "glyphs" }, odd, make("small", {}, "カードの 券面で 字を 確かめてください")) : null;
		const button = this.button(kind);
		const image = button.firstElementChild;
		image.addEventListener("load", () => {
			image.width = Math.round(image.naturalWidth * Math.min(GLYPHS_LARGER, Math.max(1, GLYPHS_HIGH[kind] / image.naturalHeight)));
		});
		return make("span", { class: "glyphs" }, odd ?? mark("card"), button);
	}

	/** The picture as large as the screen allows. */
	look(kind = this.largest) {
		if (!this.pictures.has(kind))
			return;
		setText($("look-title"), ALTS[kind]);
		setText($("look-note"), NOTES[kind] ?? "");
		$("look-picture").replaceChildren(this.image(kind));
		$("look").showModal();
		$("look-close").focus();
	}
}

/** closeLook() - the large picture goes. */
export function closeLook() {
	if ($("look").open)
		$("look").close();
	$("look-picture").replaceChildren();
}
