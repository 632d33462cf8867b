// SPDX-License-Identifier: MIT
// What the clerk reads: refusals as sentences, sources as tags, values as people write them.

const REFUSALS = {
	"busy": "いまの人の 対応を おわってから 呼んでください。",
	"window-closed": "この窓口は 閉じています。先に 窓口を 開いてください。",
	"no-ticket": "いま この窓口で 対応している人は いません。",
	"already-called": "この番号は ほかの窓口が 呼びました。",
	"wrong-state": "この番号は、いま その操作が できません。画面を 新しくしました。",
	"nothing-to-undo": "もどせる操作が ありません。もどせるのは 30秒以内の 操作です。",
	"unknown-ticket": "この番号は 見つかりません。画面を 新しくしました。",
	"unknown-window": "この窓口は 設定に ありません。窓口を 選び直してください。",
	"unknown-service": "この手続きは 設定に ありません。",
	"closed": "受付時間外です。",
	"drafts-refused": "申請の内容は、対応を 始めてから 開けます。",
	"printing-failed": "印刷できませんでした。プリンターを 確かめて、もう一度 押してください。",
	"store-unavailable": "記録を 保存できないため、操作できませんでした。システムの 係に 知らせてください。",
	"not-offered": "この操作は まだ できません。",
};

export function refusalText(error) {
	if (Object.hasOwn(REFUSALS, error.type))
		return REFUSALS[error.type];
	if (error.status === 403)
		return "この操作は できません。担当の窓口か、権限を 確かめてください。";
	if (error.status === 404)
		return "見つかりません。もう 消えているか、この窓口では 使えません。";
	if (error.status === 409)
		return "いまは その操作が できません。画面を 新しくしました。";
	return `操作を 受け付けられませんでした（${error.status}）。係に 知らせてください。`;
}

/** [text, kind] of a value's tag; kind "bad" is what a clerk must not miss. */
export function sourceTag(source, proof) {
	if (proof === "failed")
		return ["カード・確認できず", "bad"];
	switch (source) {
	case "card":
		return [proof === "verified" ? "カード・確認済" : "カード", "card"];
	case "scan":
		return ["読み取り", "typed"];
	case "typed":
		return ["本人入力", "typed"];
	case "staff":
		return ["職員", "staff"];
	default:
		return ["初期値", "staff"];
	}
}

const FINDINGS = {
	"required": "記入が ありません",
	"unknown-field": "この様式に ない項目です",
	"not-an-integer": "数字では ありません",
	"out-of-range": "範囲の外です",
	"too-long": "長すぎます",
	"not-a-date": "日付では ありません",
	"not-an-option": "選択肢に ありません",
	"not-kana": "かなでは ありません",
	"not-a-phone-number": "電話番号では ありません",
	"not-a-postal-code": "郵便番号では ありません",
	"too-many-rows": "行が 多すぎます",
	"wrong-version": "様式の版が ちがいます",
	"not-clean-text": "使えない文字が あります",
	"unprintable": "印字できない文字が あります",
};

export const findingText = (rule) => FINDINGS[rule] ?? "確かめてください";

const eraFormat = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", {
	timeZone: "UTC", era: "long", year: "numeric", month: "long", day: "numeric",
});
const WORDS = { yes: "はい", no: "いいえ", male: "男", female: "女", other: "その他", unknown: "不明" };

/** A field's text as a person would write it: dates in eras, choices by their labels. */
export function valueText(field, value) {
	if (Array.isArray(value))
		return value.map((row) => Object.values(row).map((cell) => valueText({}, cell?.value ?? cell)).join("　")).join("\n");
	const text = String(value ?? "");
	if (!text)
		return "—";
	const options = new Map((field.options ?? []).map((option) => [option.id, option.label]));
	if (options.size)
		return text.split(",").map((id) => options.get(id) ?? id).join("・");
	if (/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text))
		return eraFormat.format(new Date(`${text}T00:00:00Z`));
	return Object.hasOwn(WORDS, text) ? WORDS[text] : field.unit ? `${text}${field.unit}` : text;
}

export function minutesText(seconds) {
	return `${Math.floor(Math.max(0, seconds) / 60)}分`;
}
