import { createServer } from 'node:net';
import { generate, type IPacket, type Packet } from 'mqtt-packet';
import { afterEach, expect, test } from 'vitest';
import { PacketFilter } from '../../../src-main/contract/session/packets.ts';
import { listen } from '../../support/net/listen.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection } from './open-connection.ts';

afterEach(teardown);

const SECRET = 'correct horse';
const base64 = Buffer.from(SECRET).toString('base64');

test('A password that the broker repeats is in no failure, log, diagnosis or export.', async () => {
  const properties = { reasonString: `bad password ${SECRET}`, userProperties: { [SECRET]: base64 } };
  const refusal = { cmd: 'connack', reasonCode: 0x87, sessionPresent: false, properties };
  const answer = generate(refusal as Packet & IPacket, { protocolVersion: 5 });
  const port = await listen(createServer((socket) => socket.once('data', () => socket.end(answer))));
  const opened = openConnection({ port, version: '5', username: 'ann', password: SECRET });
  const { why } = await opened.until('stopped');
  expect(why?.message).toContain('bad password ****');
  const { packets, log } = opened.connection;
  const exported = ['jsonl', 'pcap'].map((format) => {
    const piece = packets.piece(format as 'jsonl' | 'pcap', ALL, null);
    if ('code' in piece) throw new Error(piece.message);
    return Buffer.from(piece.bytes).toString('latin1');
  });
  const reported = [JSON.stringify([why, opened.diagnostics()]), log.text(), ...exported].join('\n');
  expect(reported).toContain('bad password ****');
  for (const form of [SECRET, base64.replace(/=+$/, ''), Buffer.from(SECRET).toString('hex')])
    expect(reported).not.toContain(form);
});

const ALL = PacketFilter.parse({});
