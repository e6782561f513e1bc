import { z } from 'zod';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { BY_NAME, Sorting } from '../../../src-main/contract/model/sorting.ts';

/** The part of localStorage that is used. */
export interface WebStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What is remembered of a connection's view across a reload. */
export interface Remembered {
  readonly selected: TopicKey | null;
  /** Topics whose rows a person opened. */
  readonly expanded: readonly TopicKey[];
  readonly all: boolean;
  /** Levels that are shown without a branch being opened, from 1. */
  readonly level: number;
  /** A person has opened or closed something: nothing opens by itself any more. */
  readonly touched: boolean;
  readonly sorting: Sorting;
}

const KEY = 'topicscope.views';
/** Connections remembered; the oldest make room. */
const MAX_CONNECTIONS = 20;
/** Opened rows remembered for one connection: what a person opens by hand. */
export const MAX_EXPANDED = 200;

const NOTHING: Remembered = {
  selected: null,
  expanded: [],
  all: false,
  level: 1,
  touched: false,
  sorting: BY_NAME,
};
const Level = z.number().int().min(1).max(512);

export function remembered(memory: WebStorage | null, connection: string): Remembered {
  return readAll(memory).find(([id]) => id === connection)?.[1] ?? NOTHING;
}

export function remember(memory: WebStorage | null, connection: string, view: Remembered): void {
  const others = readAll(memory).filter(([id]) => id !== connection);
  try {
    memory?.setItem(KEY, JSON.stringify([...others, [connection, view]].slice(-MAX_CONNECTIONS)));
  } catch {
    // Storage is full or forbidden: the selection then lasts as long as the window.
  }
}

function readAll(memory: WebStorage | null): [string, Remembered][] {
  try {
    const stored: unknown = JSON.parse(memory?.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.flatMap(readOne) : [];
  } catch {
    return [];
  }
}

function readOne(entry: unknown): [string, Remembered][] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return [];
  const view: unknown = entry[1];
  if (typeof view !== 'object' || view === null) return [];
  const { selected, expanded, all, level, touched, sorting } = view as Record<string, unknown>;
  const keys = Array.isArray(expanded) ? expanded.filter((key) => typeof key === 'string') : [];
  return [
    [
      entry[0],
      {
        selected: typeof selected === 'string' ? selected : null,
        expanded: keys.slice(0, MAX_EXPANDED),
        all: all === true,
        level: Level.safeParse(level).data ?? NOTHING.level,
        // Of a version without it, whoever opened something has touched the tree.
        touched: touched === true || keys.length > 0 || all === true,
        sorting: Sorting.safeParse(sorting).data ?? BY_NAME,
      },
    ],
  ];
}
