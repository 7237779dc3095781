// Which languages are detected, and that a text without one has none.
import { expect, test } from "vitest"
import { samplesByLanguage } from "../../../test/samples-by-language.ts"
import { detectLanguage } from "./detect-language.ts"

test.each(Object.entries(samplesByLanguage))("detects %s", async (language, text) => {
  expect(await detectLanguage([text])).toBe(language)
})

const english = samplesByLanguage.en ?? ""
const chinese = samplesByLanguage.zh ?? ""

test("detects the language of most of the text: Chinese before an English appendix, and the reverse", async () => {
  expect(await detectLanguage([...Array<string>(12).fill(chinese), ...Array<string>(4).fill(english)])).toBe("zh")
  expect(await detectLanguage([...Array<string>(4).fill(chinese), ...Array<string>(12).fill(english)])).toBe("en")
})

test("ignores headings and table cells in another language", async () => {
  const cells = ["Total", "Net", "Gross", "Balance carried forward"]
  expect(await detectLanguage([...cells, ...cells, samplesByLanguage.de ?? "", ...cells])).toBe("de")
})

test.each([
  [
    "program code",
    "const x = f(bar); if (x === null) return undefined; for (let i = 0; i < n; i++) total += v[i].amount * rate",
  ],
  ["names", "Müller GmbH, Hans Schmidt, Peter Jones, Anna Rossi, Jean Dupont, Sven Larsson, Ivan Petrov, Maria Lopez"],
  ["numbers", "2019 41,12 7,30 2020 17,33 12,90 2021 88,41 63,07 2022 15,55 91,26 2023 70,18 22,49 2024 36,64 58,03"],
  ["too little text", "Total amount"],
])("does not detect one in %s", async (_what, text) => {
  expect(await detectLanguage([text])).toBeNull()
})

test.each([
  [
    "Swahili",
    "Daraja la zamani karibu na kinu lilifungwa wakati wa vuli kwa sababu mihimili yake ya mbao ilikuwa imeoza. Kila asubuhi wanafunzi walilazimika kutembea kilomita mbili. Baraza la mji liliamua kujenga daraja jipya.",
  ],
  [
    "Afrikaans",
    "Die ou brug by die meul is in die herfs gesluit omdat sy houtbalke vrot was. Elke oggend moes die leerlinge 'n ompad van twee kilometer stap. Die stadsraad het besluit om 'n nuwe brug te bou.",
  ],
  [
    "Basque",
    "Errotaren ondoko zubi zaharra udazkenean itxi zuten, haren zurezko habeak ustelduta zeudelako. Goizero ikasleek bi kilometroko itzulia egin behar zuten.",
  ],
])("does not take %s, which the library does not know, for a language that it knows", async (_language, text) => {
  expect(await detectLanguage([`${text} ${text}`])).toBeNull()
})

test.each([
  "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore.",
  "Curabitur pretium tincidunt lacus. Nulla gravida orci a odio. Nullam varius, turpis et commodo pharetra, est eros.",
  "Pellentesque habitant morbi tristique senectus et netus et malesuada fames ac turpis egestas.",
])("does not detect one in placeholder text: %s", async (text) => {
  expect(await detectLanguage([text])).toBeNull()
})

test("placeholder text does not hide the language of the rest, and Latin is a language", async () => {
  const lorem = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore. "
  const [before, german] = [lorem.repeat(12), `${samplesByLanguage.de} `.repeat(3)]
  expect(await detectLanguage([before, german])).toBe("de")
  const latin =
    "Gallia est omnis divisa in partes tres, quarum unam incolunt Belgae, aliam Aquitani, tertiam qui ipsorum lingua Celtae."
  expect(await detectLanguage([latin])).toBe("la")
  const similar =
    "Dolor ipsum corpus vexat, sed magna pars hominum vitae tempus laboris neglegit, quamquam amicitia libera animum servat."
  expect(await detectLanguage([similar])).toBe("la")
})
