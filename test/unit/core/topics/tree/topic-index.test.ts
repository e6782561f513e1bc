import { expect, test } from 'vitest';
import { ByteArena } from '../../../../../src-main/core/topics/columns/byte-arena.ts';
import { Hot, hotRow } from '../../../../../src-main/core/topics/columns/columns.ts';
import { LiveColumns } from '../../../../../src-main/core/topics/columns/live-columns.ts';
import { NO_NODE, ROOT, type Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import { TopicIndex } from '../../../../../src-main/core/topics/tree/topic-index.ts';
import { random } from '../../../../support/random.ts';

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

class Fixture {
  readonly columns = new LiveColumns();
  readonly arena = new ByteArena(this.columns);
  readonly index = new TopicIndex(this.columns, this.arena);
  readonly known = new Map<string, { node: Node; hash: number }>();

  constructor() {
    this.columns.grow();
    this.columns.take();
  }

  find(name: string, hash: number): Node {
    const bytes = new TextEncoder().encode(name);
    return this.index.find(hash, view(bytes), 0, bytes.length);
  }

  add(name: string, hash: number): void {
    const bytes = new TextEncoder().encode(name);
    if (this.columns.spare === 0) this.columns.grow();
    const node = this.columns.take();
    const hot = this.columns.ownHot(node);
    const row = hotRow(node);
    const address = this.arena.add(view(bytes), 0, bytes.length, node);
    hot.i32[row + Hot.arena] = address;
    hot.i32[row + Hot.parent] = ROOT;
    hot.u16[(row << 1) + Hot.pathLength] = bytes.length;
    this.index.insert(node, hash);
    this.known.set(name, { node, hash });
  }

  remove(name: string): void {
    const { node, hash } = this.known.get(name)!;
    this.index.remove(node, hash);
    this.arena.remove(node);
    this.columns.free(node);
    this.known.delete(name);
  }
}

test('Topics are found by their bytes even where every hash collides, while the table grows and names move', () => {
  const rng = random(7);
  const fixture = new Fixture();
  for (let step = 0; step < 30_000; step++) {
    const id = rng.int(6_000);
    const name = `topic/${id}/${'x'.repeat(id % 50)}`;
    // A few hundred hashes for thousands of topics, so that clusters are long and wrap around.
    const hash = Math.imul(id % 700, 0x0100_0193) ^ (id % 3 === 0 ? -1 : 0);
    const expected = fixture.known.get(name)?.node ?? NO_NODE;
    expect(fixture.find(name, hash)).toBe(expected);
    if (expected === NO_NODE) fixture.add(name, hash);
    else if (rng.int(3) > 0) fixture.remove(name);
    if (step % 50 === 0) fixture.index.rehash(rng.int(20));
    if (step % 10 === 0) fixture.arena.compact(500);
  }
  expect(fixture.index.size).toBe(fixture.known.size);
  for (const [name, { node, hash }] of fixture.known) expect(fixture.find(name, hash)).toBe(node);
});

test('A table that grows is left a few slots an insert, and no entry is ever out of sight', () => {
  const fixture = new Fixture();
  const hash = (i: number): number => Math.imul(i, 0x9e37_79b1) ^ (i >>> 7);
  let rehashing = 0;
  for (let i = 1; i <= 20_000; i++) {
    fixture.add(`t${i}`, hash(i));
    if (fixture.index.rehashing) rehashing++;
    const back = 1 + ((i * 7919) % i);
    expect(fixture.find(`t${back}`, hash(back))).toBe(fixture.known.get(`t${back}`)!.node);
  }
  // Spread over many inserts, and yet always done before the next doubling.
  expect(rehashing).toBeGreaterThan(2_000);
  expect(rehashing).toBeLessThan(12_000);
});

test('A run of one hash that goes round the end of a table is found at each step of leaving it', () => {
  const fixture = new Fixture();
  const last = -1;
  for (let i = 0; i < 40; i++) fixture.add(`last${i}`, last);
  for (let i = 0; i < 20; i++) fixture.add(`first${i}`, i);
  for (let i = 0; !fixture.index.rehashing; i++) fixture.add(`other${i}`, Math.imul(i, 0x9e37_79b1));
  const all = fixture.known.size;
  for (let step = 0; fixture.index.rehashing; step++) {
    expect(step).toBeLessThan(1_024);
    if (step < 64 || step % 16 === 0)
      for (const [name, { node, hash }] of fixture.known) expect(fixture.find(name, hash)).toBe(node);
    if (step % 3 === 0 && step < 60) fixture.remove(`last${step / 3}`);
    fixture.index.rehash(1);
  }
  expect(fixture.index.size).toBe(all - 20);
  for (const [name, { node, hash }] of fixture.known) expect(fixture.find(name, hash)).toBe(node);
  expect(fixture.find('last0', last)).toBe(NO_NODE);
});
