import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import { failed, type Failure } from '../../../contract/base/errors.ts';
import type {
  MessageProperties,
  PropertyText,
  PublishMessage,
} from '../../../contract/model/publish-message.ts';
import type { MessageTemplate } from '../../../contract/session/sending.ts';
import { encodeJson } from '../../../core/payload/encode/encode-json.ts';
import { hexBytes } from '../../../core/payload/hex-text.ts';
import { decodeStrict } from '../../../core/payload/utf8.ts';
import { jsonField } from '../../../core/publish/template/json-path.ts';
import { renderText, type VariableValues } from '../../../core/publish/template/render.ts';
import { variablesOf, type Variable } from '../../../core/publish/template/variables.ts';
import type { Draws } from './draws.ts';

const gzip = promisify(gzipCallback);

export interface MakePorts {
  /** ms since the epoch */
  readonly now: () => number;
  readonly draws: Draws;
  /** The latest payload of a topic as text; null where there is none, or it is no text. */
  readonly latest: (topic: string) => Promise<string | null>;
  /** JSON as a Protobuf message of the schemas that are kept. */
  readonly encode: (text: string, message: string) => Promise<Uint8Array | Failure>;
  /** An environment variable; null: not set. A failure: it may not be read. */
  readonly env: (name: string) => Promise<string | null | Failure>;
}

export interface MadeMessage {
  readonly message: PublishMessage;
  /** The same to be kept: environment variables stand in it by their names, and the payload is not compressed. */
  readonly kept: MessageTemplate;
  /** It goes out: the next one gets other values. */
  taken(): void;
}

/** A row of the file that a series is read from. */
export type Columns = ReadonlyMap<string, string>;

/**
 * The message that a template stands for now.
 *
 * @param peek only to be looked at: environment variables stay as they stand
 */
export async function makeMessage(
  template: MessageTemplate,
  ports: MakePorts,
  { peek = false, columns = null }: { readonly peek?: boolean; readonly columns?: Columns | null } = {},
): Promise<MadeMessage | Failure> {
  const reading = ports.draws.read();
  if (!template.variables) {
    const message = await packed(template, ports);
    if ('code' in message) return message;
    return {
      message,
      kept: template,
      taken: () => undefined,
    };
  }
  const found = variablesIn(template);
  if (found === null) {
    return failed(
      'payload-not-text',
      'The payload is not UTF-8, so no variables can be replaced in it.',
      'Turn the variables off.',
    );
  }
  const known = await valuesFor(found, ports, peek);
  if ('code' in known) return known;
  const now = ports.now();
  const valuesFrom = (read: ReturnType<Draws['read']>): VariableValues => ({
    now,
    ...read,
    env: (name) => known.env.get(name) ?? null,
    value: (topic, path) => {
      const text = known.latest.get(topic) ?? null;
      return path === null || text === null ? text : jsonField(text, path);
    },
    column: (name) => columns?.get(name) ?? null,
  });
  const mayStay = (variable: Variable) => peek && isHidden(variable);
  const made = renderTemplate(template, valuesFrom(reading), mayStay);
  if ('code' in made) return made;
  // What is not replaced yet may keep the text from being JSON.
  const message = await packed(peek && found.some(isHidden) ? withoutEncoding(made) : made, ports);
  if ('code' in message) return message;
  // Read again from the start, so that both have the same draws.
  const hidden = found.some(isHidden)
    ? renderTemplate(template, valuesFrom(ports.draws.read()), isHidden)
    : null;
  return {
    message,
    kept: keptOf(template, made, hidden),
    taken: reading.take,
  };
}

/** @param hidden null: nothing of the environment is in it. A failure: without that it cannot be made, so it stays as it was */
function keptOf(
  template: MessageTemplate,
  made: MessageTemplate,
  hidden: MessageTemplate | Failure | null,
): MessageTemplate {
  if (hidden === null) return { ...made, variables: false };
  return 'code' in hidden ? template : { ...hidden, variables: true };
}

/** What the environment holds may be a secret: it is not kept, and not shown before it is sent. */
function isHidden(variable: Variable): boolean {
  return variable.kind === 'env';
}

/** The payload as the bytes that it has. */
export function withoutEncoding(template: MessageTemplate): MessageTemplate {
  const plain = { ...template };
  delete plain.encoding;
  return plain;
}

/** As it goes out: encoded, then compressed. */
async function packed(
  template: MessageTemplate,
  ports: Pick<MakePorts, 'encode'>,
): Promise<PublishMessage | Failure> {
  const message = plainMessage(template);
  if ('code' in message) return message;
  const payload = await encodedPayload(template, ports);
  if (!(payload instanceof Uint8Array)) return payload;
  return { ...message, payload: template.gzip ? await gzip(payload) : payload };
}

async function encodedPayload(
  { payload, encoding }: MessageTemplate,
  { encode }: Pick<MakePorts, 'encode'>,
): Promise<Uint8Array | Failure> {
  if (encoding === undefined) return payload;
  const text = decodeStrict(payload);
  if (text === null)
    return failed('payload-not-text', 'The payload is not UTF-8, so it is not JSON.', 'Correct it.');
  const { format, floats, message = '' } = encoding;
  return format === 'protobuf' ? encode(text, message) : encodeJson(text, format, floats);
}

function plainMessage(template: MessageTemplate): PublishMessage | Failure {
  const { topic, payload, qos, retain, properties, correlation } = template;
  if (correlation === null) return { topic, payload, qos, retain, ...(properties && { properties }) };
  const { text, as } = correlation;
  const correlationData = as === 'text' ? new TextEncoder().encode(text) : hexBytes(text.replaceAll('-', ''));
  if (correlationData === null) {
    return failed(
      'correlation-not-hex',
      'The correlation data is not hex.',
      'Complete the pairs of digits, or choose Text.',
    );
  }
  return { topic, payload, qos, retain, properties: { ...properties, correlationData } };
}

/** What was found in a template, which a series makes many messages of. */
const variablesOfTemplates = new WeakMap<MessageTemplate, readonly Variable[]>();

/** Null where the payload is no text. */
function variablesIn(template: MessageTemplate): readonly Variable[] | null {
  const known = variablesOfTemplates.get(template);
  if (known !== undefined) return known;
  const texts = templateTexts(template);
  if (texts === null) return null;
  const found = variablesOf(texts);
  variablesOfTemplates.set(template, found);
  return found;
}

/** Every text that may have variables; null where the payload is none. */
export function templateTexts({
  topic,
  payload,
  properties,
  correlation,
}: MessageTemplate): readonly string[] | null {
  const text = decodeStrict(payload);
  if (text === null) return null;
  const { contentType, responseTopic, userProperties = [] } = properties ?? {};
  const all = [topic, text, correlation?.text, contentType, responseTopic, ...userProperties.flat()];
  return all.filter((one) => typeof one === 'string');
}

interface Known {
  readonly env: ReadonlyMap<string, string>;
  readonly latest: ReadonlyMap<string, string>;
}

async function valuesFor(
  variables: readonly Variable[],
  ports: MakePorts,
  peek: boolean,
): Promise<Known | Failure> {
  const env = new Map<string, string>();
  const latest = new Map<string, string>();
  for (const variable of variables) {
    if (variable.kind === 'value' && !latest.has(variable.topic)) {
      const text = await ports.latest(variable.topic);
      if (text !== null) latest.set(variable.topic, text);
    } else if (variable.kind === 'env' && !peek && !env.has(variable.name)) {
      const value = await ports.env(variable.name);
      if (typeof value === 'object' && value !== null) return value;
      if (value !== null) env.set(variable.name, value);
    }
  }
  return { env, latest };
}

/** The template with its variables replaced but those that are to stay. */
function renderTemplate(
  template: MessageTemplate,
  values: VariableValues,
  keep: (variable: Variable) => boolean,
): MessageTemplate | Failure {
  const topic = renderText(template.topic, values, '', keep);
  if (typeof topic !== 'string') return topic;
  let problem: Failure | null = null;
  const render = (text: string): string => {
    const rendered = renderText(text, values, topic, keep);
    if (typeof rendered === 'string') return rendered;
    problem ??= rendered;
    return text;
  };
  const renderProperty = (text: PropertyText): PropertyText =>
    typeof text === 'string' ? render(text) : text;
  const made: MessageTemplate = {
    ...template,
    topic,
    payload: new TextEncoder().encode(
      render(new TextDecoder('utf-8', { ignoreBOM: true }).decode(template.payload)),
    ),
    correlation:
      template.correlation === null
        ? null
        : { ...template.correlation, text: render(template.correlation.text) },
    ...(template.properties && { properties: renderProperties(template.properties, renderProperty) }),
  };
  return problem ?? made;
}

function renderProperties(
  properties: MessageProperties,
  render: (text: PropertyText) => PropertyText,
): MessageProperties {
  const { contentType, responseTopic, userProperties } = properties;
  return {
    ...properties,
    ...(contentType !== undefined && { contentType: render(contentType) }),
    ...(responseTopic !== undefined && { responseTopic: render(responseTopic) }),
    ...(userProperties && {
      userProperties: userProperties.map(([name, value]): [PropertyText, PropertyText] => [
        render(name),
        render(value),
      ]),
    }),
  };
}
