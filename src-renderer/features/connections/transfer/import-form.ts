import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ImportEntry, ReadImport } from '../../../../src-main/contract/profiles/transfer.ts';
import { wholeUnits } from '../../../../src-main/core/payload/utf8.ts';
import { readImportFile } from '../../../state/browser/read-import-file.ts';
import { askRested } from '../../../state/engine/ask-rested.ts';
import { callEngine, isFailure } from '../../../state/engine/call-engine.ts';
import type { Engine } from '../../../state/engine/engine.ts';
import { LATE, Latest } from '../../../state/engine/latest.ts';
import { askedFor, chosenOf, type Choice } from './import-entries.ts';

/** Typing goes on while nothing is read (ms). */
const SETTLE_MS = 150;
/** Of the contract, in UTF-16 units. */
const MOST_NAME = 1_024;

export type ImportSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly size: number; readonly bytes: Uint8Array };

export type FoundImport = Extract<ReadImport, { kind: 'import' }>;

/** What became of what is in the box, and of nothing that was there before. */
export type Reading =
  | { readonly kind: 'nothing' | 'reading' }
  | { readonly kind: 'needs-passphrase'; readonly problem: Failure | null }
  | { readonly kind: 'unreadable'; readonly problem: Failure }
  | { readonly kind: 'found'; readonly found: FoundImport };

export interface SavedImport {
  readonly saved: number;
  readonly left: number;
  /** Passwords came with them. */
  readonly secrets: boolean;
  /** Of the first profile. */
  readonly first: string | null;
}

export interface ImportFormState {
  readonly source: ImportSource;
  readonly reading: Reading;
  /** A file is read that will take the source's place. */
  readonly opening: boolean;
  readonly choices: ReadonlyMap<number, Choice>;
  /** Into which the profiles are put, as typed. */
  readonly folder: string;
  readonly saving: boolean;
  /** Why a file was not read, or nothing was saved. */
  readonly problem: Failure | null;
  readonly saved: SavedImport | null;
}

const NOTHING: ImportFormState = {
  source: { kind: 'text', text: '' },
  reading: { kind: 'nothing' },
  opening: false,
  choices: new Map(),
  folder: '',
  saving: false,
  problem: null,
  saved: null,
};

/** From a file or a text to saved profiles, which are shown as they were read before. */
export class ImportForm {
  readonly store: StoreApi<ImportFormState>;
  readonly #engine: Pick<Engine, 'call'>;
  readonly #readFile: typeof readImportFile;
  readonly #files = new Latest();
  /** Ends the question that is asked of the source. */
  #end: () => void = () => undefined;

  constructor(engine: Pick<Engine, 'call'>, readFile: typeof readImportFile = readImportFile) {
    this.#engine = engine;
    this.#readFile = readFile;
    this.store = createStore<ImportFormState>(() => NOTHING);
  }

  /** Also over a file that is still read. */
  type(text: string): void {
    this.#files.drop();
    this.store.setState({ opening: false });
    this.#take({ kind: 'text', text }, SETTLE_MS);
  }

  /** The file that was given last; what was there before stays where it cannot be read. */
  async open(file: File): Promise<void> {
    this.store.setState({ opening: true, problem: null });
    const read = await this.#files.answer(() => this.#readFile(file));
    if (read === LATE) return;
    this.store.setState({ opening: false });
    if (read.kind === 'failed') return this.store.setState({ problem: read });
    this.#take({ kind: 'file', name: file.name, size: file.size, bytes: read.bytes }, 0);
  }

  /** Reads the source once more, with the passphrase its secrets are under. */
  unlock(passphrase: string): void {
    this.#read(passphrase, 0);
  }

  choose(index: number, choice: Choice): void {
    this.store.setState(({ choices }) => ({ choices: new Map(choices).set(index, choice) }));
  }

  chooseAll(chosen: boolean): void {
    this.store.setState(({ choices }) => ({
      choices: new Map([...choices].map(([index, choice]) => [index, { ...choice, chosen }])),
    }));
  }

  putInto(folder: string): void {
    this.store.setState({ folder });
  }

  /** What was read, unless another file is on its way. */
  found(): FoundImport | null {
    const { reading, opening } = this.store.getState();
    return reading.kind === 'found' && !opening ? reading.found : null;
  }

  /** Entries that are to be saved. */
  chosen(): readonly ImportEntry[] {
    return chosenOf(this.found()?.entries ?? [], this.store.getState().choices);
  }

  /** Once, however often it is asked for. */
  async save(): Promise<void> {
    const { choices, folder, saving } = this.store.getState();
    const found = this.found();
    const chosen = this.chosen();
    if (saving || found === null || chosen.length === 0) return;
    this.store.setState({ saving: true, problem: null });
    const entries = askedFor(chosen, choices, folder);
    const answer = await callEngine(() => this.#engine.call('importProfiles', { id: found.id, entries }));
    this.store.setState({ saving: false });
    if (isFailure(answer)) return this.store.setState({ problem: answer });
    const saved = {
      saved: answer.ids.length,
      left: found.entries.length - answer.ids.length,
      secrets: chosen.some(({ hasPassword }) => hasPassword),
      first: answer.ids[0] ?? null,
    };
    this.store.setState({ saved });
  }

  /** It is off the screen: nothing is read any more. */
  closed(): void {
    this.#files.drop();
    this.#end();
  }

  #take(source: ImportSource, restMs: number): void {
    this.store.setState({ source, problem: null, choices: new Map() });
    this.#read(null, restMs);
  }

  #read(passphrase: string | null, restMs: number): void {
    this.#end();
    const { source } = this.store.getState();
    if (source.kind === 'text' && source.text.trim() === '')
      return this.store.setState({ reading: { kind: 'nothing' } });
    this.store.setState({ reading: { kind: 'reading' } });
    const ask = () => callEngine(() => this.#engine.call('readImport', { ...sentOf(source), passphrase }));
    this.#end = askRested(restMs, ask, (answer) => {
      if (answer === null) return;
      const choices = answer.kind === 'import' ? firstChoices(answer.entries) : new Map<number, Choice>();
      this.store.setState({ reading: readingOf(answer), choices });
    });
  }
}

function sentOf(source: ImportSource) {
  if (source.kind === 'text') return { bytes: new TextEncoder().encode(source.text), fileName: null };
  const fileName = source.name.slice(0, wholeUnits(source.name, MOST_NAME));
  return { bytes: new Uint8Array(source.bytes), fileName };
}

function readingOf(answer: ReadImport): Reading {
  if (answer.kind === 'import') return { kind: 'found', found: answer };
  if (answer.kind === 'needs-passphrase') return { kind: 'needs-passphrase', problem: null };
  if (answer.code === 'wrong-passphrase') return { kind: 'needs-passphrase', problem: answer };
  return { kind: 'unreadable', problem: answer };
}

/** What is there already is not taken a second time unless asked for; nothing is confirmed. */
function firstChoices(entries: readonly ImportEntry[]): ReadonlyMap<number, Choice> {
  return new Map(entries.map(({ index, same }) => [index, { chosen: same === null, confirmed: [] }]));
}
