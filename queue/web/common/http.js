// SPDX-License-Identifier: MIT
// Requests to the queue. A press of a button is one key: repeating it after a lost answer can never act twice.

const TIMEOUT_MS = 10000;

/** The queue gave no answer. */
export class Away extends Error {}

/** The queue said no: `type` is the last word of the problem's permanent type, `status` the HTTP status. */
export class Refused extends Error {
	constructor(status, problem) {
		super("refused");
		this.status = status;
		this.type = String(problem?.type ?? "").split(/[/:#]/).pop();
	}
}

/** 128 random bits. crypto.randomUUID exists only in secure contexts, and a hall's network may have none. */
export function newKey() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* The time limit holds for the whole answer, head and body. */
async function ask(path, init) {
	const abort = new AbortController();
	const limit = setTimeout(() => abort.abort(), TIMEOUT_MS);
	try {
		const response = await fetch(path, { ...init, credentials: "same-origin", cache: "no-store", signal: abort.signal });
		return { response, text: await response.text() };
	} catch {
		throw new Away("away");
	} finally {
		clearTimeout(limit);
	}
}

function parse(text) {
	try {
		return text ? JSON.parse(text) : null;
	} catch {
		return null;
	}
}

/** request() - the answer's JSON and the server's time in ms. Throws Away or Refused. */
export async function request(method, path, { body, key, csrf, ifMatch } = {}) {
	const headers = { Accept: "application/json" };
	if (body !== undefined)
		headers["Content-Type"] = "application/json";
	if (key)
		headers["Idempotency-Key"] = key;
	if (ifMatch)
		headers["If-Match"] = ifMatch;
	if (csrf)
		headers["X-CSRF-Token"] = csrf;
	const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
	const { response, text } = await ask(path, init);
	const data = parse(text);
	if (response.status >= 500 && !data?.type)
		throw new Away("away"); /* something between us and the queue speaks */
	if (!response.ok)
		throw new Refused(response.status, data);
	return { data, serverMs: Date.parse(data?.now ?? response.headers.get("Date") ?? "") || Date.now() };
}

/** post() - one press: repeated once with the same key when the answer was lost. */
export async function post(path, { body = {}, csrf } = {}) {
	const key = newKey();
	try {
		return await request("POST", path, { body, key, csrf });
	} catch (error) {
		if (!(error instanceof Away))
			throw error;
		return request("POST", path, { body, key, csrf });
	}
}
