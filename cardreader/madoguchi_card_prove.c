/* SPDX-License-Identifier: MIT
 * madoguchi-card prove: the card signs a challenge with one of its JPKI keys, and the certificate of that key is
 * checked up to the CA certificates of --trust. Whether it was revoked is not asked: that is open to others only
 * (公的個人認証法17条), and said so in the answer. */
#include "cardreader/madoguchi_card.h"
#include "shared/base/command.h"
#include "shared/base/banned.h"

static json_t *encode_proof(const struct command *command, const struct card_proof *proof)
{
	return json_pack("{s:s, s:b, s:s, s:s?, s:s?, s:b, s:s}", "certificate",
			 command->auth == CARD_AUTH_SIGN_PIN ? "sign" : "auth", "challenge_answered",
			 proof->is_challenge_answered, "chain", value_proof_word(proof->chain), "not_before",
			 proof->not_before[0] ? proof->not_before : NULL, "not_after",
			 proof->not_after[0] ? proof->not_after : NULL, "in_date", proof->is_in_date, "revocation",
			 value_proof_word(PROOF_NOT_CHECKED));
}

static void print_json(const struct command *command, const struct card_proof *proof)
{
	json_t *json = encode_proof(command, proof), *person;

	if (command->auth == CARD_AUTH_SIGN_PIN) {
		person = command_person(&proof->person);
		json_object_update(json, person);
		json_object_set_new(json, "substitute_characters", json_boolean(proof->has_substitute_characters));
		json_decref(person);
	}
	command_print(json);
}

static void print_lines(const struct command *command, const struct card_proof *proof)
{
	const struct person *p = &proof->person;

	printf("certificate\t%s\nchain\t%s\nvalid\t%s to %s\nrevocation\tnot-checked\n",
	       command->auth == CARD_AUTH_SIGN_PIN ? "sign" : "auth", value_proof_word(proof->chain), proof->not_before,
	       proof->not_after);
	if (p->name.text)
		printf("name\t%s\naddress\t%s\nbirth_date\t%s\nsex\t%s\n", p->name.text, p->address.text ? p->address.text : "",
		       p->birth_date.text ? p->birth_date.text : "", p->sex.text ? p->sex.text : "");
}

static void on_prove(void *data, const struct card_proof *proof)
{
	struct command *command = data;

	if (proof->outcome == CARD_NOT_GENUINE) {
		command->exit = command_refuse(command, CARD_NOT_GENUINE, -1, encode_proof(command, proof));
		sd_event_exit(command->loop, 0);
		return;
	}
	if (proof->outcome == CARD_OK && command->is_json)
		print_json(command, proof);
	else if (proof->outcome == CARD_OK)
		print_lines(command, proof);
	command_finish(command, proof->outcome, proof->tries_left);
}

static int prepare(struct command *command)
{
	return command->has_secret && command->trust_dir ? COMMAND_DONE : COMMAND_USAGE;
}

static int ask(struct command *command)
{
	const struct card_read_request request = command_request(command);

	return card_prove(command->client, &request, on_prove, command);
}

const struct subcommand subcommand_prove = {"prove", "rsptwlRjC", prepare, ask};
