import * as z from '../../../contract/base/zod.ts';
import { failed, type Failure } from '../../../contract/base/errors.ts';
import { MessageProperties } from '../../../contract/model/publish-message.ts';
import { base64Bytes } from '../../payload/base64.ts';

const { payloadFormat, messageExpiry } = MessageProperties.shape;
const Text = z.string().max(65_535);

/** As `jsonLine` writes them. What is only between broker and receiver, such as `subscriptions`, is passed over. */
const Written = z.object({
  payloadFormat,
  messageExpiry,
  contentType: Text.optional(),
  responseTopic: Text.optional(),
  correlationDataBase64: z.string().max(87_384).optional(),
  userProperties: z
    .array(z.tuple([Text, Text]))
    .max(10_000)
    .optional(),
});

/** MQTT 5 properties of a line of a file, from their JSON. */
export function rowProperties(json: string): MessageProperties | Failure {
  const { success, data, error } = Written.safeParse(JSON.parse(json));
  if (!success) return wrong(error.issues[0]?.path.join('.') ?? '');
  const { correlationDataBase64: base64, ...properties } = data;
  if (base64 === undefined) return properties;
  const correlationData = base64Bytes(base64);
  return correlationData === null || correlationData.length > 65_535
    ? wrong('correlationDataBase64')
    : { ...properties, correlationData };
}

function wrong(path: string): Failure {
  return failed(
    'line-properties',
    `The properties of the line cannot be read${path === '' ? '' : `: ${path} is not as it has to be`}.`,
    'Write them as the export of a history does.',
  );
}
