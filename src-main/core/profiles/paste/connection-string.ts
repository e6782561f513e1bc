import { failed, type Failure } from '../../../contract/base/errors.ts';
import { ConnectionOptions } from '../../../contract/model/model.ts';
import { readHost } from '../host.ts';
import { applyPreset } from '../presets/presets.ts';

/** Options with a key in them, which is sealed when they are saved; notes are sentences for the user. */
export interface ReadString {
  readonly kind: 'read';
  readonly options: ConnectionOptions;
  readonly notes: readonly string[];
}

const NAMES =
  'HostName|DeviceId|ModuleId|GatewayHostName|SharedAccessKeyName|SharedAccessKey|SharedAccessSignature|x509';
/** A run of such parts, also behind the name of a variable and in quotes. */
const STRING = new RegExp(`(?:^|[\\s"'=:])((?:${NAMES})\\s*=[^"'\\r\\n]{1,4000})`, 'i');

/**
 * The connection string of a device of Azure IoT Hub, with its parts in any order and case. Null where the
 * text is none. No failure quotes it: it holds a key.
 */
export function readConnectionString(text: string): ReadString | Failure | null {
  const found = STRING.exec(text.slice(0, 65_536))?.[1];
  if (found === undefined || !/hostname\s*=/i.test(found) || !found.includes(';')) return null;
  const parts = new Map(
    found.split(';').map((part): [string, string] => {
      const at = part.indexOf('=');
      return [part.slice(0, Math.max(at, 0)).trim().toLowerCase(), part.slice(at + 1).trim()];
    }),
  );
  const host = readHost(parts.get('hostname') ?? '');
  if (host.kind === 'failed') return host;
  const device = parts.get('deviceid') ?? '';
  if (device === '') {
    return bad('The connection string names no device.', 'Use the one of a device, with DeviceId in it.');
  }
  const key = parts.get('sharedaccesskey') ?? '';
  if (key === '') {
    return bad(
      'The connection string holds no SharedAccessKey.',
      'Use one with a key, or the preset for X.509 certificates.',
    );
  }
  const policy = parts.get('sharedaccesskeyname') ?? '';
  return filled({ host: host.host, device, key, policy, transport: 'mqtts' }, parts);
}

function filled(answers: Readonly<Record<string, string>>, parts: ReadonlyMap<string, string>) {
  const empty = ConnectionOptions.parse({ name: '', protocol: 'mqtts', host: answers['host'], port: 8883 });
  const applied = applyPreset(empty, 'azure-iot-hub-sas', answers);
  if (applied.kind === 'failed') return applied;
  if (applied.kind === 'invalid') {
    const what = applied.problems.map(({ question }) => question).join(' and ');
    return bad(`The ${what} in the connection string is not valid.`, 'Copy the whole string again.');
  }
  const left = ['moduleid', 'gatewayhostname'].filter((name) => (parts.get(name) ?? '') !== '');
  const notes = [...applied.notes];
  if (left.length > 0) notes.push('Modules and gateways are not taken over: the device itself is signed in.');
  return { kind: 'read' as const, options: applied.options, notes };
}

const bad = (message: string, advice: string): Failure => failed('bad-connection-string', message, advice);
