/** With a time of day; a comma divides fractions of a second as a point does. */
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/i;

export interface IsoTime {
  /** ms since the epoch; without a zone, in the zone of this machine. */
  readonly at: number;
  readonly hasZone: boolean;
}

/** A date and time in ISO 8601, as devices and programs write it; null if the text is none. */
export function readIsoTime(text: string): IsoTime | null {
  const found = ISO.exec(text);
  if (found === null) return null;
  const at = Date.parse(text.replace(',', '.'));
  return Number.isNaN(at) ? null : { at, hasZone: found[1] !== undefined };
}
