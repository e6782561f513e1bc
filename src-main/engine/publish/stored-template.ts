import { z } from 'zod';
import { Qos } from '../../contract/model/model.ts';
import { PayloadEncoding, type MessageTemplate } from '../../contract/session/sending.ts';
import { base64Bytes, base64Text } from '../../core/payload/base64.ts';

/** Bytes as JSON holds them. */
const StoredBytes = z.object({ base64: z.string() }).transform(({ base64 }, context) => {
  const bytes = base64Bytes(base64);
  if (bytes !== null) return bytes;
  context.addIssue('Not Base64');
  return z.NEVER;
});
const StoredText = z.union([z.string(), StoredBytes]);

const StoredProperties = z.object({
  payloadFormat: z.union([z.literal(0), z.literal(1)]).optional(),
  messageExpiry: z.number().int().min(0).max(0xffff_ffff).optional(),
  topicAlias: z.number().int().min(1).max(65_535).optional(),
  contentType: StoredText.optional(),
  responseTopic: StoredText.optional(),
  correlationData: StoredBytes.optional(),
  userProperties: z
    .array(z.tuple([StoredText, StoredText]))
    .max(10_000)
    .optional(),
});

/** A message on disk: what is text can be read in the file, all else is Base64. */
export const StoredTemplate = z.object({
  topic: z.string().max(65_535),
  payload: StoredText.transform((payload) =>
    typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
  ),
  variables: z.boolean().default(false),
  encoding: PayloadEncoding.optional(),
  gzip: z.boolean().default(false),
  qos: Qos,
  retain: z.boolean().default(false),
  properties: StoredProperties.optional(),
  correlation: z
    .object({ text: z.string().max(65_535), as: z.enum(['text', 'hex']) })
    .nullable()
    .default(null),
});

/** What `StoredTemplate` reads, to be written as JSON. */
export function storedTemplate(template: MessageTemplate): unknown {
  const payload = readable(template.payload);
  return JSON.parse(
    JSON.stringify({ ...template, payload }, (_, value: unknown) =>
      value instanceof Uint8Array ? { base64: base64Text(value) } : value,
    ),
  );
}

function readable(bytes: Uint8Array): string | Uint8Array {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.includes('\ufffd') ? bytes : text;
}
