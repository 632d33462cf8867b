// SPDX-License-Identifier: MIT
// The boards of the offices this queue serves, as links.
import { $, make, rubied, setWords, unrubied } from "/assets/common/dom.js";
import { request } from "/assets/common/http.js";
import { loadTexts, speaker, tagOf } from "/assets/common/texts.js";

const words = await loadTexts("/api/v1/texts", new URLSearchParams(location.search).get("lang"));
const say = speaker(words);

async function showBoards() {
	const { data } = await request("GET", "/api/v1/offices");
	$("boards").replaceChildren(...data.offices.map((office) => make("li", {},
		make("a", { class: "button", href: `/board/${encodeURIComponent(office.id)}` },
			make("span", {}, ...rubied(say("board", office.municipality ?? "", office.name)))))));
}

document.documentElement.lang = tagOf(words.language);
document.title = unrubied(say("title"));
setWords($("title"), say("title"));
setWords($("which"), say("which"));
$("pages").setAttribute("aria-label", unrubied(say("pages")));
setWords($("clerk"), say("clerk"));
setWords($("note"), say("note"));
showBoards().catch(() => {
	$("boards").replaceChildren(make("li", {}, ...rubied(say("failed"))));
});
