/** What becomes of the record at the old end of the log. */
export const Fate = { dead: 0, evict: 1, rescue: 2 } as const;

/** Decides over records when their segment is reclaimed. */
export interface RecordOwner {
  /** `dead`: its topic is forgotten, nothing is to be counted. `evict`: it has been counted out. */
  fate(node: number, birth: number, address: number, words: number, retained: boolean): number;
  /** Called shortly before `fate`, for several nodes in a row: reads what that will need. */
  touch(node: number): number;
  /** A rescued record was copied. */
  moved(node: number, from: number, to: number, retained: boolean): void;
}
