import { describe, expect, test } from 'vitest';
import { fileStem } from '../../../../../src-main/core/message/file-name.ts';
import type { ConnectionAttempt } from '../../../../../src-main/contract/session/connection-history.ts';
import type { LogEntry } from '../../../../../src-main/contract/session/diagnostics.ts';
import { PacketFilter, type PacketField } from '../../../../../src-main/contract/session/packets.ts';
import { NO_PACKETS } from '../../../../../src-main/contract/session/session-blank.ts';
import {
  endWords,
  historyLanes,
  historyMarks,
  outcomeWords,
  shareWords,
  uptimeWords,
} from '../../../../../src-renderer/features/diagnostics/history/history-spans.ts';
import { filterLog, logJson, logText } from '../../../../../src-renderer/features/diagnostics/log-lines.ts';
import {
  fieldAt,
  fieldRows,
  parentPath,
} from '../../../../../src-renderer/features/diagnostics/packets/fields.ts';
import {
  missingWords,
  reasonChoice,
  reasonFilter,
  reasonWords,
  REASON_CHOICES,
  timeWords,
  TYPE_CHOICES,
  typeChoice,
} from '../../../../../src-renderer/features/diagnostics/packets/packet-labels.ts';
import {
  moved,
  rangeByKey,
  ticks,
  within,
  zoomed,
} from '../../../../../src-renderer/features/diagnostics/history/time-range.ts';

describe('the fields of a packet', () => {
  const leaf = (name: string, offset: number, length: number): PacketField => ({
    ...{ name, value: '', offset, length, children: [] },
  });
  const fields = [
    { ...leaf('header', 0, 2), children: [leaf('flags', 0, 1), leaf('remaining', 1, 1)] },
    leaf('topic', 2, 5),
    leaf('nothing', 7, 0),
  ];

  test('are a tree whose closed nodes hide what is below them', () => {
    const names = (closed: string[]) =>
      fieldRows(fields, new Set(closed)).map(({ field, level }) => `${level} ${field.name}`);
    expect(names([])).toEqual(['1 header', '2 flags', '2 remaining', '1 topic', '1 nothing']);
    expect(names(['0'])).toEqual(['1 header', '1 topic', '1 nothing']);
    expect([parentPath('0.1'), parentPath('0')]).toEqual(['0', null]);
  });

  test('are found by their bytes, the innermost first', () => {
    const rows = fieldRows(fields, new Set());
    expect([0, 1, 2, 6, 7].map((at) => fieldAt(rows, at)?.field.name)).toEqual([
      'flags',
      'remaining',
      'topic',
      'topic',
      undefined,
    ]);
    expect(fieldAt(fieldRows(fields, new Set(['0'])), 1)?.field.name).toBe('header');
  });
});

describe('words for packets', () => {
  test('times are by the clock, since the first or since the row before', () => {
    expect(timeWords('relative', 2_500.25, 1_000, undefined)).toBe('+1.5003');
    expect(timeWords('delta', 1_000, 0, 1_200)).toBe('−0.2000');
    expect(timeWords('delta', 1_000, 0, undefined)).toBe('');
    expect(timeWords('clock', 1_000, null, undefined)).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
  });

  test('a reason has its words and its code', () => {
    expect(reasonWords({ reason: 0x87, reasonName: 'Not authorized' })).toBe('Not authorized 0x87');
    expect(reasonWords({ reason: 1, reasonName: null })).toBe('0x01');
    expect(reasonWords({ reason: null, reasonName: null })).toBe('');
  });

  test('each choice of types and reasons comes back from the filter it makes', () => {
    for (const { value, types } of TYPE_CHOICES) {
      expect(typeChoice(PacketFilter.parse({ types: [...types] }))).toBe(value);
    }
    for (const { value } of REASON_CHOICES) {
      expect(reasonChoice(PacketFilter.parse(reasonFilter(value)))).toBe(value);
    }
  });

  test('what the recorder leaves out is said, and nothing is said where it holds everything', () => {
    expect(missingWords(NO_PACKETS)).toBe('');
    const sampled = { kind: 'sampled', oneIn: 10 } as const;
    const words = missingWords({ ...NO_PACKETS, publish: sampled, leavingOut: true, notRecordedIn: 2_000 });
    expect(words).toContain('one in 10');
    expect(words).toContain('2,000 packets not recorded');
    expect(missingWords({ ...NO_PACKETS, evicted: 1 })).toContain('1 older packet dropped (16 MB limit).');
  });
});

describe('a range of time', () => {
  const limits = { from: 0, to: 100_000 };

  test('zooms about a moment that stays where it is, within its limits', () => {
    expect(zoomed(limits, 2, 25_000, limits)).toEqual({ from: 12_500, to: 62_500 });
    expect(zoomed({ from: 40_000, to: 60_000 }, 0.01, 50_000, limits)).toEqual(limits);
    const closest = zoomed(limits, 1e9, 50_000, limits);
    expect(closest.to - closest.from).toBe(20);
  });

  test('moves without changing its length', () => {
    expect(moved({ from: 0, to: 10_000 }, -5_000, limits)).toEqual({ from: 0, to: 10_000 });
    expect(moved({ from: 80_000, to: 95_000 }, 50_000, limits)).toEqual({ from: 85_000, to: 100_000 });
    expect(within({ from: -10, to: 500_000 }, limits)).toEqual(limits);
  });

  test('answers its keys and no others', () => {
    const range = { from: 40_000, to: 60_000 };
    expect(rangeByKey('Home', range, limits)).toEqual({ from: 0, to: 20_000 });
    expect(rangeByKey('End', range, limits)).toEqual({ from: 80_000, to: 100_000 });
    expect(rangeByKey('ArrowLeft', range, limits)).toEqual({ from: 37_000, to: 57_000 });
    expect(rangeByKey('0', range, limits)).toEqual(limits);
    expect(rangeByKey('+', range, limits)).toEqual({ from: 43_750, to: 56_250 });
    expect(rangeByKey('a', range, limits)).toBeNull();
  });

  test('has round ticks, never more than there is room for', () => {
    const found = ticks({ from: 0, to: 60_000 }, 6);
    expect(found.map(({ at }) => at)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
    for (const length of [100, 7_000, 3_600_000, 30 * 86_400_000]) {
      expect(ticks({ from: 1_234_567, to: 1_234_567 + length }, 8).length).toBeLessThanOrEqual(9);
    }
  });
});

describe('the history of a connection', () => {
  const attempt = (part: Partial<ConnectionAttempt>): ConnectionAttempt => ({
    ...{ id: 'a', startedAt: 1_000, onlineAt: null, endedAt: null, waitedMs: 0, attempt: 1, phases: [] },
    ...{ version: '5', address: '', by: null, reason: null, sessionPresent: null },
    ...part,
  });

  test('is drawn as times connected, connecting and waiting', () => {
    const newestFirst = [
      attempt({ id: 'c', startedAt: 9_000, onlineAt: 9_100, waitedMs: 500 }),
      attempt({ id: 'b', startedAt: 7_000, endedAt: 7_400, by: 'remote' }),
      attempt({ id: 'a', startedAt: 1_000, onlineAt: 1_200, endedAt: 5_000, by: 'user' }),
    ];
    const [online, trying, waiting] = historyLanes(newestFirst, { kind: 'idle' }, 10_000);
    expect(online?.spans.map(({ from, to }) => [from, to])).toEqual([
      [1_200, 5_000],
      [9_100, 10_000],
    ]);
    expect(trying?.spans.map(({ to, tone }) => [to, tone])).toEqual([
      [1_200, 'busy'],
      [7_400, 'err'],
      [9_100, 'busy'],
    ]);
    expect(waiting?.spans.map(({ from, to }) => [from, to])).toEqual([[8_500, 9_000]]);
    // The user's own end is no mark.
    expect(historyMarks(newestFirst).map(({ at }) => at)).toEqual([7_400]);
  });

  test('is given in words', () => {
    expect(outcomeWords(attempt({ onlineAt: 1_000 }), 62_000)).toBe('Connected for 1 m 1 s');
    expect(outcomeWords(attempt({ endedAt: 1_012 }), 62_000)).toBe('Failed after 12 ms');
    expect(endWords(attempt({ endedAt: 5, by: 'program' }))).toBe('Topicscope ended it.');
    expect([0, 0.0001, 0.982, 0.99999, 1].map(shareWords)).toEqual([
      ...['0 %', '0.1 %', '98.2 %', '99.9 %', '100 %'],
    ]);
  });
});

describe('the log', () => {
  const log: LogEntry[] = [
    { seq: 1, at: 0, level: 'info', text: 'Connected.', detail: '' },
    { seq: 2, at: 1, level: 'warn', text: 'Late', detail: 'a ping\nanswered late' },
    { seq: 3, at: 2, level: 'error', text: 'Broken packet', detail: '', evidence: Uint8Array.of(0xf0, 1) },
  ];

  test('is filtered by level and words, newest first', () => {
    const seqs = (least: LogEntry['level'], text: string) =>
      filterLog(log, { least, text }).map(({ seq }) => seq);
    expect(seqs('info', '')).toEqual([3, 2, 1]);
    expect(seqs('warn', '')).toEqual([3, 2]);
    expect(seqs('info', ' PING ')).toEqual([2]);
  });

  test('is copied a line an entry and exported with its bytes, oldest first', () => {
    const shown = filterLog(log, { least: 'info', text: '' });
    expect(logText(shown).split('\n')).toEqual([
      '1970-01-01T00:00:00.000Z  info   Connected.',
      '1970-01-01T00:00:00.001Z  warn   Late a ping answered late',
      '1970-01-01T00:00:00.002Z  error  Broken packet',
    ]);
    const lines = logJson(shown).trimEnd().split('\n');
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ level: 'error', bytes: 'f001' });
  });
});

test('a file is named after its connection with nothing a file system objects to', () => {
  const at = new Date(2026, 10, 20, 14, 3, 7);
  expect(fileStem('Plant: Oslo/../é', at)).toMatch(/^Plant-Oslo-\.\.-e.* 2026-11-20 14\.03\.07$/u);
  expect(fileStem('...', at)).toBe('connection 2026-11-20 14.03.07');
});

test('The share of being online says of which time: since the first attempt, or of a day.', () => {
  const now = new Date(2026, 10, 28, 14, 0).getTime();
  const at = (startedAt: number) => [{ startedAt } as ConnectionAttempt];
  const morning = new Date(2026, 10, 28, 10, 48).getTime();
  expect(uptimeWords(at(morning), 0.207, false, now)).toMatch(/^Connected 20\.7 % of the time since 10:48/);
  expect(uptimeWords(at(morning), 0.5, true, now)).toBe('Connected 50 % of the last 24 h');
  expect(uptimeWords(at(now - 86_400_001), 1, false, now)).toBe('Connected 100 % of the last 24 h');
  expect([uptimeWords([], 1, false, now), uptimeWords(at(morning), null, false, now)]).toEqual(['', '']);
});
