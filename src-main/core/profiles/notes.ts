/** Notes of one file. */
const MOST = 100;

/** Sentences about what could not be read: the first of them, and how many more there are. */
export class Notes {
  readonly #first: string[] = [];
  #more = 0;

  add(text: string): void {
    if (this.#first.length < MOST) this.#first.push(text);
    else this.#more++;
  }

  get list(): string[] {
    if (this.#more === 0) return [...this.#first];
    return [...this.#first, `${this.#more.toLocaleString('en-US')} more could not be read.`];
  }
}
