// SPDX-License-Identifier: MIT
// The hall's board: one number being called, four before it, how long each service takes. It only ever shows what the
// public board answers: numbers and windows, nothing else.
import { $, clockText, make, rubied, setChildren, setText, setWords, unrubied } from "/assets/common/dom.js";
import { request } from "/assets/common/http.js";
import { Follower } from "/assets/common/stream.js";
import { loadTexts, speaker, tagOf } from "/assets/common/texts.js";

const office = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const api = `/api/v1/offices/${encodeURIComponent(office)}`;
const RECENT = 4;
const LONG_WAIT_MIN = 30;
const AT_ONCE_MIN = 5; // up to here nobody is told a range
const OTHER_MS = 7000; // the line below the number stays in one language
const words = await loadTexts(`${api}/texts`, "ja");
const say = speaker(words);
/* The readers of the line below: Japanese stands above it already. */
const others = [];
for (const language of Object.keys(words.languages).filter((one) => !one.startsWith("ja")))
	others.push(await loadTexts(`${api}/texts`, language));

let clock = null;      // { serverMs, atMs }: the server's time and when we heard it
let shown = null;      // "A015 2026-…": the call now on the screen
let current = null;    // that call
let turn = 0;          // which of the other languages has the line

const follower = new Follower({
	url: `${api}/events`,
	types: ["issued", "called", "started", "finished", "no-show", "held", "cancelled", "transferred", "undone", "window", "day", "reset"],
	look, onState,
});

async function look() {
	const { data, serverMs } = await request("GET", `${api}/board`);
	clock = { serverMs, atMs: performance.now() };
	const labels = new Map(data.windows.map((window) => [window.id, window.label]));
	const calls = newestFirst(data.called).map((call) => ({ ...call, label: labels.get(call.window) ?? call.window }));
	showNow(calls[0]);
	showRecent(calls.slice(1, 1 + RECENT));
	showServices(data.services);
	tick();
}

/* A number called again stands once, at its last call. */
function newestFirst(called) {
	const sorted = [...called].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
	return sorted.filter((call, i) => sorted.findIndex((other) => other.number === call.number) === i);
}

/* One line for all who read no Japanese: one language after the other, a new call begins with the first. */
function showOther() {
	$("other").hidden = others.length === 0;
	if (others.length === 0)
		return;
	const theirs = others[turn % others.length];
	$("other").lang = tagOf(theirs.language);
	setWords($("other"), current ? speaker(theirs)("call", current.number, theirs.windows[current.window] ?? current.label)
		: speaker(theirs)("wait"));
}

setInterval(() => {
	turn++;
	showOther();
}, OTHER_MS);

function showNow(call) {
	const key = call ? `${call.number} ${call.at}` : "";
	if (shown === key)
		return;
	const isFirst = shown === null;
	shown = key;
	$("now").style.setProperty("--chars", String(call?.number.length ?? 4));
	setText($("number"), call?.number ?? "");
	setWords($("window"), call?.label ?? "");
	$("window").hidden = !call;
	setWords($("greeting"), say(call ? "greeting" : "wait"));
	current = call ?? null;
	turn = 0;
	showOther();
	if (!call || isFirst)
		return;
	setText($("spoken"), unrubied(say("call", call.number, call.label)));
	$("now").classList.remove("is-new");
	requestAnimationFrame(() => requestAnimationFrame(() => $("now").classList.add("is-new")));
}

function showRecent(calls) {
	setChildren($("rows"), JSON.stringify(calls), () => Array.from({ length: RECENT }, (_, i) => {
		const row = make("tr", {}, make("td", {}, calls[i]?.number ?? ""), make("td", {}, ...rubied(calls[i]?.label ?? "")));
		row.style.setProperty("--chars", String(calls[i]?.number.length ?? 4));
		return row;
	}));
}

function waitText(service) {
	const { waiting, wait } = service;
	const people = waiting > 0 ? say("people", waiting) : "";
	if (!wait)
		return { text: people || say("preparing"), before: waiting > 0 ? "" : `${say("window")} `, kind: "is-none" };
	if (waiting === 0 && wait.to_min <= AT_ONCE_MIN)
		return { text: say("at-once"), kind: "" };
	return { text: [people, say("minutes", wait.from_min, wait.to_min)].filter(Boolean).join(" "),
		kind: wait.to_min > LONG_WAIT_MIN ? "is-long" : "" };
}

/* One row for four, else two rows of equal length. */
function showServices(services) {
	const columns = services.length > 4 ? Math.ceil(services.length / 2) : Math.max(1, services.length);
	$("services").style.setProperty("--columns", String(columns));
	setChildren($("services"), JSON.stringify(services), () => services.map((service) => {
		const { text, before, kind } = waitText(service);
		return make("li", {}, ...rubied(service.name), make("b", { class: kind || null }, before ? make("span", {}, before) : null, text));
	}));
	fitServices();
}

/* 「窓口 準備中」, and only 「準備中」 where the line has no room for it. */
function fitServices() {
	const list = $("services");
	list.classList.remove("is-tight");
	list.style.fontSize = "";
	list.classList.toggle("is-tight", list.scrollWidth > list.clientWidth);
	if (list.scrollWidth > list.clientWidth) // many services, long waits: smaller is better than cut off
		list.style.fontSize = `${parseFloat(getComputedStyle(list).fontSize) * 0.98 * list.clientWidth / list.scrollWidth}px`;
}

addEventListener("resize", fitServices);

function tick() {
	if (clock)
		setText($("clock"), clockText(clock.serverMs + performance.now() - clock.atMs));
}

function onState(isLive) {
	document.body.classList.toggle("is-stale", !isLive);
	$("stale").hidden = isLive;
	setWords($("stale"), isLive ? "" : clock ? say("stale", clockText(clock.serverMs)) : say("stale-empty"));
}

function showFixedWords() {
	document.title = unrubied(say("title"));
	setWords($("place"), [words.municipality, words.office].filter(Boolean).join(" "));
	setWords($("title"), say("title"));
	setWords($("head-number"), say("number"));
	setWords($("head-window"), say("window"));
	$("clock").setAttribute("aria-label", unrubied(say("clock")));
	$("now").setAttribute("aria-label", unrubied(say("now")));
	$("recent").setAttribute("aria-label", unrubied(say("recent")));
	$("waiting").setAttribute("aria-label", unrubied(say("waiting")));
	setWords($("greeting"), say("wait"));
}

showFixedWords();
setInterval(tick, 1000);
follower.start();
