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
	"changed-meanwhile": "ほかの人が 先に 直しました。「やめる」を 押すと 新しい内容が 出ます。",
	"malformed-draft": "直せませんでした。この様式では 直せない 項目か、使えない 文字です。",
	"no-printer": "この画面には プリンターが つながっていません。",
	"not-offered": "この操作は まだ できません。",
	"sample": "これは 見本の 画面です。操作は できません。",
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

const SOURCES = { card: "カード", scan: "読み取り", typed: "本人入力", staff: "職員" };

/** Where a value came from, as one word. */
export const sourceWord = (source) => SOURCES[source] ?? "初期値";

const PROOFS = { "verified": "確認済", "failed": "証明に失敗" };

/** 確認済 stands only where the card's signature was verified. */
export const proofWord = (proof) => PROOFS[proof] ?? "未確認";

const CARDS = {
	"my-number": "マイナンバーカード",
	"my-number-licence": "マイナ免許証",
	"driver-licence": "運転免許証",
	"residence-card": "在留カード等", /* a special permanent resident's certificate too */
	"special-permanent-resident": "特別永住者証明書",
};

export const cardName = (kind) => CARDS[kind] ?? "カード";

export const SAYINGS = {
	failed: "カードの証明に失敗 — 本人確認書類を見てください",
	disputed: "ご本人が「ちがう」と言っています",
};

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
export const WORDS = { yes: "はい", no: "いいえ", male: "男", female: "女", other: "その他", unknown: "不明" };

/** A field's text as a person would write it: dates in eras, choices by their labels. */
export function valueText(field, value) {
	if (field.type === "individual-number")
		return value ? "カードから 紙へ（この画面には 出ません）" : "—";
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

/** Whether @text holds what no font of ours is sure to draw: the sign for a missing sort, or a private character. */
export const hasOddGlyph = (text) => /[\u3013\ufffd\ue000-\uf8ff\u{f0000}-\u{10ffff}]/u.test(text);

export const dateText = (iso) => eraFormat.format(new Date(`${iso}T00:00:00Z`));

const ERAS = { 明治: 1868, 大正: 1912, 昭和: 1926, 平成: 1989, 令和: 2019 };
const LETTERS = { M: "明治", T: "大正", S: "昭和", H: "平成", R: "令和" };

/** isoDate() - a date as people write it ("昭和35年2月29日", "S35.2.29", "1960/2/29"); null when there is no such day. */
export function isoDate(text) {
	const found = /^(明治|大正|昭和|平成|令和|[MTSHR])?\s*(\d{1,4}|元)\s*[年.\/-]\s*(\d{1,2})\s*[月.\/-]\s*(\d{1,2})\s*日?$/i
		.exec(text.normalize("NFKC").trim());
	if (!found)
		return null;
	const era = found[1] && (LETTERS[found[1].toUpperCase()] ?? found[1]);
	const year = (found[2] === "元" ? 1 : Number(found[2])) + (era ? ERAS[era] - 1 : 0);
	const iso = `${String(year).padStart(4, "0")}-${found[3].padStart(2, "0")}-${found[4].padStart(2, "0")}`;
	const day = new Date(`${iso}T00:00:00Z`);
	const isThere = year >= 1868 && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso);
	return isThere && (!era || dateText(iso).startsWith(era)) ? iso : null;
}

export function minutesText(seconds) {
	return `${Math.floor(Math.max(0, seconds) / 60)}分`;
}
