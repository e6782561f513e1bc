import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionAttempt } from '../../../../src-main/contract/session/connection-history.ts';
import { uptimeShare } from '../../../../src-main/core/session/machine/uptime.ts';
import { AppLog } from '../../../../src-main/engine/base/app-log.ts';
import { Histories } from '../../../../src-main/engine/connections/connection-history.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 20);
let dir: string;
let now = START;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'topicscope-history-'));
  now = START;
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function attempt(id: string, part: Partial<ConnectionAttempt> = {}): ConnectionAttempt {
  return {
    id,
    startedAt: now,
    onlineAt: null,
    endedAt: null,
    waitedMs: 0,
    attempt: 1,
    phases: [{ phase: 'resolving', ms: 1 }],
    version: '5',
    address: '127.0.0.1:1883',
    by: null,
    reason: null,
    sessionPresent: null,
    ...part,
  };
}

const histories = () => new Histories(dir, () => now);
const ids = async (about: string, from = histories()) =>
  (await from.of(about).page(null, 100)).attempts.map(({ id, by }) => `${id} ${by ?? 'runs'}`);
const file = async () => join(dir, 'history', (await readdir(join(dir, 'history')))[0] ?? '');

describe('the history of a connection', () => {
  test('Outlives the program: what ran when it was cut off says so, each profile has its own.', async () => {
    const first = histories();
    const history = first.of('profile-1');
    history.record([attempt('a', { endedAt: now + 5, by: 'remote' })]);
    now += 1_000;
    history.record([attempt('b', { onlineAt: now + 5 })]);
    first.of('profile-2').record([attempt('x', { endedAt: now, by: 'user' })]);
    await first.flush();
    expect(await ids('profile-1')).toEqual(['b program', 'a remote']);
    expect(await ids('profile-2')).toEqual(['x user']);
    expect((await stat(await file())).mode & 0o777).toBe(0o600);
    expect(await readdir(join(dir, 'history'))).not.toContain('profile-1.jsonl');
  });

  test('The end that a session has replaces its beginning, and a later page begins where asked.', async () => {
    const first = histories();
    const history = first.of('p');
    for (let i = 0; i < 5; i++) {
      now += 10;
      history.record([attempt(`a${i}`, { onlineAt: now + 1 })]);
      history.record([attempt(`a${i}`, { onlineAt: now + 1, endedAt: now + 5, by: 'silence' })]);
    }
    await first.flush();
    const again = histories().of('p');
    const page = await again.page(null, 2);
    expect(page.attempts.map(({ id }) => id)).toEqual(['a4', 'a3']);
    expect(page.more).toBe(true);
    const rest = await again.page(page.attempts[1]?.startedAt ?? 0, 100);
    expect(rest.attempts.map(({ id }) => id)).toEqual(['a2', 'a1', 'a0']);
    expect(rest.more).toBe(false);
  });

  test('Attempts that began in the same millisecond are on one page: the next begins before them all.', async () => {
    const history = histories().of(null);
    for (let at = 0; at < 3; at++) {
      history.record(['x', 'y'].map((of) => attempt(`${of}${at}`, { endedAt: now, by: 'remote' })));
      now += 1_000;
    }
    const seen: string[] = [];
    for (let before: number | null = null, more = true; more;) {
      const page: Awaited<ReturnType<typeof history.page>> = await history.page(before, 1);
      expect(page.attempts.length).toBeGreaterThan(0);
      seen.push(...page.attempts.map(({ id }) => id));
      before = page.attempts.at(-1)?.startedAt ?? 0;
      more = page.more;
    }
    expect(seen).toEqual(['x2', 'y2', 'x1', 'y1', 'x0', 'y0']);
    expect(await history.page(START, 5)).toMatchObject({ attempts: [], more: false });
  });

  test('After 30 days an attempt is forgotten; broken lines of a file are passed over.', async () => {
    const first = histories();
    first.of('p').record([attempt('old', { endedAt: now, by: 'user' })]);
    now += 29 * DAY;
    first.of('p').record([attempt('new', { endedAt: now, by: 'user' })]);
    await first.flush();
    const path = await file();
    const text = await readFile(path, 'utf8');
    await writeFile(path, `{"half\n${text}{"id":5}\nnull\n${'x'.repeat(100)}`);
    expect(await ids('p')).toEqual(['new user', 'old user']);
    now += 2 * DAY;
    expect(await ids('p')).toEqual(['new user']);
  });

  test('Thousands of attempts stay bounded, in memory and on disk.', async () => {
    const first = histories();
    const history = first.of('p');
    for (let i = 0; i < 7_000; i++) {
      now += 1;
      history.record([attempt(`a${i}`, { endedAt: now, by: 'remote' })]);
    }
    await first.flush();
    const page = await history.page(null, 1_000);
    expect(page.attempts[0]?.id).toBe('a6999');
    const lines = (await readFile(await file(), 'utf8')).trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(12_000);
    expect(
      (
        await histories()
          .of('p')
          .page(START + 1_990, 10)
      ).attempts,
    ).toEqual([]);
  });

  test('A session that was cut off with its thread is ended then, others are not.', async () => {
    const history = histories().of(null);
    history.record([attempt('mine', { onlineAt: now }), attempt('other', { onlineAt: now })]);
    now += 50;
    history.cutOff(new Set(['mine']));
    const { attempts } = await history.page(null, 10);
    expect(attempts.find(({ id }) => id === 'mine')).toMatchObject({ endedAt: now, by: 'program' });
    expect(attempts.find(({ id }) => id === 'other')?.endedAt).toBeNull();
    await expect(readdir(join(dir, 'history'))).rejects.toThrow();
  });
});

test('The share of being online is of the last day, or of all the time there is.', () => {
  const at = (onlineAt: number | null, endedAt: number | null) =>
    attempt('x', { startedAt: onlineAt ?? START, onlineAt, endedAt });
  expect(uptimeShare([], START)).toBeNull();
  expect(uptimeShare([at(START, null)], START + 100)).toBe(1);
  expect(uptimeShare([at(START, START + 25)], START + 100)).toBe(0.25);
  expect(uptimeShare([at(START - 3 * DAY, START - 2 * DAY), at(START - DAY / 2, null)], START)).toBe(0.5);
});

test('The log of the program keeps its newest lines, with their times.', () => {
  const log = new AppLog(() => START);
  for (let i = 0; i < 2_500; i++) log.add(`line ${i}`);
  const lines = log.text().trim().split('\n');
  expect(lines).toHaveLength(2_000);
  expect(lines.at(-1)).toBe('2026-11-20T00:00:00.000Z  line 2499');
});
