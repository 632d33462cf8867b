// SPDX-License-Identifier: MIT
// What the resident reads. Plain words, spaces between phrases; each state says what happens and what to do next.

const ja = {
	title: "順番のご案内",
	numberLabel: "あなたの番号",
	waitingLead: "お呼びするまで",
	soon: "まもなく",
	minutes: (from, to) => `${from}〜${to}分`,
	waitingMore: (from, to) => from === to ? `${from}ごろ お呼びします` : `${from}〜${to}ごろ お呼びします`,
	waitingUnknown: "順番に お呼びします",
	waitingUnknownMore: "いま 開いている 窓口が ないため、時間は 分かりません。",
	calledLead: "お呼びしています",
	calledMore: "番号札を 持って、窓口へ お越しください。",
	servingBig: (window) => `${window}で 対応しています`,
	heldBig: "いったん お待ちいただいています",
	heldMore: "職員が もう一度 お呼びします。",
	finishedBig: "手続きは 終わりました",
	finishedMore: "ありがとうございました。",
	noShowBig: "お呼びしましたが おられませんでした",
	noShowMore: "窓口の 職員に、この番号を 見せてください。",
	cancelledBig: "受付を 取り消しました",
	cancelledMore: "もう一度 手続きを するときは、新しい番号を お取りください。",
	voidBig: "この番号は もう 使えません",
	voidMore: "新しい番号を お取りください。",
	gone: "この番号は 見つかりません",
	goneMore: "番号札は 受け取った日だけ 使えます。職員に おたずねください。",
	ahead: (n) => n === 0 ? "つぎの 順番です" : `前に ${n}人`,
	issued: (time) => `受付 ${time}`,
	bring: "窓口で 出すもの",
	fee: (yen, copies) => `手数料 ${yen}円（${copies}通）`,
	feeEach: (yen) => `手数料 1通 ${yen}円`,
	sound: "呼ばれたら 音で 知らせる",
	soundOn: "呼ばれたら 音で 知らせます（やめる）",
	soundNote: "この画面を 開いたままに してください。",
	cancel: "受付を 取り消す",
	askTitle: "受付を 取り消しますか",
	askText: (number) => `${number}番の 順番は なくなります。元には 戻せません。`,
	askKeep: "取り消さない",
	askCancel: "取り消す",
	askError: "取り消せませんでした。窓口の 職員に おたずねください。",
	askAway: "つながらないため、取り消せませんでした。少し 待って もう一度 押してください。",
	cut: (time) => `いま つながっていません。${time} の 内容です。窓口の 表示も ごらんください。`,
	cutEmpty: "いま つながっていません。少し お待ちください。",
	updated: (time) => `${time} 更新　この画面は 今日だけ 使えます`,
	window: (label) => label,
};

const en = {
	title: "Your turn",
	numberLabel: "Your number",
	waitingLead: "You will be called in about",
	soon: "a moment",
	minutes: (from, to) => `${from}–${to} min`,
	waitingMore: (from, to) => from === to ? `at around ${from}` : `at around ${from}–${to}`,
	waitingUnknown: "Please wait for your turn",
	waitingUnknownMore: "No counter is open right now, so we cannot tell how long it will take.",
	calledLead: "It is your turn",
	calledMore: "Please come to the counter with your ticket.",
	servingBig: (window) => `You are being served at ${window}`,
	heldBig: "Please wait a little",
	heldMore: "The staff will call you again.",
	finishedBig: "Finished",
	finishedMore: "Thank you for coming.",
	noShowBig: "We called you but could not find you",
	noShowMore: "Please show this number to the staff at the counter.",
	cancelledBig: "Cancelled",
	cancelledMore: "To start again, please take a new number.",
	voidBig: "This number is no longer valid",
	voidMore: "Please take a new number.",
	gone: "This number was not found",
	goneMore: "A ticket is valid only on the day it was issued. Please ask the staff.",
	ahead: (n) => n === 0 ? "You are next" : n === 1 ? "1 person before you" : `${n} people before you`,
	issued: (time) => `Issued ${time}`,
	bring: "Please have ready",
	fee: (yen, copies) => `Fee ¥${yen} (${copies === 1 ? "1 copy" : `${copies} copies`})`,
	feeEach: (yen) => `Fee ¥${yen} for each copy`,
	sound: "Sound when I am called",
	soundOn: "A sound will play (turn off)",
	soundNote: "Please keep this page open.",
	cancel: "Cancel my ticket",
	askTitle: "Cancel your ticket?",
	askText: (number) => `You will lose your place with number ${number}. This cannot be undone.`,
	askKeep: "Keep my ticket",
	askCancel: "Cancel it",
	askError: "It could not be cancelled. Please ask the staff at the counter.",
	askAway: "No connection, so it was not cancelled. Please wait a little and press again.",
	cut: (time) => `No connection right now. This was the state at ${time}. Please watch the board as well.`,
	cutEmpty: "No connection right now. Please wait a little.",
	updated: (time) => `Updated ${time}. This page works today only.`,
	window: (label) => {
		const found = /^([0-9０-９]+)番/.exec(label);
		return found ? `Counter ${found[1].normalize("NFKC")}` : label;
	},
};

const tables = { ja, en };

/** The language the resident chose by the link, else the first of the phone's that we speak, else English. */
export function chooseLanguage(search, languages) {
	const asked = new URLSearchParams(search).get("lang");
	if (Object.hasOwn(tables, asked ?? ""))
		return asked;
	const own = languages.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => Object.hasOwn(tables, tag));
	return own ?? "en";
}

export const wordsOf = (language) => tables[language];
