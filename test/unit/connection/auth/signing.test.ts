import { describe, expect, it } from 'vitest';
import { prepared, signingProblem } from '../../../../src-main/connection/auth/signing.ts';
import { checkAgainstLimits } from '../../../../src-main/core/publish/check-message.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import {
  clampKeepAlive,
  withinService,
  withService,
} from '../../../../src-main/core/session/failures/service-limits.ts';
import { ServiceLimits } from '../../../../src-main/contract/model/connect-fields.ts';

const NOW = Date.UTC(2026, 10, 20, 14, 1, 2);
const HOST = 'abc123-ats.iot.eu-central-1.amazonaws.com';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

function aws(part: object = {}, signing: object = {}): URL {
  const options = ConnectionOptions.parse({
    name: 'aws',
    protocol: 'wss',
    host: HOST,
    port: 443,
    signing: {
      kind: 'aws-sigv4',
      region: 'eu-central-1',
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: SECRET,
      ...signing,
    },
    ...part,
  });
  return new URL(prepared(options, NOW).path, `wss://${HOST}`);
}

describe('the signed address of AWS IoT', () => {
  it('has the signature that an implementation of its own computed', () => {
    const { pathname, searchParams } = aws();
    expect(pathname).toBe('/mqtt');
    expect(Object.fromEntries(searchParams)).toEqual({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261120/eu-central-1/iotdevicegateway/aws4_request',
      'X-Amz-Date': '20261120T140102Z',
      'X-Amz-SignedHeaders': 'host',
      // Computed with Python's hmac from the steps of the AWS documentation.
      'X-Amz-Signature': 'dbffc2879553b37e2dd30bd8da38001fb8dc1e93c5884616cb3b4c00efd7ad62',
    });
  });

  it('signs another port and a query of the user with it', () => {
    const { searchParams } = aws({ port: 8443, path: '/mqtt?x-amz-customauthorizer-name=my%20auth' });
    expect(searchParams.get('x-amz-customauthorizer-name')).toBe('my auth');
    expect(searchParams.get('X-Amz-Signature')).toBe(
      'cb0f897746590ae456fd2b9ba69a21d7a6e95242afef18d95d10779ee6c0e2a2',
    );
  });

  it('replaces a signature that an address was copied with', () => {
    const old =
      '/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20200101T000000Z&X-Amz-Signature=00&X-Amz-Security-Token=x';
    expect(aws({ path: old }).search).toBe(aws().search);
  });

  it('carries the session token behind the signature, unsigned', () => {
    const { search, searchParams } = aws({}, { sessionToken: 'a+b/c=' });
    expect(search).toMatch(/&X-Amz-Security-Token=a%2Bb%2Fc%3D$/);
    expect(searchParams.get('X-Amz-Signature')).toBe(aws().searchParams.get('X-Amz-Signature'));
  });

  it('is another one a second later', () => {
    const options = ConnectionOptions.parse({
      name: 'aws',
      protocol: 'wss',
      host: HOST,
      port: 443,
      signing: { kind: 'aws-sigv4', region: 'eu-central-1', accessKeyId: 'A', secretAccessKey: SECRET },
    });
    expect(prepared(options, NOW).path).not.toBe(prepared(options, NOW + 1_000).path);
    expect(JSON.stringify(prepared(options, NOW).path)).not.toContain(SECRET);
  });
});

describe('the shared access signature of Azure IoT Hub', () => {
  const key = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
  const azure = (signing: object = {}) =>
    prepared(
      ConnectionOptions.parse({
        name: 'hub',
        protocol: 'mqtts',
        host: 'plant.azure-devices.net',
        port: 8883,
        clientId: 'press-7',
        username: 'plant.azure-devices.net/press-7/?api-version=2021-04-12',
        password: 'left over',
        passwordFrom: { kind: 'environment', name: 'X' },
        signing: { kind: 'azure-sas', key, ttlSeconds: 3_600, ...signing },
      }),
      NOW,
    );

  it('is the password, for the device and the time, as another implementation computed it', () => {
    expect(azure()).toMatchObject({
      username: 'plant.azure-devices.net/press-7/?api-version=2021-04-12',
      password:
        'SharedAccessSignature sr=plant.azure-devices.net%2Fdevices%2Fpress-7&sig=iUUcbvGVFtNOxNK0kN2FQXtGW245TH1ASWbG0Ldgux4%3D&se=1795186862',
      passwordFrom: { kind: 'text' },
    });
  });

  it('is for the whole hub and names its policy with the key of one', () => {
    expect(azure({ policy: 'device' }).password).toBe(
      'SharedAccessSignature sr=plant.azure-devices.net&sig=g66jkgpMXPRTuizMKX7LaBAFtFXwDp9fiTEpWk6r7Mo%3D&se=1795186862&skn=device',
    );
  });
});

describe('what cannot be signed', () => {
  const problem = (part: object) =>
    signingProblem(ConnectionOptions.parse({ name: '', protocol: 'wss', host: 'h', port: 1, ...part }))
      ?.code ?? null;
  const keys = { kind: 'aws-sigv4', region: 'r', accessKeyId: 'A', secretAccessKey: 'S' };
  const azure = { kind: 'azure-sas', key: 'AAEC' };

  it.each<[object, string | null]>([
    [{}, null],
    [{ signing: keys }, null],
    [{ signing: keys, protocol: 'mqtts' }, 'signing-transport'],
    [{ signing: { ...keys, region: '' } }, 'signing-incomplete'],
    [{ signing: { ...keys, secretAccessKey: ' ' } }, 'signing-incomplete'],
    [{ signing: azure, clientId: 'd' }, null],
    [{ signing: azure, username: 'h/d/?x' }, null],
    [{ signing: azure }, 'signing-incomplete'],
    [{ signing: { ...azure, key: '' }, clientId: 'd' }, 'signing-incomplete'],
    [{ signing: { ...azure, key: 'not base64!' }, clientId: 'd' }, 'signing-incomplete'],
  ])('%j: %s', (part, code) => {
    expect(problem(part)).toBe(code);
  });
});

describe('the limits of a service', () => {
  const limits = ServiceLimits.parse({
    maximumQos: 1,
    topicLevels: 8,
    topicBytes: 20,
    retain: false,
    keepAliveMin: 30,
    keepAliveMax: 1_200,
  });

  it.each([
    [60, 60],
    [5, 30],
    [3_600, 1_200],
    [0, 1_200],
  ])('a keep-alive of %d s becomes one of %d s', (asked, sent) => {
    expect(clampKeepAlive(asked, limits)).toBe(sent);
    const options = ConnectionOptions.parse({
      name: '',
      protocol: 'mqtt',
      host: 'h',
      port: 1,
      keepAlive: asked,
      serviceLimits: limits,
    });
    const within = withinService(options);
    expect(within.options.keepAlive).toBe(sent);
    expect(within.notes).toHaveLength(asked === sent ? 0 : 1);
  });

  it('are applied to the will, and reported', () => {
    const options = ConnectionOptions.parse({
      name: '',
      protocol: 'mqtt',
      host: 'h',
      port: 1,
      will: { topic: 't', payload: '', qos: 2, retain: true },
      serviceLimits: limits,
    });
    const within = withinService(options);
    expect(within.options.will).toMatchObject({ qos: 1, retain: false });
    expect(within.notes).toEqual([
      'The will has QoS 1, because this service allows no higher one.',
      'The will is sent without Retain, because this service keeps no retained messages.',
    ]);
  });

  it('leave keep-alive alone where the service has none', () => {
    expect(clampKeepAlive(0, ServiceLimits.parse({}))).toBe(0);
    expect(clampKeepAlive(65_535, ServiceLimits.parse({}))).toBe(65_535);
  });

  it('are applied to messages before they are sent, whatever CONNACK says', () => {
    const check = (topic: string, part: object = {}) => {
      const request = { topic, payload: new Uint8Array(1), qos: 0 as const, retain: false, ...part };
      return checkAgainstLimits(request, 5, withService({ maximumQos: 2 }, limits))?.code ?? null;
    };
    expect(check('a/b')).toBeNull();
    expect(check('a', { qos: 1 })).toBeNull();
    expect(check('a', { qos: 2 })).toBe('qos-unsupported');
    expect(check('a', { retain: true })).toBe('retain-unsupported');
    expect(check('1/2/3/4/5/6/7/8')).toBeNull();
    expect(check('1/2/3/4/5/6/7/8/9')).toBe('service-levels');
    expect(check('$aws/rules/r/1/2/3/4/5/6/7/8')).toBeNull();
    expect(check('ééééééééééé')).toBe('service-topic-length');
  });

  it('never widen what the broker announced', () => {
    expect(withService({ maximumQos: 0 }, limits).maximumQos).toBe(0);
    expect(withService({ retainAvailable: false }, ServiceLimits.parse({})).retainAvailable).toBe(false);
  });
});
