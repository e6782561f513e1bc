import { expect, test } from 'vitest';
import { RateClock } from '../../../../../src-main/core/topics/tree/rates.ts';
import { random } from '../../../../support/random.ts';

const START = 1_700_000_000_000;

/** One node of the store: a sum and the epoch it was added in. */
class Node {
  readonly #clock: RateClock;
  readonly #born: number;
  #sum = 0;
  #epoch: number;

  constructor(clock: RateClock) {
    this.#clock = clock;
    this.#born = clock.ticks;
    this.#epoch = clock.epoch;
  }

  add(count: number): void {
    this.#sum = Math.fround(this.#clock.carry(this.#sum, this.#epoch) + count * this.#clock.weight);
    this.#epoch = this.#clock.epoch;
  }

  get rate(): number {
    return this.#clock.read(this.#sum, this.#epoch, this.#born);
  }
}

test('A steady flow shows its rate after a second and keeps it for hours', () => {
  const clock = new RateClock(START);
  const node = new Node(clock);
  let now = START;
  let farthest = 0;
  for (let i = 1; i <= 36_000; i++) {
    clock.advance((now += 100));
    node.add(5);
    if (i > 20) farthest = Math.max(farthest, Math.abs(node.rate - 50));
  }
  expect(farthest).toBeLessThan(5);
});

test('The rate is the exponentially smoothed one, of every event weighed by its age', () => {
  const rng = random(5);
  const clock = new RateClock(START);
  const node = new Node(clock);
  const events: number[] = [];
  let now = START;
  for (let i = 0; i < 3_000; i++) {
    now += rng.int(rng.int(20) === 0 ? 60_000 : 800);
    clock.advance(now);
    if (rng.int(3) > 0) {
      node.add(1);
      events.push(now);
    }
    if (i % 50 !== 0) continue;
    const sum = events.reduce((all, at) => all + Math.exp((at - now) / 10_000) / 10, 0);
    const correction = 1 - Math.exp(-Math.max(1_000, now - START) / 10_000);
    expect(node.rate).toBeCloseTo(sum / correction, 2);
  }
});

test('A silent topic fades to nothing, and a wall clock that jumps back does not disturb', () => {
  const clock = new RateClock(START);
  const node = new Node(clock);
  for (let i = 0; i < 100; i++) {
    clock.advance(START + i * 100);
    node.add(1);
  }
  clock.advance(START - 3_600_000);
  expect(node.rate).toBeGreaterThan(5);
  clock.advance(START - 3_600_000 + 10_000);
  expect(node.rate).toBeLessThan(8);
  clock.advance(START + 86_400_000);
  expect(node.rate).toBe(0);
});

test('Nodes of one age and of others are corrected each for its own, whatever was read before', () => {
  const clock = new RateClock(START);
  let now = START;
  const nodes: Node[] = [];
  for (let i = 0; i < 40; i++) {
    clock.advance((now += 700));
    const node = new Node(clock);
    node.add(10);
    nodes.push(node);
  }
  const alone = nodes.map((node) => {
    // Another age between two.
    void nodes[0]?.rate;
    return node.rate;
  });
  expect(nodes.map((node) => node.rate)).toEqual(alone);
  expect(nodes.toReversed().map((node) => node.rate)).toEqual(alone.toReversed());
  // A copy reads the same, as of a pause.
  expect(clock.copy().read(5, clock.epoch, 0)).toBe(clock.read(5, clock.epoch, 0));
});

test('What piled up while nobody looked weighs as if it had come evenly, for half a second', () => {
  let steady = 0;
  const clock = new RateClock(START, () => steady);
  const node = new Node(clock);
  const at = (ms: number): void => clock.advance(START + (steady = ms));
  clock.advance(START, 0);
  at(60_000);
  const copied = clock.copy();
  node.add(600);
  expect(node.rate).toBeCloseTo(10, 1);
  expect(copied.weight).toBe(clock.weight);
  const share = clock.weight;
  at(60_400);
  expect(clock.weight / share).toBeCloseTo(Math.exp(0.04), 5);
  at(60_500);
  expect(clock.weight / share).toBeCloseTo((6 * Math.exp(0.05)) / (1 - Math.exp(-6)), 5);
});

test('A clock on the wall that is set is no time that passed: what comes weighs as before', () => {
  const clock = new RateClock(START, () => 1_000);
  clock.advance(START, 1_000);
  const { weight } = clock;
  for (const wall of [START + 86_400_000, START - 86_400_000]) {
    clock.advance(wall);
    expect([clock.time, clock.weight]).toEqual([0, weight]);
  }
});
