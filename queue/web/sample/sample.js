// SPDX-License-Identifier: MIT
// Stands in for the queue on a page that was drawn as a sample: what the queue answered on a sample day is in the page, and
// nothing is asked of anybody. Runs before the page's own scripts; they do not know.
(() => {
	const { language, window: desk, answers } = JSON.parse(document.getElementById("sample").textContent);
	const known = answers.map((answer) => ({ ...answer, pattern: new RegExp(`^${answer.path}$`) }));

	const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

	window.fetch = async (address, { method = "GET" } = {}) => {
		const [path, query] = String(address).split("?");
		const asked = new URLSearchParams(query).get("lang") ?? language;
		const answer = known.find((one) => one.method === method && one.pattern.test(path) && (one.language ?? asked) === asked);
		if (!answer)
			return new Response(JSON.stringify({ type: "urn:sample" }), { status: 409, headers: { "Content-Type": "application/problem+json" } });
		return answer.png
			? new Response(bytesOf(answer.png), { status: answer.status, headers: { "Content-Type": "image/png" } })
			: new Response(JSON.stringify(answer.body), { status: answer.status, headers: { "Content-Type": "application/json" } });
	};

	window.EventSource = class {
		static CLOSED = 2;
		readyState = 1;
		addEventListener() {}
		close() {}
	};

	Object.defineProperty(window, "localStorage", { value: { getItem: () => desk || null, setItem() {}, removeItem() {} } });

	if (window.top !== window)
		HTMLElement.prototype.focus = () => {}; // a picture of the page among others must not draw the reader to it

	addEventListener("click", (event) => {
		if (event.target.closest?.('a[href^="/"]'))
			event.preventDefault(); // leads to the queue, which is not here
	}, true);
})();
