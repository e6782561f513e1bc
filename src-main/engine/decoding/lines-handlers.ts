import type { EngineHandlers } from '../../contract/api.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { linesCalls } from '../../contract/decoding/lines.ts';
import type { LinesRequest } from '../../decoding/lines/lines-protocol.ts';
import type { DecoderAnswer } from '../../decoding/protocol.ts';
import { readPayload, type DecodingPorts } from './decode-handlers.ts';

/** Long texts, laid out by the decoder's thread and read by pages. */
export function linesHandlers(
  ports: Pick<DecodingPorts, 'worker' | 'ask'>,
): Pick<EngineHandlers, keyof typeof linesCalls> {
  const ask = async <K extends DecoderAnswer['kind']>(asked: LinesRequest, kind: K) =>
    expected(await ports.ask({ kind: 'lines', asked }), kind);
  return {
    openLines: async ({ connection, source, layout }) => {
      if (source.kind === 'decoded')
        return ask({ kind: 'open-lines', of: source.id, cut: false, layout }, 'opened');
      const payload = await readPayload(ports.worker(connection), source);
      if (payload.kind === 'gone') return payload;
      const { bytes, around } = payload;
      return ask({ kind: 'open-lines', of: bytes, cut: around.cut, layout }, 'opened');
    },
    readLines: ({ id, from, count }) => ask({ kind: 'read-lines', id, from, count }, 'lines'),
    findInLines: ({ id, query }) => ask({ kind: 'find-in-lines', id, query }, 'found'),
    lineValue: ({ id, row }) => ask({ kind: 'line-value', id, row }, 'value'),
    lineFolds: ({ id }) => ask({ kind: 'line-folds', id }, 'folds'),
  };
}

function expected<K extends DecoderAnswer['kind']>(
  answer: DecoderAnswer | Failure,
  kind: K,
): Extract<DecoderAnswer, { kind: K }> | Failure {
  if (answer.kind === kind) return answer as Extract<DecoderAnswer, { kind: K }>;
  if (answer.kind === 'failed') return answer;
  if (answer.kind === 'no-text') return failed('no-text', 'The payload is no text.', 'Look at it in Hex.');
  return failed('decoded-gone', 'This text is not laid out any more.', 'Open it again.');
}
