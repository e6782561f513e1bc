import { escapeLines } from '../../core/payload/visible.ts';

/** Lines kept; for the export, not for reading along. */
const KEPT = 2_000;
/** Characters of a line: the stack of a fault of ours. */
const MOST_CHARACTERS = 4_000;

/** What the program itself did, newest last. Lines are free of secrets where they are made. */
export class AppLog {
  readonly #lines: { at: number; text: string }[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(text: string): void {
    this.#lines.push({ at: this.#now(), text: text.slice(0, MOST_CHARACTERS) });
    if (this.#lines.length > KEPT) this.#lines.shift();
  }

  text(): string {
    return this.#lines
      .map(({ at, text }) => `${new Date(at).toISOString()}  ${escapeLines(text)}\n`)
      .join('');
  }
}
