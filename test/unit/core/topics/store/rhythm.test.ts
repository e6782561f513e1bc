import { describe, expect, it } from 'vitest';
import {
  FLOOR_MS,
  KNOWN_SCORE,
  MARKED,
  intervalOf,
  isLinked,
  isRhythmic,
  learnt,
  linked,
  patienceOf,
  unlinked,
} from '../../../../../src-main/core/topics/store/rhythm.ts';
import { random, type Random } from '../../../../support/random.ts';

/** The word after these intervals, ms. */
function after(intervals: readonly number[], word = linked(0)): number {
  return intervals.reduce(learnt, word);
}

const times = (count: number, make: (n: number) => number): number[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** The same by plain numbers and a list of what came, as the comment of `rhythm.ts` says it. */
class PlainRhythm {
  usual = 0;
  score = 0;
  #passed = 0;

  take(ms: number): void {
    if (this.usual === 0) {
      this.usual = Math.max(FLOOR_MS, ms);
      return;
    }
    this.#passed += ms;
    if (this.#passed < Math.max(750, this.usual / 4)) return;
    const beat = Math.max(FLOOR_MS, this.#passed);
    this.#passed = 0;
    if (beat > this.usual / 2 && beat < this.usual * 1.8) {
      this.usual += (beat - this.usual) / 8;
      this.score = Math.min(15, this.score + 1);
    } else {
      if (this.score < 4) this.usual = beat;
      this.score = Math.max(0, this.score - 4);
    }
  }
}

/** An interval as devices have them: about the same, now and then missed or doubled. */
function jittered(chance: Random, usual: number): number {
  const kind = chance.int(20);
  const factor = kind === 0 ? 2.2 + chance.int(5) : kind === 1 ? 0.3 : 0.8 + chance.int(400) / 1_000;
  return Math.round(usual * factor);
}

describe('the rhythm of a topic', () => {
  it.each([1_000, 1_700, 10_000, 60_000, 900_000, 86_400_000])('is learnt at %i ms', (usual) => {
    const chance = random(usual);
    const word = after(times(60, () => Math.round(usual * (0.95 + chance.int(100) / 1_000))));
    expect(isRhythmic(word)).toBe(true);
    expect(Math.abs(intervalOf(word) / usual - 1)).toBeLessThan(0.03);
  });

  it('is known after the ninth regular message, and not before', () => {
    const regular = times(KNOWN_SCORE, () => 10_000);
    expect(isRhythmic(after(regular))).toBe(false);
    expect(isRhythmic(after([...regular, 10_000]))).toBe(true);
  });

  it('is one of a second for all that is faster', () => {
    expect(Math.round(intervalOf(after(times(200, () => 90))))).toBeLessThan(1_100);
    expect(intervalOf(after(times(200, () => 0)))).toBe(FLOOR_MS);
  });

  it('is not made of a burst, however many messages it has', () => {
    expect(isRhythmic(after(times(500, () => 10)))).toBe(false);
  });

  it('counts a burst as one message', () => {
    const bursts = times(40 * 301, (n) => (n % 301 === 300 ? 60_000 - 1_200 : 4));
    const word = after(bursts);
    expect(isRhythmic(word)).toBe(true);
    expect(Math.abs(intervalOf(word) / 60_000 - 1)).toBeLessThan(0.05);
  });

  it('is not there where messages come as it happens', () => {
    const chance = random(5);
    let rhythmic = 0;
    let word = linked(0);
    for (let n = 0; n < 4_000; n++) {
      word = learnt(word, Math.round(-Math.log(1 - chance.int(10_000) / 10_000) * 20_000));
      rhythmic += Number(isRhythmic(word));
    }
    expect(rhythmic / 4_000).toBeLessThan(0.03);
  });

  it('survives an outage, and lost messages', () => {
    const chance = random(7);
    const known = after(times(40, () => 5_000));
    expect(intervalOf(after([86_400_000, ...times(3, () => 5_000)], known))).toBeCloseTo(
      intervalOf(known),
      -2,
    );
    const lossy = after(times(200, () => (chance.int(10) === 0 ? 10_000 : 5_000)));
    expect(isRhythmic(lossy)).toBe(true);
    expect(Math.abs(intervalOf(lossy) / 5_000 - 1)).toBeLessThan(0.05);
  });

  it('follows a device that was set to another interval, slower or faster', () => {
    const known = after(times(40, () => 5_000));
    for (const usual of [1_000, 60_000]) {
      const word = after(
        times(60, () => usual),
        known,
      );
      expect(isRhythmic(word)).toBe(true);
      expect(Math.abs(intervalOf(word) / usual - 1)).toBeLessThan(0.05);
    }
  });

  it('waits for two missed messages and some seconds before a topic is late', () => {
    const patience = patienceOf(after(times(20, () => 10_000)));
    expect(patience).toBeGreaterThan(29_000);
    expect(patience).toBeLessThan(31_000);
    expect(patienceOf(after(times(40, () => 90)))).toBe(2.5 * FLOOR_MS + 5_000);
  });

  it('takes no interval from a stored message, and keeps what it knows', () => {
    const known = after(times(20, () => 10_000));
    expect(isLinked(unlinked(known))).toBe(false);
    expect(isLinked(linked(unlinked(known)))).toBe(true);
    expect(intervalOf(unlinked(known))).toBe(intervalOf(known));
    expect(isRhythmic(unlinked(known))).toBe(true);
  });

  it('fits 32 bits with its mark, whatever comes', () => {
    const chance = random(9);
    let word = linked(0) | MARKED;
    let least = Infinity;
    let isFine = true;
    for (let n = 0; n < 20_000; n++) {
      word = learnt(word, chance.pick([0, 1, 999, 5_000, 86_400_000, 2 ** 40, 2 ** 52, chance.int(100_000)]));
      isFine &&= (word | 0) === word && word < 0;
      least = Math.min(least, intervalOf(word));
    }
    expect([isFine, least >= 0.99 * FLOOR_MS]).toEqual([true, true]);
  });

  it('agrees with plain arithmetic on intervals as devices have them', () => {
    const chance = random(11);
    let known = 0;
    for (let topic = 0; topic < 300; topic++) {
      const usual = chance.pick([1_000, 3_000, 20_000, 600_000]);
      const plain = new PlainRhythm();
      let word = linked(0);
      for (let n = 0; n < 60; n++) {
        const ms = jittered(chance, usual);
        plain.take(ms);
        word = learnt(word, ms);
      }
      known += Number(isRhythmic(word));
      const apart = Math.abs(intervalOf(word) / plain.usual - 1);
      // Rounding may put a beat at the edge on the other side, so what is said of it must be near, not equal.
      if (Math.min(plain.score, 12) >= 12 && apart > 0.05)
        expect.fail(`${String(apart)} apart at ${String(usual)}`);
      if (plain.score >= 12) expect(isRhythmic(word)).toBe(true);
      if (plain.score <= 4) expect(isRhythmic(word)).toBe(false);
    }
    expect(known).toBeGreaterThan(150);
  });
});
