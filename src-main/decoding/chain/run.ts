import type { DecodedStage, OtherDecoder } from '../../contract/decoding/decoded.ts';
import type { DecoderChain, DecoderId, DecoderStep } from '../../contract/model/decoder-rule.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { sequenceLength } from '../../core/payload/utf8.ts';
import { shortened } from '../../core/payload/visible.ts';
import { formatBytes, formatCounted } from '../../core/text/amounts.ts';
import { MAX_OUTPUT, MAX_STAGES, MAX_VALUES } from '../base/limits.ts';
import { TreeBuilder } from '../base/tree.ts';
import { EnoughRead, TooDeep, TooMuch, Unreadable } from '../base/unreadable.ts';
import { isUnpacker, tooMuch, unpack, type Unpacked, type Unpacker } from '../formats/unpack.ts';
import { BINARY_TRIALS, evidence, isTextual, textTrials, type Candidate } from './evidence.ts';
import { readLeaf, StageBytes } from './leaves.ts';
import { DECODER_LABELS, type Leaf, type Surroundings } from './reading.ts';
import { addTimes } from './time-notes.ts';

/** All that a chain has come to. */
export interface Ran {
  readonly stages: readonly DecodedStage[];
  readonly ruledOut: readonly OtherDecoder[];
  readonly possible: readonly OtherDecoder[];
  readonly failure: Failure | null;
  readonly leaf: Leaf;
  readonly tree: TreeBuilder;
  /** What each stage read, and at the end what is shown as bytes. */
  readonly buffers: readonly Uint8Array[];
}

/** Decodes with the given chain, or from where it ends, or without one, with what is found. Throws nothing. */
export function runChain(bytes: Uint8Array, chain: DecoderChain | null, around: Surroundings): Ran {
  const run = new Run(bytes, around);
  for (const step of chain ?? []) {
    if (run.isOver) break;
    run.asked(step);
  }
  while (!run.isOver) run.find();
  return run.result();
}

type Attempt =
  | ({ readonly kind: 'bytes' } & Unpacked)
  /** `whole`: read to its last byte, and not only the beginning. */
  | { readonly kind: 'leaf'; readonly leaf: Leaf; readonly tree: TreeBuilder; readonly whole: boolean }
  /** `tooMuch`: it is what it was taken for, so that nothing else is tried. */
  | {
      readonly kind: 'failed';
      readonly why: string;
      readonly at: number | null;
      readonly tooMuch: boolean;
      readonly tooDeep: boolean;
    };

type Success = Exclude<Attempt, { kind: 'failed' }>;

/** Most characters of a text about a payload: names in it may be as long as the payload. */
const MOST_WORDS = 400;
const BYTES: Leaf = { label: 'Bytes', detail: '', view: 'bytes', text: null, notes: [], image: null };

class Run {
  readonly #around: Surroundings;
  readonly #stages: DecodedStage[] = [];
  readonly #ruledOut: OtherDecoder[] = [];
  readonly #possible: OtherDecoder[] = [];
  readonly #buffers: Uint8Array[];
  #unpacked = 0;
  /** What is too deep to be read, in a sentence; empty: nothing is. */
  #tooDeep = '';
  #failure: Failure | null = null;
  #end: { readonly leaf: Leaf; readonly tree: TreeBuilder } | null = null;

  constructor(bytes: Uint8Array, around: Surroundings) {
    this.#around = around;
    this.#buffers = [bytes];
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  result(): Ran {
    const { leaf, tree } = this.#end ?? { leaf: BYTES, tree: new TreeBuilder() };
    return {
      stages: this.#stages,
      ruledOut: this.#ruledOut,
      possible: this.#possible,
      failure: this.#failure,
      leaf,
      tree,
      buffers: this.#buffers,
    };
  }

  /** A step that a person or a rule wants. */
  asked(step: DecoderStep): void {
    const attempt = this.#attempt(step, true);
    if (attempt.kind === 'failed') this.#fail(step.decoder, attempt.why, attempt.tooMuch);
    else this.#take({ ...step, why: '' }, attempt);
  }

  /** A step that the bytes themselves speak for. */
  find(): void {
    const stage = this.#stage();
    if (stage.bytes.length === 0) return this.#giveUp('no bytes');
    if (this.#stages.length >= MAX_STAGES) {
      return this.#fail('bytes', `are packed more than ${formatCounted(MAX_STAGES, 'time')}`);
    }
    for (const candidate of evidence(stage, this.#stages.length === 0)) if (this.#try(candidate)) return;
    if (isTextual(stage)) this.#findText(stage);
    else this.#findBinary(stage);
  }

  #findText(stage: StageBytes): void {
    const text = stage.text?.text ?? '';
    for (const candidate of textTrials(text, this.#around.saysText)) if (this.#try(candidate)) return;
    const step = { decoder: 'text', option: '' } as const;
    const attempt = this.#attempt(step, false);
    const why = this.#around.saysText && this.#stages.length === 0 ? 'its sender says UTF-8' : 'valid UTF-8';
    if (attempt.kind === 'failed') return;
    this.#take({ ...step, why }, attempt.kind === 'leaf' ? this.#withDepth(attempt) : attempt);
  }

  /** A text that is a format as far as anybody follows it is not shown as a mere text without a word. */
  #withDepth(attempt: Extract<Success, { kind: 'leaf' }>): Success {
    if (this.#tooDeep === '') return attempt;
    const { leaf } = attempt;
    return { ...attempt, leaf: { ...leaf, notes: [...leaf.notes, this.#tooDeep] } };
  }

  #findBinary(stage: StageBytes): void {
    const bad = firstBad(stage.bytes);
    const at = bad === null ? '' : `at byte ${bad}`;
    for (const decoder of ['text', 'json'] as const) {
      this.#ruleOut(decoder, bad === null ? 'has controls that text has not' : 'not UTF-8', at);
    }
    const fits: { readonly decoder: DecoderId; readonly attempt: Success }[] = [];
    for (const decoder of BINARY_TRIALS) {
      if (this.#stages.some((done) => done.decoder === decoder) || this.#isRuledOut(decoder)) continue;
      const attempt = this.#attempt({ decoder, option: '' }, false);
      if (attempt.kind === 'failed') this.#ruleOut(decoder, attempt.why, '');
      else fits.push({ decoder, attempt });
    }
    const convincing = fits.filter(({ attempt }) => isConvincing(attempt));
    const [only, another] = convincing;
    if (only !== undefined && another === undefined) {
      this.#take(
        { decoder: only.decoder, option: '', why: `${readTo(only.attempt)}, with names in it` },
        only.attempt,
      );
      this.#mayBe(fits.filter((one) => one !== only));
      return;
    }
    this.#mayBe(fits);
    this.#mayBeProtobuf();
    this.#giveUp(another === undefined ? 'nothing identifies their format' : 'more than one format fits');
  }

  #mayBe(fits: readonly { readonly decoder: DecoderId; readonly attempt: Success }[]): void {
    for (const { decoder, attempt } of fits) {
      if (attempt.kind !== 'leaf') continue;
      const { label, detail } = attempt.leaf;
      this.#possible.push({ decoder, label, why: readTo(attempt), detail: shortened(detail, MOST_WORDS) });
    }
  }

  /** Without a schema too much fits to say more. */
  #mayBeProtobuf(): void {
    const attempt = this.#attempt({ decoder: 'protobuf', option: '' }, false);
    if (attempt.kind === 'leaf') this.#mayBe([{ decoder: 'protobuf', attempt }]);
  }

  #isRuledOut(decoder: DecoderId): boolean {
    return this.#ruledOut.some((one) => one.decoder === decoder);
  }

  #try(candidate: Candidate): boolean {
    const attempt = this.#attempt(candidate, candidate.sequence ?? false);
    if (attempt.kind === 'failed' && attempt.tooMuch) {
      this.#fail(candidate.decoder, attempt.why, true);
      return true;
    }
    if (attempt.kind === 'failed') {
      this.#ruleOut(candidate.decoder, attempt.why, candidate.tried ?? candidate.why);
      if (attempt.tooDeep)
        this.#tooDeep ||= `Begins as ${DECODER_LABELS[candidate.decoder]}, but ${attempt.why}. Shown as text.`;
      return false;
    }
    const isGuess = candidate.decoder === 'base64' || candidate.decoder === 'hex';
    if (isGuess && attempt.kind === 'bytes' && !this.#isMeant(attempt.bytes)) {
      const label = DECODER_LABELS[candidate.decoder];
      const detail = formatBytes(attempt.bytes.length);
      this.#possible.push({ decoder: candidate.decoder, label, why: candidate.why, detail });
      return false;
    }
    this.#take(candidate, attempt);
    return true;
  }

  /** Whether the bytes encoded in a text have a format that can be recognised, and do not fit by chance. */
  #isMeant(bytes: Uint8Array): boolean {
    const inside = runChain(bytes, null, { ...this.#around, topic: null, contentType: null, saysText: true });
    if (inside.failure !== null) return true;
    const last = inside.stages.at(-1);
    if (last === undefined || last.decoder === 'bytes') return false;
    if (last.decoder !== 'text' || inside.stages.length > 1) return true;
    const text = inside.leaf.text ?? '';
    return text.length >= 8 && /^[\x20-\x7e\s]+$/.test(text);
  }

  #stage(): StageBytes {
    const { length } = this.#stages;
    const around = length === 0 ? this.#around : { ...this.#around, cut: false };
    return new StageBytes(this.#buffers.at(-1) ?? new Uint8Array(), around);
  }

  #attempt({ decoder, option }: DecoderStep, asked: boolean): Attempt {
    const stage = this.#stage();
    const tree = new TreeBuilder();
    try {
      if (isUnpacker(decoder)) return { kind: 'bytes', ...this.#unpack(decoder, stage.bytes) };
      return { kind: 'leaf', leaf: readLeaf(decoder, stage, option, asked, tree), tree, whole: true };
    } catch (error) {
      return this.#failed(error, decoder, stage, tree);
    }
  }

  #failed(error: unknown, decoder: DecoderId, stage: StageBytes, tree: TreeBuilder): Attempt {
    if (error instanceof EnoughRead) {
      tree.finish();
      const note = `The first ${formatCounted(MAX_VALUES, 'value')} are shown; there are more.`;
      return { kind: 'leaf', leaf: partial(decoder, note), tree, whole: false };
    }
    // A stack that overflows is a payload as deep as no reader of ours follows.
    const { message } = error instanceof Error ? error : new Error(String(error));
    const why =
      error instanceof Unreadable ? message : error instanceof RangeError ? 'is nested too deep' : message;
    if (stage.around.cut && why.startsWith('stops at') && tree.nodes.length > 0) {
      tree.finish();
      return {
        kind: 'leaf',
        leaf: partial(decoder, 'Kept shortened: the end is missing.'),
        tree,
        whole: false,
      };
    }
    return {
      kind: 'failed',
      why: shortened(why, MOST_WORDS),
      at: error instanceof Unreadable ? error.at : null,
      tooMuch: error instanceof TooMuch,
      tooDeep: error instanceof TooDeep,
    };
  }

  #unpack(decoder: Unpacker, bytes: Uint8Array): Unpacked {
    const out = unpack(decoder, bytes);
    if (this.#unpacked + out.bytes.length > MAX_OUTPUT) throw tooMuch();
    return out;
  }

  #take({ decoder, option, why }: Candidate, attempt: Success): void {
    const bytes = this.#buffers.at(-1)?.length ?? 0;
    if (attempt.kind === 'bytes') {
      const out = attempt.bytes;
      this.#unpacked += out.length;
      const behind = attempt.left === 0 ? '' : `, ${formatCounted(attempt.left, 'byte')} behind it left out`;
      const detail = `${formatBytes(bytes)} → ${formatBytes(out.length)}${behind}`;
      this.#stages.push({ decoder, option, label: DECODER_LABELS[decoder], why, detail, bytes });
      this.#buffers.push(out);
      return;
    }
    const { leaf, tree } = attempt;
    addTimes(tree.nodes);
    const [lone, more] = tree.nodes;
    // What stands beside a value in a tree has no place beside a lone one.
    const beside = more === undefined && lone !== undefined && lone.note !== '' ? [lone.note] : [];
    const notes = [...leaf.notes, ...beside].map((note) => shortened(note, MOST_WORDS));
    const label = shortened(leaf.label, MOST_WORDS);
    const detail = shortened(leaf.detail, MOST_WORDS);
    this.#stages.push({ decoder, option, label, why, detail, bytes });
    this.#end = { leaf: { ...leaf, notes }, tree };
  }

  #ruleOut(decoder: DecoderId, why: string, detail: string): void {
    this.#ruledOut.push({ decoder, label: DECODER_LABELS[decoder], why, detail });
  }

  #fail(decoder: DecoderId, why: string, isTooMuch = false): void {
    const message = `${DECODER_LABELS[decoder]} ${why}. Shown as bytes.`;
    this.#failure = failed(
      'not-decoded',
      message,
      isTooMuch
        ? 'Save the payload, and unpack it with a program that writes into a file.'
        : 'Choose another decoder, or Automatic.',
    );
    this.#end = { leaf: BYTES, tree: new TreeBuilder() };
  }

  #giveUp(why: string): void {
    const bytes = this.#buffers.at(-1)?.length ?? 0;
    this.#stages.push({
      decoder: 'bytes',
      option: '',
      label: 'Bytes',
      why,
      detail: formatBytes(bytes),
      bytes,
    });
    this.#end = { leaf: BYTES, tree: new TreeBuilder() };
  }
}

function readTo(attempt: Success): string {
  const isWhole = attempt.kind === 'bytes' || attempt.whole;
  return isWhole ? 'reads to its last byte' : 'fits as far as it was read';
}

function partial(decoder: DecoderId, note: string): Leaf {
  const label = DECODER_LABELS[decoder];
  return { label, detail: 'the beginning', view: 'tree', text: null, notes: [note], image: null };
}

/** Names make it likely that the format is meant: other bytes hardly ever read as a map of words. */
function isConvincing(attempt: Success): boolean {
  if (attempt.kind !== 'leaf') return false;
  const keys = attempt.tree.nodes.filter(({ key }) => key !== null);
  return (
    keys.length > 0 &&
    keys.every(({ key, textKey }) => textKey && /^[\x20-\x7e\u00a0-\uffff]+$/.test(key ?? ''))
  );
}

/** The first byte that is no UTF-8; null where all are. */
function firstBad(bytes: Uint8Array): number | null {
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at, bytes.length);
    if (length === 0) return at;
    at += length;
  }
  return null;
}
