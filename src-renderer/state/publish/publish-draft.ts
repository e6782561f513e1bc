import type { Qos } from '../../../src-main/contract/model/model.ts';
import type { PublishMessage } from '../../../src-main/contract/model/publish-message.ts';
import {
  countProperties,
  draftOfProperties,
  NO_PROPERTIES,
  type DraftProperties,
} from './draft-properties.ts';
import { EMPTY_TEXT, exactText } from './line-ends.ts';
import { draftOfBytes, isTextual, type PayloadDraft } from './payload-format.ts';

/** Whether an answer is expected, as typed. */
export interface DraftAnswer {
  readonly expected: boolean;
  /** Seconds. */
  readonly within: string;
  /** How the topic of the answer is made where a message has no response topic. */
  readonly rule: string;
}

/** What is typed into the publish panel of one connection. */
export interface PublishDraft extends PayloadDraft {
  readonly topic: string;
  /** The person typed or chose it: a selection no longer replaces it. */
  readonly topicIsOwn: boolean;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly gzip: boolean;
  /** What looks like `${now}` is replaced when the message is sent. */
  readonly variables: boolean;
  readonly answer: DraftAnswer;
  readonly properties: DraftProperties;
}

export const EMPTY_DRAFT: PublishDraft = {
  topic: '',
  topicIsOwn: false,
  format: 'text',
  floats: 'shortest',
  message: '',
  payload: EMPTY_TEXT,
  file: null,
  qos: 0,
  retain: false,
  gzip: false,
  variables: true,
  answer: { expected: false, within: '5', rule: 'cmnd/… → stat/…' },
  properties: NO_PROPERTIES,
};

function hasPayload({ payload, file }: PayloadDraft): boolean {
  return payload.text !== '' || file !== null;
}

/**
 * Whether the topic follows the selection. It is fixed as soon as there is something of a message: a
 * look at another topic must not send it there. Retain counts, because without a payload it clears. An
 * empty field is filled in any case.
 */
export function followsSelection(draft: PublishDraft): boolean {
  const { topic, topicIsOwn, retain } = draft;
  return topic === '' || (!topicIsOwn && !hasPayload(draft) && !retain);
}

/** Nothing in it is worth keeping. */
export function isEmpty(draft: PublishDraft): boolean {
  const { topicIsOwn, qos, retain, format, properties } = draft;
  return (
    !topicIsOwn &&
    !hasPayload(draft) &&
    qos === 0 &&
    !retain &&
    format === EMPTY_DRAFT.format &&
    countProperties(properties) === 0
  );
}

/** Longer texts are not looked through for variables at each key press. */
const MOST_LOOKED_AT = 200_000;

/** Whether a text has what looks like a variable, whether they are replaced or not. */
export function mayHaveVariables(draft: PublishDraft): boolean {
  return draftTexts(draft).some((text) => text.includes('${'));
}

/** What a variable may stand in. */
export function draftTexts({ topic, payload, format, properties }: PublishDraft): readonly string[] {
  const { contentType, responseTopic, correlation, user } = properties;
  const isText = isTextual(format) && payload.text.length <= MOST_LOOKED_AT;
  const all = [
    topic,
    isText ? payload.text : '',
    correlation,
    contentType,
    responseTopic,
    ...user.flatMap(({ name, value }) => [name, value]),
  ];
  return all.filter((text) => typeof text === 'string');
}

/** A message, to be edited. Sent unchanged it goes out byte for byte. */
export function draftOf(message: PublishMessage): PublishDraft {
  const { topic, payload, qos, retain, properties } = message;
  const draft: PublishDraft = {
    ...EMPTY_DRAFT,
    ...draftOfBytes(payload, 'Received payload'),
    topic,
    topicIsOwn: true,
    qos,
    retain,
    properties: properties === undefined ? NO_PROPERTIES : draftOfProperties(properties),
  };
  // It came like this: what looks like a variable in it is not ours to replace.
  return { ...draft, variables: !draft.payload.text.includes('${') && !mayHaveVariables(draft) };
}

/** Whether both are the same message. */
export function sameMessage(a: PublishDraft, b: PublishDraft): boolean {
  if (a === b) return true;
  return (
    a.topic === b.topic &&
    a.qos === b.qos &&
    a.retain === b.retain &&
    a.gzip === b.gzip &&
    a.variables === b.variables &&
    samePayload(a, b) &&
    (a.properties === b.properties || JSON.stringify(a.properties) === JSON.stringify(b.properties))
  );
}

function samePayload(a: PublishDraft, b: PublishDraft): boolean {
  if (a.format === 'file' || b.format === 'file') return a.format === b.format && a.file === b.file;
  return (
    a.format === b.format &&
    a.floats === b.floats &&
    a.message === b.message &&
    a.payload.text === b.payload.text &&
    exactText(a.payload) === exactText(b.payload)
  );
}
