import type { Qos } from '../../../src-main/contract/model/model.ts';
import type { PublishMessage } from '../../../src-main/contract/model/publish-message.ts';
import { EMPTY_TEXT, exactText, linedText, type LinedText } from './line-ends.ts';

/** What is typed into the publish panel of one connection. */
export interface PublishDraft {
  readonly topic: string;
  /** The person typed or chose it: a selection no longer replaces it. */
  readonly topicIsOwn: boolean;
  readonly payload: LinedText;
  readonly qos: Qos;
  readonly retain: boolean;
}

export const EMPTY_DRAFT: PublishDraft = {
  topic: '',
  topicIsOwn: false,
  payload: EMPTY_TEXT,
  qos: 0,
  retain: false,
};

/**
 * Whether the topic follows the selection. It is fixed as soon as there is something of a message: a
 * look at another topic must not send it there. Retain counts, because without a payload it clears. An
 * empty field is filled in any case.
 */
export function followsSelection({ topic, topicIsOwn, payload, retain }: PublishDraft): boolean {
  return topic === '' || (!topicIsOwn && payload.text === '' && !retain);
}

/** Nothing in it is worth keeping. */
export function isEmpty({ topicIsOwn, payload, qos, retain }: PublishDraft): boolean {
  return !topicIsOwn && payload.text === '' && qos === 0 && !retain;
}

/** The message as it goes out when Publish is pressed now. */
export function messageOf({ topic, payload, qos, retain }: PublishDraft): PublishMessage {
  return { topic, payload: new TextEncoder().encode(exactText(payload)), qos, retain };
}

/** Whether both are the same message. */
export function sameMessage(a: PublishDraft, b: PublishDraft): boolean {
  if (a === b) return true;
  return (
    a.topic === b.topic &&
    a.qos === b.qos &&
    a.retain === b.retain &&
    a.payload.text === b.payload.text &&
    exactText(a.payload) === exactText(b.payload)
  );
}

export function draftText({ topic, topicIsOwn, payload, qos, retain }: PublishDraft): string {
  return JSON.stringify({ topic, topicIsOwn, payload: exactText(payload), qos, retain });
}

/** What `draftText` wrote; null where it is something else. */
export function readDraftText(text: string | null): PublishDraft | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    if (typeof value !== 'object' || value === null) return null;
    const { topic, topicIsOwn, payload, qos, retain } = value as Record<string, unknown>;
    if (typeof topic !== 'string' || typeof payload !== 'string') return null;
    return {
      topic,
      topicIsOwn: topicIsOwn === true,
      payload: linedText(payload),
      qos: qos === 1 || qos === 2 ? qos : 0,
      retain: retain === true,
    };
  } catch {
    return null;
  }
}
