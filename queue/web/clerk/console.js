// SPDX-License-Identifier: MIT
// One window's console: who waits, who is here, what can be done now. Every press is a command to the queue; the page
// never decides anything itself, it shows what the queue answered.
import { $, clockText, make, setChildren, setText } from "/assets/common/dom.js";
import { Away, Refused, post, request } from "/assets/common/http.js";
import { Follower } from "/assets/common/stream.js";
import { Paper } from "/assets/clerk/paper.js";
import { askCorrection, closeCorrection } from "/assets/clerk/fix.js";
import { SettingsNote } from "/assets/clerk/settings.js";
import { minutesText, refusalText } from "/assets/clerk/words.js";

const UNDO_MS = 30000;
const TYPES = ["issued", "called", "started", "finished", "held", "no-show", "cancelled", "transferred", "undone", "window",
	"day", "reset", "staff-call", "draft-changed", "draft-accepted", "draft-erased"];

export class Console {
	/** @onExpired: the session ran out; the caller asks to sign in again. */
	constructor({ office, window, csrf, onExpired }) {
		Object.assign(this, { office, window, csrf, onExpired });
		this.api = `/api/v1/offices/${encodeURIComponent(office)}`;
		this.state = null;
		this.board = null;
		this.isBusy = false;
		this.isLive = false;
		this.undoUntilMs = 0;
		this.accepted = new Set();
		this.printed = new Map(); /* copies sent from here */
		this.paper = new Paper(this.api, (field) => this.askCorrection(field), () => this.now());
		this.settings = new SettingsNote(this.api);
		this.follower = new Follower({
			url: `${this.api}/staff/events`, types: TYPES,
			look: () => this.look(), onState: (isLive) => this.showLink(isLive),
			onEvent: (type, data) => {
				if (type === "staff-call")
					this.showStaffCall(data);
				if (type === "reset") /* another configuration, perhaps */
					this.settings.look();
			},
		});
	}

	start() {
		setText($("message"), "");
		this.showLink(false);
		this.follower.start();
		this.settings.start();
		this.clock = setInterval(() => this.showTimes(), 5000);
	}

	/** Nothing of a resident stays on the page. */
	stop() {
		this.follower.stop();
		this.settings.stop();
		clearInterval(this.clock);
		this.paper.clear();
		closeCorrection();
		for (const id of ["waiting", "held", "missed", "staff-calls"]) {
			$(id).replaceChildren();
			delete $(id).dataset.shown;
		}
		for (const id of ["current-number", "current-what", "current-times", "message"])
			setText($(id), "");
	}

	get windowApi() {
		return `${this.api}/windows/${encodeURIComponent(this.window)}`;
	}

	async look() {
		try {
			const [own, board] = await Promise.all([request("GET", this.windowApi), request("GET", `${this.api}/board`)]);
			this.state = own.data;
			this.board = board.data;
			this.clockShift = own.serverMs - Date.now();
			this.show();
			if (this.paper.ticketId && this.state.ticket?.id !== this.paper.ticketId)
				closeCorrection();
			await this.paper.follow(this.state.ticket?.state === "serving" ? this.state.ticket.id : null);
			this.showPaperButtons();
		} catch (error) {
			if (error instanceof Refused && error.status === 401) {
				this.onExpired();
				return;
			}
			if (error instanceof Refused)
				this.say(refusalText(error), true);
			throw error;
		}
	}

	/* ---- what is shown ---- */

	show() {
		const { state, ticket } = this.state;
		setText($("window-label"), this.state.label);
		setText($("office-label"), [this.board.municipality, this.board.office].filter(Boolean).join(" "));
		document.title = `${this.state.label}${ticket ? ` ${ticket.number}` : ""}`;
		setText($("pause-label"), state === "closed" ? "窓口を開く" : "窓口を閉じる");
		setText($("next-label"), ticket?.state === "serving" ? "おわって 次を呼ぶ" : "次の人を呼ぶ");
		document.body.dataset.ticket = ticket?.state ?? (state === "closed" ? "closed" : "free");
		setText($("current-number"), ticket?.number ?? "");
		setText($("current-what"), ticket ? this.procedureText(ticket)
			: state === "closed" ? "この窓口は 閉じています" : "いまは だれも 呼んでいません");
		this.showTimes();
		this.showLine();
		const hasNoDraft = ticket && ticket.state !== "serving";
		setText($("content-none"), hasNoDraft ? "「対応する」を 押すと 申請の内容が 出ます。" : "");
		this.showButtons();
	}

	procedureText(ticket) {
		const names = ticket.procedure_names ?? [];
		return names.length ? names.join("・") : this.serviceName(ticket.service);
	}

	serviceName(id) {
		return this.board.services.find((service) => service.id === id)?.name ?? id ?? "";
	}

	now() {
		return Date.now() + (this.clockShift ?? 0);
	}

	showTimes() {
		const ticket = this.state?.ticket;
		const parts = [];
		const time = (label, at) => at && parts.push(`${label} ${clockText(Date.parse(at))}`);
		if (ticket) {
			time("受付", ticket.issued_at);
			time("呼出", ticket.state === "called" ? ticket.since : null);
			if (ticket.state === "called")
				parts.push(ticket.n_calls > 1 ? `${ticket.n_calls}回目` : "呼出中");
			else
				parts.push(`対応 ${minutesText((this.now() - Date.parse(ticket.since)) / 1000)}`);
		} else if (this.state?.state === "closed") {
			parts.push("「窓口を開く」を 押すと 始まります");
		}
		setText($("current-times"), parts.join("　"));
	}

	showLine() {
		const { waiting, held, no_show: missed } = this.state;
		const longest = Math.max(0, ...waiting.map((person) => person.waited_s ?? 0));
		setText($("load"), waiting.length ? `待ち ${waiting.length}人・最長 ${minutesText(longest)}` : "待ち 0人");
		this.showPeople($("waiting"), waiting, (person) => minutesText(person.waited_s));
		this.showPeople($("held"), held ?? [], (person) => person.until ?? "");
		this.showPeople($("missed"), missed ?? [], (person) => person.n_calls > 1 ? `${person.n_calls}回呼出` : "");
		$("nobody").hidden = waiting.length > 0;
		$("held-part").hidden = !held?.length;
		$("missed-part").hidden = !missed?.length;
	}

	showPeople(list, people, note) {
		const rows = people.map((person) => ({ person, text: this.procedureText(person), note: note(person) }));
		const focused = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
		setChildren(list, JSON.stringify(rows), () => rows.map(({ person, text, note: after }) => {
			const row = make("button", { type: "button", class: "row", "data-id": person.id },
				make("b", {}, person.number),
				make("span", {}, person.priority ? make("em", {}, "優先 ") : null, `${text} `, after ? make("i", {}, after) : null));
			row.addEventListener("click", () => this.askCall(person, list.id));
			return make("li", {}, row);
		}));
		if (focused)
			list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
	}

	/* What can be done now; the queue has the last word. */
	can(act) {
		const ticket = this.state?.ticket;
		const isOpen = this.state !== null && this.state.state !== "closed";
		switch (act) {
		case "next":
			return isOpen && ticket?.state !== "called";
		case "start":
		case "recall":
		case "no-show":
			return ticket?.state === "called";
		case "finish":
		case "hold":
		case "transfer":
			return Boolean(ticket);
		case "undo":
			return performance.now() < this.undoUntilMs;
		case "pause":
			return this.state !== null && !ticket;
		case "look":
			return Boolean(this.paper.draft) && this.paper.card.largest !== null;
		case "edit":
		case "print":
			return Boolean(this.paper.draft);
		case "accept":
			return Boolean(this.paper.draft) && !this.isAccepted();
		default:
			return false;
		}
	}

	isAccepted() {
		return this.paper.draft?.accepted || this.accepted.has(`${this.paper.ticketId}/${this.paper.draft?.i}`);
	}

	showButtons() {
		for (const button of document.querySelectorAll("[data-act]")) {
			const isOff = this.isBusy || !this.isLive || !this.can(button.dataset.act);
			button.setAttribute("aria-disabled", String(isOff));
		}
		for (const row of document.querySelectorAll(".row"))
			row.setAttribute("aria-disabled", String(this.isBusy || !this.isLive || this.state?.state === "closed"));
		document.querySelector("[data-act=look]").hidden = !this.can("look");
		$("console").setAttribute("aria-busy", String(this.isBusy));
	}

	showPaperButtons() {
		$("paper-actions").hidden = !this.paper.draft;
		this.showButtons();
	}

	showLink(isLive) {
		this.isLive = isLive;
		document.body.classList.toggle("is-cut", !isLive);
		setText($("link-state"), isLive ? "つながっています" : "切れています");
		if (!isLive && this.state)
			this.say(`${clockText(this.now())} から つながっていません。つながると 自動で 新しくなります。`, true);
		else if (isLive && $("message").dataset.isCut)
			this.say("", false);
		if (!isLive && this.state)
			$("message").dataset.isCut = "yes";
		this.showButtons();
	}

	say(text, isError) {
		delete $("message").dataset.isCut;
		$("message").classList.toggle("is-error", isError);
		setText($("message"), text);
	}

	showStaffCall({ from, at }) {
		const call = make("div", { class: "staff-call" },
			make("p", {}, make("b", {}, "職員が 呼ばれています"), `　端末 ${from ?? ""}（${clockText(Date.parse(at) || this.now())}）`));
		const seen = make("button", { type: "button", class: "button" }, "確認しました");
		seen.addEventListener("click", () => call.remove());
		call.append(seen);
		$("staff-calls").append(call);
		while ($("staff-calls").childElementCount > 3)
			$("staff-calls").firstElementChild.remove();
	}

	/* ---- what is done ---- */

	/** One press. Nothing else can be pressed until it is answered. */
	async press(act) {
		if (this.isBusy || !this.isLive || !this.can(act))
			return;
		const ticket = this.state.ticket;
		switch (act) {
		case "next":
			return this.command("next", ticket?.state === "serving" ? { finish: true } : {});
		case "pause":
			return this.command(this.state.state === "closed" ? "open" : "close", {});
		case "transfer":
			return this.askTransfer();
		case "look":
			return this.paper.card.look();
		case "edit":
			return this.paper.focusFix();
		case "print":
			return this.print();
		case "accept":
			return this.accept();
		default:
			return this.command(act, {});
		}
	}

	/** @onRefused: may settle a refusal itself by returning true. */
	async run(path, body, onDone, onRefused) {
		if (this.isBusy)
			return;
		this.isBusy = true;
		this.showButtons();
		try {
			const { data } = await post(path, { body, csrf: this.csrf });
			this.say("", false);
			onDone(data);
		} catch (error) {
			if (error instanceof Refused && error.status === 401)
				this.onExpired();
			else if (error instanceof Refused && !onRefused?.(error))
				this.say(refusalText(error), true);
			else if (error instanceof Away)
				this.say("つながらないため、操作できたか 分かりません。つながってから 画面を 確かめてください。", true);
			else if (!(error instanceof Refused))
				throw error;
		} finally {
			this.isBusy = false;
			await this.follower.lookNow();
			this.showButtons();
		}
	}

	command(verb, body) {
		return this.run(`${this.windowApi}/${verb}`, body, (data) => {
			if (verb === "undo")
				this.undoUntilMs = 0;
			else if (!["recall", "open", "close"].includes(verb)) {
				this.undoUntilMs = performance.now() + UNDO_MS;
				setTimeout(() => this.showButtons(), UNDO_MS + 100);
			}
			if ((verb === "next") && !data.ticket)
				this.say("待っている人は いません。", false);
		});
	}

	/* Each press is a copy of its own. Without a printer of the queue's own the clerk prints the PDF in a tab. */
	print() {
		const { ticketId, draft } = this.paper;
		const document = `${ticketId}/${draft.i}`;
		return this.run(this.paper.path(`/${draft.i}/print`), {}, () => {
			const copy = (this.printed.get(document) ?? 0) + 1;
			this.printed.set(document, copy);
			this.say(copy === 1 ? "プリンターに 送りました。" : `もう一度 プリンターに 送りました（${copy}枚目）。`, false);
		}, (error) => error.type === "no-printer" && this.printHere());
	}

	printHere() {
		$("page-link")?.click();
		this.say("窓口の プリンターが ないため、PDFを 新しいタブで 開きました。そこから 印刷してください。", false);
		return true;
	}

	accept() {
		const { ticketId, draft } = this.paper;
		return this.run(this.paper.path(`/${draft.i}/accept`), {}, () => {
			this.accepted.add(`${ticketId}/${draft.i}`);
			this.say(`「${draft.title}」を 受け付けました。`, false);
		});
	}

	askCorrection(field) {
		const { ticketId, draft } = this.paper;
		const path = this.paper.path(`/${draft.i}`);
		if (this.isBusy || !this.isLive)
			return;
		askCorrection(draft, field, async (text) => {
			try {
				const { data } = await request("PATCH", path, { body: { values: { [field.id]: text } }, csrf: this.csrf,
					ifMatch: `"${draft.edition}"` });
				if (this.paper.ticketId === ticketId)
					this.paper.replace(data);
				this.say(`「${field.label}」を 直しました。`, false);
			} catch (error) {
				if (error instanceof Refused && error.status === 401)
					return this.onExpired();
				if (error instanceof Refused && error.status === 412)
					await this.paper.load();
				throw error;
			}
		});
	}

	/* ---- questions ---- */

	ask(title, choices) {
		setText($("ask-title"), title);
		$("ask-choices").replaceChildren(...choices.map(({ text, isMain, act }) => {
			const button = make("button", { type: "button", class: `button${isMain ? " is-main" : ""}` }, text);
			button.addEventListener("click", () => {
				$("ask").close();
				act();
			});
			return button;
		}));
		$("ask").showModal();
		$("ask-choices").querySelector("button")?.focus();
	}

	askCall(person, list) {
		const ticket = this.state?.ticket;
		if (this.isBusy || !this.isLive || this.state.state === "closed")
			return;
		if (ticket) {
			this.say(`${ticket.number} の 対応を おわってから、${person.number} を 呼んでください。`, true);
			return;
		}
		const call = { text: `${person.number} を 呼ぶ`, isMain: true, act: () => this.command("call", { id: person.id }) };
		const resume = { text: "呼ばずに 続ける（窓口に いる）", act: () => this.command("resume", { id: person.id }) };
		this.ask(`${person.number} を 先に 呼びますか`, list === "held" ? [call, resume] : [call]);
	}

	askTransfer() {
		const others = this.board.windows.filter((window) => window.id !== this.window);
		this.ask(`${this.state.ticket.number} を どこへ 案内しますか`, others.map((window) => ({
			text: window.state === "closed" ? `${window.label}（閉じています）` : window.label,
			act: () => this.command("transfer", { window: window.id, keep_place: true }),
		})));
	}
}
