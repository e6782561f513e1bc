import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import {
  byteLength,
  headerNameRule,
  headerValueRule,
  hostRule,
  levelSeparatorRule,
  optionalNumberRule,
  socketPathRule,
  textRule,
  secondsRule,
  wholeNumberRule,
  type Rule,
} from './draft-rules.ts';
import { hasTornDots, withoutMarks } from './kept-marks.ts';
import { limitsErrors, passwordFromErrors, proxyErrors, signingErrors } from './draft-network.ts';
import { subscriptionErrors } from './draft-subscriptions.ts';
import { tlsErrors } from './draft-tls.ts';
import { propertyRules, willErrors } from './draft-will.ts';
import { mayBeFive, readDraft, usesPath, usesTls, withHostsTaken, type Draft } from './editor-draft.ts';

/** Broken rules by field: the path of the option, such as `will.topic` or `userProperties.2.name`. */
export type DraftErrors = Readonly<Record<string, string>>;

const MAX_32 = 0xffff_ffff;

/** Every rule that is broken, by field. What a version or a transport does not use is not judged. */
export function draftErrors(typed: Draft): DraftErrors {
  const draft = withHostsTaken(typed);
  const rules: Record<string, Rule> = {
    ...generalErrors(draft),
    ...authenticationErrors(draft),
    ...(usesTls(draft.protocol) ? tlsErrors(draft.tls) : {}),
    ...sessionErrors(draft),
    ...willErrors(draft.will, mayBeFive(draft)),
    ...subscriptionListErrors(draft),
    ...advancedErrors(draft),
  };
  const broken: Record<string, string> = {};
  for (const [field, rule] of Object.entries(rules)) if (rule !== null) broken[field] = rule;
  return Object.keys(broken).length > 0 ? broken : contractErrors(draft);
}

/** What the contract refuses and no rule above foresaw: never a button that silently does nothing. */
function contractErrors(draft: Draft): DraftErrors {
  const parsed = ConnectionOptions.safeParse(readDraft(draft));
  if (parsed.success) return {};
  return Object.fromEntries(
    parsed.error.issues.map(({ path, message }) => [path.join('.'), `This is not accepted: ${message}.`]),
  );
}

/** What to connect with; null while a field is wrong. */
export function optionsOf(draft: Draft): ConnectionOptions | null {
  if (Object.keys(draftErrors(draft)).length > 0) return null;
  return ConnectionOptions.parse(readDraft(draft));
}

const SECTIONS: Readonly<Record<string, SectionId>> = {
  username: 'authentication',
  password: 'authentication',
  passwordFrom: 'authentication',
  authentication: 'authentication',
  signing: 'authentication',
  tls: 'tls',
  clientId: 'session',
  keepAlive: 'session',
  cleanStart: 'session',
  sessionExpiry: 'session',
  receiveMaximum: 'session',
  maximumPacketSize: 'session',
  userProperties: 'session',
  will: 'will',
  subscriptions: 'subscriptions',
  connectTimeout: 'advanced',
  backOffMin: 'advanced',
  backOffMax: 'advanced',
  proxy: 'advanced',
  headers: 'advanced',
  levelSeparator: 'advanced',
  serviceLimits: 'advanced',
};

export type SectionId =
  | 'general'
  | 'authentication'
  | 'tls'
  | 'session'
  | 'will'
  | 'subscriptions'
  | 'advanced';

/** The part of the form that shows a field. */
export function sectionOf(field: string): SectionId {
  return SECTIONS[field.split('.')[0] ?? ''] ?? 'general';
}

function generalErrors(draft: Draft): Record<string, Rule> {
  const unix = draft.protocol === 'unix';
  const web = usesPath(draft.protocol);
  return {
    name: draft.name.length > 200 ? 'Use at most 200 characters.' : null,
    folder: draft.folder.length > 400 ? 'Use at most 400 characters.' : null,
    host: unix ? socketPathRule(draft.host) : hostRule(draft.host),
    port: unix ? null : wholeNumberRule(draft.port, 1, 65_535),
    path: web ? pathRule(draft.path) : null,
    subprotocol:
      web && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]{0,256}$/.test(draft.subprotocol)
        ? 'A sub-protocol has letters, digits, - and . only.'
        : null,
  };
}

function pathRule(path: string): Rule {
  if (hasTornDots(path)) return 'The saved value was cut: type the whole value.';
  return path.startsWith('/') ? null : 'Start the path with /.';
}

function authenticationErrors(draft: Draft): Record<string, Rule> {
  const needsUser = draft.password !== '' && draft.passwordFrom.kind === 'text' && draft.username === '';
  return {
    username: textRule(draft.username) ?? scramUserRule(draft),
    password:
      textRule(draft.password) ??
      (needsUser && !mayBeFive(draft)
        ? `MQTT ${draft.version} allows a password only with a username.`
        : null),
    ...passwordFromErrors(draft.passwordFrom),
    ...signingErrors(draft.signing),
  };
}

function scramUserRule(draft: Draft): Rule {
  const scram = draft.authentication !== 'none' && mayBeFive(draft);
  return scram && draft.username === '' ? `${draft.authentication} needs a username.` : null;
}

function sessionErrors(draft: Draft): Record<string, Rule> {
  const { clientId, version } = draft;
  return {
    clientId:
      textRule(clientId) ??
      (version === '3.1' && byteLength(clientId) > 23 ? 'MQTT 3.1 allows at most 23 bytes.' : null),
    keepAlive: wholeNumberRule(draft.keepAlive, 0, 65_535),
    ...(mayBeFive(draft)
      ? {
          sessionExpiry: optionalNumberRule(draft.sessionExpiry, 0, MAX_32),
          receiveMaximum: optionalNumberRule(draft.receiveMaximum, 1, 65_535),
          maximumPacketSize: optionalNumberRule(draft.maximumPacketSize, 1, MAX_32),
          ...propertyRules('userProperties', draft.userProperties),
        }
      : {}),
  };
}

function subscriptionListErrors(draft: Draft): Record<string, Rule> {
  const rules: Record<string, Rule> = {};
  const seen = new Set<string>();
  draft.subscriptions.forEach((one, index) => {
    for (const [field, rule] of Object.entries(subscriptionErrors(one, mayBeFive(draft)))) {
      rules[`subscriptions.${index}.${field}`] = rule;
    }
    if (seen.has(one.filter))
      rules[`subscriptions.${index}.filter`] ??= 'This filter is in the list already.';
    seen.add(one.filter);
  });
  return rules;
}

function advancedErrors(draft: Draft): Record<string, Rule> {
  const min = wholeNumberRule(draft.backOffMin, 100, 600_000);
  const max = wholeNumberRule(draft.backOffMax, 100, 3_600_000);
  const rules: Record<string, Rule> = {
    connectTimeout: secondsRule(draft.connectTimeout, 0.5, 120),
    backOffMin: min,
    backOffMax:
      max ??
      (min === null && Number(draft.backOffMax) < Number(draft.backOffMin)
        ? 'The longest wait cannot be less than the shortest.'
        : null),
    ...(draft.protocol === 'unix' ? {} : proxyErrors(draft.proxy)),
    levelSeparator: levelSeparatorRule(draft.levelSeparator),
    ...limitsErrors(draft.serviceLimits),
  };
  if (usesPath(draft.protocol)) {
    draft.headers.forEach(({ name, value }, index) => {
      if (name === '' && value === '') return;
      rules[`headers.${index}.name`] = headerNameRule(name);
      rules[`headers.${index}.value`] = headerValueRule(withoutMarks(value));
    });
  }
  return rules;
}
