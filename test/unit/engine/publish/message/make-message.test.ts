import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { failed, type Failure } from '../../../../../src-main/contract/base/errors.ts';
import type { MessageTemplate } from '../../../../../src-main/contract/session/sending.ts';
import { Draws } from '../../../../../src-main/engine/publish/message/draws.ts';
import {
  makeMessage,
  type MadeMessage,
} from '../../../../../src-main/engine/publish/message/make-message.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);

function template(change: Partial<MessageTemplate> = {}): MessageTemplate {
  return {
    topic: 't',
    payload: bytes('x'),
    variables: true,
    gzip: false,
    qos: 1,
    retain: false,
    correlation: null,
    ...change,
  };
}

const LATEST = new Map([
  ['known', '{"a":7}'],
  ['meter', '{"serial":98765432109876543210,"energy":{"kWh":9007199254740993.10}}'],
]);

function open() {
  let drawn = 0;
  const asked: string[] = [];
  const encoded: [string, string][] = [];
  const ports = {
    now: () => 5,
    draws: new Draws(
      () => ++drawn / 100,
      () => `u${++drawn}`,
    ),
    encode: (json: string, message: string) => {
      encoded.push([json, message]);
      return Promise.resolve(
        message === 'a.M' ? Uint8Array.of(8, 1) : failed('no-proto-message', 'No message.', ''),
      );
    },
    latest: (topic: string) => Promise.resolve(LATEST.get(topic) ?? null),
    env: (name: string): Promise<string | null | Failure> => {
      asked.push(name);
      return Promise.resolve(name === 'SITE' ? 'oslo' : name === 'NO' ? failed('no', 'No.', '') : null);
    },
  };
  return { ports, asked, encoded };
}

function made(result: MadeMessage | Failure): MadeMessage {
  if ('code' in result) throw new Error(result.code);
  return result;
}

test('What is shown as next is what is sent, and the one after it is another.', async () => {
  const { ports } = open();
  const one = template({ topic: 't/${uuid}', payload: bytes('${random 0 99} ${random 0 99} ${counter}') });
  const shown = made(await makeMessage(one, ports, { peek: true }));
  const sent = made(await makeMessage(one, ports));
  expect(sent.message).toEqual(shown.message);
  sent.taken();
  const next = made(await makeMessage(one, ports, { peek: true }));
  expect(next.message.topic).not.toBe(sent.message.topic);
  expect([sent, next].map(({ message }) => text(message.payload).split(' ')[2])).toEqual(['1', '2']);
});

test('Numbers of a payload go out with all their digits.', async () => {
  const { ports } = open();
  const payload = bytes('{"of":${value meter .serial},"was":${value meter .energy}}');
  const { message } = made(await makeMessage(template({ payload }), ports));
  expect(text(message.payload)).toBe('{"of":98765432109876543210,"was":{"kWh":9007199254740993.10}}');
});

test('Variables stand in every text of a message; levels of the topic are those of the real one.', async () => {
  const { ports } = open();
  const { message } = made(
    await makeMessage(
      template({
        topic: 'a/${now}',
        payload: bytes('${topic 2} ${value known .a} ${column c}'),
        properties: {
          contentType: '${now}',
          responseTopic: 'r/${topic 1}',
          userProperties: [
            ['${now}', 'v'],
            [Uint8Array.of(255), 'w'],
          ],
          messageExpiry: 9,
        },
        correlation: { text: '6ba7b810-9dad-11d1-80b4-00c04fd430c8', as: 'hex' },
      }),
      ports,
      { columns: new Map([['c', 'cell']]) },
    ),
  );
  expect(message).toMatchObject({ topic: 'a/5', qos: 1 });
  expect(text(message.payload)).toBe('5 7 cell');
  expect(message.properties).toEqual({
    contentType: '5',
    responseTopic: 'r/a',
    userProperties: [
      ['5', 'v'],
      [Uint8Array.of(255), 'w'],
    ],
    messageExpiry: 9,
    correlationData: new Uint8Array(Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex')),
  });
});

test('What the environment holds is sent, and neither kept nor shown before.', async () => {
  const { ports, asked } = open();
  const secret = template({ topic: 's/${env SITE}', payload: bytes('${env SITE} ${random 0 99}') });
  const shown = made(await makeMessage(secret, ports, { peek: true }));
  expect(asked).toEqual([]);
  expect(shown.message.topic).toBe('s/${env SITE}');
  const { message, kept } = made(await makeMessage(secret, ports));
  expect(text(message.payload)).toBe('oslo 1');
  expect(kept).toMatchObject({ topic: 's/${env SITE}', variables: true });
  expect(text(kept.payload)).toBe('${env SITE} 1');
  expect(asked).toEqual(['SITE']);
});

test('What cannot be made without the environment is kept as it was written.', async () => {
  const { ports } = open();
  const inside = template({ topic: '${env IN}', payload: bytes('${topic 2}') });
  const env = (): Promise<string> => Promise.resolve('a/secret');
  const { message, kept } = made(await makeMessage(inside, { ...ports, env }));
  expect(text(message.payload)).toBe('secret');
  expect(kept).toBe(inside);
});

test('Without variables everything goes out as it stands, also what looks like one.', async () => {
  const { ports } = open();
  const one = template({ variables: false, topic: 't/${now}', payload: Uint8Array.of(255, 36, 123) });
  const { message, kept } = made(await makeMessage(one, ports));
  expect(message).toEqual({ topic: 't/${now}', payload: one.payload, qos: 1, retain: false });
  expect(kept).toBe(one);
});

test.each([true, false])(
  'A payload is compressed after its variables were replaced (%s), and kept as it was.',
  async (variables) => {
    const { ports } = open();
    const one = template({ variables, gzip: true, payload: bytes('${now}'.repeat(100)) });
    const { message, kept } = made(await makeMessage(one, ports));
    const whole = (variables ? '5' : '${now}').repeat(100);
    expect(gunzipSync(message.payload).toString()).toBe(whole);
    expect(text(kept.payload)).toBe(whole);
    expect(kept.gzip).toBe(true);
  },
);

test.each<[Partial<MessageTemplate>, string]>([
  [{ payload: Uint8Array.of(255) }, 'payload-not-text'],
  [{ payload: bytes('${env NO}') }, 'no'],
  [{ payload: bytes('${env UNSET}') }, 'variable-env'],
  [{ topic: '${value none}' }, 'variable-value'],
  [{ correlation: { text: '${now}', as: 'hex' } }, 'correlation-not-hex'],
])('%j is not made: %s.', async (change, code) => {
  const { ports } = open();
  expect(await makeMessage(template(change), ports)).toMatchObject({ kind: 'failed', code });
});

test('JSON is encoded when its variables have their values, and kept as it was typed.', async () => {
  const { ports } = open();
  const encoding = { format: 'cbor', floats: 'shortest' } as const;
  const payload = bytes('{"n":${counter},"big":18446744073709551615}');
  const { message, kept } = made(await makeMessage(template({ payload, encoding }), ports));
  expect(Buffer.from(message.payload).toString('hex')).toBe('a2616e01636269671bffffffffffffffff');
  expect(text(kept.payload)).toBe('{"n":1,"big":18446744073709551615}');
  expect(kept.encoding).toEqual(encoding);
  const msgpack = {
    encoding: { format: 'msgpack', floats: 'double' },
    variables: false,
    gzip: true,
  } as const;
  const packed = made(await makeMessage(template({ payload: bytes('[1.5]'), ...msgpack }), ports));
  expect(gunzipSync(packed.message.payload).toString('hex')).toBe('91cb3ff8000000000000');
});

test('What is not JSON is not sent, and what is hidden before it is sent is not taken for a mistake.', async () => {
  const { ports } = open();
  const encoding = { format: 'cbor', floats: 'shortest' } as const;
  const of = (payload: Uint8Array, peek = false) =>
    makeMessage(template({ payload, encoding }), ports, { peek });
  expect(await of(bytes('{"a":}'))).toMatchObject({ code: 'payload-not-json' });
  expect(
    await makeMessage(template({ payload: Uint8Array.of(0xff), encoding, variables: false }), ports),
  ).toMatchObject({
    code: 'payload-not-text',
  });
  expect(text(made(await of(bytes('[${env NUMBER}]'), true)).message.payload)).toBe('[${env NUMBER}]');
  expect(made(await of(bytes('["${env SITE}"]'))).message.payload).toEqual(
    Uint8Array.of(0x81, 0x64, ...bytes('oslo')),
  );
});

test('JSON is sent as the Protobuf message that was chosen, with the values of its variables, and kept as typed.', async () => {
  const { ports, encoded } = open();
  const encoding = { format: 'protobuf', floats: 'shortest', message: 'a.M' } as const;
  const { message, kept } = made(
    await makeMessage(template({ payload: bytes('{"n": ${counter}}'), encoding }), ports),
  );
  expect(message.payload).toEqual(Uint8Array.of(8, 1));
  expect(encoded).toEqual([['{"n": 1}', 'a.M']]);
  expect([text(kept.payload), kept.encoding]).toEqual(['{"n": 1}', encoding]);
  const packed = made(await makeMessage(template({ payload: bytes('{}'), encoding, gzip: true }), ports));
  expect([...gunzipSync(packed.message.payload)]).toEqual([8, 1]);
});

test('Protobuf that no message is chosen for is not sent.', async () => {
  const { ports } = open();
  const encoding = { format: 'protobuf', floats: 'shortest' } as const;
  for (const variables of [true, false])
    expect(await makeMessage(template({ payload: bytes('{}'), encoding, variables }), ports)).toMatchObject({
      code: 'no-proto-message',
    });
  expect(
    await makeMessage(template({ payload: Uint8Array.of(0xff), encoding, variables: false }), ports),
  ).toMatchObject({ code: 'payload-not-text' });
});
