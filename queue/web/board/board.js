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
	if (!service.wait)
		return service.waiting > 0 ? { text: `${service.waiting}人`, kind: "is-none" } : { text: "準備中", kind: "is-none" };
	if (service.waiting === 0 && service.wait.from_min === 0)
		return { text: "すぐに", kind: "" };
	return { text: `${service.waiting}人 ${service.wait.from_min}〜${service.wait.to_min}分`,
		kind: service.wait.to_min > LONG_WAIT_MIN ? "is-long" : "" };
}

/* One row for four, else two rows of equal length. */
function showServices(services) {
	const columns = services.length > 4 ? Math.ceil(services.length / 2) : Math.max(1, services.length);
	$("services").style.setProperty("--columns", String(columns));
	setChildren($("services"), JSON.stringify(services), () => services.map((service) => {
		const { text, kind } = waitText(service);
		return make("li", {}, service.name, make("b", { class: kind || null }, text));
	}));
}

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
