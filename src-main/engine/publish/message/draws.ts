/** What the next message draws, so that it can be shown before it is sent. */
export class Draws {
  readonly #random: () => number;
  readonly #uuid: () => string;
  #numbers: number[] = [];
  #uuids: string[] = [];
  #count = 0;

  constructor(random: () => number, uuid: () => string) {
    this.#random = random;
    this.#uuid = uuid;
  }

  /** A reading from the first draw on; two readings with nothing taken between them are alike. */
  read() {
    let number = 0;
    let uuid = 0;
    let counted = false;
    return {
      random: (): number => (this.#numbers[number++] ??= this.#random()),
      uuid: (): string => (this.#uuids[uuid++] ??= this.#uuid()),
      counter: (): number => {
        counted = true;
        return this.#count + 1;
      },
      /** The message goes out: the next one draws anew. */
      take: (): void => {
        this.#numbers = [];
        this.#uuids = [];
        if (counted) this.#count++;
      },
    };
  }
}
