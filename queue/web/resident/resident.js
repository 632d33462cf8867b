// SPDX-License-Identifier: MIT
// The holder's page behind the QR code: the number, how long, where to go. The token in the address is the only key.
import { $, clockText, make, rubied, setChildren, setText, setWords, unrubied } from "/assets/common/dom.js";
import { Away, Refused, post, request } from "/assets/common/http.js";
import { Follower } from "/assets/common/stream.js";
import { loadTexts, speaker, tagOf } from "/assets/common/texts.js";

const token = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const api = `/api/v1/tickets/${encodeURIComponent(token)}`;
const words = await loadTexts(`${api}/texts`, new URLSearchParams(location.search).get("lang"));
const say = speaker(words);
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
	const label = words.windows?.[ticket.window] ?? ticket.window_label ?? "";
	switch (ticket.state) {
	case "waiting":
		return waitSentences();
	case "called":
		return [say("called"), label, say("called-more")];
	case "serving":
		return ["", say("serving", label), ""];
	case "held":
	case "finished":
	case "no-show":
	case "cancelled":
	case "gone":
		return ["", say(ticket.state), say(`${ticket.state}-more`)];
	default:
		return ["", say("void"), say("void-more")];
	}
}

function waitSentences() {
	if (!ticket.wait)
		return ["", say("unknown"), say("unknown-more")];
	const { from_min: from, to_min: to } = ticket.wait;
	const [first, last] = [from, to].map((minutes) => clockText(heardMs + minutes * 60000));
	return [say("waiting"), from === 0 && to <= AT_ONCE_MIN ? say("soon") : say("minutes", from, to),
		first === last ? say("at", first) : say("between", first, last)];
}

function show() {
	const [lead, big, more] = sentences();
	document.body.classList.toggle("is-called", ticket.state === "called");
	document.body.classList.toggle("is-over", OVER.includes(ticket.state));
	setWords($("place"), placeName());
	setText($("number"), ticket.number ?? "");
	$("number-label").hidden = !ticket.number;
	$("number").style.setProperty("--chars", String(ticket.number?.length ?? 4));
	setWords($("lead"), lead);
	setWords($("big"), big);
	setWords($("more"), more);
	showWay();
	showBring();
	const isHeldByUs = ["waiting", "called", "held"].includes(ticket.state);
	$("cancel").hidden = !isHeldByUs;
	$("sound").hidden = !["waiting", "held"].includes(ticket.state) || !("AudioContext" in window);
	$("sound-note").hidden = $("sound").hidden || !audio;
	setWords($("updated"), heardMs && ticket.state !== "gone" ? say("updated", clockText(heardMs)) : "");
	if (lastState !== null && lastState !== ticket.state && ticket.state === "called")
		ring();
	lastState = ticket.state;
}

function placeName() {
	return [words.municipality, words.office].filter(Boolean).join(" ") || say("title");
}

function showWay() {
	$("way").hidden = ticket.state !== "waiting";
	if (ticket.state !== "waiting")
		return;
	const issuedMs = Date.parse(ticket.issued_at ?? "");
	setWords($("ahead"), ticket.ahead === 0 ? say("next") : say(ticket.ahead === 1 ? "ahead-one" : "ahead", ticket.ahead));
	setWords($("issued"), issuedMs ? say("issued", clockText(issuedMs)) : "");
	$("bar").hidden = !(issuedMs && ticket.wait);
	if ($("bar").hidden)
		return;
	const doneMin = Math.max(0, (heardMs - issuedMs) / 60000);
	const share = doneMin / (doneMin + Math.max(ticket.wait.to_min, 0.5));
	$("bar-done").style.width = `${Math.round(100 * share)}%`;
}

function showBring() {
	const isAhead = ticket.state === "waiting" || ticket.state === "called";
	const things = isAhead ? (ticket.bring ?? []).map((thing) => words.bring?.[thing.id] ?? thing.ja) : [];
	const fees = isAhead ? (ticket.fees ?? []).map((fee) => fee.yen ? say("fee", fee.yen, fee.copies) : say("fee-each", fee.yen_per_copy)) : [];
	$("bring").hidden = things.length + fees.length === 0;
	setWords($("bring-title"), say("bring"));
	setChildren($("bring-list"), JSON.stringify([things, fees]), () => [...things, ...fees].map((line) => make("li", {}, ...rubied(line))));
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
	setWords($("sound"), say(audio ? "sound-on" : "sound"));
	$("sound").setAttribute("aria-pressed", String(audio !== null));
	$("sound-note").hidden = !audio;
}

$("cancel").addEventListener("click", () => {
	setWords($("ask-text"), say("ask-what", ticket.number));
	setWords($("ask-error"), "");
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
		setWords($("ask-error"), say(error instanceof Away ? "ask-away" : "ask-error"));
	}
	$("ask-cancel").disabled = false;
	follower.lookNow();
});

function onState(isLive) {
	const isCut = !isLive && ticket?.state !== "gone";
	document.body.classList.toggle("is-cut", isCut);
	$("cut").hidden = !isCut;
	setWords($("cut"), !isCut ? "" : heardMs ? say("cut", clockText(heardMs)) : say("cut-empty"));
}

function showLanguages() {
	$("language").hidden = Object.keys(words.languages).length < 2;
	$("language").setAttribute("aria-label", unrubied(say("language")));
	$("language").replaceChildren(...Object.entries(words.languages).map(([language, name]) =>
		make("option", { value: language, lang: tagOf(language), selected: language === words.language }, unrubied(name))));
	$("language").addEventListener("change", () => location.replace(`?lang=${encodeURIComponent($("language").value)}`));
}

function showFixedWords() {
	document.documentElement.lang = tagOf(words.language);
	document.title = unrubied(say("title"));
	setWords($("place"), placeName());
	setWords($("number-label"), say("number"));
	setWords($("big"), say("loading"));
	setWords($("cancel"), say("cancel"));
	setWords($("sound-note"), say("sound-note"));
	setWords($("ask-title"), say("ask"));
	setWords($("ask-keep"), say("ask-keep"));
	setWords($("ask-cancel"), say("ask-cancel"));
	showLanguages();
	showSoundChoice();
}

showFixedWords();
follower.start();
