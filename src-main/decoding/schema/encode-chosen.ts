import { failed, type Failure } from '../../contract/base/errors.ts';
import type { SchemaFile } from '../../contract/decoding/decoded.ts';
import { Unreadable } from '../base/unreadable.ts';
import { encodeProtobuf } from './encode-protobuf.ts';
import { chosenMessage } from './schemas.ts';
import type { ProtoMessage } from './protobuf-types.ts';

type Encoded =
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'not-encoded'; readonly failure: Failure };

/** The JSON in a text as the message that a name stands for. */
export function encodeChosen(text: string, name: string, schemas: readonly SchemaFile[]): Encoded {
  const message = messageNamed(name, schemas);
  const made = 'code' in message ? message : encodeProtobuf(text, message);
  return made instanceof Uint8Array
    ? { kind: 'encoded', bytes: made }
    : { kind: 'not-encoded', failure: made };
}

function messageNamed(name: string, schemas: readonly SchemaFile[]): ProtoMessage | Failure {
  try {
    return (
      chosenMessage(name, schemas) ??
      failed(
        'no-proto-message',
        'No Protobuf message is chosen for the payload.',
        'Choose one of a .proto file.',
      )
    );
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return failed(
      'no-proto-message',
      `Topicscope ${error.message}.`,
      'Choose another message, or mend the file.',
    );
  }
}
