import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Check } from 'lucide-react';
import { useStore } from 'zustand';
import type { Decoded, OtherDecoder } from '../../../../src-main/contract/decoding/decoded.ts';
import type { DecoderChain } from '../../../../src-main/contract/model/decoder-rule.ts';
import type { DecodedReader } from '../../../state/decoding/decoded-reader.ts';
import { classes } from '../../../ui/base/classes.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { DECODER_CHOICES, decidedWords, type DecoderChoice } from './decoder-labels.ts';
import './decoder.css';
import { isEnter } from '../../../ui/base/pressed-key.ts';

interface DecoderRegionProps {
  readonly id: string;
  readonly reader: DecodedReader;
  /** Suggestions for decoders that need a schema, by their id. */
  readonly suggestions?: Readonly<Record<string, readonly string[]>>;
  /** What stands below the reasons: the rule. */
  readonly children?: ReactNode;
}

/** `region` "Decoder": what was found and why, what was ruled out, and what can be chosen instead. */
export function DecoderRegion({ id, reader, suggestions = {}, children }: DecoderRegionProps) {
  const { shown, problem, chosen } = useStore(reader.store);
  const choice = choiceOf(chosen);
  return (
    <section id={id} aria-label="Decoder" className="decoder">
      <DecoderList choice={choice} onChoose={(next) => choose(reader, next, suggestions)} />
      <div className="decoder-facts">
        {choice.option === null ? null : (
          <OptionField
            key={choice.id}
            choice={choice}
            value={chosen?.at(-1)?.option ?? ''}
            suggestions={[...choice.option.suggestions, ...(suggestions[choice.id] ?? [])]}
            onChange={(option) => choice.id !== 'auto' && reader.choose({ decoder: choice.id, option })}
          />
        )}
        {problem === null ? null : <p className="decoder-failure">{escapeUnsafe(problem.message)}</p>}
        {shown === null ? null : <Reasons decoded={shown.decoded} />}
        {children}
      </div>
    </section>
  );
}

function choiceOf(chosen: DecoderChain | null): DecoderChoice {
  const id = chosen?.at(-1)?.decoder ?? 'auto';
  return DECODER_CHOICES.find((one) => one.id === id) ?? DECODER_CHOICES[0]!;
}

function choose(
  reader: DecodedReader,
  { id, option }: DecoderChoice,
  suggestions: Readonly<Record<string, readonly string[]>>,
): void {
  if (id === 'auto') return reader.choose(null);
  const first = option === null ? '' : option.first === '' ? (suggestions[id]?.[0] ?? '') : option.first;
  reader.choose({ decoder: id, option: first });
}

interface DecoderListProps {
  readonly choice: DecoderChoice;
  readonly onChoose: (choice: DecoderChoice) => void;
}

/** One tab stop; arrows, Home, End and first letters choose at once, so that the value below changes as one tries. */
function DecoderList({ choice, onChoose }: DecoderListProps) {
  const list = useRef<HTMLDivElement>(null);
  const go = (index: number): void => {
    const next = DECODER_CHOICES[index];
    if (next === undefined) return;
    onChoose(next);
    list.current?.querySelector(`#decoder-${next.id}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextIndex(event.key, DECODER_CHOICES.indexOf(choice));
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go(next);
  };
  return (
    <div
      ref={list}
      role="listbox"
      data-in-pane=""
      aria-label="Decode as"
      aria-activedescendant={`decoder-${choice.id}`}
      tabIndex={0}
      className="decoder-list"
      onKeyDown={onKeyDown}
    >
      {DECODER_CHOICES.map((one) => (
        <div
          key={one.id}
          id={`decoder-${one.id}`}
          role="option"
          aria-selected={one === choice}
          className={classes('decoder-choice', one === choice && 'decoder-chosen')}
          onClick={() => onChoose(one)}
        >
          {one.label}
        </div>
      ))}
    </div>
  );
}

export function nextIndex(key: string, from: number): number | null {
  const last = DECODER_CHOICES.length - 1;
  if (key === 'ArrowDown') return Math.min(last, from + 1);
  if (key === 'ArrowUp') return Math.max(0, from - 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (key.length !== 1 || key === ' ') return null;
  // From the one behind on, and round.
  for (let step = 1; step <= DECODER_CHOICES.length; step++) {
    const at = (from + step) % DECODER_CHOICES.length;
    if (DECODER_CHOICES[at]?.label.toLowerCase().startsWith(key.toLowerCase()) === true) return at;
  }
  return null;
}

interface OptionFieldProps {
  readonly choice: DecoderChoice;
  readonly value: string;
  readonly suggestions: readonly string[];
  readonly onChange: (option: string) => void;
}

/** Tried when it is left, or by Enter: what is half typed would only fail. */
function OptionField({ choice, value, suggestions, onChange }: OptionFieldProps) {
  const [typed, setTyped] = useState(value);
  // It may be chosen from elsewhere as well.
  const [of, setOf] = useState(value);
  if (of !== value) {
    setOf(value);
    setTyped(value);
  }
  const put = (next: string): void => {
    if (next !== value) onChange(next);
  };
  return (
    <TextField
      label={choice.option?.label ?? ''}
      value={typed}
      suggestions={suggestions}
      mono
      maxLength={4_096}
      className="decoder-option"
      onChange={(next) => {
        setTyped(next);
        // A suggestion was taken.
        if (suggestions.includes(next)) put(next);
      }}
      onBlur={() => put(typed)}
      onKeyDown={(event) => {
        if (isEnter(event)) put(typed);
      }}
    />
  );
}

function Reasons({ decoded }: { readonly decoded: Decoded }) {
  const { stages, ruledOut, possible, failure, ms } = decoded;
  const decided = decidedWords(decoded);
  return (
    <>
      <h3 className="decoder-head">{decided ?? `Found in ${ms < 0.1 ? '0.1' : ms.toFixed(1)} ms`}</h3>
      <table className="decoder-table">
        <tbody>
          {stages.map(({ label, why, detail }, at) => (
            <tr key={at}>
              <td className="decoder-mark">
                <Icon of={Check} size={14} className="tone-ok" />
              </td>
              <th scope="row">{escapeUnsafe(label)}</th>
              <td>{escapeUnsafe(why)}</td>
              <td className="decoder-detail">{escapeUnsafe(detail)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {failure === null ? null : (
        <p className="decoder-failure">{escapeUnsafe(`${failure.message} ${failure.advice}`)}</p>
      )}
      <Others head="Fits as well" others={possible} />
      <Others head="Ruled out" others={ruledOut} />
    </>
  );
}

function Others({ head, others }: { readonly head: string; readonly others: readonly OtherDecoder[] }) {
  if (others.length === 0) return null;
  return (
    <>
      <h3 className="decoder-head">{head}</h3>
      <table className="decoder-table decoder-others">
        <tbody>
          {others.map(({ label, why, detail }, at) => (
            <tr key={at}>
              <td className="decoder-mark" aria-label="not taken" />
              <th scope="row">{escapeUnsafe(label)}</th>
              <td>{escapeUnsafe(why)}</td>
              <td className="decoder-detail">{escapeUnsafe(detail)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
