import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import { readFile } from '../../../state/browser/read-file.ts';
import { LATE, Latest } from '../../../state/engine/latest.ts';
import { MAX_CERTIFICATE_BYTES } from './certificate-file.ts';

/** A text field that a file can be read into: the one that was chosen last, while its field is on screen. */
export class ChosenFile {
  /** Why the file that was chosen last is not in the field. */
  readonly store: StoreApi<Failure | null>;
  /** What is done with a file's text; of the newest draw, as the form may change while a file is read. */
  onText: (text: string) => void = () => undefined;
  readonly #textOf: (bytes: Uint8Array, name: string) => string | Failure;
  readonly #latest = new Latest();

  /** @param textOf what a file puts into the field */
  constructor(textOf: (bytes: Uint8Array, name: string) => string | Failure) {
    this.#textOf = textOf;
    this.store = createStore<Failure | null>(() => null);
  }

  async take(file: File): Promise<void> {
    const read = await this.#latest.answer(() => readFile(file, MAX_CERTIFICATE_BYTES));
    if (read === LATE) return;
    const text = read.kind === 'failed' ? read : this.#textOf(read.bytes, file.name);
    if (typeof text !== 'string') return this.store.setState(text, true);
    this.store.setState(null, true);
    this.onText(text);
  }

  /** Something was typed: a file that is still read does not replace it. */
  typed(): void {
    this.#latest.drop();
    this.store.setState(null, true);
  }

  /** The field is off the screen. */
  closed(): void {
    this.#latest.drop();
  }
}

/** The file of a field, and why the last one is not in it. */
export function useChosenFile(
  textOf: (bytes: Uint8Array, name: string) => string | Failure,
  onText: (text: string) => void,
): readonly [file: ChosenFile, problem: Failure | null] {
  const [file] = useState(() => new ChosenFile(textOf));
  useEffect(() => {
    file.onText = onText;
  });
  useEffect(() => () => file.closed(), [file]);
  return [file, useStore(file.store)];
}
