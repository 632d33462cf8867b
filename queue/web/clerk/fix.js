// SPDX-License-Identifier: MIT
// Correcting one value of the form: a question with the right way to answer it. The queue decides what is taken; what it
// refuses is told beside the answer, which stays.
import { $, clockText, make, setText } from "/assets/common/dom.js";
import { Away, Refused } from "/assets/common/http.js";
import { WORDS, dateText, isoDate, refusalText, sourceWord, valueText } from "/assets/clerk/words.js";

const CHOICES = { "yes-no": ["yes", "no"], "sex": ["male", "female", "other"] };
const HINTS = {
	"date": "例：昭和35年2月29日、S35.2.29、1960-02-29",
	"kana": "カタカナか ひらがなで 入れてください。",
	"phone": "例：026-000-0000",
	"postal-code": "例：380-0000",
};

/** ask() - opens the question for @field. @save(text) sends it and throws what the queue refused. */
export function askCorrection(draft, field, save) {
	const before = draft.values[field.id]?.value ?? "";
	const answer = entry(field, before);
	setText($("fix-title"), `${field.label} を 直す`);
	setText($("fix-error"), "");
	$("fix-entry").replaceChildren(...answer.parts);
	$("fix-history").replaceChildren(...historyOf(draft, field).map((line) => make("li", {}, line)));
	$("fix-form").onsubmit = (event) => {
		event.preventDefault();
		send(field, answer.read(), save);
	};
	$("fix").showModal();
	answer.focus.focus();
	answer.focus.select?.();
}

/** closeCorrection() - nothing of the person stays behind. */
export function closeCorrection() {
	if ($("fix").open)
		$("fix").close();
	$("fix-form").onsubmit = null;
	$("fix-entry").replaceChildren();
	$("fix-history").replaceChildren();
	setText($("fix-title"), "");
	setText($("fix-error"), "");
}

async function send(field, text, save) {
	if ($("fix-save").disabled)
		return;
	if (text === null) {
		setText($("fix-error"), "日付として 読めません。");
		return;
	}
	$("fix-save").disabled = true;
	setText($("fix-error"), "");
	try {
		await save(text);
		closeCorrection();
	} catch (error) {
		if (error instanceof Refused && error.type === "value-refused")
			setText($("fix-error"), refusedText(field, text));
		else if (error instanceof Refused)
			setText($("fix-error"), refusalText(error));
		else if (error instanceof Away)
			setText($("fix-error"), "つながらないため、直せたか 分かりません。少し 待って もう一度 押してください。");
		else
			throw error;
	} finally {
		$("fix-save").disabled = false;
	}
}

function refusedText(field, text) {
	if (!text)
		return "この項目は 空に できません。";
	if (field.type === "integer")
		return `${field.min}から ${field.max}までの 数字を 入れてください。`;
	return HINTS[field.type] ? `入れられない 内容です。${HINTS[field.type]}` : "この項目に 入れられない 内容です。";
}

/** For each change of this field: "10:12 hanako　前は「見本　花子」（カード）", the latest first. */
export function historyOf(draft, field) {
	return (draft.history ?? []).filter((change) => change.field === field.id).reverse().map((change) => {
		const was = change.before ? `前は「${valueText(field, change.before)}」（${sourceWord(change.source)}）` : "前は 記入なし";
		return `${clockText(Date.parse(change.at))} ${change.by.replace(/^user:/, "")}　${was}`;
	});
}

/* { parts, focus, read }: what stands in the question, what gets the focus, the answer as text. */
function entry(field, before) {
	const options = (field.options ?? []).length ? field.options
		: (CHOICES[field.type] ?? []).map((id) => ({ id, label: WORDS[id] }));
	if (options.length)
		return choiceEntry(field, options, before);
	const isDate = field.type === "date";
	const input = make(field.type === "address" ? "textarea" : "input", {
		id: "fix-input", "aria-label": field.label, autocomplete: "off", spellcheck: "false", rows: field.type === "address" ? 3 : null,
		inputmode: field.type === "integer" ? "numeric" : field.type === "phone" ? "tel" : null, "aria-describedby": "fix-hint",
	});
	input.value = isDate && before ? dateText(before) : before;
	const read = () => {
		const text = input.value.trim();
		if (isDate)
			return text ? isoDate(text) : "";
		return ["integer", "phone", "postal-code"].includes(field.type) ? text.normalize("NFKC") : text;
	};
	const hint = make("p", { id: "fix-hint" }, field.type === "integer" ? `${field.min}〜${field.max}${field.unit}` : HINTS[field.type] ?? "");
	return { parts: [input, hint], focus: input, read };
}

function choiceEntry(field, options, before) {
	const isMany = field.type === "choices";
	const chosen = String(before).split(",");
	const boxes = options.map((option) => make("input", {
		type: isMany ? "checkbox" : "radio", name: "fix-choice", value: option.id, checked: chosen.includes(option.id),
	}));
	const list = make("fieldset", {}, make("legend", { class: "only-spoken" }, field.label),
		...options.map((option, i) => make("label", {}, boxes[i], option.label)));
	return { parts: [list], focus: boxes.find((box) => box.checked) ?? boxes[0],
		read: () => boxes.filter((box) => box.checked).map((box) => box.value).join(",") };
}
