import { useEffect, useState } from 'react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { PastedAddress } from '../../../../src-main/contract/profiles/transfer.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine } from '../../../state/engine/call-engine.ts';

export type AddressReading =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'reading' }
  | PastedAddress
  | Failure;

/** Between the last key and the question to the engine, ms. */
const SETTLE_MS = 120;

/** Reads an address as it is typed; the engine does the reading, so both agree on what it means. */
export function useAddress(app: AppState, text: string): AddressReading {
  const [reading, setReading] = useState<AddressReading>({ kind: 'nothing' });
  useEffect(() => {
    const trimmed = text.trim();
    if (trimmed === '') {
      setReading({ kind: 'nothing' });
      return undefined;
    }
    let stale = false;
    const timer = setTimeout(() => {
      void callEngine(() => app.engine.call('readAddress', { text: trimmed })).then((answer) => {
        if (!stale) setReading(answer);
      });
    }, SETTLE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [app, text]);
  return reading;
}
