// SPDX-License-Identifier: MIT
// Pictures of the queue: pages of a form, and what a card showed.
import { Away, Refused } from "/assets/common/http.js";

const PICTURE_TIMEOUT_MS = 30000; /* the first page of the day waits for its fonts */

/** picture() - an image of the queue as a blob, with a header of its answer. Throws Away or Refused. */
export async function picture(path, header) {
	const abort = new AbortController();
	const limit = setTimeout(() => abort.abort(), PICTURE_TIMEOUT_MS);
	try {
		const response = await fetch(path, { credentials: "same-origin", cache: "no-store", signal: abort.signal });
		if (!response.ok)
			throw new Refused(response.status, null);
		return { blob: await response.blob(), header: response.headers.get(header) ?? "" };
	} catch (error) {
		throw error instanceof Refused ? error : new Away("away");
	} finally {
		clearTimeout(limit);
	}
}
