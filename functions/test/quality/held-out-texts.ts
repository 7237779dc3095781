// English texts that were not used to choose rules or weights: business news, history, a travel story and a report.
import type { LabelledText } from "./labelled-text.ts"

export const heldOutTexts: readonly LabelledText[] = [
  {
    name: "business",
    language: "en",
    text: `Tyre maker closes plant and opens another

COLUMBUS, Ohio. Brightwater Rubber will close its tyre plant in Toledo next spring and move production to a new plant near Monterrey, the company said on Tuesday. The tyre plant has 1,400 workers. Brightwater Rubber has lost money in six of the last eight quarters, and its debt has been rated as junk by Moody's since January.

Chief executive Hannah Whitfield told analysts that the old plant could not be repaired. "Every second press in that building is older than I am," Whitfield said. The new plant in Mexico will cost 310 million dollars, of which the state of Nuevo León pays a tenth. Its presses were ordered from Krauss Maschinenbau GmbH in Munich, and the software comes from Oracle.

The United Steelworkers called the decision a betrayal. Marcus Bell, who leads the union's local office, recalled that the workers had given up two weeks of holidays in 2019 to keep the tyre plant open. He wants Governor Linda Ortiz to claim back the tax credits that the Department of Commerce granted in that year.

Analysts expected the step. Jonathan Pryce of Goldman Sachs wrote that natural rubber has become a third dearer within a year, while tyre prices have hardly risen. Goodyear and Michelin closed plants in Europe for the same reason. The tyre plant in Toledo would need 90 million dollars for new presses alone, according to a study by Alvarez and Sons Consulting.

Shares of Brightwater Rubber rose by four percent in New York. The company will report its results for the quarter on 12 February, when Whitfield is expected to say how many workers may move to the plant in Akron.`,
    summary:
      "Brightwater Rubber will close its tyre plant in Toledo next spring and move production to a new plant near Monterrey. Chief executive Hannah Whitfield said that the old plant could not be repaired. The union called the decision a betrayal, since workers gave up two weeks of holidays to keep the plant open. Natural rubber has become a third dearer within a year, while tyre prices have hardly risen.",
    phrases: [
      "tyre plant",
      "Brightwater Rubber",
      "new plant",
      "workers",
      "presses",
      "plant in Toledo",
      "natural rubber",
      "analysts",
      "tax credits",
      "tyre prices",
      "old plant",
    ],
    names: {
      people: ["Hannah Whitfield", "Marcus Bell", "Linda Ortiz", "Jonathan Pryce"],
      places: [
        "Columbus",
        "Ohio",
        "Toledo",
        "Monterrey",
        "Mexico",
        "Nuevo León",
        "Munich",
        "Europe",
        "New York",
        "Akron",
      ],
      organizations: [
        "Brightwater Rubber",
        "Moody's",
        "Krauss Maschinenbau GmbH",
        "Oracle",
        "United Steelworkers",
        "Department of Commerce",
        "Goldman Sachs",
        "Goodyear",
        "Michelin",
        "Alvarez and Sons Consulting",
      ],
    },
  },
  {
    name: "history",
    language: "en",
    text: `The lighthouse keeper who measured the wind

Agnes Sutherland was born in 1868 in a cottage near Wick, where her father repaired fishing boats. She learned mathematics from the village teacher, Donald Munro, and taught herself German so that she could read the journals that he lent her. In 1889 she became the assistant of the lighthouse keeper on Stroma, an island between Scotland and Orkney.

The lighthouse had a wind gauge that the Meteorological Office had sent and then forgotten. Sutherland read the wind gauge every hour, by day and night, for eleven years. She noticed that the strongest winds came six hours after the pressure had begun to rise, and not while it fell. Her letter about it was printed by the Royal Meteorological Society in 1897, under the name of her employer, James Gunn.

In Vienna, the letter was read by Felix Exner, who was working on the movement of cold air. He wrote to the lighthouse, and for three years the wind readings of Stroma travelled to Austria in parcels. Exner's book of 1904 thanks "Mr A. Sutherland" for them. When he visited Edinburgh in 1906 and asked for the gentleman, a professor of the University of Edinburgh told him that no such man existed.

Sutherland left the lighthouse in 1900 and married Peter Rosie, a teacher in Thurso. She had five children and kept a wind gauge in the garden. The readings, forty notebooks in all, were found in 1974 by her granddaughter, Margaret Flett, who gave them to the National Library of Scotland.

The notebooks are used again today. Researchers at Reading University typed the wind readings into a computer and compared them with models of old storms. The storm of November 1893, which sank nine boats off Caithness, was a third stronger than had been thought.`,
    summary:
      "Agnes Sutherland became the assistant of the lighthouse keeper on Stroma in 1889 and read the wind gauge there every hour for eleven years. She noticed that the strongest winds came six hours after the pressure had begun to rise. Her letter was printed under the name of her employer and was read in Vienna by Felix Exner. Researchers compare her wind readings with models of old storms today.",
    phrases: [
      "wind gauge",
      "wind readings",
      "lighthouse",
      "lighthouse keeper",
      "notebooks",
      "strongest winds",
      "letter",
      "Agnes Sutherland",
      "pressure",
      "old storms",
      "boats",
    ],
    names: {
      people: ["Agnes Sutherland", "Donald Munro", "James Gunn", "Felix Exner", "Peter Rosie", "Margaret Flett"],
      places: ["Wick", "Stroma", "Scotland", "Orkney", "Vienna", "Austria", "Edinburgh", "Thurso", "Caithness"],
      organizations: [
        "Meteorological Office",
        "Royal Meteorological Society",
        "University of Edinburgh",
        "National Library of Scotland",
        "Reading University",
      ],
    },
  },
  {
    name: "travel",
    language: "en",
    text: `Two days on the slow train

The slow train from Lisbon to Evora leaves at nine, and nobody hurries. I had asked for a window seat, and João Ferreira, the guard, gave me his own. He has worked on the line for thirty years and knows each cork oak by its shape. The fast train takes ninety minutes; the slow train takes a morning, and it stops wherever a hand is raised.

At Casa Branca the train waits for the mail. Three women sell cheese on the platform, and the oldest of them, Dona Amélia, cuts it with a wire. Her cheese won a medal in Brussels. She says that the Ministry of Agriculture wrote her a letter about hygiene, and that she wrapped a cheese in it.

Evora is white and quiet. The Roman temple stands behind the cathedral, and students from the University of Evora eat lunch on its steps. I met Sarah Goldstein, an architect from Chicago, who measures the arches of the aqueduct for the World Monuments Fund. She showed me a house that was built into an arch, with a kitchen where the water used to run.

On the second day the slow train goes south to Beja. The plain is yellow, and storks sit on the poles of the telegraph. Near Cuba, a village that has nothing to do with the island, a farmer called Rui Tavares stopped the train to load a pig. The guard wrote out a ticket for the pig, at half price. In Beja I ate bread soup at the Pensão Central and listened to a choir of miners.

The railway company, Comboios de Portugal, wants to close the line in winter. Ferreira shrugs. He has heard this from four governments, and Prime Minister Helena Duarte comes from Alentejo herself. The line, he says, will be closed when the storks leave, and the storks now stay all winter.`,
    summary:
      "The slow train from Lisbon to Evora takes a morning and stops wherever a hand is raised. In Evora I met Sarah Goldstein, an architect who measures the arches of the aqueduct. On the second day the slow train goes south to Beja, through a yellow plain with storks. The railway company wants to close the line in winter, but the guard does not believe it.",
    phrases: [
      "slow train",
      "cheese",
      "storks",
      "line",
      "guard",
      "fast train",
      "Evora",
      "arches",
      "window seat",
      "pig",
      "winter",
    ],
    names: {
      people: ["João Ferreira", "Sarah Goldstein", "Rui Tavares", "Helena Duarte"],
      places: ["Lisbon", "Evora", "Casa Branca", "Brussels", "Chicago", "Beja", "Cuba", "Alentejo"],
      organizations: [
        "Ministry of Agriculture",
        "University of Evora",
        "World Monuments Fund",
        "Pensão Central",
        "Comboios de Portugal",
      ],
    },
  },
  {
    name: "report",
    language: "en",
    text: `Night trains and the health of their crews

A report to the Board of Eastline Railways

Dr. Wei Zhang, Fatima Haddad, Oliver Schmidt
Centre for Occupational Medicine, Karolinska Institute

Summary

Crews of night trains sleep four hours less in a week than crews who work by day. Night trains returned to Sweden, Denmark and Poland in 2021, and Eastline Railways runs eleven of them each night. We followed 212 members of night crews for a year. The sleep loss is greatest on the second night in a row, and a rest day between two nights removes most of it.

How the study was made

Each member of a night crew wore a wrist sensor made by Garmin. The wrist sensor records movement and pulse, from which sleep can be computed. The method was tested by Kenji Watanabe at Osaka University and by the Federal Railroad Administration. Members who took sleeping pills were left out. The data were kept on servers of Umeå University and were not shown to Eastline Railways.

What we found

Night crews slept 5.1 hours a day, day crews 5.7. Members above the age of fifty had the greatest sleep loss. On the route from Malmö to Berlin, which stops eight times, sleep loss was twice as high as on the route from Stockholm to Warsaw, which stops twice. Errors at signals were rare. Three were reported to the Swedish Transport Agency, each on a second night.

What we recommend

No member should work two nights in a row on routes with more than four stops. Cabins for the crew should be away from the doors. Ingrid Falk, who speaks for the union SEKO, asked for longer breaks in Berlin; the study shows no effect of longer breaks. The rest day between two nights would cost Eastline Railways nineteen more positions, as Anders Holm of its planning office has computed. The European Union Agency for Railways has asked for a copy of this report.`,
    summary:
      "Crews of night trains sleep four hours less in a week than crews who work by day. The sleep loss is greatest on the second night in a row, and a rest day between two nights removes most of it. Each member wore a wrist sensor, from which sleep can be computed. No member should work two nights in a row on routes with more than four stops.",
    phrases: [
      "night trains",
      "sleep loss",
      "night crews",
      "wrist sensor",
      "rest day",
      "Eastline Railways",
      "second night",
      "longer breaks",
      "day crews",
      "crews",
      "night crew",
    ],
    names: {
      people: ["Wei Zhang", "Fatima Haddad", "Oliver Schmidt", "Kenji Watanabe", "Ingrid Falk", "Anders Holm"],
      places: ["Sweden", "Denmark", "Poland", "Malmö", "Berlin", "Stockholm", "Warsaw"],
      organizations: [
        "Eastline Railways",
        "Centre for Occupational Medicine",
        "Karolinska Institute",
        "Garmin",
        "Osaka University",
        "Federal Railroad Administration",
        "Umeå University",
        "Swedish Transport Agency",
        "SEKO",
        "European Union Agency for Railways",
      ],
    },
  },
]
