import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { MessageTemplate } from '../../../src-main/contract/session/sending.ts';
import { variablesOf, type Variable } from '../../../src-main/core/publish/template/variables.ts';
import { checkTopicName } from '../../../src-main/core/topics/names.ts';
import { draftOfProperties, NO_PROPERTIES, propertiesOf } from './draft-properties.ts';
import { exactText, linedText } from './line-ends.ts';
import { draftOfBytes, encodingOf, payloadBytes, type PayloadFormat } from './payload-format.ts';
import { draftTexts, EMPTY_DRAFT, mayHaveVariables, type PublishDraft } from './publish-draft.ts';

/** What stands for something that is only known when the message is sent; empty where that is turned off. */
export function draftVariables(draft: PublishDraft): readonly Variable[] {
  return draft.variables ? variablesOf(draftTexts(draft)) : [];
}

/** The message as it stands now, or what keeps it from going out. */
export function templateOf(draft: PublishDraft): MessageTemplate | Failure {
  const { topic, qos, retain, gzip } = draft;
  const problem = checkTopicName(topic);
  if (problem !== null) return problem;
  const variables = draftVariables(draft).length > 0;
  const encoding = encodingOf(draft);
  // With variables it is encoded when they have their values.
  const payload =
    encoding !== undefined && variables ? typedBytes(draft) : (payloadBytes(draft) ?? typedBytes(draft));
  if (!(payload instanceof Uint8Array)) return payload;
  const { correlation: text, correlationAs: as } = draft.properties;
  const isTemplate = variables && typeof text === 'string';
  const properties = propertiesOf(isTemplate ? { ...draft.properties, correlation: '' } : draft.properties);
  if (properties !== undefined && 'code' in properties) return properties;
  return {
    topic,
    payload: encoding === undefined ? payload : typedBytes(draft),
    variables,
    ...(encoding && { encoding }),
    gzip,
    qos,
    retain,
    ...(properties && { properties }),
    correlation: isTemplate && text !== '' ? { text, as } : null,
  };
}

/** The text as it is typed, whatever it stands for. */
function typedBytes({ payload }: PublishDraft): Uint8Array {
  return new TextEncoder().encode(exactText(payload));
}

/** The same for a file whose lines may say where their messages go: the topic may be empty. */
export function templateOfRows(draft: PublishDraft): MessageTemplate | Failure {
  if (draft.topic !== '') return templateOf(draft);
  const template = templateOf({ ...draft, topic: 'topic' });
  return 'code' in template ? template : { ...template, topic: '' };
}

/** A kept message, to be edited. Sent unchanged it is the same. */
export function draftOfTemplate(template: MessageTemplate, format?: string): PublishDraft {
  const { topic, payload, variables, encoding, gzip, qos, retain, properties, correlation } = template;
  const draft = draftOfBytes(payload, 'Kept payload');
  const known = FORMATS.find((one) => one === format);
  const isText = draft.format === 'json' || draft.format === 'text';
  // A text that is no JSON yet because of its variables is still meant as JSON.
  const typed = isText && (known === 'json' || known === 'text') ? known : draft.format;
  const shown = properties === undefined ? NO_PROPERTIES : draftOfProperties(properties);
  return {
    ...EMPTY_DRAFT,
    ...draft,
    format: encoding?.format ?? typed,
    ...(encoding && { floats: encoding.floats, message: encoding.message ?? '' }),
    payload: isText ? linedText(exactText(draft.payload)) : draft.payload,
    topic,
    topicIsOwn: true,
    qos,
    retain,
    gzip,
    variables: variables || !mayHaveVariables({ ...EMPTY_DRAFT, ...draft, topic, properties: shown }),
    properties:
      correlation === null
        ? shown
        : { ...shown, correlation: correlation.text, correlationAs: correlation.as },
  };
}

const FORMATS: readonly PayloadFormat[] = ['json', 'text', 'hex', 'base64', 'file'];
