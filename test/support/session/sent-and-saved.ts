import type { MessageSeries } from '../../../src-main/contract/session/message-series.ts';
import type { MessageTemplate, SavedHead, SentMessage } from '../../../src-main/contract/session/sending.ts';

/** A message that went out at QoS 0, of which nothing more is known. */
export function sentMessage(more: Partial<SentMessage> = {}): SentMessage {
  return {
    id: 'sent',
    at: Date.UTC(2026, 10, 29, 3, 4, 5),
    topic: 'plant/a',
    size: 213,
    qos: 0,
    retain: false,
    outcome: { kind: 'sent', at: 0 },
    answer: null,
    queued: false,
    kept: true,
    ...more,
  };
}

/** A message that is saved for all connections, in no folder. */
export function savedHead(id: string, more: Partial<SavedHead> = {}): SavedHead {
  return { id, profile: null, folder: '', name: `Name ${id}`, topic: `topic/${id}`, qos: 1, ...more };
}

/** A whole message as it is kept: text to a topic. */
export function messageTemplate(topic: string, text: string): MessageTemplate {
  return {
    topic,
    payload: new TextEncoder().encode(text),
    variables: false,
    gzip: false,
    qos: 0,
    retain: false,
    correlation: null,
  };
}

/** A series under way, without problems and without times. */
export function messageSeries(more: Partial<MessageSeries> = {}): MessageSeries {
  return {
    id: 's',
    title: 'plant/a',
    state: { kind: 'running' },
    startedAt: 0,
    total: 200,
    file: null,
    sent: 50,
    acknowledged: 40,
    noSubscribers: 0,
    inFlight: 10,
    errors: 0,
    rate: 5,
    wantedRate: 5,
    meanMs: 2,
    worstMs: 9,
    recentMs: [],
    problems: [],
    ...more,
  };
}
