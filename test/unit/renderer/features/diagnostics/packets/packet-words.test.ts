import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  PacketFilter,
  PacketType,
  type PacketField,
  type RecorderStatus,
} from '../../../../../../src-main/contract/session/packets.ts';
import {
  fieldAt,
  fieldRows,
  parentPath,
} from '../../../../../../src-renderer/features/diagnostics/packets/fields.ts';
import {
  flagWords,
  missingWords,
  packetIdOf,
  REASON_CHOICES,
  reasonChoice,
  reasonFilter,
  reasonWords,
  timeWords,
  TYPE_CHOICES,
  typeChoice,
} from '../../../../../../src-renderer/features/diagnostics/packets/packet-labels.ts';

test('A time is by the clock, since the first packet or since the one before; the first has none.', () => {
  expect(timeWords('relative', 1_004.2, 1_000, undefined)).toBe('+0.0042');
  expect(timeWords('delta', 1_000, 5, 2_200)).toBe('−1.2000');
  expect([timeWords('delta', 5, 0, undefined), timeWords('relative', 5, null, 3)]).toEqual(['', '']);
  expect(timeWords('clock', 1_004.2, null, undefined)).toMatch(/^\d\d:\d\d:\d\d\.004$/);
});

test('A reason is named where it has a name, and always in two digits or more.', () => {
  expect(reasonWords({ reason: null, reasonName: 'Not there' })).toBe('');
  expect(reasonWords({ reason: 0, reasonName: null })).toBe('0x00');
  expect(reasonWords({ reason: 0x87, reasonName: 'Not authorized' })).toBe('Not authorized 0x87');
  expect([flagWords({ dup: true, retain: true }), flagWords({ dup: false, retain: false })]).toEqual([
    'dup retain',
    '',
  ]);
});

test('A packet id is a whole number from 1 to 65535, and nothing that only counts as a number.', () => {
  expect(['1', ' 7 ', '65535', '00012'].map(packetIdOf)).toEqual([1, 7, 65_535, 12]);
  const none = ['', ' ', '0', '65536', '99999', '1e3', '0x1F', '-1', '1.5', '٣', 'a', '100000'];
  expect(none.map((text) => [text, packetIdOf(text)])).toEqual(none.map((text) => [text, null]));
});

describe('the choice of types', () => {
  test('is found again by the types it stands for, each by itself and each group', () => {
    for (const { value, types } of TYPE_CHOICES) expect(typeChoice({ types: [...types] })).toBe(value);
    expect(new Set(TYPE_CHOICES.map(({ value }) => value)).size).toBe(TYPE_CHOICES.length);
    expect(typeChoice({ types: ['PUBLISH', 'CONNECT'] })).toBe('all');
  });

  test('has every type that a packet may have, once by itself, and but for PUBLISH in one group', () => {
    const single = TYPE_CHOICES.flatMap(({ types, value }) => (types[0] === value ? [value] : []));
    const control = TYPE_CHOICES.find(({ value }) => value === 'control')?.types ?? [];
    expect([...control, 'PUBLISH'].toSorted()).toEqual(single.toSorted());
    expect(single.toSorted()).toEqual(PacketType.options.toSorted());
  });
});

test('The choice of reasons is found again by the filter that it makes.', () => {
  for (const { value } of REASON_CHOICES)
    expect(reasonChoice(PacketFilter.parse({ ...reasonFilter(value) }))).toBe(value);
});

describe('what the recorder leaves out', () => {
  const recorder = (part: object): RecorderStatus =>
    ({
      leavingOut: false,
      notRecordedIn: 0,
      notRecordedOut: 0,
      evicted: 0,
      deleted: 0,
      bytes: 0,
      publish: { kind: 'all' },
      ...part,
    }) as unknown as RecorderStatus;

  test('is nothing, or said with its reason and its count', () => {
    expect(missingWords(recorder({}))).toBe('');
    expect(missingWords(recorder({ notRecordedIn: 1_200, notRecordedOut: 34 }))).toBe(
      '1,234 packets not recorded so far.',
    );
    expect(missingWords(recorder({ notRecordedIn: 1 }))).toBe('1 packet not recorded so far.');
    expect(missingWords(recorder({ evicted: 2, bytes: 16_000_000 }))).toMatch(
      /^2 older packets dropped \(16\S* MB limit\)\.$/,
    );
    // What a person deleted was not dropped for want of room.
    expect(missingWords(recorder({ deleted: 2_032 }))).toBe('2,032 packets deleted.');
    const said = (publish: object) => missingWords(recorder({ leavingOut: true, publish }));
    expect(said({ kind: 'excluded' })).toMatch(/are not recorded/);
    expect(said({ kind: 'sampled', oneIn: 1_000 })).toMatch(/one in 1,000 /);
    expect(said({ kind: 'auto' })).toMatch(/too fast/);
    // Nothing is left out just now.
    expect(missingWords(recorder({ publish: { kind: 'excluded' } }))).toBe('');
  });
});

describe('the fields of a packet', () => {
  const field = (name: string, offset: number, length: number, children: PacketField[] = []): PacketField =>
    ({ name, value: '', offset, length, children }) as unknown as PacketField;
  const tree = [
    field('Header', 0, 2, [field('Type', 0, 1), field('Flags', 0, 1)]),
    field('Properties', 2, 10, [
      field('Length', 2, 1),
      field('User', 3, 9, [field('Name', 4, 3)]),
      field('None', 5, 0),
    ]),
  ];
  const paths = (closed: readonly string[] = []) => fieldRows(tree, new Set(closed)).map(({ path }) => path);

  test('are rows as far as they are open', () => {
    expect(paths()).toEqual(['0', '0.0', '0.1', '1', '1.0', '1.1', '1.1.0', '1.2']);
    expect(paths(['1'])).toEqual(['0', '0.0', '0.1', '1']);
    expect(paths(['1.1', '0'])).toEqual(['0', '1', '1.0', '1.1', '1.2']);
    expect(fieldRows(tree, new Set()).find(({ path }) => path === '1.1.0')).toMatchObject({
      level: 3,
      position: 1,
      siblings: 1,
    });
    expect([parentPath('1.1.0'), parentPath('1'), parentPath('')]).toEqual(['1.1', null, null]);
  });

  test('are found by a byte: the innermost that is shown; none beyond the packet', () => {
    const at = (byte: number, ...closed: string[]) =>
      fieldAt(fieldRows(tree, new Set(closed)), byte)?.field.name ?? null;
    // Of two that share a byte the later one.
    expect([at(0), at(1), at(2), at(3), at(5), at(11), at(12), at(-1)]).toEqual([
      ...['Flags', 'Header', 'Length', 'User', 'Name', 'User', null, null],
    ]);
    expect([at(5, '1.1'), at(5, '1')]).toEqual(['User', 'Properties']);
  });

  test('lead back to the top from each row', () => {
    fc.assert(
      fc.property(fc.subarray(paths()), (closed) => {
        const shown = new Set(paths(closed));
        for (const path of shown) {
          const parent = parentPath(path);
          expect(parent === null || (shown.has(parent) && !closed.includes(parent))).toBe(true);
        }
      }),
    );
  });
});
