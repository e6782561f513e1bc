import type { WorkerClient } from '../../../../src-main/connection/worker-api.ts';
import type { SchemaFile } from '../../../../src-main/contract/decoding/decoded.ts';
import type { DecoderRule } from '../../../../src-main/contract/model/decoder-rule.ts';
import type { MessageMeta } from '../../../../src-main/contract/model/message.ts';
import { preview } from '../../../../src-main/core/payload/preview.ts';
import { Decoder } from '../../../../src-main/decoding/decoder.ts';
import type { DecoderRequest } from '../../../../src-main/decoding/protocol.ts';
import { decodeHandlers, type DecodingPorts } from '../../../../src-main/engine/decoding/decode-handlers.ts';
import { linesHandlers } from '../../../../src-main/engine/decoding/lines-handlers.ts';
import { previewHandlers } from '../../../../src-main/engine/decoding/preview-handlers.ts';

export interface Message {
  readonly payload: Uint8Array<ArrayBuffer>;
  /** Bytes received, where fewer are kept. */
  readonly size?: number;
  readonly properties?: Uint8Array<ArrayBuffer>;
}

interface Read {
  readonly key: string;
  readonly which: unknown;
  readonly offset: number;
  readonly length: number;
  readonly view?: string;
}

/** A connection that keeps messages by topic, as its worker answers `readMessage`. */
export function opened(
  messages: Readonly<Record<string, Message>>,
  rules: readonly DecoderRule[] = [],
  schemas: readonly SchemaFile[] = [],
) {
  const reads: { readonly offset: number; readonly length: number }[] = [];
  const views: (string | undefined)[] = [];
  const worker = {
    call: (name: string, params: Read) => {
      if (name === 'readHistory') {
        return Promise.resolve({ messages: params.key in messages ? [{ seq: 1 }] : [] });
      }
      if (name !== 'readMessage') throw new Error(name);
      views.push(params.view);
      reads.push({ offset: params.offset, length: params.length });
      const message = messages[params.key];
      if (message === undefined) return Promise.resolve({ kind: 'gone', why: 'never' });
      const { payload, size = payload.length, properties = new Uint8Array() } = message;
      return Promise.resolve({
        kind: 'message',
        meta: { seq: 7, kept: payload.length, size, preview: preview(payload, size, 40) } as MessageMeta,
        offset: params.offset,
        bytes: payload.slice(params.offset, params.offset + params.length),
        properties,
      });
    },
  };
  const decoder = new Decoder('t', () => 0);
  const asked: DecoderRequest[] = [];
  const ports: DecodingPorts = {
    worker: () => worker as unknown as Pick<WorkerClient, 'call'>,
    rulesOf: () => rules,
    schemas: () => schemas,
    ask: (request) => {
      asked.push(request);
      return Promise.resolve(decoder.answer(request));
    },
  };
  const handlers = { ...decodeHandlers(ports), ...previewHandlers(ports), ...linesHandlers(ports) };
  return { ports, handlers, reads, views, asked };
}
