/** What an answer is that came too late to count. */
export const LATE = Symbol('late');

/** Of questions that take each other's place only the newest one's answer counts. */
export class Latest {
  #asked = 0;

  /**
   * @returns `LATE` where another question was asked meanwhile, or `drop` was called; also where it broke then
   */
  async answer<T>(ask: () => Promise<T>): Promise<T | typeof LATE> {
    const asked = ++this.#asked;
    try {
      const answer = await ask();
      return asked === this.#asked ? answer : LATE;
    } catch (error) {
      if (asked !== this.#asked) return LATE;
      throw error;
    }
  }

  /** Whatever is still answered is not wanted any more. */
  drop(): void {
    this.#asked++;
  }
}
