// A page of prose to try insights on: real sentences, a heading, people, places and organizations.

export const fieldReport = `Eleven minutes

When the river rose in March, the flood gauges above the town gave eleven minutes of warning. Eleven minutes is enough to
close a gate and too little to move a herd. Dr. Maria Keller, who leads the flood programme of the River Authority, calls
it "the distance between a report and a rescue". Her team spent the spring finding out where the other minutes went.

The flood gauges themselves were quick. Each gauge measures the water level every thirty seconds and sends it by radio to
a relay station on the ridge. The relay stations, however, were built to save power: they collected readings for ten
minutes and passed them on together. Nobody had decided that a flood warning could wait ten minutes. It had been decided
years ago, for the sake of a battery, by people who were thinking of drought.

Keller's team changed one thing. A relay station now forwards a reading at once when the water level has risen by more
than five centimetres since the last one. In a quiet week this costs almost no battery; in a flood the battery is not
what one worries about. Tom Brennan of the University of Leeds, who had measured the old relay stations for Siemens
Energy, first thought the change too simple to matter. "I was wrong by thirty-one minutes," Brennan said in Dublin.

The second delay was human. Warnings reached the town hall by e-mail, and the town hall reads its e-mail in the morning.
The European Union paid for sirens in 2019, but the sirens were wired to the fire brigade and not to the flood gauges.
Connecting the two took an afternoon, a ladder and the signature of the mayor. Since April the sirens in Dublin and Lyon
sound when two neighbouring gauges agree.

What remains is trust. A siren that cries twice for nothing will not be heard the third time. The River Authority
therefore publishes every flood warning with the readings that led to it, and says afterwards whether the water came.
So far it has been right nine times in eleven. Keller wants people to know about the other two as well.
`
