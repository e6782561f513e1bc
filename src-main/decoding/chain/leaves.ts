import type { DecoderId } from '../../contract/model/decoder-rule.ts';
import { prettyJson } from '../../core/payload/json.ts';
import { formatBytes, formatCounted } from '../../core/text/amounts.ts';
import { BytePlaces } from '../base/byte-places.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { readBsonPayload } from '../formats/bson.ts';
import { readCborPayload } from '../formats/cbor.ts';
import { readImage, readSvg } from '../formats/image.ts';
import { readJson } from '../formats/json.ts';
import { NOT_VERIFIED, readJwt } from '../formats/jwt.ts';
import { readMsgpackPayload } from '../formats/msgpack.ts';
import { readBits, readNumbers, readSwitch, readTimestamp } from '../formats/scalars.ts';
import { findText, neededText, readText, type ReadText } from '../formats/text.ts';
import type { Unpacker } from '../formats/unpack.ts';
import { readXml } from '../formats/xml.ts';
import { readYaml } from '../formats/yaml.ts';
import { avroForm, readAvroContainer, readAvroPayload, singleObjectFingerprint } from '../schema/avro.ts';
import { readProtobufPayload } from '../schema/protobuf.ts';
import { chosenAvro, chosenMessage } from '../schema/schemas.ts';
import { readBirths, readSparkplugPayload, type Births } from '../schema/sparkplug.ts';
import { DECODER_LABELS, type Leaf, type Surroundings } from './reading.ts';

export type LeafDecoder = Exclude<DecoderId, Unpacker>;

/** A longer text form than this is cut; characters. */
export const MAX_TEXT = 16_000_000;

/** The bytes of a stage, with their text found once. */
export class StageBytes {
  readonly bytes: Uint8Array;
  readonly around: Surroundings;
  #text: ReadText | null | undefined;

  constructor(bytes: Uint8Array, around: Surroundings) {
    this.bytes = bytes;
    this.around = around;
  }

  get text(): ReadText | null {
    if (this.#text === undefined) this.#text = findText(this.bytes);
    return this.#text;
  }
}

/** @param asked a person wants this one: it may take what it would not be found by */
type LeafReader = (stage: StageBytes, tree: TreeBuilder, option: string, asked: boolean) => Leaf;

const READERS: Readonly<Record<LeafDecoder, LeafReader>> = {
  text: ({ bytes }, _, option) => textLeaf(readText(bytes, option)),
  json: jsonLeaf,
  cbor: ({ bytes }, tree, _, asked) => leaf('cbor', readCborPayload(bytes, tree, asked)),
  msgpack: ({ bytes }, tree, _, asked) => leaf('msgpack', readMsgpackPayload(bytes, tree, asked)),
  bson: ({ bytes }, tree) => leaf('bson', readBsonPayload(bytes, tree)),
  number: ({ bytes }, tree, option) => leaf('number', readNumbers(bytes, option, tree)),
  bits: ({ bytes }, tree, option) => leaf('bits', readBits(bytes, option, tree)),
  switch: (stage, tree) => {
    const word = readSwitch(stage.bytes, stage.text?.text ?? null, tree);
    return asWritten(stage, leaf('switch', word));
  },
  timestamp: (stage, tree, option) => {
    const unit = readTimestamp(stage.bytes, stage.text?.text ?? null, option, tree);
    return asWritten(stage, leaf('timestamp', unit));
  },
  jwt: (stage, tree) => {
    const algorithm = readJwt(needText(stage), tree);
    return { ...leaf('jwt', algorithm), notes: [NOT_VERIFIED] };
  },
  image: imageLeaf,
  xml: (stage, tree) => {
    const text = needText(stage);
    const root = readXml(text, placesOf(stage), tree);
    return { ...leaf('xml', `<${root}>`), view: 'text', text };
  },
  yaml: (stage, tree) => {
    const text = needText(stage);
    const detail = readYaml(text, placesOf(stage), tree);
    return { ...leaf('yaml', detail), view: 'text', text };
  },
  protobuf: ({ bytes, around }, tree, option) => {
    const message = chosenMessage(option, around.schemas);
    const read = leaf('protobuf', readProtobufPayload(bytes, message, tree));
    return message === null
      ? { ...read, notes: ['Read without a schema: fields have numbers, and types are guesses.'] }
      : { ...read, label: `Protobuf ${message.name}` };
  },
  avro: avroLeaf,
  sparkplug: ({ bytes, around }, tree) => {
    const { detail, notes } = readSparkplugPayload(bytes, birthsOf(around.births), tree);
    return { ...leaf('sparkplug', detail), notes };
  },
  bytes: ({ bytes }) => ({ ...leaf('bytes', formatBytes(bytes.length)), view: 'bytes' }),
};

/**
 * Reads bytes with a decoder that ends a chain.
 *
 * @throws {Unreadable} they are something else
 */
export function readLeaf(
  decoder: LeafDecoder,
  stage: StageBytes,
  option: string,
  asked: boolean,
  tree: TreeBuilder,
): Leaf {
  return READERS[decoder](stage, tree, option, asked);
}

/** Of many payloads with the very same birth certificates. */
const knownBirths = new WeakMap<Surroundings['births'], Births>();

function birthsOf(births: Surroundings['births']): Births {
  const known = knownBirths.get(births) ?? readBirths(births);
  knownBirths.set(births, known);
  return known;
}

function leaf(decoder: DecoderId, detail: string): Leaf {
  return { label: DECODER_LABELS[decoder], detail, view: 'tree', text: null, notes: [], image: null };
}

function avroLeaf({ bytes, around }: StageBytes, tree: TreeBuilder, option: string): Leaf {
  const form = avroForm(bytes);
  if (form === 'container') return leaf('avro', readAvroContainer(bytes, tree));
  const fingerprint = form === 'single-object' ? singleObjectFingerprint(bytes) : null;
  const schema = chosenAvro(option, fingerprint, around.schemas);
  return leaf('avro', readAvroPayload(bytes, schema, tree));
}

/** A word stays the word that was sent; what it means stands beside it. */
function asWritten({ text }: StageBytes, read: Leaf): Leaf {
  return text === null ? read : { ...read, view: 'text', text: text.text };
}

function needText({ text, bytes }: StageBytes): string {
  return neededText(text, bytes).text;
}

function textLeaf({ text, encoding, mark }: ReadText): Leaf {
  const label = encoding === 'UTF-8' ? 'Text' : `Text, ${encoding}`;
  const notes = mark === 0 ? [] : ['Begins with a byte order mark, which is not shown.'];
  const lines = text.split('\n', 1_000_001).length;
  const detail = lines === 1 ? formatCounted(text.length, 'character') : formatCounted(lines, 'line');
  return { label, detail, view: 'text', text, notes, image: null };
}

/** Where its characters are. */
function placesOf({ bytes, text }: StageBytes): BytePlaces {
  const mark = text?.mark ?? 0;
  return new BytePlaces(text?.text ?? '', bytes.length - mark, mark, text?.encoding !== 'UTF-8');
}

function jsonLeaf(stage: StageBytes, tree: TreeBuilder): Leaf {
  const { text: given, mark } = neededText(stage.text, stage.bytes);
  // In a sequence [RFC 7464] each value has a mark of its own before it.
  const text = given.startsWith('\x1e') ? given.replace(/(^|\n)\x1e/g, '$1 ') : given;
  const { layout, detail, notes } = readJson(text, placesOf(stage), tree);
  const marked = mark === 0 ? [] : ['Begins with a byte order mark, which is not shown.'];
  const pretty = layout === 'one' ? prettyJson(text, { maxChars: MAX_TEXT, prefix: false }) : null;
  return {
    ...leaf('json', detail),
    label: layout === 'lines' ? 'JSON lines' : layout === 'row' ? 'JSON values' : 'JSON',
    text: pretty?.kind === 'json' ? pretty.text : null,
    notes: [...marked, ...notes],
  };
}

function imageLeaf(stage: StageBytes): Leaf {
  const svg = stage.text !== null && /<svg[\s>]/.test(stage.text.text);
  const image = svg ? readSvg(stage.text?.text ?? '') : readImage(stage.bytes);
  const name = image.type.slice(6).replace(/\+.*/, '').toUpperCase();
  const notes = svg ? ['Drawn as an image: nothing in it runs, and it loads nothing.'] : [];
  return {
    label: name,
    detail: `${image.width} × ${image.height}`,
    view: 'image',
    text: svg ? (stage.text?.text ?? null) : null,
    notes,
    image,
  };
}
