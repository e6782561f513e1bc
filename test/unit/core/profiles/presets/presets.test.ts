import { describe, expect, it } from 'vitest';
import { ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import { Preset } from '../../../../../src-main/contract/profiles/transfer.ts';
import { applyPreset, PRESETS } from '../../../../../src-main/core/profiles/presets/presets.ts';
import {
  checkServiceTopic,
  clampKeepAlive,
} from '../../../../../src-main/core/session/failures/service-limits.ts';

const NEW = ConnectionOptions.parse({ name: '', protocol: 'mqtt', host: 'localhost', port: 1883 });

/** Answers as the examples give them, for what has to be answered. */
function examples(id: string): Record<string, string> {
  const preset = PRESETS.find((one) => one.id === id);
  if (preset === undefined) throw new Error(`no preset ${id}`);
  const special: Record<string, string> = {
    key: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
    username: 'operator',
    password: 'secret',
    secretAccessKey: 'secret',
    accessKeyId: 'AKIDEXAMPLE123456',
  };
  return Object.fromEntries(
    preset.questions
      .filter(({ required, initial }) => required || initial !== '')
      .map(({ id: question, initial, example }) => [question, initial || (special[question] ?? example)]),
  );
}

function apply(id: string, answers: Record<string, string> = {}, options: ConnectionOptions = NEW) {
  const applied = applyPreset(options, id, { ...examples(id), ...answers });
  if (applied.kind !== 'applied') throw new Error(JSON.stringify(applied));
  return applied;
}

function problems(id: string, answers: Record<string, string>) {
  const applied = applyPreset(NEW, id, { ...examples(id), ...answers });
  if (applied.kind !== 'invalid') throw new Error('it was applied');
  return applied.problems.map(({ question }) => question);
}

describe('presets', () => {
  it('are there for every service that is promised', () => {
    expect(PRESETS.map(({ id }) => id)).toEqual([
      'mosquitto',
      'mosquitto-tls',
      'emqx',
      'bevywise-mqttroute',
      'test-mosquitto-org',
      'hivemq-cloud',
      'emqx-cloud',
      'beebotte',
      'aws-iot-mtls',
      'aws-iot-alpn',
      'aws-iot-custom-authorizer',
      'aws-iot-websocket',
      'azure-iot-hub-sas',
      'azure-iot-hub-x509',
      'azure-event-grid',
    ]);
  });

  it.each(PRESETS.map((preset) => [preset.id, preset] as const))(
    '%s explains itself and asks well',
    (_, preset) => {
      expect(Preset.safeParse(preset).success).toBe(true);
      expect(preset.text).toMatch(/\.$/);
      expect(preset.text.length).toBeGreaterThan(80);
      const ids = preset.questions.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { pattern, rule, example, input, choices, initial } of preset.questions) {
        if (input === 'choice') expect(choices.map(({ value }) => value)).toContain(initial);
        if (pattern === null) continue;
        const whole = new RegExp(`^(?:${pattern})$`, 'u');
        expect(rule).not.toBe('');
        if (!example.endsWith('...') && example !== '') expect(example).toMatch(whole);
        if (initial !== '') expect(initial).toMatch(whole);
      }
    },
  );

  it.each(PRESETS.map(({ id }) => id))('%s makes options that keep to its own limits', (id) => {
    const { options } = apply(id);
    expect(ConnectionOptions.parse(options)).toEqual(options);
    const limits = options.serviceLimits;
    expect(limits).toEqual(PRESETS.find((one) => one.id === id)?.limits);
    expect(options.preset).toBe(id);
    for (const { filter, qos } of options.subscriptions) {
      expect(checkServiceTopic(filter, limits)).toBeNull();
      expect(qos).toBeLessThanOrEqual(limits.maximumQos ?? 2);
    }
    expect(clampKeepAlive(options.keepAlive, limits)).toBe(options.keepAlive);
  });

  it.each(PRESETS.map((preset) => [preset.id, preset] as const))(
    '%s says what is missing, at its question',
    (id, preset) => {
      const required = preset.questions.filter((one) => one.required).map((one) => one.id);
      const empty = Object.fromEntries(preset.questions.map((one) => [one.id, ' ']));
      const found = required.length > 0 ? problems(id, empty) : [];
      expect(found).toEqual(required);
    },
  );

  it('refuse hosts with a scheme, and filters that are none', () => {
    expect(problems('mosquitto', { host: 'mqtt://x', port: '0' })).toEqual(['host', 'port']);
    expect(problems('aws-iot-mtls', { filter: 'a/#/b' })).toEqual(['filter']);
    expect(problems('mosquitto', { port: '70000' })).toEqual(['port']);
    expect(problems('emqx', { transport: 'quic:1' })).toEqual(['transport']);
    expect(problems('mosquitto-tls', { cert: 'x' })).toEqual(['key']);
    expect(applyPreset(NEW, 'constructor', {})).toMatchObject({ kind: 'failed' });
  });

  it('leave what they know nothing of, and what the user chose', () => {
    const mine = ConnectionOptions.parse({
      ...NEW,
      name: 'Press',
      keepAlive: 20,
      proxy: { kind: 'http', host: 'p', port: 1 },
      tls: { ca: 'mine.pem', servername: 'x' },
      subscriptions: [{ filter: '#', qos: 0 }],
    });
    const { options, notes } = apply('azure-iot-hub-sas', {}, mine);
    expect(options).toMatchObject({
      name: 'Press',
      keepAlive: 20,
      proxy: { host: 'p' },
      // Of another broker; this one has a certificate of a public authority.
      tls: { ca: null, servername: 'x' },
      subscriptions: [{ filter: '#' }],
    });
    expect(notes).toEqual([
      'Your subscriptions were left as they are; this service may refuse # and $SYS/#.',
    ]);
    expect(apply('mosquitto', {}, options).options).toMatchObject({
      signing: { kind: 'none' },
      version: 'auto',
    });
  });

  it('note a will and a keep-alive that the service does not allow', () => {
    const mine = ConnectionOptions.parse({
      ...NEW,
      keepAlive: 5_000,
      will: { topic: 't', payload: '', qos: 2, retain: true },
    });
    expect(apply('azure-iot-hub-x509', {}, mine).notes).toHaveLength(3);
  });
});

describe('AWS IoT Core', () => {
  it('is reached in four ways', () => {
    const host = 'abc123def456-ats.iot.eu-central-1.amazonaws.com';
    expect(apply('aws-iot-mtls').options).toMatchObject({
      protocol: 'mqtts',
      host,
      port: 8883,
      tls: { alpn: [] },
    });
    expect(apply('aws-iot-alpn').options).toMatchObject({ port: 443, tls: { alpn: ['x-amzn-mqtt-ca'] } });
    const answers = {
      authorizer: 'plant',
      username: 'me',
      tokenKey: 'token',
      token: 'a b',
      signature: 'x+/=',
      password: 'pw',
    };
    expect(apply('aws-iot-custom-authorizer', answers).options).toMatchObject({
      port: 443,
      username:
        'me?x-amz-customauthorizer-name=plant&token=a%20b&x-amz-customauthorizer-signature=x%2B%2F%3D',
      password: 'pw',
      tls: { alpn: ['mqtt'], cert: null },
    });
    expect(problems('aws-iot-custom-authorizer', { tokenKey: 'token', token: 'a' })).toEqual(['signature']);
    expect(apply('aws-iot-websocket').options).toMatchObject({
      protocol: 'wss',
      port: 443,
      path: '/mqtt',
      signing: { kind: 'aws-sigv4', region: 'eu-central-1', sessionToken: null },
    });
  });

  it('asks for the region if the endpoint does not name it, and for the token of temporary keys', () => {
    expect(problems('aws-iot-websocket', { host: 'iot.example.com' })).toEqual(['region']);
    expect(
      apply('aws-iot-websocket', { host: 'iot.example.com', region: 'us-gov-west-1' }).options.signing,
    ).toMatchObject({
      region: 'us-gov-west-1',
    });
    expect(problems('aws-iot-websocket', { accessKeyId: 'ASIA1234567890123456' })).toEqual(['sessionToken']);
  });
});

it('Azure IoT Hub is given its names, topics and path', () => {
  const { options } = apply('azure-iot-hub-sas', { transport: 'wss' });
  expect(options).toMatchObject({
    protocol: 'wss',
    port: 443,
    path: '/$iothub/websocket',
    version: '3.1.1',
    clientId: 'press-7',
    username: 'plant.azure-devices.net/press-7/?api-version=2021-04-12',
    password: null,
    signing: { kind: 'azure-sas', policy: null, ttlSeconds: 3_600 },
    serviceLimits: { maximumQos: 1, retain: false, keepAliveMax: 1_177 },
  });
  expect(options.subscriptions[0]?.filter).toBe('devices/press-7/messages/devicebound/#');
});
