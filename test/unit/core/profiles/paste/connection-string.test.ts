import { describe, expect, test } from 'vitest';
import { readConnectionString } from '../../../../../src-main/core/profiles/paste/connection-string.ts';
import { readImport } from '../../../../../src-main/core/profiles/import/import.ts';
import { splitSecrets } from '../../../../../src-main/core/profiles/secrets.ts';

const KEY = 'c2VjcmV0LWtleS1vZi1wcmVzcy0wNw==';
const STRING = `HostName=hub-x.azure-devices.net;DeviceId=press-07;SharedAccessKey=${KEY}`;

const read = (text: string) => {
  const found = readConnectionString(text);
  if (found === null || found.kind === 'failed') throw new Error(found?.message ?? 'it is none');
  return found;
};

describe('A connection string of Azure IoT Hub', () => {
  test.each([
    STRING,
    `${STRING};`,
    `  ${STRING}\r\n`,
    `"${STRING}"`,
    `IOTHUB_DEVICE_CONNECTION_STRING="${STRING}"`,
    `{ "connectionString": "${STRING}" }`,
    `SharedAccessKey=${KEY};deviceid=press-07;HOSTNAME=hub-x.azure-devices.net`,
    STRING.replaceAll(';', '; ').replaceAll('=h', ' = h'),
  ])('becomes a profile whose key is a secret: %#', (text) => {
    const { options } = read(text);
    expect(options).toMatchObject({
      protocol: 'mqtts',
      host: 'hub-x.azure-devices.net',
      port: 8883,
      clientId: 'press-07',
      username: 'hub-x.azure-devices.net/press-07/?api-version=2021-04-12',
      signing: { kind: 'azure-sas', policy: null, key: KEY },
      preset: 'azure-iot-hub-sas',
    });
    const split = splitSecrets(options);
    expect(split.secrets).toEqual({ 'signing.key': KEY });
    expect(JSON.stringify(split.options)).not.toContain(KEY);
  });

  test('takes the policy, and says that module and gateway stay out', () => {
    expect(read(`${STRING};SharedAccessKeyName=device`).options.signing).toMatchObject({ policy: 'device' });
    expect(read(`${STRING};ModuleId=m;GatewayHostName=edge`).notes.join(' ')).toContain('not taken over');
  });

  test('is read by an import as well', () => {
    const imported = readImport(`${STRING}\n`);
    expect(imported).toMatchObject({
      kind: 'imported',
      imported: { profiles: [{ options: { clientId: 'press-07', signing: { key: KEY } } }] },
    });
  });

  test.each([
    `HostName=hub x;DeviceId=d;SharedAccessKey=${KEY}`,
    `HostName=h.example;SharedAccessKeyName=owner;SharedAccessKey=${KEY}`,
    `HostName=h.example;DeviceId=d;x509=true`,
    `HostName=h.example;DeviceId=d;SharedAccessKey=!!${KEY}`,
  ])('that lacks something is refused without its text: %#', (text) => {
    const found = readConnectionString(text);
    expect(found).toMatchObject({ kind: 'failed' });
    expect(JSON.stringify(found)).not.toContain(KEY);
  });

  test('is not seen in what is none', () => {
    for (const text of ['', 'broker.example', 'HostName=x', 'mqtt://h?DeviceId=d', `Key=${KEY};a=b`]) {
      expect(readConnectionString(text), text).toBeNull();
    }
  });
});
