import { useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useStore } from 'zustand';
import type { Decoded } from '../../../../src-main/contract/decoding/decoded.ts';
import type { DecodedReader } from '../../../state/decoding/decoded-reader.ts';
import type { InspectorState, Loaded } from '../../../state/inspector/inspector.ts';
import { panelOf } from '../base/panel-of.ts';
import type { Reading } from './reading.ts';
import { foreignOf, renderDecoded } from './render-decoded.ts';
import { HEX_FIRST_BYTES, renderRaw, renderValue, type HexRoom, type Rendered } from './render-payload.ts';
import { shownValue, type ShownValue } from './shown-value.ts';

export type PayloadForm = 'value' | 'raw';

/** The inspected message as text, and what it is compared with. */
export interface PayloadText {
  /** What the decoder made of it, where the window does not lay it out by itself. */
  readonly foreign: Decoded | null;
  readonly rendered: Rendered;
  readonly shown: ShownValue;
  /** The text of the message before; null: lines are not compared. */
  readonly before: string | null;
  /** All of it is here. */
  readonly whole: boolean;
  /** More of the dump, where it is shown as one. */
  readonly moreHex: () => void;
}

const EMPTY: Rendered = { text: '', shape: 'empty', bytes: 0, note: null };

/** @param columns characters of a dump that fit beside each other */
export function usePayloadText(
  form: PayloadForm,
  decoder: DecodedReader,
  { key, loaded, previous }: InspectorState,
  reading: Reading,
  columns: number,
): PayloadText {
  const { shown: decoded, previous: decodedBefore } = useStore(decoder.store);
  const foreign = form === 'value' ? foreignOf(decoded, key) : null;
  const [limit, setLimit] = useState(HEX_FIRST_BYTES);
  const [limitKey, setLimitKey] = useState(key);
  if (limitKey !== key) {
    setLimitKey(key);
    setLimit(HEX_FIRST_BYTES);
  }
  const rendered = useMemo(
    () => (loaded === null ? EMPTY : render(form, foreign, loaded, { limit, columns })),
    [form, foreign, loaded, limit, columns],
  );
  const whole = loaded === null || rendered.bytes >= loaded.meta.kept;
  const shown = useMemo(() => shownValue(rendered, whole, reading), [rendered, whole, reading]);
  const before = useMemo(
    () =>
      form !== 'value' || !shown.comparable
        ? null
        : foreign !== null
          ? (decodedBefore?.decoded.text ?? null)
          : previous === null
            ? null
            : renderValue(previous.bytes, previous.bytes.length < previous.meta.kept).text,
    [form, foreign, decodedBefore, previous, shown.comparable],
  );
  return { foreign, rendered, shown, before, whole, moreHex: () => setLimit(limit * 4) };
}

function render(form: PayloadForm, foreign: Decoded | null, loaded: Loaded, hex: HexRoom): Rendered {
  if (foreign !== null) return renderDecoded(foreign, loaded, hex);
  const { bytes, meta } = loaded;
  const more = bytes.length < meta.kept;
  return form === 'raw' ? renderRaw(bytes, more) : renderValue(bytes, more, hex);
}

/** What was known last, while nothing is: what would go and come again at once stays. */
export function useLast(now: boolean | null): boolean {
  const [last, setLast] = useState(now ?? false);
  if (now !== null && now !== last) setLast(now);
  return now ?? last;
}

/**
 * What is drawn while the value of another topic is on its way: the one before, out of sight. To take it away
 * and build the same again a moment later costs more than the value itself.
 */
export function keptState(state: InspectorState, last: InspectorState): InspectorState {
  return state.loaded === null && last.loaded !== null ? last : state;
}

/** See `keptState`. */
export function useKept(state: InspectorState): InspectorState {
  const [last, setLast] = useState(state);
  if (state.loaded !== null && state !== last) setLast(state);
  return keptState(state, last);
}

/** Another topic's value is read from its top. Asking where it stands would cost a layout of what goes anyway. */
export function useFromTop(body: RefObject<HTMLElement | null>, key: string | null): void {
  const isScrolled = useRef(true);
  useLayoutEffect(() => {
    const panel = panelOf(body.current);
    if (panel === null) return;
    const note = () => {
      isScrolled.current = true;
    };
    panel.addEventListener('scroll', note, { passive: true });
    return () => panel.removeEventListener('scroll', note);
  }, [body]);
  useLayoutEffect(() => {
    if (!isScrolled.current) return;
    panelOf(body.current)?.scrollTo({ top: 0, left: 0 });
    isScrolled.current = false;
  }, [body, key]);
}
