// SPDX-License-Identifier: MIT
// Keeps a page up to date: the event stream says "look again", looking is one request, and a slow clock looks even
// when the stream is silent. So what is shown never depends on having seen every event, and a cut is known from the
// looking, not guessed from silence.

const BEAT_MS = 10000;         // looks at least this often
const STALE_MS = 30000;        // shown values older than this are called old
const RETRY_MS = 2000;         // after a failure
const REOPEN_MS = 3000;        // when the browser gave the stream up

export class Follower {
	/**
	 * look(): fetches and shows, throws when it cannot. onState(isLive): tells the page.
	 * onEvent(type, data): each event of the stream; may be left out.
	 */
	constructor({ url, types, look, onState, onEvent }) {
		Object.assign(this, { url, types, look, onState, onEvent });
		this.isLive = null;
		this.lastMs = performance.now();
		this.isLooking = this.isAskedAgain = this.isOver = false;
	}

	start() {
		this.open();
		this.lookNow();
		this.watch = setInterval(() => this.judge(), 1000);
		addEventListener("online", this.onOnline = () => this.lookNow());
		/* a page kept for "back" must not hold one of the browser's six connections */
		addEventListener("pagehide", this.onHide = () => this.source.close());
		addEventListener("pageshow", this.onShow = (event) => {
			if (event.persisted) {
				this.open();
				this.lookNow();
			}
		});
		return this;
	}

	stop() {
		this.isOver = true;
		this.source?.close();
		clearTimeout(this.beat);
		clearTimeout(this.reopen);
		clearInterval(this.watch);
		removeEventListener("online", this.onOnline);
		removeEventListener("pagehide", this.onHide);
		removeEventListener("pageshow", this.onShow);
	}

	open() {
		this.source = new EventSource(this.url);
		for (const type of this.types) {
			this.source.addEventListener(type, (event) => {
				this.onEvent?.(type, parse(event.data));
				this.lookNow();
			});
		}
		this.source.onopen = () => this.lookNow();
		this.source.onerror = () => {
			this.lookNow();
			if (this.source.readyState === EventSource.CLOSED && !this.isOver) {
				clearTimeout(this.reopen);
				this.reopen = setTimeout(() => this.open(), REOPEN_MS);
			}
		};
	}

	/** Many events at once lead to one look, and one more for what came meanwhile. */
	async lookNow() {
		if (this.isOver)
			return;
		if (this.isLooking) {
			this.isAskedAgain = true;
			return;
		}
		this.isLooking = true;
		clearTimeout(this.beat);
		let isGood = true;
		try {
			await this.look();
			this.lastMs = performance.now();
		} catch {
			isGood = false;
		}
		this.isLooking = false;
		if (this.isOver)
			return;
		this.tell(isGood);
		if (this.isAskedAgain && isGood) {
			this.isAskedAgain = false;
			this.lookNow();
			return;
		}
		this.isAskedAgain = false;
		this.beat = setTimeout(() => this.lookNow(), isGood ? BEAT_MS : RETRY_MS);
	}

	judge() {
		if (performance.now() - this.lastMs > STALE_MS)
			this.tell(false);
	}

	tell(isLive) {
		if (this.isLive === isLive)
			return;
		this.isLive = isLive;
		this.onState(isLive);
	}
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return {};
	}
}
