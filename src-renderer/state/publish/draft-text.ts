import { z } from 'zod';
import { base64Bytes, base64Text } from '../../../src-main/core/payload/base64.ts';
import { NO_PROPERTIES } from './draft-properties.ts';
import { exactText, linedText } from './line-ends.ts';
import { EMPTY_DRAFT, type PublishDraft } from './publish-draft.ts';

/** A larger file is not kept over a reload: it is still where it was chosen from. */
const MAX_KEPT_FILE = 4 * 2 ** 20;

const Bytes = z.object({ base64: z.string() }).transform(({ base64 }, context) => {
  const bytes = base64Bytes(base64);
  if (bytes !== null) return bytes;
  context.addIssue('Not Base64');
  return z.NEVER;
});
const Text = z.union([z.string(), Bytes]);

const Properties = z.object({
  contentType: Text,
  responseTopic: Text,
  correlation: Text,
  correlationAs: z.enum(['text', 'hex']),
  expiry: z.string(),
  alias: z.string(),
  payloadFormat: z.enum(['', '0', '1']),
  user: z.array(z.object({ name: Text, value: Text })),
});

/** What is not there is as it was before there was such a thing. */
const Draft = z.object({
  topic: z.string(),
  topicIsOwn: z.boolean().catch(false),
  payload: z.string(),
  format: z.enum(['json', 'text', 'hex', 'base64', 'cbor', 'msgpack', 'protobuf', 'file']).catch('text'),
  floats: z.enum(['double', 'single', 'shortest']).catch('shortest'),
  message: z.string().max(1_000).catch(''),
  file: z.object({ name: z.string(), bytes: Bytes }).nullable().catch(null),
  qos: z.union([z.literal(0), z.literal(1), z.literal(2)]).catch(0),
  retain: z.boolean().catch(false),
  gzip: z.boolean().catch(false),
  variables: z.boolean().catch(true),
  answer: z.object({ expected: z.boolean(), within: z.string(), rule: z.string() }).catch(EMPTY_DRAFT.answer),
  properties: Properties.catch({
    ...NO_PROPERTIES,
    contentType: '',
    responseTopic: '',
    correlation: '',
    user: [],
  }),
});

/** A draft as a text that `readDraftText` reads. */
export function draftText(draft: PublishDraft): string {
  const { payload, file, ...rest } = draft;
  const kept = file !== null && file.bytes.length <= MAX_KEPT_FILE ? file : null;
  return JSON.stringify({ ...rest, payload: exactText(payload), file: kept }, (_, value: unknown) =>
    value instanceof Uint8Array ? { base64: base64Text(value) } : value,
  );
}

/** What `draftText` wrote, also in an earlier version; null where it is something else. */
export function readDraftText(text: string | null): PublishDraft | null {
  try {
    const { success, data } = Draft.safeParse(JSON.parse(text ?? 'null'));
    return success ? { ...data, payload: linedText(data.payload) } : null;
  } catch {
    return null;
  }
}
