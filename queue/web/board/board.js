// SPDX-License-Identifier: MIT
// The hall's board: one number being called, four before it, how long each service takes. It only ever shows what the
// public board answers: numbers and windows, nothing else.
import { $, clockText, make, setChildren, setText } from "/assets/common/dom.js";
import { request } from "/assets/common/http.js";
import { Follower } from "/assets/common/stream.js";

const office = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const api = `/api/v1/offices/${encodeURIComponent(office)}`;
const RECENT = 4;
const LONG_WAIT_MIN = 30;
const AT_ONCE_MIN = 5; // up to here nobody is told a range

let clock = null;      // { serverMs, atMs }: the server's time and when we heard it
let shown = null;      // "A015 2026-…": the call now on the screen

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
	setText($("place"), placeName(data));
	showNow(calls[0]);
	showRecent(calls.slice(1, 1 + RECENT));
	showServices(data.services);
	tick();
}

function placeName(data) {
	return [data.municipality, data.office].filter(Boolean).join(" ");
}

/* A number called again stands once, at its last call. */
function newestFirst(called) {
	const sorted = [...called].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
	return sorted.filter((call, i) => sorted.findIndex((other) => other.number === call.number) === i);
}

function englishWindow(label) {
	const found = /^([0-9０-９]+)番/.exec(label);
	return found ? ` at Counter ${found[1].normalize("NFKC")}` : "";
}

function showNow(call) {
	const key = call ? `${call.number} ${call.at}` : "";
	if (shown === key)
		return;
	const isFirst = shown === null;
	shown = key;
	$("now").style.setProperty("--chars", String(call?.number.length ?? 4));
	setText($("number"), call?.number ?? "");
	setText($("window"), call?.label ?? "");
	$("window").hidden = !call;
	setText($("greeting"), call ? "おまたせしました" : "番号を お呼びするまで お待ちください");
	setText($("english"), call ? `Now serving ${call.number}${englishWindow(call.label)}`
		: "Please wait until your number is shown.");
	if (!call || isFirst)
		return;
	setText($("spoken"), `${call.number}番の方、${call.label}へ お越しください。`);
	$("now").classList.remove("is-new");
	requestAnimationFrame(() => requestAnimationFrame(() => $("now").classList.add("is-new")));
}

function showRecent(calls) {
	setChildren($("rows"), JSON.stringify(calls), () => Array.from({ length: RECENT }, (_, i) => {
		const row = make("tr", {}, make("td", {}, calls[i]?.number ?? ""), make("td", {}, calls[i]?.label ?? ""));
		row.style.setProperty("--chars", String(calls[i]?.number.length ?? 4));
		return row;
	}));
}

function waitText(service) {
	const { waiting, wait } = service;
	if (!wait)
		return { text: waiting > 0 ? `${waiting}人` : "準備中", before: waiting > 0 ? "" : "窓口 ", kind: "is-none" };
	if (waiting === 0 && wait.to_min <= AT_ONCE_MIN)
		return { text: "すぐに", kind: "" };
	return { text: `${waiting > 0 ? `${waiting}人 ` : ""}${wait.from_min}〜${wait.to_min}分`,
		kind: wait.to_min > LONG_WAIT_MIN ? "is-long" : "" };
}

/* One row for four, else two rows of equal length. */
function showServices(services) {
	const columns = services.length > 4 ? Math.ceil(services.length / 2) : Math.max(1, services.length);
	$("services").style.setProperty("--columns", String(columns));
	setChildren($("services"), JSON.stringify(services), () => services.map((service) => {
		const { text, before, kind } = waitText(service);
		return make("li", {}, service.name, make("b", { class: kind || null }, before ? make("span", {}, before) : null, text));
	}));
	fitServices();
}

/* 「窓口 準備中」, and only 「準備中」 where the line has no room for it. */
function fitServices() {
	$("services").classList.remove("is-tight");
	$("services").classList.toggle("is-tight", $("services").scrollWidth > $("services").clientWidth);
}

addEventListener("resize", fitServices);

function tick() {
	if (clock)
		setText($("clock"), clockText(clock.serverMs + performance.now() - clock.atMs));
}

function onState(isLive) {
	document.body.classList.toggle("is-stale", !isLive);
	$("stale").hidden = isLive;
	setText($("stale"), isLive ? "" : clock
		? `いま 更新できません（${clockText(clock.serverMs)} の表示です）。職員の 声での ご案内を お待ちください。`
		: "いま 表示できません。職員の 声での ご案内を お待ちください。");
}

setInterval(tick, 1000);
follower.start();
