/* SPDX-License-Identifier: MIT
 * SLIP_WORD(id, Japanese, English): the id of the text that may replace it is "slip.id". */
SLIP_WORD(promise, "{from}〜{to}分  {clock}ごろ", "about {from}–{to} min ({clock})")
SLIP_WORD(promise_one, "約{to}分  {clock}ごろ", "about {to} min ({clock})")
SLIP_WORD(promise_within, "{to}分以内  {clock}ごろ", "within {to} min ({clock})")
SLIP_WORD(soon, "まもなく お呼びします", "You will be called soon")
SLIP_WORD(no_promise, "窓口に 声を かけてください", "Please speak to the staff at the counter")
SLIP_WORD(phone, "スマホで 順番が 見られます", "Your place in line, on your phone")
SLIP_WORD(machine, "この番号札を 機械に かざすと\n順番が 見られます", "Hold this slip to the machine to see your place in line")
SLIP_WORD(closing, "番号が 過ぎても 係に 声を かけてください", "Number passed? Please speak to the staff.")
SLIP_WORD(copy, "再発行 {copy}", "Copy {copy}")
