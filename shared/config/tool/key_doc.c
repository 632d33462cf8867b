/* SPDX-License-Identifier: MIT
 * A table of its own, so that keys.c stays readable as a table of types. */
#include <string.h>

#include "shared/config/tool/key_doc.h"
#include "shared/base/banned.h"

const struct key_doc key_docs[] = {
	{"the configuration", "", "町の設定のすべて。", "All of a town's configuration."},
	{"the configuration", "municipality", "市町村。団体コードと名前。", "The municipality: its code and name."},
	{"the configuration", "offices", "庁舎（本庁・支所）。開庁時間はここに書く。", "Offices, with their opening hours."},
	{"the configuration", "services", "業務。番号札はこの単位で出る。", "Services: what a number is taken for."},
	{"the configuration", "windows", "窓口。どの業務を受けるか。", "Windows, and which services each one serves."},
	{"the configuration", "procedures", "手続き。来庁者が画面で選ぶもの。", "Procedures: what a resident chooses on the screen."},
	{"the configuration", "blocks", "いくつもの申請書で使う欄のまとまり。申請書の sections から block: で呼ぶ。",
	 "Groups of fields that many forms share; a form's section names one by block:."},
	{"the configuration", "forms", "申請書。印刷される欄と、画面でたずねること。", "Forms: what is printed and what is asked."},
	{"the configuration", "guide", "「迷わない」案内。できごとと質問から手続きへ導く。", "The guide: from life events and questions to procedures."},
	{"the configuration", "texts", "画面と紙の文章。名前ごとに上書きできる。", "Texts of screens and paper, by name."},
	{"the configuration", "theme", "見た目。", "Looks."},
	{"the configuration", "terminal", "端末の動き。", "How the terminal behaves."},
	{"the configuration", "queue", "番号札の受付と職員の画面。", "The queue and the staff's pages."},
	{"the configuration", "printer", "プリンター。", "Printers."},
	{"the configuration", "retention", "保存期間。", "How long things are kept."},
	{"the configuration", "holidays", "休みの日。国民の祝日は共通設定にある。", "Closing days; national holidays are in the base."},

	{"the municipality", "", "市町村。", "The municipality."},
	{"the municipality", "code", "全国地方公共団体コード6けた（検査数字つき）。引用符で囲む。", "Six-digit municipality code with check digit, in quotes."},
	{"the municipality", "name", "市町村の名前。例: 見本村。", "Name of the municipality."},
	{"the municipality", "timezone", "時間帯。ふつうは書かない。", "Time zone; usually left out."},

	{"an office", "", "庁舎ひとつ。", "One office."},
	{"an office", "id", "庁舎の名札。本庁は honcho。端末から 209996-honcho のように呼ばれる。", "Its id; the main office is honcho."},
	{"an office", "name", "庁舎の名前。例: 本庁、東支所。", "Name of the office."},
	{"an office", "hours", "曜日ごとの開庁時間。例: {mon-fri: \"08:30-17:15\"}。書かない曜日は休み。", "Opening hours by weekday; a day left out is closed."},
	{"an office", "lunch", "窓口を閉める昼休み。例: \"12:00-13:00\"。", "Lunch break during which windows are closed."},
	{"an office", "day_starts", "番号が1番にもどる時刻。夜間は避ける。", "When the service day begins and numbers start anew."},

	{"a service", "", "業務ひとつ。", "One service."},
	{"a service", "id", "業務の名札。窓口と手続きから呼ばれる。", "Its id, used by windows and procedures."},
	{"a service", "name", "業務の名前。画面の大きなボタンになる。短く。", "Its name, a large button on the first screen."},
	{"a service", "detail", "名前の下の一行。", "One line below the name."},
	{"a service", "icon", "ボタンの絵。", "The picture on the button."},
	{"a service", "prefix", "番号の前の文字。A なら A001。なしもよい。", "Letters before the number; may be empty."},
	{"a service", "numbers", "番号の範囲。例: 1-499。使いきると受付は終わる（1にもどらない）。", "Band of numbers; never wrapped."},
	{"a service", "minutes", "ひとりの対応にかかる分。待ち時間の目安のもとになる。", "Mean minutes per person, from which waits are promised."},

	{"a window", "", "窓口ひとつ。", "One window."},
	{"a window", "id", "窓口の名札。例: w1。", "Its id."},
	{"a window", "office", "どの庁舎の窓口か。", "The office it stands in."},
	{"a window", "label", "来庁者に見せる名前。例: 1番窓口。", "What residents read: Window 1."},
	{"a window", "place", "場所の説明。番号札に出る。", "Where it is; printed on the ticket."},
	{"a window", "serves", "受ける業務の id の一覧。", "Ids of the services it serves."},
	{"a window", "staffed_from", "遠隔窓口: 画面のむこうの職員がいる庁舎。", "For a remote counter: the office its clerk sits in."},

	{"a procedure", "", "手続きひとつ。", "One procedure."},
	{"a procedure", "id", "手続きの名札。", "Its id."},
	{"a procedure", "name", "手続きの名前。", "Its name."},
	{"a procedure", "detail", "名前の下の一行。", "One line below the name."},
	{"a procedure", "note", "始める前に伝えること（来られる人、注意）。", "What is told before it begins."},
	{"a procedure", "rule", "もとになる法の決まり。欄の不足や個人番号の可否を check が調べる。", "The law behind it, against which check looks."},
	{"a procedure", "who", "来られる人: self 本人、household 同じ世帯の人、agent 代理人、anyone だれでも。", "Who may come."},
	{"a procedure", "service", "どの業務の番号札になるか。", "The service its number is taken for."},
	{"a procedure", "forms", "使う申請書の id。", "Ids of its forms."},
	{"a procedure", "individual_number", "個人番号（マイナンバー）を読むか。署名した設定でだけ効く。法が許す手続きだけ。", "Whether the individual number is read; only where the law lists it."},
	{"a procedure", "number_basis", "個人番号を読むよりどころ（番号法 別表の項や条例）。", "What allows the number: the item of the law's table, or an ordinance."},
	{"a procedure", "signature", "署名: none なし、typed 記名、handwritten 自署。", "Which signature is due."},
	{"a procedure", "fee_yen", "手数料（1通・円）。0 は無料。", "Fee per copy in yen; 0 is free."},
	{"a procedure", "bring", "持ってくるもの。texts の bring.ID を ID で書く。", "What to bring: ids of texts bring.ID."},
	{"a procedure", "within_days", "届出の期限（日）。0 はなし。", "Days within which it is due; 0 none."},

	{"an option", "", "選択肢ひとつ。", "One option."},
	{"an option", "id", "選択肢の名札。", "Its id."},
	{"an option", "label", "選択肢の文字。", "What is read."},

	{"show_if", "", "この欄をたずね、印刷する条件。", "When the field is asked and printed."},
	{"show_if", "field", "見る欄の id。", "Id of the field that decides."},
	{"show_if", "equals", "その欄がこの値のとき。", "Shown when it has this value."},
	{"show_if", "any", "その欄がこのどれかのとき。", "Shown when it has one of these values."},

	{"a field", "", "申請書の欄ひとつ。", "One field of a form."},
	{"a field", "id", "欄の名札。町の層で同じ id を書くと、その欄だけ変わる。", "Its id; a town's layer changes the field of the same id."},
	{"a field", "type", "欄の種類。", "What kind of field."},
	{"a field", "label", "紙に印刷する見出し。", "The label as printed."},
	{"a field", "ask", "画面での質問。書かなければたずねない。", "The question on the screen; empty: not asked."},
	{"a field", "help", "質問の下の説明。", "Help below the question."},
	{"a field", "section", "どの区切りに入るか（sections の id）。", "Id of its section."},
	{"a field", "from", "カードなどから自動で入る値。", "Which known value fills it."},
	{"a field", "required", "必ず書く欄。", "Must be filled."},
	{"a field", "inline", "前の欄と同じ行に並べる。", "Stands on the same line as the field before."},
	{"a field", "min", "いちばん小さい数、または少ない文字数。", "Least number, characters or choices."},
	{"a field", "max", "いちばん大きい数、または多い文字数。", "Greatest number, characters or choices."},
	{"a field", "default", "はじめから入っている値。", "Value it begins with."},
	{"a field", "unit", "単位。例: 通。", "Unit behind the value."},
	{"a field", "options", "選択肢の一覧（type が choice か choices のとき）。", "The options of a choice."},
	{"a field", "show_if", "この欄を出す条件。", "When it is shown."},
	{"a field", "fields", "表の列（type が rows のとき）。", "The columns of a table."},

	{"a section", "", "申請書の区切りひとつ。", "One section of a form."},
	{"a section", "id", "区切りの名札。", "Its id."},
	{"a section", "title", "区切りの見出し。", "Its heading."},
	{"a section", "block", "ここに入れる共通の欄のまとまり（blocks の id）。", "Id of the block of fields that stands here."},

	{"a block", "", "共通の欄のまとまり。", "A group of shared fields."},
	{"a block", "id", "まとまりの名札。", "Its id."},
	{"a block", "title", "見出し。", "Its heading."},
	{"a block", "fields", "欄の一覧。", "Its fields."},

	{"a form", "", "申請書ひとつ。", "One form."},
	{"a form", "id", "申請書の名札。", "Its id."},
	{"a form", "version", "版。欄を変えたら上げる。", "Its version; raise it when fields change."},
	{"a form", "paper", "紙の大きさと向き。", "Size and lie of the paper."},
	{"a form", "title", "申請書の題。", "Its title."},
	{"a form", "addressee", "あて先。書かなければ「（市町村名）長 様」になる。", "Addressee; left out: the mayor."},
	{"a form", "note", "紙の下の注意書き。", "Note at the foot."},
	{"a form", "sections", "区切りの一覧。並び順に印刷する。", "Its sections, in the order of printing."},
	{"a form", "fields", "欄の一覧。", "Its fields."},

	{"a question of the guide", "", "案内の質問ひとつ。", "One question of the guide."},
	{"a question of the guide", "id", "質問の名札。", "Its id."},
	{"a question of the guide", "ask", "質問の文。", "The question."},
	{"a question of the guide", "help", "質問の下の説明。", "Help below it."},
	{"a question of the guide", "options", "答えの一覧。ひとつ選ぶ。", "The answers, one of which is chosen."},

	{"a condition of the guide", "", "案内の条件ひとつ。", "One condition."},
	{"a condition of the guide", "question", "見る質問の id。", "Id of the question."},
	{"a condition of the guide", "any", "このどれかを選んだとき。", "Ids of answers, one of which was chosen."},

	{"a result of the guide", "", "案内の答え（手続き）ひとつ。", "One result: a procedure to be done."},
	{"a result of the guide", "id", "答えの名札。", "Its id."},
	{"a result of the guide", "procedure", "案内する手続きの id。", "Id of the procedure."},
	{"a result of the guide", "reason", "なぜ必要かの一文。", "Why, in one sentence."},
	{"a result of the guide", "when", "出す条件。すべて満たすとき。書かなければいつも。", "All must hold; none: always."},
	{"a result of the guide", "optional", "しなくてもよい手続き。", "May also be left."},

	{"an event of the guide", "", "できごとひとつ（引っこし・出生など）。", "One life event."},
	{"an event of the guide", "id", "できごとの名札。", "Its id."},
	{"an event of the guide", "name", "できごとの名前。", "Its name."},
	{"an event of the guide", "detail", "名前の下の一行。", "One line below."},
	{"an event of the guide", "icon", "ボタンの絵。", "Its picture."},
	{"an event of the guide", "questions", "たずねる順の質問。", "Questions in the order they are asked."},
	{"an event of the guide", "results", "案内する順の手続き。", "Procedures in the order they are told."},

	{"theme", "", "見た目。", "Looks."},
	{"theme", "key_colour", "町の色。白い字が読める濃さ（4.5:1以上）。\"#0017c1\" のように引用符で囲む。", "The town's colour, dark enough for white text."},

	{"the screen", "", "端末の画面の大きさ。文字のはみ出しとボタンの大きさを check が測る。", "The terminal's screen, by which check measures."},
	{"the screen", "width_px", "横の画素数。", "Pixels across."},
	{"the screen", "height_px", "縦の画素数。", "Pixels down."},
	{"the screen", "diagonal_inch", "対角線（インチ）。", "Diagonal in inches."},

	{"terminal", "", "端末の動き。", "How the terminal behaves."},
	{"terminal", "languages", "画面で選べることば。はじめの一つが最初に出る。", "Languages offered; the first one is shown first."},
	{"terminal", "idle_s", "さわられないとき、注意を出すまでの秒。", "Untouched seconds until the warning."},
	{"terminal", "warning_s", "注意を出している秒。", "Seconds the warning stays."},
	{"terminal", "ended_s", "最後の画面を出している秒。", "Seconds the last screen stays."},
	{"terminal", "card_kinds", "読むカードの種類。[] はカードを読まない。", "Kinds of cards that are read; [] none."},
	{"terminal", "card_pictures", "職員に見せる、カードの中の画像。印刷はしない。", "Pictures out of the card that the clerk sees."},
	{"terminal", "screen", "端末の画面の大きさ。", "Size of the terminal's screen."},

	{"queue", "", "番号札の受付。", "The queue."},
	{"queue", "public_url", "スマホのページの住所。書かなければ QRコードは出ない。", "Address of the phone page; empty: no QR code."},
	{"queue", "session_idle_min", "職員の画面が、操作なしでサインアウトするまでの分。", "Idle minutes until staff are signed out."},
	{"queue", "session_max_min", "職員の画面の、長くても続く分。", "Longest session of staff in minutes."},

	{"printer", "", "プリンター。", "Printers."},
	{"printer", "roles", "役割ごとのプリンター: slip 番号札、form 申請書。はじめのものから試す。", "Printers by role, tried in order."},
	{"printer", "slip_dots", "番号札プリンターの1行の点の数。80mm は 576。", "Dots across the slip printer; 576 for 80 mm."},

	{"retention", "", "保存期間。", "How long things are kept."},
	{"retention", "accepted_draft_days", "受け付けた申請の内容を消すまでの日数。", "Days until an accepted draft is erased."},

	{"a holiday", "", "休みの日ひとつ。日付だけでもよい。", "One closing day; a bare date will do."},
	{"a holiday", "date", "日付。例: 2026-12-29。", "The day."},
	{"a holiday", "name", "休みの名前。", "Its name."},
};
const size_t n_key_docs = sizeof(key_docs) / sizeof(key_docs[0]);

const struct key_doc *key_doc_find(const struct key_map *map, const char *key)
{
	for (size_t i = 0; i < n_key_docs; i++)
		if (strcmp(key_docs[i].map, map->what) == 0 && strcmp(key_docs[i].key, key) == 0)
			return &key_docs[i];
	return NULL;
}
