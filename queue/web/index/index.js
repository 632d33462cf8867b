// SPDX-License-Identifier: MIT
// The boards of the offices this queue serves, as links.
import { $, make } from "/assets/common/dom.js";
import { request } from "/assets/common/http.js";

async function showBoards() {
	const { data } = await request("GET", "/api/v1/offices");
	$("boards").replaceChildren(...data.offices.map((office) => make("li", {},
		make("a", { class: "button", href: `/board/${encodeURIComponent(office.id)}` },
			`番号の表示板　${office.municipality ?? ""} ${office.name}`))));
}

showBoards().catch(() => {
	$("boards").replaceChildren(make("li", {}, "表示板の一覧を 読み込めません。少し待って、もう一度 開いてください。"));
});
