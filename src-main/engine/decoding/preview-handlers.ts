import type { z } from 'zod';
import type { WorkerClient } from '../../connection/worker-api.ts';
import type { EngineHandlers } from '../../contract/api.ts';
import { MOST_PREVIEWED_BYTES, type decoderRuleCalls } from '../../contract/decoding/decoder-rule-calls.ts';
import type { DecoderRule } from '../../contract/model/decoder-rule.ts';
import { ruleFor } from '../../core/topics/decoder-rules.ts';
import { completed, surroundings, type DecodingPorts, type Payload } from './decode-handlers.ts';

type Call = (typeof decoderRuleCalls)['decodePreviews'];
type Asked = z.output<Call['params']>['messages'][number];
type Found = z.output<Call['result']>['previews'][number];

/** As the connection makes its own: a row of the tree has room for less than a list. */
const ROW_CHARS = 48;
const LISTED_CHARS = 120;
/** Messages of one call that are read and decoded at once: the bytes of no more are held. */
const TOGETHER = 16;

/** Short forms of messages for rows and lists. */
export function previewHandlers(ports: DecodingPorts): Pick<EngineHandlers, 'decodePreviews'> {
  return {
    decodePreviews: async ({ connection, messages, view }) => {
      const worker = ports.worker(connection);
      const rules = ports.rulesOf(connection);
      const asPaused = view === undefined ? {} : { view };
      const previews: Found[] = [];
      for (let at = 0; at < messages.length; at += TOGETHER) {
        const some = messages.slice(at, at + TOGETHER);
        const found = await Promise.all(some.map((one) => previewOf(ports, worker, rules, one, asPaused)));
        previews.push(...found.filter((one) => one !== null));
      }
      return { previews };
    },
  };
}

async function previewOf(
  ports: DecodingPorts,
  worker: Pick<WorkerClient, 'call'>,
  rules: readonly DecoderRule[],
  { key, which }: Asked,
  asPaused: { readonly view?: string },
): Promise<Found | null> {
  const rule = ruleFor(rules, key);
  const asked = { key, which, offset: 0, length: MOST_PREVIEWED_BYTES, ...asPaused };
  const message = await worker.call('readMessage', asked);
  if (message.kind === 'gone') return null;
  const { bytes, meta, properties } = message;
  if (meta.kept === 0 || meta.kept > MOST_PREVIEWED_BYTES) return null;
  if (rule === null && meta.preview.kind !== 'binary') return null;
  const chain = rule?.chain ?? null;
  const around = surroundings(key, meta.kept < meta.size, properties);
  const payload: Payload = { kind: 'payload', bytes, around, seq: meta.seq };
  const chars = which === 'latest' ? ROW_CHARS : LISTED_CHARS;
  const whole = await completed(ports, worker, payload, chain);
  const answer = await ports.ask({ kind: 'preview', bytes, chain, around: whole, chars });
  if (answer.kind !== 'preview' || answer.preview === null) return null;
  return { key, seq: meta.seq, preview: answer.preview };
}
