import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { MessageMeta } from '../../../src-main/contract/model/message.ts';
import { receivedProperties } from '../../../src-main/core/publish/received-properties.ts';
import { topicText } from '../../../src-main/core/topics/names.ts';
import { formatBytes } from '../../../src-main/core/text/amounts.ts';
import { callEngine, isFailure } from '../engine/call-engine.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import type { Publishing } from './publish-drafts.ts';
import { MAX_PAYLOAD_BYTES } from './payload-format.ts';
import { draftOf, type PublishDraft } from './publish-draft.ts';

/** Which message of a topic: by its number, the latest, or the last one delivered as retained. */
export type EditedMessage = number | 'latest' | 'retained';

/** `edit`: it is loaded into the publish panel; `again`: it is published as it was. */
export type Republishing = 'edit' | 'again';

/** Loads a received message into the publish panel, or publishes it; answers why not, null when that is done. */
export type EditAndPublish = (
  key: TopicKey,
  which: EditedMessage,
  how?: Republishing,
) => Promise<Failure | null>;

/** The most one call reads (contract). */
const STEP_BYTES = 1_048_576;

/**
 * Topic, exact bytes, QoS, retain and MQTT 5 properties of a received message, into the publish panel.
 *
 * @returns why it cannot be published as it was; null when it is in the panel
 */
export async function editAndPublish(
  session: ConnectionSession,
  publishing: Publishing,
  key: TopicKey,
  which: EditedMessage,
): Promise<Failure | null> {
  const draft = await receivedDraft(session, key, which);
  if ('code' in draft) return draft;
  publishing.load(draft);
  return null;
}

/**
 * The same, published at once by the panel, which asks where it always asks: what is typed there stays.
 *
 * @returns why it cannot be published as it was; null when the panel has it
 */
export async function publishAgain(
  session: ConnectionSession,
  publishing: Publishing,
  key: TopicKey,
  which: EditedMessage,
): Promise<Failure | null> {
  const draft = await receivedDraft(session, key, which);
  if ('code' in draft) return draft;
  publishing.store.setState({ asked: draft });
  return null;
}

async function receivedDraft(
  session: ConnectionSession,
  key: TopicKey,
  which: EditedMessage,
): Promise<PublishDraft | Failure> {
  const topic = topicText(key);
  if (topic === null) {
    return failed(
      'topic-not-text',
      'The topic is not valid UTF-8, so no message can be published to it.',
      'Publish to a topic with another name.',
    );
  }
  const read = await readWhole(session, key, which);
  if ('code' in read) return read;
  const { meta, payload, properties } = read;
  return draftOf({
    topic,
    payload,
    qos: meta.qos,
    retain: meta.retain,
    properties: receivedProperties(properties),
  });
}

interface Whole {
  readonly meta: MessageMeta;
  readonly payload: Uint8Array;
  readonly properties: Uint8Array;
}

async function readWhole(
  session: ConnectionSession,
  key: TopicKey,
  which: EditedMessage,
): Promise<Whole | Failure> {
  const ask = (of: EditedMessage, offset: number) =>
    callEngine(() =>
      session.client.call('readMessage', {
        connection: session.connectionId,
        key,
        which: of,
        offset,
        length: STEP_BYTES,
      }),
    );
  const first = await ask(which, 0);
  if (isFailure(first)) return first;
  if (first.kind === 'gone') return messageEvicted();
  const { meta, properties } = first;
  if (meta.kept < meta.size) {
    return failed(
      'not-kept-whole',
      `Of this message only the first ${formatBytes(meta.kept)} of ${formatBytes(meta.size)} were kept.`,
      'Raise the largest payload that is kept in Settings, and have it sent again.',
    );
  }
  if (meta.size > MAX_PAYLOAD_BYTES) {
    return failed(
      'too-large-to-edit',
      `The message has ${formatBytes(meta.size)}, and ${formatBytes(MAX_PAYLOAD_BYTES)} can be published from here.`,
      'Save its payload and publish it with another program.',
    );
  }
  const payload = new Uint8Array(meta.size);
  payload.set(first.bytes);
  for (let at = first.bytes.length; at < meta.size;) {
    // The latest may be another one by now.
    const next = await ask(meta.seq, at);
    if (isFailure(next)) return next;
    if (next.kind === 'gone' || next.bytes.length === 0) return messageEvicted();
    payload.set(next.bytes.subarray(0, meta.size - at), at);
    at += next.bytes.length;
  }
  return { meta, payload, properties };
}

function messageEvicted(): Failure {
  return failed('message-gone', 'This message was dropped for newer ones.', 'Choose a newer message.');
}

/** How it went, in words; rejects with the reason where the message is not in the panel. */
export async function editOutcome(
  editing: Promise<Failure | null>,
  how: Republishing = 'edit',
): Promise<string> {
  const failure = await editing;
  if (failure !== null) throw new Error(`${failure.message} ${failure.advice}`);
  return how === 'edit' ? 'Loaded into the publish panel' : 'Handed to the publish panel';
}
