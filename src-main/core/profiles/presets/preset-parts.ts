import type { z } from 'zod';
import { ServiceLimits } from '../../../contract/model/connect-fields.ts';
import type { ConnectionOptions, SubscriptionRequest, TlsOptions } from '../../../contract/model/model.ts';
import type { Preset, PresetQuestion } from '../../../contract/profiles/transfer.ts';

/** Answers by the id of their question: trimmed, and with every question that was asked. */
export type Answers = Readonly<Record<string, string>>;

/** What a preset fills in. What it leaves out stays as it is. */
export type Filled = Partial<Omit<ConnectionOptions, 'tls' | 'subscriptions'>> & {
  readonly tls?: Partial<TlsOptions>;
  /** In place of the filters of a new profile, which this service may refuse. */
  readonly filters?: readonly z.input<typeof SubscriptionRequest>[];
};

/** A preset with what it does. */
export interface Recipe {
  readonly preset: Preset;
  /** All answers are there and match their patterns. A text is a problem of the question it begins with. */
  fill(answers: Answers): Filled;
  /** What cannot be said by a pattern; null if all is well. */
  check?(answers: Answers): { readonly question: string; readonly message: string } | null;
}

const NO_LIMITS = ServiceLimits.parse({});

export function limits(part: Partial<ServiceLimits>): ServiceLimits {
  return { ...NO_LIMITS, ...part };
}

type Ask = Partial<Omit<PresetQuestion, 'id' | 'label'>>;

export function ask(id: string, label: string, rest: Ask = {}): PresetQuestion {
  return {
    id,
    label,
    hint: '',
    example: '',
    input: 'text',
    choices: [],
    required: true,
    initial: '',
    pattern: null,
    rule: '',
    ...rest,
  };
}

/** Host names, IPv4 and IPv6 addresses; a scheme or a port in them is the usual mistake. */
const HOST_PATTERN = '[\\p{L}\\p{N}._\\-]+|[\\da-fA-F:.]*:[\\da-fA-F:.%\\w]*';

export const askHost = (rest: Ask = {}): PresetQuestion =>
  ask('host', 'Host', {
    example: 'broker.example.com',
    pattern: HOST_PATTERN,
    rule: 'A host name or an IP address, without mqtt:// and without a port.',
    ...rest,
  });

export const askPort = (port: number): PresetQuestion =>
  ask('port', 'Port', {
    initial: String(port),
    example: String(port),
    pattern: '[1-9]\\d{0,4}',
    rule: 'A number from 1 to 65535.',
  });

export const askUsername = (rest: Ask = {}): PresetQuestion =>
  ask('username', 'Username', { required: false, ...rest });
export const askPassword = (rest: Ask = {}): PresetQuestion =>
  ask('password', 'Password', { required: false, input: 'secret', ...rest });

export const askCertificate = (rest: Ask = {}): PresetQuestion =>
  ask('cert', 'Client certificate', {
    input: 'file',
    hint: 'The path of a PEM file, or its text.',
    example: '/home/me/certs/device.pem.crt',
    ...rest,
  });
export const askKey = (rest: Ask = {}): PresetQuestion =>
  ask('key', 'Private key', {
    input: 'file',
    hint: 'Of the client certificate: the path of a PEM file, or its text.',
    example: '/home/me/certs/device.pem.key',
    ...rest,
  });

export const askFilter = (rest: Ask = {}): PresetQuestion =>
  ask('filter', 'Topic filter', {
    example: 'plant/#',
    pattern: '[^\\0]{1,1024}',
    rule: 'A topic filter.',
    ...rest,
  });

/** Null where the field was left empty. */
export function given(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

export const credentials = (answers: Answers): Filled => ({
  username: given(answers['username']),
  password: given(answers['password']),
  passwordFrom: { kind: 'text' },
});

export const clientCertificate = (answers: Answers): Partial<TlsOptions> => ({
  cert: given(answers['cert']),
  key: given(answers['key']),
  pfx: null,
});

/** For a service whose certificate is of a public authority: nothing of another broker is left over. */
export const PUBLIC_TLS: Partial<TlsOptions> = { ca: null, cert: null, key: null, pfx: null, alpn: [] };

/** The four usual ways to a broker, as a choice. */
export function askTransport(
  ports: Readonly<Record<'mqtt' | 'mqtts' | 'ws' | 'wss', number | null>>,
): PresetQuestion {
  const labels = {
    mqtt: 'MQTT',
    mqtts: 'MQTT over TLS',
    ws: 'WebSocket',
    wss: 'WebSocket over TLS',
  } as const;
  const choices = (['mqtts', 'wss', 'mqtt', 'ws'] as const).flatMap((value) => {
    const port = ports[value];
    return port === null ? [] : [{ value: `${value}:${port}`, label: `${labels[value]} (port ${port})` }];
  });
  return ask('transport', 'Transport', { input: 'choice', choices, initial: choices[0]?.value ?? '' });
}

/** Protocol and port of an answer to `askTransport`. */
export function transport(answers: Answers): Filled {
  const [protocol = 'mqtts', port = '8883'] = (answers['transport'] ?? '').split(':');
  const known = protocol === 'mqtt' || protocol === 'ws' || protocol === 'wss' ? protocol : 'mqtts';
  return { protocol: known, port: Number(port), path: '/mqtt', subprotocol: 'mqtt' };
}
