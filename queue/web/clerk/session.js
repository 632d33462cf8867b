// SPDX-License-Identifier: MIT
// Who sits here: sign-in, the window chosen on this machine, and the way back to it when a session runs out.
import { Refused, newKey, request } from "/assets/common/http.js";

const SESSIONS = "/api/v1/sessions";

/** The signed-in member of staff, or null: { csrf, role, office, user? }. */
export async function whoAmI() {
	try {
		return (await request("GET", SESSIONS)).data;
	} catch (error) {
		if (error instanceof Refused)
			return null;
		throw error;
	}
}

export async function signIn(user, password) {
	return (await request("POST", SESSIONS, { body: { user, password }, key: newKey() })).data;
}

export async function signOut(csrf) {
	await request("DELETE", SESSIONS, { csrf, key: newKey() });
}

const placeOf = (office) => `madoguchi.window.${office}`;

export function rememberWindow(office, window) {
	try {
		localStorage.setItem(placeOf(office), window);
	} catch {
		// a browser that keeps nothing asks for the window each time
	}
}

export function rememberedWindow(office) {
	try {
		return localStorage.getItem(placeOf(office));
	} catch {
		return null;
	}
}

export function forgetWindow(office) {
	try {
		localStorage.removeItem(placeOf(office));
	} catch {
		// nothing was kept
	}
}
