// Leaves out the fields of an object that are undefined, for types whose optional fields are absent instead.

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }

export function withoutUndefined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>
}
