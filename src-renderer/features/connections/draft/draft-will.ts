import { checkTopicName } from '../../../../src-main/core/topics/names.ts';
import type { UserProperty, Will } from '../../../../src-main/contract/model/connect-fields.ts';
import type { Qos } from '../../../../src-main/contract/model/model.ts';
import {
  hexRule,
  numberIn,
  numberText,
  optionalNumberRule,
  textOrNull,
  textRule,
  type Rule,
} from './draft-rules.ts';

/** The last will, as typed; kept while it is switched off. */
export interface WillDraft {
  readonly on: boolean;
  readonly topic: string;
  readonly payload: string;
  readonly encoding: Will['encoding'];
  readonly qos: Qos;
  readonly retain: boolean;
  readonly delayInterval: string;
  readonly messageExpiry: string;
  readonly utf8: boolean;
  readonly contentType: string;
  readonly responseTopic: string;
  readonly correlationData: string;
  readonly userProperties: readonly UserProperty[];
}

const NONE: Will = {
  topic: '',
  payload: '',
  encoding: 'text',
  qos: 0,
  retain: false,
  delayInterval: null,
  messageExpiry: null,
  utf8: false,
  contentType: null,
  responseTopic: null,
  correlationData: null,
  userProperties: [],
};

export function willDraftOf(saved: Will | null): WillDraft {
  const will = saved ?? NONE;
  return {
    on: saved !== null,
    topic: will.topic,
    payload: will.payload,
    encoding: will.encoding,
    qos: will.qos,
    retain: will.retain,
    delayInterval: numberText(will.delayInterval),
    messageExpiry: numberText(will.messageExpiry),
    utf8: will.utf8,
    contentType: will.contentType ?? '',
    responseTopic: will.responseTopic ?? '',
    correlationData: will.correlationData ?? '',
    userProperties: will.userProperties,
  };
}

export function willOf(draft: WillDraft): Will | null {
  if (!draft.on) return null;
  return {
    topic: draft.topic,
    payload: draft.payload,
    encoding: draft.encoding,
    qos: draft.qos,
    retain: draft.retain,
    delayInterval: numberIn(draft.delayInterval),
    messageExpiry: numberIn(draft.messageExpiry),
    utf8: draft.utf8,
    contentType: textOrNull(draft.contentType),
    responseTopic: textOrNull(draft.responseTopic),
    correlationData: textOrNull(draft.correlationData),
    userProperties: [...draft.userProperties],
  };
}

const MAX_SECONDS = 0xffff_ffff;

/** Broken rules by field, as `will.topic`; `five`: the properties of MQTT 5 are sent. */
export function willErrors(draft: WillDraft, five: boolean): Readonly<Record<string, Rule>> {
  if (!draft.on) return {};
  return {
    'will.topic': topicRule(draft.topic),
    'will.payload': payloadRule(draft),
    ...(five ? propertyErrors(draft) : {}),
  };
}

function propertyErrors(draft: WillDraft): Readonly<Record<string, Rule>> {
  return {
    'will.delayInterval': optionalNumberRule(draft.delayInterval, 0, MAX_SECONDS),
    'will.messageExpiry': optionalNumberRule(draft.messageExpiry, 0, MAX_SECONDS),
    'will.contentType': textRule(draft.contentType),
    'will.responseTopic': draft.responseTopic === '' ? null : topicRule(draft.responseTopic),
    'will.correlationData': hexRule(draft.correlationData) ?? lengthRule(draft.correlationData),
    ...propertyRules('will.userProperties', draft.userProperties),
  };
}

/** Broken rules of rows of names and values, as `userProperties.2.name`. */
export function propertyRules(key: string, rows: readonly UserProperty[]): Record<string, Rule> {
  const rules: Record<string, Rule> = {};
  rows.forEach(({ name, value }, index) => {
    rules[`${key}.${index}.name`] = textRule(name);
    rules[`${key}.${index}.value`] = textRule(value);
  });
  return rules;
}

function topicRule(text: string): Rule {
  const problem = checkTopicName(text);
  return problem === null ? null : `${problem.message} ${problem.advice}`;
}

/** The will's payload has a length of two bytes in every version [MQTT-3.1.3.4]. */
function payloadRule({ payload, encoding }: WillDraft): Rule {
  return encoding === 'hex'
    ? (hexRule(payload) ?? lengthRule(payload))
    : new TextEncoder().encode(payload).length > 65_535
      ? 'A will carries at most 65,535 bytes.'
      : null;
}

function lengthRule(hex: string): Rule {
  return hex.replaceAll(/\s/g, '').length > 131_070 ? 'MQTT allows at most 65,535 bytes.' : null;
}
