// Insights of documents that the gallery shows.
import type { Insights } from "@document-insight/protocol"

const counted = (...entries: [string, number][]) =>
  entries.map(([text, count], index) => ({ text, count, page: 3 * index + 1 }))

export const english: Insights = {
  title: "Annual report: how the city heats its homes",
  language: "en",
  pages: 86,
  words: 24_310,
  characters: 148_200,
  readingMinutes: 106,
  summary: [
    "District heating now reaches 41 percent of the homes of the city, four points more than a year ago.",
    "The new heat pump at the river replaces the last boiler that burned oil.",
    "Costs fell in every district except the old harbour, where the pipes date from 1962.",
    "The council decides in March whether the network grows to the north.",
  ],
  summaryPages: [1, 12, 34, 80],
  keyphrases: counted(
    ["district heating", 118],
    ["heat pump", 64],
    ["supply temperature", 41],
    ["old harbour", 28],
    ["network losses", 22],
    ["city council", 19],
    ["heat storage", 14],
  ),
  people: counted(["Ingrid Solberg", 12], ["Tomás Rivera", 4]),
  places: counted(["Bergen", 31], ["Laksevåg", 9], ["Fana", 3]),
  organizations: counted(["Bergen Energi", 22], ["Nordic Heat Council", 5]),
  outline: [
    { text: "Summary", level: 1, page: 1 },
    { text: "The network", level: 1, page: 8 },
    { text: "Pipes and pumps", level: 2, page: 9 },
    { text: "The heat pump at the river", level: 3, page: 12 },
    { text: "Losses", level: 2, page: 21 },
    { text: "Costs by district", level: 1, page: 34 },
    { text: "Homes that joined in 2025", level: 2, page: 41 },
    { text: "The north", level: 1, page: 60 },
    { text: "Three routes", level: 2, page: 66 },
    { text: "Decisions of the council", level: 1, page: 80 },
  ],
  dates: [
    { date: "2025-12-31", text: "31 December 2025", page: 1 },
    { date: "2025-09-01", text: "1 September 2025", page: 4 },
    { date: "1962-06-14", text: "14 June 1962", page: 12 },
    { date: "2025-11-30", text: "30.11.2025", page: 21 },
    { date: "2024-12-31", text: "31 December 2024", page: 34 },
    { date: "2026-01-15", text: "Jan. 15, 2026", page: 60 },
    { date: "2026-03-18", text: "March 18, 2026", page: 80 },
  ],
  amounts: [
    { currency: "EUR", value: 48_200_000, text: "€48.2 million", page: 3 },
    { currency: "EUR", value: 112.5, text: "EUR 112.50", page: 34 },
    { currency: "NOK", value: 1_250, text: "NOK 1,250", page: 36 },
  ],
  links: [
    { url: "https://heat.example.com/reports/2025/annual-report-with-all-tables-and-figures.pdf", page: 2 },
    { url: "mailto:office@heat.example.com", page: 2 },
  ],
  pagesWithoutText: [2, 84, 85, 86],
}

export const written: Insights = {
  ...english,
  summary: [
    "The report describes how the city heats its homes: 41 percent now have district heating, four points more than a year ago, and a heat pump at the river replaces the last oil boiler. Costs fell everywhere except in the old harbour, whose pipes are the oldest.",
    "In March the council decides whether the network grows to the north.",
  ],
  summaryPages: undefined,
  summaryBy: { engine: "bedrock", model: "eu.amazon.nova-lite-v1:0" },
}

export const japanese: Insights = {
  ...english,
  outline: [
    { text: "はじめに", level: 1, page: 1 },
    { text: "工程の管理", level: 1, page: 4 },
    { text: "標準作業と記録の残し方", level: 2, page: 6 },
    { text: "改善活動", level: 1, page: 17 },
  ],
  dates: [{ date: "2026-04-01", text: "2026年4月1日", page: 2 }],
  amounts: [{ currency: "JPY", value: 1_250_000, text: "¥1,250,000", page: 9 }],
  links: [],
  title: "品質管理の手引き",
  language: "ja",
  pages: 24,
  words: 8_412,
  readingMinutes: 37,
  summary: [
    "品質は検査ではなく、工程で作り込むものである。",
    "不良の原因は、現場で現物を見て確かめる。",
    "記録は、次の人が同じ結果を得られるように残す。",
  ],
  keyphrases: counted(["品質管理", 58], ["工程", 41], ["検査基準", 17], ["改善活動", 12]),
  people: counted(["田中一郎", 6]),
  places: counted(["名古屋", 5]),
  organizations: [],
  pagesWithoutText: [],
}

export const arabic: Insights = {
  ...english,
  outline: [
    { text: "مقدمة", level: 1, page: 1 },
    { text: "الإنتاج في المدن الساحلية", level: 1, page: 3 },
    { text: "أسطح المدارس والمستشفيات", level: 2, page: 5 },
  ],
  dates: [{ date: "2026-03-18", text: "18/03/2026", page: 2 }],
  amounts: [],
  links: [],
  title: "تقرير عن الطاقة الشمسية في المدن",
  language: "ar",
  pages: 12,
  words: 3_204,
  readingMinutes: 14,
  summary: [
    "ارتفع إنتاج الطاقة الشمسية في المدن الساحلية بنسبة 18 في المئة.",
    "تغطي الألواح الجديدة أسطح المدارس والمستشفيات.",
    "يوصي التقرير بتخزين الكهرباء في ساعات الظهيرة.",
  ],
  keyphrases: counted(["الطاقة الشمسية", 33], ["الألواح", 18], ["شبكة الكهرباء", 11]),
  people: [],
  places: counted(["الإسكندرية", 7], ["الدار البيضاء", 4]),
  organizations: [],
  pagesWithoutText: [],
}

export const chinese: Insights = {
  ...english,
  outline: [
    { text: "概述", level: 1, page: 1 },
    { text: "地表水与地下水", level: 1, page: 5 },
    { text: "主要河流的年径流量", level: 2, page: 8 },
  ],
  dates: [{ date: "2026-03-18", text: "2026年3月18日", page: 2 }],
  amounts: [{ currency: "CNY", value: 48_000_000, text: "4800万元", page: 6 }],
  links: [],
  title: "全国水资源调查报告（2026年修订版）",
  language: "zh",
  pages: 31,
  words: 9_870,
  readingMinutes: 43,
  summary: [
    "过去十年，北方主要河流的年径流量下降了百分之六，地下水位在平原地区持续降低。",
    "报告建议在灌区推广滴灌技术，并对工业用水实行分级计价。",
  ],
  keyphrases: counted(["水资源", 74], ["地下水位", 33], ["年径流量", 21], ["滴灌技术", 9]),
  people: counted(["王建国", 4]),
  places: counted(["黄河", 26], ["内蒙古自治区", 7]),
  organizations: counted(["水利部", 11]),
  pagesWithoutText: [30, 31],
}

/** Without a summary: the script does not mark where sentences end. */
export const thai: Insights = {
  ...english,
  outline: [{ text: "บทสรุปสำหรับผู้บริหาร", level: 1, page: 1 }],
  dates: [{ date: "2026-03-18", text: "18 มีนาคม 2569", page: 2 }],
  amounts: [{ currency: "THB", value: 1_250_000, text: "1,250,000 บาท", page: 3 }],
  links: [],
  title: "รายงานประจำปีของกรุงเทพมหานคร ว่าด้วยการจัดการน้ำท่วมและการระบายน้ำในเขตเมือง",
  language: "th",
  pages: 18,
  words: 5_120,
  readingMinutes: 23,
  summary: [],
  keyphrases: counted(["การจัดการน้ำท่วม", 29], ["การระบายน้ำ", 18], ["กรุงเทพมหานคร", 15]),
  people: [],
  places: counted(["เขตบางกะปิ", 6]),
  organizations: [],
  pagesWithoutText: [],
}

const longWord = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
const longAddress = `www.example.com/${"register/".repeat(8)}`

export const longWords: Insights = {
  ...english,
  title: longWord,
  summary: [`The ${longWord} is in the register.`, `Its entry is at ${longAddress} and in the archive.`],
  summaryPages: [1, 2],
  keyphrases: counted([longWord, 12], ["register", 1]),
  people: counted([`${longWord.slice(0, 40)}-${longWord.slice(40)}`, 3]),
  places: counted([longWord.slice(0, 50), 1]),
  organizations: counted([longWord, 7]),
  outline: [
    { text: longWord, level: 1, page: 1 },
    { text: longWord, level: 6, page: 1_200 },
  ],
  dates: [{ date: "2026-03-18", text: "2026-03-18T09:00:00.000000000+00:00[Europe/Vienna]", page: 1 }],
  amounts: [{ currency: "EUR", value: 1e30, text: "EUR 1000000000000000000000000000000.00", page: 2 }],
  links: [{ url: `https://${longAddress}`, page: 2 }],
}

export const table: Insights = {
  ...english,
  outline: [],
  dates: [],
  amounts: [],
  links: [],
  title: null,
  language: null,
  pages: 3,
  words: 1_180,
  readingMinutes: 6,
  summary: [],
  keyphrases: counted(["copper pipe", 12], ["ball valve", 9]),
  people: [],
  places: [],
  organizations: [],
  pagesWithoutText: [],
}

export const scanned: Insights = {
  ...table,
  pages: 4,
  words: 0,
  characters: 0,
  readingMinutes: 0,
  keyphrases: [],
  pagesWithoutText: [1, 2, 3, 4],
}

export const recognized: Insights = {
  ...english,
  pages: 12,
  pagesWithoutText: [2, 9],
  recognizedPages: [1, 3, 4, 5, 6, 7, 8, 10, 11, 12],
  pagesNotRecognized: [9],
}
export const unreadable: Insights = { ...english, pagesWithoutText: [], unreadablePages: [3, 4, 5, 6, 7, 12] }
