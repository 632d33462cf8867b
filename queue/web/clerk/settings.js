// SPDX-License-Identifier: MIT
// One quiet line for staff when the configuration runs out or a new one was refused. Residents never see it.
import { $, setText } from "/assets/common/dom.js";
import { request } from "/assets/common/http.js";

const LOOK_MS = 60000;

const REASONS = {
	"bundle-older": "今のものより 古い",
	"bundle-same-serial": "今のものと 同じ番号で 中身が ちがう",
	"bundle-other-town": "ほかの町のもの",
	"bundle-altered": "作ったあとに 変わったか、こわれている",
	"bundle-malformed": "こわれている",
	"bundle-unsigned": "署名が ない",
	"bundle-other-key": "ちがう鍵で 署名されている",
	"bundle-unreadable": "見つからないか、読めない",
	"bundle-not-yet": "使い始める日が まだ来ていない",
	"bundle-unfit": "この窓口に 必要なものが 入っていない",
};

/** 2026-11-20 → 令和8年11月20日 */
function dayText(date) {
	const day = new Date(`${date}T12:00:00+09:00`);

	return new Intl.DateTimeFormat("ja-JP-u-ca-japanese", { timeZone: "Asia/Tokyo", era: "long", year: "numeric", month: "long",
		day: "numeric" }).format(day);
}

/** What is to be told of @settings, most important first; [] when all is well. */
export function settingsNotes(settings) {
	const notes = [];

	if (settings.refused)
		notes.push(`置かれた 新しい設定は 使えません（${REASONS[settings.refused] ?? "内容に 誤りが ある"}）。今までの設定で 続けています。`);
	if (settings.age === "expired")
		notes.push(`設定の期限（${dayText(settings.expires)}）が 過ぎています。このまま 使えます。新しい設定を 担当に 頼んでください。`);
	if (settings.age === "expires-soon")
		notes.push(`設定の期限は ${dayText(settings.expires)}です。新しい設定を 担当に 頼んでください。`);
	if (settings.unkept)
		notes.push("設定の控えを 保存できません。ディスクの 空きを 担当に 確かめてもらってください。");
	if (settings.clock_wrong)
		notes.push("この機械の 時計が ちがっています。時刻を 合わせてください。");
	return notes;
}

export class SettingsNote {
	constructor(api) {
		this.url = `${api}/staff/settings`;
	}

	start() {
		this.look();
		this.timer = setInterval(() => this.look(), LOOK_MS);
	}

	stop() {
		clearInterval(this.timer);
		this.isOver = true;
	}

	/** What could not be looked at stays as it was: the console itself says when the queue is away. */
	async look() {
		const settings = (await request("GET", this.url).catch(() => null))?.data;

		if (!settings || this.isOver)
			return;
		setText($("settings-note"), settingsNotes(settings).join("\n"));
		$("settings-note").hidden = $("settings-note").textContent === "";
	}
}
