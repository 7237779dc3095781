// In the place of a language model: "count to 12" is answered with the numbers, anything else with its own words.
exports.generateWords = async function* generateWords(question, from) {
  const last = /^count to (\d+)$/.exec(question)?.[1]
  if (last === undefined) yield* question.split(" ").slice(from)
  else for (let number = from + 1; number <= Number(last); number++) yield String(number)
}
