import type { EngineHandlers } from '../../../src-main/contract/api.ts';
import type {
  messageSeriesCalls,
  messageSeriesStreams,
} from '../../../src-main/contract/session/message-series.ts';
import type {
  sendingCalls,
  sendingStreams,
  SentMessage,
} from '../../../src-main/contract/session/sending.ts';
import { failed } from '../../../src-main/contract/base/errors.ts';

type OfSeries = keyof typeof messageSeriesCalls | keyof typeof messageSeriesStreams;
type Handlers = Pick<EngineHandlers, keyof typeof sendingCalls | keyof typeof sendingStreams | OfSeries>;

/** What was asked to be sent, and an engine that sends it to nobody. */
export function fakeSending(): Handlers {
  const sent: SentMessage[] = [];
  const gone = () => failed('message-gone', 'Not kept.', '');
  const done = { kind: 'done' as const };
  return {
    previewMessage: ({ template: { topic, payload, qos, retain } }) => ({
      kind: 'preview',
      message: { topic, payload, qos, retain },
    }),
    sendMessage: ({ template: { topic } }) => ({
      id: `s${sent.length}`,
      topic,
      outcome: { kind: 'sent', at: 1 },
    }),
    discardQueued: () => done,
    readSent: gone,
    clearSent: () => done,
    saveMessage: () => ({ kind: 'saved', id: 'm' }),
    moveSaved: () => done,
    removeSaved: () => done,
    readSaved: gone,
    addSeriesRows: () => ({ kind: 'added', file: 'f' }),
    startSeries: () => ({ kind: 'started', series: 'r' }),
    pauseSeries: () => done,
    resumeSeries: () => done,
    stopSeries: () => done,
    async *messageSeries(_, signal) {
      yield { series: [] };
      await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
    },
    async *runningSeries(_, signal) {
      yield { running: [] };
      await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
    },
    async *sentMessages(_, signal) {
      yield { messages: sent };
      await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
    },
    async *savedMessages(_, signal) {
      yield { messages: [], problem: null };
      await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
    },
  };
}
