// The English texts of the quality set: news, instructions, a paper with its authors, and minutes with many names.
import type { LabelledText } from "./labelled-text.ts"

export const englishTexts: readonly LabelledText[] = [
  {
    name: "news",
    language: "en",
    text: `Electric ferry enters service on the Halden Sound

By Priya Nair and Thomas Lindgren

The first electric ferry on the Halden Sound carried its first passengers on Monday. The electric ferry replaces two diesel vessels that were built in 1987. Nordsea Lines, which operates the route, says that the electric ferry will save nine hundred tonnes of diesel a year.

The ferry was built by Aker Yards in Rauma and tested for four months in the Gulf of Finland. Its battery weighs forty tonnes and is charged at the pier in Bergen while passengers board. A fast charger, supplied by Siemens Energy, fills the battery in eleven minutes. The charger draws as much power as a small village, so the grid operator Statnett had to lay a new cable to the pier.

Captain Ingrid Dahl, who has crossed the sound for twenty years, said that the silence was the greatest change. "You hear the gulls again," Dahl told reporters. The crew trained for six weeks at the Maritime Academy in Turku. According to Dahl, the crew had to learn how the battery behaves in cold weather.

Not everybody is pleased. The Harbour Workers Union fears that automatic mooring will cost jobs at the pier. Its chairman, Paul Becker, met Transport Minister Sofia Almeida on Friday. The Ministry of Transport promised that nobody at the pier would be dismissed before 2030.

The European Commission paid a third of the costs from its climate fund. A study by the University of Oslo found that an electric ferry costs more to build and less to run, and that it pays for itself after nine years. Nordsea Lines has ordered two more ferries and wants to retire its last diesel vessel by 2031.`,
    summary:
      "The first electric ferry on the Halden Sound has started service and replaces two diesel vessels. Its battery is charged at the pier in eleven minutes by a fast charger. The union fears that automatic mooring will cost jobs at the pier. A study found that an electric ferry costs more to build and less to run, and pays for itself after nine years.",
    phrases: [
      "electric ferry",
      "diesel vessels",
      "fast charger",
      "battery",
      "Nordsea Lines",
      "grid operator",
      "pier",
      "automatic mooring",
      "crew",
      "Halden Sound",
    ],
    names: {
      people: ["Priya Nair", "Thomas Lindgren", "Ingrid Dahl", "Paul Becker", "Sofia Almeida"],
      places: ["Halden Sound", "Rauma", "Gulf of Finland", "Bergen", "Turku"],
      organizations: [
        "Nordsea Lines",
        "Aker Yards",
        "Siemens Energy",
        "Statnett",
        "Maritime Academy",
        "Harbour Workers Union",
        "Ministry of Transport",
        "European Commission",
        "University of Oslo",
      ],
    },
  },
  {
    name: "instructions",
    language: "en",
    text: `How to keep a worm bin

A worm bin turns kitchen waste into compost without a garden. The worms eat what a household leaves over, and their castings feed the plants on the balcony. A worm bin that is kept well does not smell.

Choose a box of wood or dark plastic, because worms avoid light. Drill small holes into the bottom so that water can drain. Put a tray under the box to collect the liquid. Fill the box with damp bedding: torn newspaper, cardboard or dry leaves. The bedding must be as moist as a sponge that was wrung out.

Buy red worms, not earthworms from the garden. Half a kilogram of red worms eats about two kilograms of kitchen waste in a week. Put the red worms on the bedding and leave the lid open under a lamp, so that they crawl down. Wait a week before you feed them.

Feed the worms with vegetable peel, fruit, coffee grounds and crushed egg shells. Bury the kitchen waste under the bedding each time, in another corner of the box. Meat, cheese and oil attract flies and rot before the worms can eat them. Citrus peel makes the bin sour.

If the bin smells, it is too wet or there is too much food. Add dry cardboard and stop feeding for a week. If the worms try to leave, the bedding is sour or dry. Crushed egg shells make sour bedding milder.

After four months the compost is dark and crumbly. Push the compost to one side and put fresh bedding and food on the other side. The worms move to the fresh bedding within two weeks, and you can take the compost out. Plants grow well with one part of compost in four parts of soil.`,
    summary:
      "A worm bin turns kitchen waste into compost without a garden and does not smell when it is kept well. Fill a dark box with damp bedding and put red worms on it. Bury the kitchen waste under the bedding; meat, cheese and oil attract flies. After four months, push the compost to one side, and the worms move to the fresh bedding on the other side.",
    phrases: [
      "worm bin",
      "red worms",
      "kitchen waste",
      "compost",
      "fresh bedding",
      "bedding",
      "egg shells",
      "crushed egg shells",
      "sour bedding",
      "damp bedding",
      "coffee grounds",
    ],
    names: { people: [], places: [], organizations: [] },
  },
  {
    name: "paper",
    language: "en",
    text: `Detecting leaks in old water pipes by sound

Elena Petrova, Daniel Okafor and Mei Tanaka
Institute for Urban Water, Technical University of Graz
elena.petrova@example.org

Abstract

Water utilities lose a quarter of their water through leaks in old pipes. We place acoustic sensors on hydrants and listen to the pipes at night, when the streets are quiet. A neural network separates the sound of leaks from the sound of pumps and traffic. In a field trial with Graz Water Works the acoustic sensors found 41 of 46 leaks, with three false alarms in six months.

1 Introduction

Most cities have water pipes that are older than fifty years. Leaks in old pipes grow slowly and stay unnoticed until the street gives way. Inspectors of the utility walk the streets with a listening rod, a method that Robert Hall described in 1923. An inspector covers four kilometres in a night. Earlier work by the Water Research Foundation and by Kyoto University used pressure sensors, which notice large leaks only.

2 Method

Each acoustic sensor records ten seconds of sound every hour between two and four in the morning. The recordings are compressed and sent by radio to a server. The neural network was trained with 12,000 recordings that inspectors had labelled. False alarms came from transformers, whose hum resembles the sound of leaks. We removed the hum with a filter that Carlos Mendes of Philips Research had developed for hearing aids.

3 Results

The field trial lasted from March to September in two districts of Graz. Pressure sensors in the same districts found nine leaks. The acoustic sensors found the smallest leak at a loss of two litres per minute. The cost of the acoustic sensors was repaid by the saved water within fourteen months.

4 Conclusion

Listening at night with cheap acoustic sensors finds most leaks before they become visible. The Austrian Association of Cities has asked for a second field trial. We publish the labelled recordings so that others can train a neural network of their own.`,
    summary:
      "Water utilities lose a quarter of their water through leaks in old pipes. Acoustic sensors on hydrants listen to the pipes at night, and a neural network separates the sound of leaks from other sounds. In a field trial the acoustic sensors found 41 of 46 leaks with three false alarms, while pressure sensors found nine. The cost of the acoustic sensors was repaid within fourteen months.",
    phrases: [
      "acoustic sensors",
      "neural network",
      "water pipes",
      "old pipes",
      "field trial",
      "false alarms",
      "pressure sensors",
      "leaks",
      "recordings",
      "sound of leaks",
    ],
    names: {
      people: ["Elena Petrova", "Daniel Okafor", "Mei Tanaka", "Robert Hall", "Carlos Mendes"],
      places: ["Graz"],
      organizations: [
        "Institute for Urban Water",
        "Technical University of Graz",
        "Graz Water Works",
        "Water Research Foundation",
        "Kyoto University",
        "Philips Research",
        "Austrian Association of Cities",
      ],
    },
  },
  {
    name: "minutes",
    language: "en",
    text: `Minutes of the steering group

The steering group met at the offices of Harrow Council on 3 May. Present were Amina Yusuf of Greenfield Partners, Peter van Dijk of Delta Engineering, Laura Chen of the Chen Foundation and Mark O'Brien of IBM.

Ms Yusuf presented the Annual Report. The Annual Report shows that Greenfield Partners planted 8,000 trees in Kent and Surrey. Delta Engineering delivered the pumps late, because a supplier in Rotterdam had closed. The Group accepted the explanation. Mr O'Brien asked whether Phase Two could start before the Easter holidays.

The Environment Agency has approved the Water Plan. Natural England asked for a survey of bats before Phase Two. The survey will be made by Oxford Ecology Ltd, which worked for the National Trust in Cornwall. The Board discussed whether Barclays or Lloyds Bank should hold the account; no decision was made.

Ms Chen reported that the Chen Foundation and the Royal Society will fund a school programme. Teachers from Kent asked for a Teacher Guide in Welsh. The World Health Organization published a guide that can be translated. Text files will be accepted until Friday, and the HTTP API of the Data Service is open to schools.

The next meeting is on 7 June at the Town Hall in Maidstone. Apologies were received from David Kim of Toyota.`,
    summary:
      "The steering group met at Harrow Council on 3 May. The Annual Report shows that Greenfield Partners planted 8,000 trees in Kent and Surrey; Delta Engineering delivered the pumps late. The Environment Agency has approved the Water Plan, and Natural England asked for a survey of bats before Phase Two. The Chen Foundation and the Royal Society will fund a school programme.",
    phrases: [
      "steering group",
      "Annual Report",
      "Greenfield Partners",
      "Delta Engineering",
      "Phase Two",
      "survey",
      "Water Plan",
      "Chen Foundation",
      "school programme",
      "guide",
    ],
    names: {
      people: ["Amina Yusuf", "Peter van Dijk", "Laura Chen", "Mark O'Brien", "David Kim"],
      places: ["Kent", "Surrey", "Rotterdam", "Cornwall", "Maidstone"],
      organizations: [
        "Harrow Council",
        "Greenfield Partners",
        "Delta Engineering",
        "Chen Foundation",
        "IBM",
        "Environment Agency",
        "Natural England",
        "Oxford Ecology Ltd",
        "National Trust",
        "Barclays",
        "Lloyds Bank",
        "Royal Society",
        "World Health Organization",
        "Data Service",
        "Toyota",
      ],
    },
  },
]
