import { describe, expect, test } from 'vitest';
import { ConnectionId, ConnectionOptions, Profile } from '../../../../src-main/contract/model/model.ts';
import type { ProfilesItem } from '../../../../src-main/contract/profiles/profiles.ts';
import type { ProfileChange } from '../../../../src-main/core/profiles/list.ts';
import { Observable } from '../../../../src-main/engine/base/observable.ts';
import { DecoderRuleBook } from '../../../../src-main/engine/decoding/decoder-rules.ts';
import { step } from '../../../support/decoding.ts';

const saved = ConnectionId.parse('saved');
const unsaved = ConnectionId.parse('unsaved');
const options = ConnectionOptions.parse({ name: 'a', protocol: 'mqtt', host: 'h', port: 1 });

function book() {
  const item = new Observable<ProfilesItem>({
    profiles: [Profile.parse({ id: 'p1', options }), Profile.parse({ id: 'p2', options })],
    notice: null,
    missingSecrets: {},
    neverSealed: {},
    boundSecrets: {},
  });
  const made = new DecoderRuleBook({
    saved: {
      item,
      find: (id) => item.value.profiles.find((profile) => profile.id === id),
      change: (change: ProfileChange) => {
        item.set({ ...item.value, profiles: [...change(item.value.profiles)] });
        return Promise.resolve(null);
      },
    },
    profileOf: (connection) => (connection === saved ? 'p1' : null),
  });
  return { made, handlers: made.handlers(), item };
}

describe('Rules of how topics are decoded', () => {
  test('are saved with the profile of the connection, and no other', async () => {
    const { made, handlers, item } = book();
    const chain = [step('gzip'), step('cbor')];
    const done = await handlers.setDecoderRule({ connection: saved, filter: 'plant/+/vibration', chain });
    expect(done).toEqual({ kind: 'saved', where: 'profile' });
    expect(item.value.profiles.map(({ decoderRules }) => decoderRules)).toEqual([
      [{ filter: 'plant/+/vibration', chain }],
      undefined,
    ]);
    expect(made.rulesOf(saved)).toHaveLength(1);
    expect(made.rulesOf(unsaved)).toEqual([]);
    await handlers.setDecoderRule({ connection: saved, filter: 'plant/+/vibration', chain: null });
    expect(made.rulesOf(saved)).toEqual([]);
  });

  test('of a connection without a profile are kept in memory, and said to be', async () => {
    const { made, handlers, item } = book();
    const before = item.value;
    const asked = { connection: unsaved, filter: '#', chain: [step('hex')] };
    expect(await handlers.setDecoderRule(asked)).toEqual({ kind: 'saved', where: 'memory' });
    expect(made.rulesOf(unsaved)).toEqual([{ filter: '#', chain: [step('hex')] }]);
    expect(item.value).toBe(before);
  });

  test('are refused where the filter is none', async () => {
    const { made, handlers } = book();
    const refused = await handlers.setDecoderRule({
      connection: saved,
      filter: 'a/#/b',
      chain: [step('hex')],
    });
    expect(refused.kind).toBe('failed');
    expect(made.rulesOf(saved)).toEqual([]);
  });

  test('are sent when they change, and only then', async () => {
    const { handlers, item } = book();
    const end = new AbortController();
    const reported: string[][] = [];
    const reading = (async () => {
      const stream = handlers.decoderRules({ connection: saved }, end.signal);
      for await (const { rules } of stream) {
        reported.push(rules.map(({ filter }) => filter));
        if (reported.length === 2) end.abort();
      }
    })();
    await Promise.resolve();
    item.set({ ...item.value, notice: null });
    await new Promise((resolve) => setImmediate(resolve));
    await handlers.setDecoderRule({ connection: saved, filter: 'a', chain: [step('hex')] });
    await reading;
    expect(reported).toEqual([[], ['a']]);
  });
});
