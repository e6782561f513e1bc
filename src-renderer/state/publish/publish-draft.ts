import type { Qos } from '../../../src-main/contract/model/model.ts';
import type { PublishMessage } from '../../../src-main/contract/model/publish-message.ts';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import { checkTopicName } from '../../../src-main/core/topics/names.ts';
import {
  countProperties,
  draftOfProperties,
  NO_PROPERTIES,
  propertiesOf,
  type DraftProperties,
} from './draft-properties.ts';
import { EMPTY_TEXT, exactText } from './line-ends.ts';
import { draftOfBytes, payloadBytes, type PayloadDraft } from './payload-format.ts';

/** What is typed into the publish panel of one connection. */
export interface PublishDraft extends PayloadDraft {
  readonly topic: string;
  /** The person typed or chose it: a selection no longer replaces it. */
  readonly topicIsOwn: boolean;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly properties: DraftProperties;
}

export const EMPTY_DRAFT: PublishDraft = {
  topic: '',
  topicIsOwn: false,
  format: 'text',
  payload: EMPTY_TEXT,
  file: null,
  qos: 0,
  retain: false,
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

/** The message as it goes out when Publish is pressed now, or what keeps it from going out. */
export function messageOf(draft: PublishDraft): PublishMessage | Failure {
  const { topic, qos, retain } = draft;
  const problem = checkTopicName(topic);
  if (problem !== null) return problem;
  const payload = payloadBytes(draft);
  if (!(payload instanceof Uint8Array)) return payload;
  const properties = propertiesOf(draft.properties);
  if (properties === undefined) return { topic, payload, qos, retain };
  return 'code' in properties ? properties : { topic, payload, qos, retain, properties };
}

/** A message, to be edited. Sent unchanged it goes out byte for byte. */
export function draftOf(message: PublishMessage): PublishDraft {
  const { topic, payload, qos, retain, properties } = message;
  return {
    topic,
    topicIsOwn: true,
    ...draftOfBytes(payload, 'Received payload'),
    qos,
    retain,
    properties: properties === undefined ? NO_PROPERTIES : draftOfProperties(properties),
  };
}

/** Whether both are the same message. */
export function sameMessage(a: PublishDraft, b: PublishDraft): boolean {
  if (a === b) return true;
  return (
    a.topic === b.topic &&
    a.qos === b.qos &&
    a.retain === b.retain &&
    samePayload(a, b) &&
    (a.properties === b.properties || JSON.stringify(a.properties) === JSON.stringify(b.properties))
  );
}

function samePayload(a: PublishDraft, b: PublishDraft): boolean {
  if (a.format === 'file' || b.format === 'file') return a.format === b.format && a.file === b.file;
  return (
    a.format === b.format &&
    a.payload.text === b.payload.text &&
    exactText(a.payload) === exactText(b.payload)
  );
}
