// SPDX-License-Identifier: MIT
// The words of a page, from the town's configuration: one answer holds all of them in one language.
import { Away, request } from "/assets/common/http.js";

const RETRY_MS = 3000;

/** Asks until an answer comes: a page without words is no page. */
export async function loadTexts(path, language) {
	for (;;) {
		try {
			const query = language ? `?lang=${encodeURIComponent(language)}` : "";
			return (await request("GET", path + query)).data;
		} catch (error) {
			if (!(error instanceof Away))
				throw error;
			await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
		}
	}
}

/** speaker(data)("ahead", 3) - the text with $1 and $2 filled in; the name itself when there is none, so that a hole shows. */
export function speaker(data) {
	return (name, ...values) => (data.texts[name] ?? name).replace(/\$([12])/g, (all, n) => values[n - 1] ?? all);
}

/** BCP 47 of our word for it: やさしい日本語 is Japanese. */
export const tagOf = (language) => language === "ja-easy" ? "ja" : language;
