import type {
  PasswordFrom,
  Proxy,
  ServiceLimits,
  Signing,
} from '../../../../src-main/contract/model/connect-fields.ts';
import {
  byteLength,
  hostRule,
  numberIn,
  numberText,
  optionalNumberRule,
  textOrNull,
  wholeNumberRule,
  type Rule,
} from './draft-rules.ts';

/** Where the password comes from, as typed: what belongs to another choice is kept. */
export interface PasswordFromDraft {
  readonly kind: PasswordFrom['kind'];
  readonly path: string;
  readonly name: string;
}

export function passwordFromDraftOf(from: PasswordFrom): PasswordFromDraft {
  return {
    kind: from.kind,
    path: from.kind === 'file' ? from.path : '',
    name: from.kind === 'environment' ? from.name : '',
  };
}

export function passwordFromOf({ kind, path, name }: PasswordFromDraft): PasswordFrom {
  if (kind === 'file') return { kind, path };
  if (kind === 'environment') return { kind, name };
  return { kind };
}

export function passwordFromErrors({ kind, path, name }: PasswordFromDraft): Readonly<Record<string, Rule>> {
  return {
    'passwordFrom.path':
      kind === 'file' && (path.trim() === '' || path.length > 4_096) ? 'Enter the path of a file.' : null,
    'passwordFrom.name':
      kind === 'environment' && !/^[^\s=\u0000]{1,256}$/.test(name)
        ? 'Enter the name of an environment variable, without $ and spaces.'
        : null,
  };
}

export interface ProxyDraft {
  readonly kind: 'none' | Proxy['kind'];
  readonly host: string;
  readonly port: string;
  readonly username: string;
  readonly password: string;
}

export function proxyDraftOf(proxy: Proxy | null): ProxyDraft {
  return {
    kind: proxy?.kind ?? 'none',
    host: proxy?.host ?? '',
    port: numberText(proxy?.port ?? null),
    username: proxy?.username ?? '',
    password: proxy?.password ?? '',
  };
}

export function proxyOf({ kind, host, port, username, password }: ProxyDraft): Proxy | null {
  if (kind === 'none') return null;
  return {
    kind,
    host: host.trim(),
    port: Number(port),
    username: textOrNull(username),
    password: textOrNull(password),
  };
}

/** Username and password of SOCKS5 have a length of one byte (RFC 1929): letters with accents take two. */
export function proxyErrors(proxy: ProxyDraft): Readonly<Record<string, Rule>> {
  if (proxy.kind === 'none') return {};
  const short = (text: string) =>
    text.length > 255
      ? 'Use at most 255 characters.'
      : proxy.kind === 'socks5' && byteLength(text) > 255
        ? 'SOCKS5 allows at most 255 bytes.'
        : null;
  return {
    'proxy.host': hostRule(proxy.host, 'proxy host'),
    'proxy.port': wholeNumberRule(proxy.port, 1, 65_535),
    'proxy.username': short(proxy.username),
    'proxy.password': short(proxy.password),
  };
}

/** Generated credentials, as typed. */
export interface SigningDraft {
  readonly kind: Signing['kind'];
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly policy: string;
  readonly key: string;
  readonly ttlSeconds: string;
}

const NO_SIGNING: SigningDraft = {
  kind: 'none',
  region: '',
  accessKeyId: '',
  secretAccessKey: '',
  sessionToken: '',
  policy: '',
  key: '',
  ttlSeconds: '3600',
};

export function signingDraftOf(signing: Signing): SigningDraft {
  if (signing.kind === 'none') return NO_SIGNING;
  if (signing.kind === 'aws-sigv4')
    return { ...NO_SIGNING, ...signing, sessionToken: signing.sessionToken ?? '' };
  const { kind, policy, key, ttlSeconds } = signing;
  return { ...NO_SIGNING, kind, policy: policy ?? '', key, ttlSeconds: String(ttlSeconds) };
}

export function signingOf(draft: SigningDraft): Signing {
  if (draft.kind === 'none') return { kind: 'none' };
  if (draft.kind === 'aws-sigv4') {
    const { kind, region, accessKeyId, secretAccessKey, sessionToken } = draft;
    return { kind, region, accessKeyId, secretAccessKey, sessionToken: textOrNull(sessionToken) };
  }
  const { kind, policy, key, ttlSeconds } = draft;
  return { kind, policy: textOrNull(policy), key, ttlSeconds: Number(ttlSeconds) };
}

export function signingErrors(draft: SigningDraft): Readonly<Record<string, Rule>> {
  const given = (text: string, what: string) => (text.trim() === '' ? `Enter ${what}.` : null);
  if (draft.kind === 'aws-sigv4') {
    return {
      'signing.region': given(draft.region, 'the region, such as eu-central-1'),
      'signing.accessKeyId': given(draft.accessKeyId, 'the access key ID'),
      'signing.secretAccessKey': given(draft.secretAccessKey, 'the secret access key'),
    };
  }
  if (draft.kind === 'azure-sas') {
    return {
      'signing.key': given(draft.key, 'the key in base64, as the portal shows it'),
      'signing.ttlSeconds': wholeNumberRule(draft.ttlSeconds, 60, 31_536_000),
    };
  }
  return {};
}

type NumberLimit = Exclude<keyof ServiceLimits, 'maximumQos' | 'retain'>;

/** Service limits, as typed; empty: no limit. */
export type LimitsDraft = Pick<ServiceLimits, 'maximumQos' | 'retain'> &
  Readonly<Record<NumberLimit, string>>;

/** Least value of each; most is what a number of the protocol can say. */
export const LIMITS: Readonly<Record<NumberLimit, readonly [min: number, max: number]>> = {
  filtersPerSubscribe: [1, 10_000],
  topicLevels: [1, 65_535],
  topicBytes: [1, 65_535],
  keepAliveMin: [0, 65_535],
  keepAliveMax: [1, 65_535],
};
const NUMBER_LIMITS = Object.keys(LIMITS) as readonly NumberLimit[];

export function limitsDraftOf(limits: ServiceLimits): LimitsDraft {
  return {
    maximumQos: limits.maximumQos,
    retain: limits.retain,
    filtersPerSubscribe: numberText(limits.filtersPerSubscribe),
    topicLevels: numberText(limits.topicLevels),
    topicBytes: numberText(limits.topicBytes),
    keepAliveMin: numberText(limits.keepAliveMin),
    keepAliveMax: numberText(limits.keepAliveMax),
  };
}

export function limitsOf(draft: LimitsDraft): ServiceLimits {
  return {
    maximumQos: draft.maximumQos,
    retain: draft.retain,
    filtersPerSubscribe: numberIn(draft.filtersPerSubscribe),
    topicLevels: numberIn(draft.topicLevels),
    topicBytes: numberIn(draft.topicBytes),
    keepAliveMin: numberIn(draft.keepAliveMin),
    keepAliveMax: numberIn(draft.keepAliveMax),
  };
}

export function limitsErrors(draft: LimitsDraft): Readonly<Record<string, Rule>> {
  return Object.fromEntries(
    NUMBER_LIMITS.map((name) => [
      `serviceLimits.${name}`,
      optionalNumberRule(draft[name], LIMITS[name][0], LIMITS[name][1]),
    ]),
  );
}
