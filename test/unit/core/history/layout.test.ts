import { describe, expect, test } from 'vitest';
import {
  HEADER_WORDS,
  linkTo,
  lookAt,
  readRecord,
  STORED,
  STORED_WORD,
  trailerBytes,
  writeContents,
  writePacketId,
} from '../../../../src-main/core/history/layout.ts';
import { RecordLook } from '../../../../src-main/core/history/look.ts';
import { Segment } from '../../../../src-main/core/history/segments.ts';
import { random } from '../../../support/random.ts';

const BASE = 5 * 16_384;

interface Written {
  readonly seq: number;
  readonly at: number;
  /** The low four bits of the fixed header. */
  readonly flags: number;
  readonly size: number;
  readonly properties: readonly number[];
  readonly payload: readonly number[];
  readonly packetId?: number;
  readonly previous?: number;
  readonly stored?: boolean;
  /** Bytes between properties and payload in the chunk. */
  readonly apart?: number;
}

/** Writes a record as the log does, at a word of a segment that was used before. */
function written(one: Written, word = 3) {
  const {
    seq,
    at,
    flags,
    size,
    properties,
    payload,
    packetId,
    previous = 0,
    stored = false,
    apart = 0,
  } = one;
  const segment = new Segment(BASE, new ArrayBuffer(16_384));
  segment.words.fill(-1);
  const address = BASE + word * 4;
  const words = HEADER_WORDS + ((properties.length + payload.length + trailerBytes(flags) + 3) >>> 2);
  const high = (value: number) => Math.floor(value / 2 ** 32);
  const header = [words, 7, 8, linkTo(address, previous), seq | 0, at | 0];
  for (const [i, value] of header.entries()) segment.words[word + i] = value;
  segment.words[word + 4] = seq % 2 ** 32;
  segment.words[word + 5] = at % 2 ** 32;
  segment.words[word + 6] = high(seq) | (high(at) << 16);
  segment.words[word + 7] = size;
  segment.words[word + 8] = flags << 28;
  const chunk = Uint8Array.of(9, 9, ...properties, ...Array.from({ length: apart }, () => 9), ...payload);
  const payloadStart = 2 + properties.length + apart;
  const view = new DataView(chunk.buffer);
  writeContents(segment, word, view, 2, 2 + properties.length, payloadStart, payloadStart + payload.length);
  if (stored) segment.words[word + STORED_WORD]! |= STORED;
  if (packetId !== undefined) writePacketId(segment, address, packetId);
  return { segment, address };
}

function read(one: Written, word?: number) {
  const { segment, address } = written(one, word);
  const { properties, payload, ...record } = readRecord(segment, address);
  return { ...record, properties: [...properties], payload: [...payload], address };
}

const PLAIN: Written = { seq: 1, at: 5, flags: 0, size: 3, properties: [], payload: [1, 2, 3] };

describe('a record', () => {
  test('holds the number and the time of a message beyond 32 bits', () => {
    const seq = 2 ** 40 + 2 ** 31 + 5;
    const at = Date.UTC(2100, 0, 1) + 7;
    expect(read({ ...PLAIN, seq, at })).toMatchObject({ seq, at });
    expect(read({ ...PLAIN, seq: 2 ** 32 - 1, at: 2 ** 41 - 1 })).toMatchObject({
      seq: 2 ** 32 - 1,
      at: 2 ** 41 - 1,
    });
  });

  test('holds the flags of the header, each by itself', () => {
    for (let flags = 0; flags < 16; flags++) {
      const { retain, qos, dup } = read({ ...PLAIN, flags });
      expect([retain, qos, dup]).toEqual([(flags & 1) === 1, Math.min(2, (flags >> 1) & 3), flags >= 8]);
    }
    expect([read(PLAIN).stored, read({ ...PLAIN, stored: true }).stored]).toEqual([false, true]);
  });

  test('has properties and payload as received, whether they follow each other or not', () => {
    const rng = random(13);
    const bytes = (length: number) => Array.from({ length }, () => rng.int(256));
    for (let round = 0; round < 400; round++) {
      const one: Written = {
        ...PLAIN,
        ...{ flags: rng.int(16), size: 4_000, apart: rng.int(2) * rng.int(9), stored: rng.int(2) === 1 },
        properties: bytes(rng.int(3) === 0 ? 0 : rng.int(200)),
        payload: bytes(rng.int(900)),
      };
      const { properties, payload, stored } = read(one, rng.int(50));
      expect({ properties, payload, stored }).toEqual({
        properties: one.properties,
        payload: one.payload,
        stored: one.stored,
      });
    }
  });

  test('has a packet id from QoS 1 on only, which takes nothing from its payload', () => {
    expect([0, 1, 8, 9].map(trailerBytes)).toEqual([0, 0, 0, 0]);
    expect([2, 4, 3, 11, 13].map(trailerBytes)).toEqual([2, 2, 2, 2, 2]);
    expect(read(PLAIN).packetId).toBe(0);
    for (const length of [0, 1, 2, 3, 4, 5]) {
      const payload = Array.from({ length }, () => 200);
      for (const packetId of [1, 255, 256, 65_535])
        expect(read({ ...PLAIN, flags: 2, payload, packetId })).toMatchObject({ packetId, payload });
    }
  });

  test('leads to the message before, and says none where that is out of reach', () => {
    expect(read({ ...PLAIN, previous: BASE - 400 }).previous).toBe(BASE - 400);
    expect(read(PLAIN).previous).toBe(0);
    expect([linkTo(2 ** 40, 0), linkTo(2 ** 40, 2 ** 40 - 4), linkTo(2 ** 40, 4)]).toEqual([0, 1, 0]);
    // More than half of what an unsigned word can say is no negative way back.
    const far = 3 * 2 ** 32;
    expect(linkTo(far + 2 ** 33 + 2 ** 32, far)).toBe(3 * 2 ** 30);
  });

  test('says the same to a look that makes no object', () => {
    const rng = random(17);
    for (let round = 0; round < 100; round++) {
      const one: Written = {
        ...{
          seq: 1 + rng.int(2 ** 30),
          at: rng.int(2 ** 30) * 1_000,
          flags: rng.int(16),
          size: rng.int(2 ** 28),
        },
        properties: Array.from({ length: rng.int(30) }, () => rng.int(256)),
        payload: Array.from({ length: rng.int(300) }, () => rng.int(256)),
        previous: rng.int(2) * (BASE - 64),
        stored: rng.int(2) === 1,
      };
      const { segment, address } = written(one);
      const look = new RecordLook();
      lookAt(segment, address, look);
      const record = readRecord(segment, address);
      expect([look.seq, look.at, look.flags, look.size, look.previous]).toEqual([
        ...[record.seq, record.at, one.flags, record.size, record.previous],
      ]);
      expect([...look.payload.subarray(look.payloadStart, look.payloadEnd)]).toEqual(one.payload);
      expect([...look.properties.subarray(look.propertiesStart, look.propertiesEnd)]).toEqual(one.properties);
    }
  });
});
