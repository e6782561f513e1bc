import { describe, expect, test } from 'vitest';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { keyBytes } from '../../../../../src-main/core/topics/names.ts';
import { put } from '../../../../support/store/messages.ts';

const START = Date.UTC(2026, 10, 20, 14, 30);
const DAY = 86_400_000;
const HOUR = 3_600_000;

/** A store with its two clocks: one that anybody can set, and one that only goes on. */
function open() {
  let steady = 1_000;
  const limits = { memoryBytes: 2 ** 24, topicCap: 10_000 };
  const store = new TopicStore({ ...limits, seed: 5, startedAt: START, steady: () => steady });
  let ahead = 0;
  const wall = () => START - 1_000 + steady + ahead;
  const tick = () => store.tick(wall(), steady);
  tick();
  /** Ten messages a second, with a tick four times a second, as a connection has them. */
  const flow = (seconds: number, topic = 'plant/a') => {
    for (let tenth = 0; tenth < seconds * 10; tenth++) {
      steady += 100;
      put(store, { topic, payload: '1', at: wall() });
      if (tenth % 3 === 0) tick();
    }
    tick();
  };
  /** What the socket held back comes at once. */
  const pileUp = (messages: number, topic = 'plant/a') => {
    for (let message = 0; message < messages; message++) put(store, { topic, payload: '1', at: wall() });
  };
  const quiet = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      steady += 1_000;
      tick();
    }
  };
  const node = (topic: string) => store.find(keyBytes(topic));
  return {
    store,
    flow,
    pileUp,
    quiet,
    tick,
    wall,
    node,
    /** The clock on the wall is set, while nothing else happens. */
    set: (ms: number) => void (ahead += ms),
    /** Nothing ran for so long; the steady clock went on, or stood still as on Linux. */
    sleep: (ms: number, goesOn: boolean) => {
      if (goesOn) steady += ms;
      else ahead += ms;
    },
    rate: (topic: string) => store.rate(node(topic)),
    perSecond: () => store.counters().rate,
  };
}

describe('A clock that is set by a day', () => {
  for (const [name, ms] of [
    ['forward', DAY],
    ['back', -DAY],
  ] as const) {
    for (const first of ['a message', 'a tick'] as const) {
      test(`${name} leaves the rates what they are, when ${first} is the first to notice`, () => {
        const it = open();
        it.flow(60);
        expect(it.rate('plant/a')).toBeCloseTo(10, 0);
        it.set(ms);
        if (first === 'a tick') it.tick();
        else put(it.store, { topic: 'plant/a', payload: '1', at: it.wall() });
        expect(it.rate('plant/a')).toBeCloseTo(10, 0);
        expect(it.rate('plant')).toBeCloseTo(10, 0);
        expect(it.perSecond()).toBeGreaterThanOrEqual(9);
        it.flow(5);
        expect(it.rate('plant/a')).toBeCloseTo(10, 0);
        expect(it.perSecond()).toBeGreaterThanOrEqual(9);
        expect(it.perSecond()).toBeLessThanOrEqual(11);
      });
    }

    test(`${name} lets a rate sink by the time that really passes`, () => {
      const it = open();
      it.flow(60);
      it.set(ms);
      it.quiet(10);
      expect(it.rate('plant/a')).toBeCloseTo(10 / Math.E, 0);
      it.quiet(60);
      expect(it.rate('plant/a')).toBeLessThan(0.05);
      expect(it.perSecond()).toBe(0);
    });

    test(`${name} shows the last message of a topic and of its branch when it came, by the clock as it is`, () => {
      const it = open();
      it.flow(3);
      it.set(ms);
      it.flow(2);
      const now = it.wall();
      for (const topic of ['plant/a', 'plant']) expect(it.store.lastSeen(it.node(topic))).toBe(now);
    });
  }

  test('and then put right again counts on as if nothing had been', () => {
    const it = open();
    it.flow(60);
    for (const ms of [DAY, -DAY, -DAY, DAY]) {
      it.set(ms);
      it.flow(3);
      expect(it.rate('plant/a')).toBeCloseTo(10, 0);
      expect(it.perSecond()).toBeGreaterThanOrEqual(9);
    }
  });

  test('back does not make a stored message outlive what its broker gave it', () => {
    const it = open();
    put(it.store, { topic: 'kept', payload: '1', retain: true, expiry: 3_600, at: it.wall() });
    const state = () => it.store.retained(it.node('kept')).state;
    it.quiet(1_800);
    it.set(-DAY);
    it.quiet(1_790);
    expect([state(), it.store.counters().retained]).toEqual(['retained', 1]);
    it.quiet(20);
    expect([state(), it.store.counters().retained]).toEqual(['unknown', 0]);
    expect(it.store.retained(it.node('kept')).at).toBeLessThanOrEqual(it.wall());
  });

  test('back counts the expiry of what comes after it from then', () => {
    const it = open();
    it.flow(2);
    it.set(-DAY);
    put(it.store, { topic: 'kept', payload: '1', retain: true, expiry: 60, at: it.wall() });
    it.quiet(50);
    expect(it.store.retained(it.node('kept')).state).toBe('retained');
    it.quiet(20);
    expect(it.store.retained(it.node('kept')).state).toBe('unknown');
  });
});

describe('A computer that slept for an hour', () => {
  test('shows at the next look that nothing came, where the steady clock went on', () => {
    const it = open();
    it.flow(60);
    it.sleep(HOUR, true);
    it.tick();
    expect([it.rate('plant/a'), it.perSecond()]).toEqual([0, 0]);
    expect(it.wall() - it.store.lastSeen(it.node('plant/a'))).toBe(HOUR);
  });

  test('goes on with the rates of then where it stood still, which sink if nothing comes', () => {
    const it = open();
    it.flow(60);
    it.sleep(HOUR, false);
    it.tick();
    expect(it.rate('plant/a')).toBeCloseTo(10, 0);
    expect(it.wall() - it.store.lastSeen(it.node('plant/a'))).toBe(HOUR);
    it.quiet(60);
    expect([Math.round(it.rate('plant/a')), it.perSecond()]).toEqual([0, 0]);
  });

  test('counts what comes afterwards as a second like any other', () => {
    const it = open();
    it.flow(10);
    it.sleep(HOUR, true);
    it.flow(3);
    expect(it.perSecond()).toBeGreaterThanOrEqual(9);
    expect(it.perSecond()).toBeLessThanOrEqual(11);
  });
});

describe('A program that was stopped for a minute', () => {
  for (const first of ['a message', 'a tick'] as const) {
    test(`shows at the next look the rate at which messages piled up, when ${first} comes first`, () => {
      const it = open();
      it.flow(60);
      it.sleep(60_000, true);
      if (first === 'a tick') it.tick();
      it.pileUp(600);
      for (const topic of ['plant/a', 'plant']) expect(it.rate(topic)).toBeCloseTo(10, 0);
      it.flow(1);
      for (let second = 0; second < 10; second++) {
        it.flow(1);
        for (const topic of ['plant/a', 'plant']) expect(it.rate(topic)).toBeCloseTo(10, 0);
        expect(it.perSecond()).toBeGreaterThanOrEqual(9);
        expect(it.perSecond()).toBeLessThanOrEqual(11);
      }
    });
  }

  test('shows the rate of what piled up also where it was stopped for some seconds only', () => {
    const it = open();
    it.flow(60);
    it.sleep(3_000, true);
    it.pileUp(30);
    expect(it.rate('plant/a')).toBeCloseTo(10, 0);
    it.flow(3);
    expect(it.rate('plant/a')).toBeCloseTo(10, 0);
  });

  test('counts a burst that comes later as one', () => {
    const it = open();
    it.flow(60);
    it.sleep(60_000, true);
    it.flow(5);
    it.pileUp(600);
    expect(it.rate('plant/a')).toBeGreaterThan(60);
  });
});
