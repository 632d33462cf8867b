/* SPDX-License-Identifier: MIT
 * X.509 out of a card: the attributes of a signing certificate, dates, the signature file of a residence card. */
#include "cardreader/profile/jpki_certificate.h"
#include "cardreader/profile/residence.h"
#include "shared/base/utf8.h"
#include "shared/jp/era.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

static void take_certificate(const uint8_t *bytes, size_t n_bytes)
{
	CLEANUP(x509_freep) X509 *certificate = NULL;
	CLEANUP(x509_freep) X509 *issuer = NULL;
	CLEANUP(person_release) struct person person = {0};
	char not_before[11], not_after[11];
	struct date date;
	bool has_substitute;

	if (jpki_certificate_parse(bytes, n_bytes, &certificate) < 0)
		return;
	if (jpki_certificate_dates(certificate, not_before, not_after) == 0)
		CLAIM(date_parse(not_before, &date) == 0 && date_parse(not_after, &date) == 0);
	CLAIM(jpki_certificate_chain(certificate, NULL, &issuer) == PROOF_NOT_CHECKED && !issuer);
	if (fuzz_trust())
		CLAIM(jpki_certificate_chain(certificate, trust_store(fuzz_trust()), &issuer) == PROOF_VERIFIED || !issuer);
	(void)jpki_certificate_is_issued(certificate, certificate);
	if (jpki_certificate_person(certificate, &person, &has_substitute) < 0)
		return;
	if (person.birth_date.text)
		CLAIM(date_parse(person.birth_date.text, &date) == 0);
	if (person.name.text)
		CLAIM(utf8_is_clean_text(person.name.text, strlen(person.name.text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	uint8_t *exact = fuzz_copy(bytes, n_bytes);
	struct tlv none = {0};

	take_certificate(exact, n_bytes);
	CLAIM(residence_judge(exact, n_bytes, &none, &none, fuzz_trust(), "2026-11-22") != PROOF_VERIFIED);
	free(exact);
	return 0;
}
