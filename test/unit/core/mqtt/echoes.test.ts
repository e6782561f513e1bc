import { generate, type IPacket, type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { Incoming } from '../../../../src-main/connection/tap/incoming.ts';
import { TapSession } from '../../../../src-main/connection/tap/session.ts';
import type { ReceivedNote } from '../../../../src-main/connection/tap/events.ts';
import { Echoes } from '../../../../src-main/core/mqtt/echoes.ts';
import { FlightRecorder } from '../../../../src-main/core/packet-capture/store/recorder.ts';
import { emptyEntry } from '../../../../src-main/core/packet-capture/store/ring.ts';
import { secretForms } from '../../../../src-main/core/text/secret-forms.ts';
import { RecordingIntake } from '../../../support/brokers/mqtt-stream.ts';

const SECRET = 'pä/ss wörd+1';
const bytesOf = (packet: object): Buffer => generate(packet as Packet & IPacket, { protocolVersion: 5 });
const CONNACK = { cmd: 'connack', reasonCode: 0, sessionPresent: false };

/** All that is kept of what a broker says. */
function kept(packets: readonly Uint8Array[], cut = 5) {
  const recorder = new FlightRecorder({ wall: () => 0, steady: () => 0 });
  recorder.startLink(5);
  const intake = new RecordingIntake();
  const notes: ReceivedNote[] = [];
  const incoming = new Incoming({
    version: 5,
    maxPayloadBytes: 1_000_000,
    receiveMaximum: 65_535,
    maximumPacketSize: 0,
    intake,
    session: new TapSession(),
    received: (note) => notes.push(note),
    recorder,
    echoes: new Echoes([SECRET]),
  });
  const passed: Uint8Array[] = [];
  for (const packet of packets) {
    // Cut in two, as the net does.
    for (const piece of [packet.subarray(0, cut), packet.subarray(cut)]) {
      incoming.read(Uint8Array.from(piece), 0, 0);
      passed.push(...incoming.takePassed());
    }
  }
  const recorded: Uint8Array[] = [];
  const { ring } = recorder;
  const entry = emptyEntry();
  for (let seq = ring.firstSeq; seq <= ring.lastSeq; seq++) {
    if (ring.read(seq, entry)) recorded.push(entry.bytes.slice(entry.start, entry.end));
  }
  const everything = Buffer.concat([...passed, ...recorded, incoming.violation?.evidence ?? Buffer.alloc(0)]);
  return { notes, taken: intake.taken, text: `${everything.toString()}\n${JSON.stringify(notes)}` };
}

const properties = (said: string) => ({
  reasonString: `no: ${said}!`,
  userProperties: { [said]: 'a', b: `${said}${said}` },
});

describe.each(secretForms([SECRET]))('What a broker repeats as %j', (form) => {
  test.each([
    ['CONNACK', { ...CONNACK, properties: { ...properties(form), responseInformation: form } }],
    ['PUBACK', { cmd: 'puback', messageId: 1, reasonCode: 135, properties: properties(form) }],
    ['PUBREC', { cmd: 'pubrec', messageId: 1, reasonCode: 135, properties: properties(form) }],
    ['SUBACK', { cmd: 'suback', messageId: 1, granted: [0x87], properties: properties(form) }],
    ['UNSUBACK', { cmd: 'unsuback', messageId: 1, granted: [0], properties: properties(form) }],
    ['DISCONNECT', { cmd: 'disconnect', reasonCode: 0x87, properties: properties(form) }],
  ])('in %s is neither recorded nor read nor shown.', (name, packet) => {
    const first = name === 'CONNACK' ? [] : [bytesOf(CONNACK)];
    const { text, notes } = kept([...first, bytesOf(packet)]);
    expect(text).not.toContain(form);
    expect(text).not.toContain(SECRET);
    // The rest of the sentence stays.
    expect(text).toContain('no: *');
    expect(notes).toHaveLength(first.length + 1);
  });
});

test('What a broker says of itself under $SYS is blanked; messages of others are theirs.', () => {
  const publish = (topic: string) =>
    bytesOf({ cmd: 'publish', topic, payload: `x ${SECRET} y`, qos: 0, retain: false, dup: false });
  const { taken } = kept([bytesOf(CONNACK), publish('$SYS/broker/last'), publish('plant/secret')]);
  const payloads = taken.map((one) => Buffer.from(one.payload, 'hex').toString());
  expect(payloads).toEqual([expect.stringMatching(/^x \*+ y$/), `x ${SECRET} y`]);
});

test('What is no MQTT is blanked as well before it becomes evidence.', () => {
  const { text } = kept([Buffer.from(`HTTP/1.1 400 Bad\r\nX: ${SECRET}\r\n`)], 40);
  expect(text).toContain('HTTP/1.1 400');
  expect(text).not.toContain(SECRET);
});

test('Data of an authentication and an assigned client ID stay as they are.', () => {
  const authenticationData = Buffer.from(`r=${SECRET}`);
  const connack = bytesOf({
    ...CONNACK,
    properties: { authenticationMethod: 'X', authenticationData, assignedClientIdentifier: `id-${SECRET}` },
  });
  const { notes } = kept([connack]);
  expect(JSON.stringify(notes)).toContain(`id-${SECRET}`);
  const auth = bytesOf({
    cmd: 'auth',
    reasonCode: 0x18,
    properties: { authenticationMethod: 'X', authenticationData },
  });
  const before = Uint8Array.from(auth);
  new Echoes([SECRET]).blankPacket(auth, 15, 2, auth.length);
  expect(Uint8Array.from(auth)).toEqual(before);
});

test('Secrets of less than four characters, and none, blank nothing.', () => {
  const bytes = Buffer.from('abc abcd');
  new Echoes(['abc', '']).blank(bytes, 0, bytes.length);
  expect(bytes.toString()).toBe('abc abcd');
  new Echoes(['abcd']).blank(bytes, 0, bytes.length);
  expect(bytes.toString()).toBe('abc ****');
});
