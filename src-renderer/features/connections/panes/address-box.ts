import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { PastedAddress } from '../../../../src-main/contract/profiles/transfer.ts';
import { askRested } from '../../../state/engine/ask-rested.ts';
import { callEngine } from '../../../state/engine/call-engine.ts';
import type { Engine } from '../../../state/engine/engine.ts';

export type AddressReading = { readonly kind: 'nothing' } | PastedAddress | Failure;

export interface AddressBoxState {
  readonly text: string;
  /** Of what was in the box when nothing was typed for a moment. */
  readonly reading: AddressReading;
  /** It is connected. */
  readonly busy: boolean;
}

/** Between the last key and the question to the engine, ms. */
const SETTLE_MS = 120;

/** Reads an address as it is typed; the engine does the reading, so both agree on what it means. */
export class AddressBox {
  readonly store: StoreApi<AddressBoxState>;
  readonly #engine: Pick<Engine, 'call'>;
  readonly #open: (options: ConnectionOptions) => Promise<unknown>;
  #end: () => void = () => undefined;

  /** @param open connects */
  constructor(engine: Pick<Engine, 'call'>, open: (options: ConnectionOptions) => Promise<unknown>) {
    this.#engine = engine;
    this.#open = open;
    this.store = createStore<AddressBoxState>(() => ({
      text: '',
      reading: { kind: 'nothing' },
      busy: false,
    }));
  }

  type(text: string): void {
    this.#end();
    this.store.setState({ text });
    if (text.trim() === '') return this.store.setState({ reading: { kind: 'nothing' } });
    this.#end = askRested(
      SETTLE_MS,
      () => this.#read(text),
      (reading) => reading !== null && this.store.setState({ reading }),
    );
  }

  /** Once, however often it is asked for. Enter may come before the reading: asks for exactly what is in the box. */
  async connect(): Promise<void> {
    const { text, busy } = this.store.getState();
    if (busy || text.trim() === '') return;
    this.store.setState({ busy: true });
    const reading = await this.#read(text);
    if (reading.kind === 'address') await this.#open(reading.options);
    // What was typed meanwhile has a reading of its own.
    else if (this.store.getState().text === text) this.store.setState({ reading });
    this.store.setState({ busy: false });
  }

  /** It is off the screen. */
  closed(): void {
    this.#end();
  }

  #read(text: string): Promise<PastedAddress | Failure> {
    return callEngine(() => this.#engine.call('readAddress', { text: text.trim() }));
  }
}
