/* SPDX-License-Identifier: MIT
 * A table, so that a lawyer can read it beside the statutes. Articles named are those we are sure of; what a comment calls
 * UNCONFIRMED was taken from the practice of many halls and is therefore kept loose: it never refuses what a hall may do.
 * Numbers: 番号法 9条1項 with its table (別表) says which affairs may use one, 9条2項 leaves more to ordinances, 19条 forbids the rest. */
#include <string.h>

#include "shared/config/language.h"
#include "shared/config/schema/keys.h"
#include "shared/config/schema/rule.h"
#include "shared/base/banned.h"

#define NAME {N_("the name"), "from:person.name name applicant_name"}
#define ADDRESS {N_("the address"), "from:person.address address applicant_address"}
#define BIRTH_DATE {N_("the date of birth"), "from:person.birth_date birth_date"}
#define COPIES {N_("how many copies"), "copies type:rows"}
#define SIGNED {N_("a line to sign"), "type:signature"}
#define NEVER INDIVIDUAL_NUMBER_NEVER
#define OPTIONAL INDIVIDUAL_NUMBER_OPTIONAL
#define REQUIRED INDIVIDUAL_NUMBER_REQUIRED
#define BY_HAND SIGNATURE_HANDWRITTEN
#define UNSIGNED SIGNATURE_NONE

static const struct rule rules[] = {
	/* ---- certificates. Whether one signs is the ordinance's or the hall's own: UNCONFIRMED, so none is asked for here. */
	/* 12条1項: what the request states; 12条5項: a number or code is left off unless asked for, and that asks for no number */
	{"juminhyo", "住民基本台帳法 12条", NEVER, UNSIGNED, 0, false, {NAME, ADDRESS, {N_("which certificate"), "kind"}, COPIES}},
	/* town ordinances after 印鑑登録証明事務処理要領 (a notice, no statute) */
	{"inkan-shomei", N_("the ordinance on seal registration"), NEVER, UNSIGNED, 0, false, {NAME, ADDRESS, COPIES}},
	{"inkan-toroku", N_("the ordinance on seal registration"), NEVER, UNSIGNED, 0, false, {NAME, ADDRESS, BIRTH_DATE}},
	/* 10条, 10条の2: who may ask; a register is found by 本籍 and 筆頭者 only */
	{"koseki", "戸籍法 10条", NEVER, UNSIGNED, 0, false,
	 {NAME, ADDRESS, {N_("本籍 (the permanent domicile)"), "honseki"},
	  {N_("筆頭者 (the head of the register)"), "hittosha head_name"}, {N_("which certificate"), "kind kinds type:rows"}}},
	/* 48条1項: that a notice was accepted */
	{"juri-shomei", "戸籍法 48条", NEVER, UNSIGNED, 0, false, {NAME, ADDRESS, {N_("which notice"), "kind kinds"}}},
	{"mibun-shomei", N_("the ordinance on certificates"), NEVER, UNSIGNED, 0, false,
	 {NAME, ADDRESS, {N_("本籍 (the permanent domicile)"), "honseki"}, {N_("筆頭者 (the head of the register)"), "hittosha head_name"}}},
	/* 地方税法 20条の10 for certificates of payment; those of income rest on ordinances: UNCONFIRMED */
	{"zei-shomei", "地方税法 20条の10", NEVER, UNSIGNED, 0, false,
	 {NAME, ADDRESS, {N_("which year"), "year years fiscal_year nendo"}, {N_("which certificate"), "kind kinds type:rows"}}},

	/* ---- moving. 27条1項: notices are given in writing, 27条2項: the hall sees who brings them. That the paper is signed
	 * stands in the Order (施行令 26条: UNCONFIRMED). The number goes by the card, never onto the notice. */
	{"tennyu", "住民基本台帳法 22条", NEVER, BY_HAND, 14, true,
	 {{N_("who gives notice"), "from:person.name name"}, {N_("the day of the move"), "event_date moved_on move_date"},
	  {N_("the new address"), "new_address"}, {N_("the old address"), "old_address old_address_told"},
	  {N_("the head of household"), "new_head head head_name"}, {N_("everyone who moves"), "type:rows"}, SIGNED}},
	{"tenkyo", "住民基本台帳法 23条", NEVER, BY_HAND, 14, true,
	 {{N_("who gives notice"), "from:person.name name"}, {N_("the day of the move"), "event_date moved_on move_date"},
	  {N_("the new address"), "new_address"}, {N_("the old address"), "old_address old_address_told"},
	  {N_("the head of household"), "new_head head head_name"}, {N_("everyone who moves"), "type:rows"}, SIGNED}},
	/* 24条: before one goes; how long after is still taken differs by case */
	{"tenshutsu", "住民基本台帳法 24条", NEVER, BY_HAND, 0, true,
	 {{N_("who gives notice"), "from:person.name name"}, {N_("the day of the move"), "event_date moved_on move_date"},
	  {N_("the new address"), "new_address"}, {N_("everyone who moves"), "type:rows"}, SIGNED}},
	{"setai-henko", "住民基本台帳法 25条", NEVER, BY_HAND, 14, true,
	 {{N_("who gives notice"), "from:person.name name"}, {N_("the day of the change"), "event_date changed_on"},
	  {N_("what changes"), "kind"}, {N_("the head of household"), "new_head head head_name"}, SIGNED}},

	/* ---- insurance and pensions */
	/* 国民健康保険法 9条1項; the notice states the numbers of the head and of each person (施行規則), 番号法 別表 */
	{"kokuho", "国民健康保険法 9条", REQUIRED, UNSIGNED, 14, true,
	 {{N_("who gives notice"), "from:person.name name"}, {N_("the head of household"), "head_name head"},
	  {N_("whether one joins or leaves"), "kind"}, {N_("the day of the change"), "event_date"}, {N_("the persons concerned"), "type:rows"}}},
	/* 国民年金法 12条1項: number or 基礎年金番号 */
	{"kokumin-nenkin", "国民年金法 12条", OPTIONAL, UNSIGNED, 14, true, {NAME, ADDRESS, BIRTH_DATE}},
	/* 高齢者の医療の確保に関する法律 54条 */
	{"koki-korei", "高齢者の医療の確保に関する法律 54条", REQUIRED, UNSIGNED, 14, true, {NAME, ADDRESS, BIRTH_DATE}},
	/* 介護保険法 27条1項, 施行規則 35条1項 */
	{"kaigo-nintei", "介護保険法 27条", REQUIRED, UNSIGNED, 0, true,
	 {NAME, ADDRESS, BIRTH_DATE, {N_("the sex"), "from:person.sex sex"}, {N_("the doctor"), "doctor doctor_name"},
	  {N_("whether new, renewed or changed"), "kind"}}},
	/* 身体障害者福祉法 15条; the number stands in its rules (番号法 別表) */
	{"shogai-techo", "身体障害者福祉法 15条", OPTIONAL, UNSIGNED, 0, true, {NAME, ADDRESS, BIRTH_DATE}},
	/* 障害者の日常生活及び社会生活を総合的に支援するための法律 20条 */
	{"shogai-fukushi", "障害者総合支援法 20条", OPTIONAL, UNSIGNED, 0, true, {NAME, ADDRESS, BIRTH_DATE}},
	/* 生活保護法 24条; 番号法 別表 */
	{"seikatsu-hogo", "生活保護法 24条", OPTIONAL, UNSIGNED, 0, true, {NAME, ADDRESS}},

	/* ---- children */
	/* 児童手当法 7条 (application), 8条3項 (fifteen days after a birth or move); numbers of claimant and spouse by its rules */
	{"jido-teate", "児童手当法 7条", REQUIRED, UNSIGNED, 15, true,
	 {NAME, ADDRESS, BIRTH_DATE, {N_("the account"), "account_number bank account"}, {N_("the children"), "children type:rows"},
	  {N_("the spouse"), "spouse_name has_spouse"}}},
	/* 児童扶養手当法 6条 */
	{"jido-fuyo-teate", "児童扶養手当法 6条", REQUIRED, UNSIGNED, 0, true, {NAME, ADDRESS, BIRTH_DATE}},
	/* 子ども・子育て支援法 20条 */
	{"hoikuen", "子ども・子育て支援法 20条", OPTIONAL, UNSIGNED, 0, true, {NAME, ADDRESS}},
	/* 母子保健法 15条: the notice of a pregnancy, 16条: the handbook */
	{"boshi-techo", "母子保健法 15条", OPTIONAL, UNSIGNED, 0, true, {NAME, ADDRESS, BIRTH_DATE}},

	/* ---- the family register: 29条 (what a notice states; the notifier signs), never a number */
	{"shussho", "戸籍法 49条", NEVER, BY_HAND, 14, true,
	 {{N_("the child's name"), "child_name"}, {N_("the child's sex or relation"), "child_sex child_relation sex"},
	  {N_("day and hour of the birth"), "birth_day child_birth_date birth_date"},
	  {N_("the place of birth"), "birth_place"},
	  {N_("the parents"), "father_name mother_name"}, {N_("the parents' 本籍"), "honseki parents_honseki"}, SIGNED}},
	{"shibo", "戸籍法 86条", NEVER, BY_HAND, 7, true,
	 {{N_("the name of the deceased"), "deceased_name"}, {N_("day and hour of death"), "death_day death_date"},
	  {N_("the place of death"), "death_place"},
	  {N_("the relation of who gives notice"), "notifier_kind relation came_as"}, SIGNED}},
	/* 74条: the surname both take; 民法 739条2項: two witnesses of age */
	{"kon-in", "戸籍法 74条", NEVER, BY_HAND, 0, true,
	 {{N_("the husband-to-be"), "husband_name"}, {N_("the wife-to-be"), "wife_name"}, {N_("the surname both take"), "surname chosen_surname new_surname"},
	  {N_("both 本籍"), "husband_honseki wife_honseki honseki"}, {N_("two witnesses"), "witness_1_name witness_name_1 witness_name witnesses witness_1"},
	  SIGNED}},
	/* 76条: by agreement, with who has parental authority (民法 819条1項), witnesses 民法 764条; ten days after a court only */
	{"rikon", "戸籍法 76条", NEVER, BY_HAND, 0, true,
	 {{N_("the husband"), "husband_name"}, {N_("the wife"), "wife_name"}, {N_("whether by agreement or court"), "kind"},
	  {N_("who has parental authority"), "children custody parental_authority children_of_husband children_of_wife"}, SIGNED}},
	{"tenseki", "戸籍法 108条", NEVER, BY_HAND, 0, true, {NAME, {N_("the old 本籍"), "old_honseki honseki"}, {N_("the new 本籍"), "new_honseki"}, SIGNED}},

	/* ---- others */
	/* 災害対策基本法 90条の2; the time limit and the form are each hall's own */
	{"risai", "災害対策基本法 90条の2", NEVER, UNSIGNED, 0, true,
	 {NAME, ADDRESS, {"where the house stands", "house_address place house_place damaged_address property_address"},
	  {N_("the disaster"), "disaster cause disaster_name"}, {N_("the day it struck"), "disaster_date struck_on event_date"},
	  {N_("what was damaged"), "damage damages damage_text"}}},
	/* 電子署名等に係る地方公共団体情報システム機構の認証業務に関する法律 3条, 22条: signature and user certificates */
	{"card-renewal", "公的個人認証法 3条", NEVER, UNSIGNED, 0, true, {NAME, ADDRESS, BIRTH_DATE}},
	{"card-pin", "公的個人認証法 3条", NEVER, UNSIGNED, 0, true, {NAME, ADDRESS, BIRTH_DATE}},
	/* 番号法 17条4項: fourteen days to have a change written onto the card */
	{"card-address", "番号法 17条", NEVER, UNSIGNED, 14, true, {NAME, ADDRESS}},
	/* 番号法 17条5項: a loss is told at once */
	{"card-loss", "番号法 17条", NEVER, UNSIGNED, 0, true, {NAME, ADDRESS, BIRTH_DATE}},
	{"card-issue", "番号法 17条", NEVER, UNSIGNED, 0, false, {NAME, ADDRESS, BIRTH_DATE}},
	/* 狂犬病予防法 4条: thirty days after getting the dog */
	{"inu-toroku", "狂犬病予防法 4条", NEVER, UNSIGNED, 30, false, {NAME, ADDRESS}},
	/* 墓地、埋葬等に関する法律 5条 */
	{"kaiso", "墓地、埋葬等に関する法律 5条", NEVER, UNSIGNED, 0, false, {NAME, ADDRESS}},
};

const struct rule *rule_find(const char *id)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].id, id) == 0)
			return &rules[i];
	return NULL;
}

const char *rule_nearest(const char *id)
{
	const char *ids[sizeof(rules) / sizeof(rules[0]) + 1];
	size_t n = 0;

	for (; n < sizeof(rules) / sizeof(rules[0]); n++)
		ids[n] = rules[n].id;
	ids[n] = NULL;
	return word_nearest(ids, id);
}
