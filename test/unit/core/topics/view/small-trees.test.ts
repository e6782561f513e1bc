import { describe, expect, it } from 'vitest';
import type { ViewAction } from '../../../../../src-main/contract/model/view.ts';
import { topicKey } from '../../../../../src-main/core/topics/names.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

/** A view of which small trees open by themselves, up to some rows. */
class Board {
  readonly source = new NaiveTopics();
  readonly view: TopicView;

  constructor(rows: number, topics: readonly string[] = []) {
    this.publish(...topics);
    const spec = { anchor: null, offset: 0, rows: 200, filter: '', selected: null };
    this.view = new TopicView({ source: this.source, spec, now: 0 });
    this.act({ kind: 'open-small', rows });
  }

  publish(...topics: readonly string[]): this {
    for (const topic of topics) this.source.publish(topic, 'x', {});
    return this;
  }

  act(action: ViewAction): this {
    this.view.act(action, 0);
    return this;
  }

  get shown(): string[] {
    for (let frames = 0; frames < 3; frames++) {
      while (this.view.work(() => false));
      this.view.frame(0);
    }
    return this.view.frame(0).ids.map((id) => topicKey(this.source.pathBytes(id)));
  }

  get isClosed(): boolean {
    return this.shown.every((key) => !key.includes('/'));
  }
}

const many = (parent: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${parent}/d${String(n)}`);

describe('a small tree', () => {
  it('is open as a whole if all its rows fit, but for the broker’s own topics', () => {
    const board = new Board(10, ['a/b/c', 'a/d', 'e/f', '$SYS/broker/uptime']);
    expect(board.shown).toEqual(['a', 'a/b', 'a/b/c', 'a/d', 'e', 'e/f', '$SYS']);
  });

  it('opens level by level, and leaves closed what does not fit', () => {
    const board = new Board(10, [...many('a/x', 3), ...many('b/y', 3), ...many('c', 40)]);
    expect(board.shown).toEqual(['a', 'a/x', 'a/x/d0', 'a/x/d1', 'a/x/d2', 'b', 'b/y', 'c']);
  });

  it('opens as its topics come, in the very frame that brings them', () => {
    const board = new Board(10);
    board.publish('a/b/c');
    const { ids } = board.view.frame(0);
    expect(ids.map((id) => topicKey(board.source.pathBytes(id)))).toEqual(['a', 'a/b', 'a/b/c']);
    expect(board.publish('a/z/y').shown).toEqual(['a', 'a/b', 'a/b/c', 'a/z', 'a/z/y']);
  });

  it('closes again once it has grown far beyond what fits', () => {
    const board = new Board(10, [...many('a', 5), 'b/c']);
    expect(board.shown).toHaveLength(8);
    // A little more than fits takes nothing away that is on screen.
    expect(board.publish(...many('a', 30)).shown).toHaveLength(33);
    expect(board.publish(...many('a', 60)).shown).toEqual(['a', 'b', 'b/c']);
  });
});

describe('a screen that gets lower before anything was done', () => {
  it('closes what does not fit it, and one that gets higher opens it again', () => {
    const board = new Board(30, [...many('a/b', 9), 'y/z']);
    expect(board.shown).toHaveLength(13);
    board.act({ kind: 'open-small', rows: 10 });
    expect(board.shown).toEqual(['a', 'a/b', 'y', 'y/z']);
    board.act({ kind: 'open-small', rows: 30 });
    expect(board.shown).toHaveLength(13);
  });
});

describe('the first look', () => {
  it('is into the only branch, whatever it holds', () => {
    expect(new Board(10, [...many('fleet', 120), '$SYS/x/y']).shown).toHaveLength(122);
  });

  it('is into the smallest branch where none fits, and at closed rows where all are large', () => {
    const board = new Board(10, [...many('a', 90), ...many('b', 60), ...many('c', 70)]);
    expect(board.shown.filter((key) => key.startsWith('b/'))).toHaveLength(60);
    expect(board.shown).toHaveLength(63);
    expect(new Board(10, [...many('a', 201), ...many('b', 300)]).isClosed).toBe(true);
    expect(
      new Board(
        10,
        many('a', 12).map((key) => key.replace('a/', 'a')),
      ).isClosed,
    ).toBe(true);
  });
});

describe('nothing opens by itself', () => {
  it('once it was ended, and what was open stays so', () => {
    const board = new Board(10, ['a/b/c']);
    expect(board.shown).toEqual(['a', 'a/b', 'a/b/c']);
    board.act({ kind: 'open-small', rows: 0 }).publish('a/d/e', 'f/g', ...many('a/b', 60));
    expect(board.shown).toHaveLength(65);
    expect(board.shown).not.toContain('f/g');
  });

  it('in a pause, and goes on after it', () => {
    const board = new Board(10, ['a/b']);
    expect(board.shown).toEqual(['a', 'a/b']);
    board.act({ kind: 'pause' }).publish('c/d');
    expect(board.shown).toEqual(['a', 'a/b']);
    board.act({ kind: 'resume' });
    expect(board.shown).toEqual(['a', 'a/b', 'c', 'c/d']);
  });

  it('of a topic that got the number of one that was forgotten', () => {
    const board = new Board(4, ['a/b']);
    expect(board.shown).toEqual(['a', 'a/b']);
    board.source.forget(board.source.find(new TextEncoder().encode('a/b')));
    board.act({ kind: 'open-small', rows: 0 }).publish('q/r');
    expect(board.shown).toEqual(['q']);
  });
});
