// SPDX-License-Identifier: MIT
// The holder's page behind the QR code: the number, how long, where to go. The token in the address is the only key.
import { $, clockText, make, setChildren, setText } from "/assets/common/dom.js";
import { Away, Refused, post, request } from "/assets/common/http.js";
import { Follower } from "/assets/common/stream.js";
import { chooseLanguage, wordsOf } from "/assets/resident/words.js";

const token = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const api = `/api/v1/tickets/${encodeURIComponent(token)}`;
const language = chooseLanguage(location.search, navigator.languages ?? [navigator.language]);
const words = wordsOf(language);
const AT_ONCE_MIN = 5; // up to here nobody is told a range
const OVER = ["finished", "cancelled", "void", "gone"];

let ticket = null;
let heardMs = null;   // the server's time of what is shown
let audio = null;
let lastState = null;

const follower = new Follower({
	url: `${api}/events`,
	types: ["ticket", "issued", "called", "started", "finished", "no-show", "held", "cancelled", "transferred", "undone", "window", "day", "reset"],
	look, onState,
});

async function look() {
	try {
		const { data, serverMs } = await request("GET", api);
		heardMs = serverMs;
		ticket = data;
	} catch (error) {
		if (!(error instanceof Refused && error.status === 404))
			throw error;
		ticket = { state: "gone" };
	}
	show();
	if (ticket.state === "gone")
		follower.stop();
}

/* What each state says: [lead, big, more]. */
function sentences() {
	const label = words.window(ticket.window_label ?? ticket.window ?? "");
	switch (ticket.state) {
	case "waiting":
		return waitSentences();
	case "called":
		return [words.calledLead, label, words.calledMore];
	case "serving":
		return ["", words.servingBig(label), ""];
	case "held":
		return ["", words.heldBig, words.heldMore];
	case "finished":
		return ["", words.finishedBig, words.finishedMore];
	case "no-show":
		return ["", words.noShowBig, words.noShowMore];
	case "cancelled":
		return ["", words.cancelledBig, words.cancelledMore];
	case "gone":
		return ["", words.gone, words.goneMore];
	default:
		return ["", words.voidBig, words.voidMore];
	}
}

function waitSentences() {
	if (!ticket.wait)
		return ["", words.waitingUnknown, words.waitingUnknownMore];
	const { from_min: from, to_min: to } = ticket.wait;
	const at = (minutes) => clockText(heardMs + minutes * 60000);
	return [words.waitingLead, from === 0 && to <= AT_ONCE_MIN ? words.soon : words.minutes(from, to), words.waitingMore(at(from), at(to))];
}

function show() {
	const [lead, big, more] = sentences();
	document.body.classList.toggle("is-called", ticket.state === "called");
	document.body.classList.toggle("is-over", OVER.includes(ticket.state));
	setText($("place"), placeName());
	setText($("number"), ticket.number ?? "");
	$("number-label").hidden = !ticket.number;
	$("number").style.setProperty("--chars", String(ticket.number?.length ?? 4));
	setText($("lead"), lead);
	setText($("big"), big);
	setText($("more"), more);
	showWay();
	showBring();
	const isHeldByUs = ["waiting", "called", "held"].includes(ticket.state);
	$("cancel").hidden = !isHeldByUs;
	$("sound").hidden = !["waiting", "held"].includes(ticket.state) || !("AudioContext" in window);
	$("sound-note").hidden = $("sound").hidden || !audio;
	setText($("updated"), heardMs && ticket.state !== "gone" ? words.updated(clockText(heardMs)) : "");
	if (lastState !== null && lastState !== ticket.state && ticket.state === "called")
		ring();
	lastState = ticket.state;
}

function placeName() {
	return [ticket.municipality, ticket.office].filter(Boolean).join(" ") || words.title;
}

function showWay() {
	$("way").hidden = ticket.state !== "waiting";
	if (ticket.state !== "waiting")
		return;
	const issuedMs = Date.parse(ticket.issued_at ?? "");
	setText($("ahead"), words.ahead(ticket.ahead));
	setText($("issued"), issuedMs ? words.issued(clockText(issuedMs)) : "");
	$("bar").hidden = !(issuedMs && ticket.wait);
	if ($("bar").hidden)
		return;
	const doneMin = Math.max(0, (heardMs - issuedMs) / 60000);
	const share = doneMin / (doneMin + Math.max(ticket.wait.to_min, 0.5));
	$("bar-done").style.width = `${Math.round(100 * share)}%`;
}

function showBring() {
	const isAhead = ticket.state === "waiting" || ticket.state === "called";
	const things = isAhead ? (ticket.bring ?? []).map((thing) => thing[language] ?? thing.ja) : [];
	const fees = isAhead ? (ticket.fees ?? []).map((fee) => fee.yen ? words.fee(fee.yen, fee.copies) : words.feeEach(fee.yen_per_copy)) : [];
	$("bring").hidden = things.length + fees.length === 0;
	setText($("bring-title"), words.bring);
	setChildren($("bring-list"), JSON.stringify([things, fees]), () => [...things, ...fees].map((line) => make("li", {}, line)));
}

/* Browsers give sound only after a press, so the press itself makes the first, short one. */
function ring() {
	navigator.vibrate?.([300, 200, 300]);
	if (audio)
		[0, 0.35, 0.7].forEach((after) => beep(after, 880));
}

function beep(afterS, hertz) {
	const tone = audio.createOscillator();
	const volume = audio.createGain();
	const at = audio.currentTime + afterS;
	tone.frequency.value = hertz;
	volume.gain.setValueAtTime(0.3, at);
	volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
	tone.connect(volume).connect(audio.destination);
	tone.start(at);
	tone.stop(at + 0.3);
}

$("sound").addEventListener("click", () => {
	if (audio) {
		audio.close();
		audio = null;
	} else {
		audio = new AudioContext();
		beep(0, 660);
	}
	showSoundChoice();
});

function showSoundChoice() {
	setText($("sound"), audio ? words.soundOn : words.sound);
	$("sound").setAttribute("aria-pressed", String(audio !== null));
	$("sound-note").hidden = !audio;
}

$("cancel").addEventListener("click", () => {
	setText($("ask-text"), words.askText(ticket.number));
	setText($("ask-error"), "");
	$("ask").showModal();
	$("ask-keep").focus();
});
$("ask-keep").addEventListener("click", () => $("ask").close());
$("ask-cancel").addEventListener("click", async () => {
	if ($("ask-cancel").disabled)
		return;
	$("ask-cancel").disabled = true;
	try {
		await post(`${api}/cancel`);
		$("ask").close();
	} catch (error) {
		setText($("ask-error"), error instanceof Away ? words.askAway : words.askError);
	}
	$("ask-cancel").disabled = false;
	follower.lookNow();
});

function onState(isLive) {
	const isCut = !isLive && ticket?.state !== "gone";
	document.body.classList.toggle("is-cut", isCut);
	$("cut").hidden = !isCut;
	setText($("cut"), !isCut ? "" : heardMs ? words.cut(clockText(heardMs)) : words.cutEmpty);
}

function showFixedWords() {
	const other = language === "ja" ? "en" : "ja";
	document.documentElement.lang = language;
	document.title = words.title;
	setText($("place"), words.title);
	setText($("number-label"), words.numberLabel);
	$("language").href = `?lang=${other}`;
	$("language").lang = $("language").hreflang = other;
	setText($("language"), other === "en" ? "English" : "日本語");
	setText($("cancel"), words.cancel);
	setText($("sound-note"), words.soundNote);
	setText($("ask-title"), words.askTitle);
	setText($("ask-keep"), words.askKeep);
	setText($("ask-cancel"), words.askCancel);
	showSoundChoice();
}

showFixedWords();
follower.start();
