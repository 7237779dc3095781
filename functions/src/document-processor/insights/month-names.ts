// The names and abbreviations of months in the languages whose dates are found, as a date with a day has them.
//
// Listed, because Intl takes 30 ms of CPU time to tell them, which is a tenth of the first document of a process.

/** From January to December, in lower case and without a full stop. */
const lists = {
  en: [
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
  ],
  de: [
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jan feb märz apr mai juni juli aug sept okt nov dez",
  ],
  fr: [
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "janv févr mars avr mai juin juil août sept oct nov déc",
  ],
  es: [
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago sept oct nov dic",
  ],
  it: [
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gen feb mar apr mag giu lug ago set ott nov dic",
  ],
  pt: [
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "jan fev mar abr mai jun jul ago set out nov dez",
  ],
  nl: [
    "januari februari maart april mei juni juli augustus september oktober november december",
    "jan feb mrt apr mei jun jul aug sep okt nov dec",
  ],
  sv: [
    "januari februari mars april maj juni juli augusti september oktober november december",
    "jan feb mars apr maj juni juli aug sep okt nov dec",
  ],
  da: [
    "januar februar marts april maj juni juli august september oktober november december",
    "jan feb mar apr maj jun jul aug sep okt nov dec",
  ],
  nb: [
    "januar februar mars april mai juni juli august september oktober november desember",
    "jan feb mars apr mai juni juli aug sep okt nov des",
  ],
  pl: [
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "sty lut mar kwi maj cze lip sie wrz paź lis gru",
  ],
}

export const languagesWithMonths: readonly string[] = Object.keys(lists)

/** The numbers of months, from 1, by their names. No two languages have the same name for different months. */
export const monthNumbers: ReadonlyMap<string, string> = new Map(
  Object.values(lists).flatMap((names) =>
    names.flatMap((list) => list.split(" ").map((name, at): [string, string] => [name, String(at + 1)])),
  ),
)
