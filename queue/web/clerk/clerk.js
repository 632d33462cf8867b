// SPDX-License-Identifier: MIT
// The clerk's page from sign-in to console, and its keys.
import { $, make, setText } from "/assets/common/dom.js";
import { Away, Refused, request } from "/assets/common/http.js";
import { closeLook } from "/assets/clerk/card.js";
import { Console } from "/assets/clerk/console.js";
import { closeCorrection } from "/assets/clerk/fix.js";
import { forgetWindow, rememberWindow, rememberedWindow, signIn, signOut, whoAmI } from "/assets/clerk/session.js";

const KEYS = { n: "next", s: "start", f: "finish", r: "recall", h: "hold", x: "no-show", t: "transfer", z: "undo", p: "pause",
	i: "print", e: "edit", a: "accept", c: "look" };

let session = null;
let desk = null;      // the running console

function showOnly(id) {
	for (const part of ["sign-in", "choose", "console"])
		$(part).hidden = part !== id;
}

function leave() {
	desk?.stop();
	desk = null;
	if ($("ask").open)
		$("ask").close();
	document.title = "窓口";
	document.body.classList.remove("is-cut");
}

/* ---- sign-in ---- */

function askSignIn(note) {
	leave();
	session = null;
	setText($("sign-in-note"), note);
	setText($("sign-in-error"), "");
	$("password").value = "";
	showOnly("sign-in");
	($("user").value ? $("password") : $("user")).focus();
}

function signInError(error) {
	if (error instanceof Refused && error.status === 429)
		return "続けて まちがえたため、しばらく 使えません。少し待って もう一度 入力してください。";
	if (error instanceof Refused && error.type === "tls-required")
		return "この画面は 暗号化された 接続（https）で 開いてください。";
	if (error instanceof Refused && error.status === 401)
		return "名前か パスワードが ちがいます。";
	if (error instanceof Refused)
		return "サインインできませんでした。入力を 確かめてください。";
	return "つながりません。少し待って もう一度 押してください。";
}

$("sign-in-form").addEventListener("submit", async (event) => {
	event.preventDefault();
	if ($("sign-in-go").disabled)
		return;
	$("sign-in-go").disabled = true;
	setText($("sign-in-error"), "");
	try {
		session = await signIn($("user").value.trim(), $("password").value);
		$("password").value = "";
		await enter();
	} catch (error) {
		setText($("sign-in-error"), signInError(error));
		$("password").select();
	}
	$("sign-in-go").disabled = false;
});

async function leaveForGood() {
	const csrf = session?.csrf;
	askSignIn("サインアウトしました。");
	await signOut(csrf).catch(() => setText($("sign-in-note"),
		"つながらないため、サインアウトを 伝えられませんでした。ブラウザーを 閉じてください。"));
}

/* ---- the window ---- */

async function enter() {
	const window = rememberedWindow(session.office);
	const windows = (await request("GET", `/api/v1/offices/${encodeURIComponent(session.office)}/board`)).data.windows;
	if (window && windows.some((known) => known.id === window))
		openConsole(window);
	else
		askWindow(windows);
}

function askWindow(windows) {
	leave();
	$("choose-list").replaceChildren(...windows.map((window) => {
		const button = make("button", { type: "button", class: "button", "data-window": window.id },
			window.state === "closed" ? window.label : `${window.label}（開いています）`);
		button.addEventListener("click", () => openConsole(window.id));
		return make("li", {}, button);
	}));
	showOnly("choose");
	$("choose-list").querySelector("button")?.focus();
}

function openConsole(window) {
	leave();
	rememberWindow(session.office, window);
	desk = new Console({ office: session.office, window, csrf: session.csrf,
		onExpired: () => askSignIn("時間が たったため、もう一度 サインインしてください。窓口は そのままです。") });
	showOnly("console");
	desk.start();
	document.querySelector('[data-act="next"]').focus();
}

$("change").addEventListener("click", async () => {
	forgetWindow(session.office);
	await enter().catch(() => desk?.say("つながらないため、窓口を 変えられません。", true));
});
$("sign-out").addEventListener("click", leaveForGood);
$("choose-out").addEventListener("click", leaveForGood);
$("ask-close").addEventListener("click", () => $("ask").close());
$("fix-close").addEventListener("click", closeCorrection);
$("fix").addEventListener("close", closeCorrection);
$("look-close").addEventListener("click", closeLook);
$("look").addEventListener("close", closeLook);

/* ---- buttons and keys ---- */

for (const button of document.querySelectorAll("[data-act]"))
	button.addEventListener("click", () => desk?.press(button.dataset.act));

function moveInLine(step) {
	const isInValues = document.activeElement?.classList.contains("fix");
	const rows = [...document.querySelectorAll(isInValues ? "#values .fix" : "#line .row")];
	const at = rows.indexOf(document.activeElement);
	rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
}

document.addEventListener("keydown", (event) => {
	if (!desk || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || document.querySelector("dialog[open]"))
		return;
	if (event.key === "ArrowDown" || event.key === "ArrowUp") {
		event.preventDefault();
		moveInLine(event.key === "ArrowDown" ? 1 : -1);
		return;
	}
	if (!$("keys").checked)
		return;
	const act = KEYS[event.key.toLowerCase()];
	if (act)
		desk.press(act);
	else if (/^[1-8]$/.test(event.key))
		desk.paper.choose(Number(event.key) - 1);
});

/* ---- start ---- */

async function begin() {
	try {
		session = await whoAmI();
		if (session)
			await enter();
		else
			askSignIn("");
	} catch (error) {
		askSignIn(error instanceof Away ? "つながりません。少し待って もう一度 開いてください。" : "");
	}
}

begin();
