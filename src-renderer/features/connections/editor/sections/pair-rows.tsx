import { useRef } from 'react';
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { isKeptSecret } from '../../../../../src-main/contract/profiles/profiles.ts';
import { Button, IconButton } from '../../../../ui/controls/button.tsx';
import { Checkbox } from '../../../../ui/controls/field.tsx';
import { TextPart, type PartProps } from './part.tsx';

export interface Pair {
  readonly name: string;
  readonly value: string;
}

interface PairRowsProps {
  readonly part: PartProps;
  /** The field's name in the errors: `userProperties`. */
  readonly name: string;
  /** One of them, in words: `user property`. */
  readonly what: string;
  readonly rows: readonly Pair[];
  /** Why they cannot be used now. */
  readonly off?: string | null;
  /** Which names have values that are no secret; absent: none is asked for. */
  readonly marks?: { has(name: string): boolean; set(name: string, isMarked: boolean): void };
  readonly onRows: (rows: readonly Pair[]) => void;
}

/** What stands in the field of a value that is not shown; one that is lost is none. */
function exampleOf({ value }: Pair, error: string | undefined): string {
  return isKeptSecret(value) && error === undefined ? 'saved, not shown' : 'value';
}

/** Rows of name and value whose order counts and whose names may repeat. */
export function PairRows({ part, name, what, rows, off = null, marks, onRows }: PairRowsProps) {
  const list = useRef<HTMLDivElement>(null);
  const disabled = off !== null;
  const move = (index: number, by: -1 | 1) => {
    const row = rows[index];
    if (row !== undefined && index + by >= 0 && index + by < rows.length)
      onRows(rows.toSpliced(index, 1).toSpliced(index + by, 0, row));
  };
  const add = () => {
    onRows([...rows, { name: '', value: '' }]);
    requestAnimationFrame(() => {
      const all = [...(list.current?.querySelectorAll('.pair-row') ?? [])];
      all.at(-1)?.querySelector('input')?.focus();
    });
  };
  return (
    <div ref={list} className="pair-rows">
      {rows.map((row, index) => (
        <div key={index} className={marks === undefined ? 'pair-row' : 'pair-row pair-row-marked'}>
          <TextPart
            part={part}
            name={`${name}.${index}.name`}
            label={`Name of ${what} ${index + 1}`}
            hideLabel
            mono
            placeholder="name"
            value={row.name}
            disabled={disabled}
            onValue={(text) => onRows(rows.with(index, { ...row, name: text }))}
          />
          <TextPart
            part={part}
            name={`${name}.${index}.value`}
            label={`Value of ${what} ${index + 1}`}
            hideLabel
            mono
            placeholder={exampleOf(row, part.errors[`${name}.${index}.value`])}
            value={isKeptSecret(row.value) ? '' : row.value}
            disabled={disabled}
            onValue={(text) => onRows(rows.with(index, { ...row, value: text }))}
          />
          {marks === undefined ? null : (
            <Checkbox
              label="Not secret"
              about={`${what} ${index + 1}`}
              checked={row.name !== '' && marks.has(row.name)}
              disabled={disabled || row.name === ''}
              {...(isKeptSecret(row.value) && marks.has(row.name) ? { hint: 'once entered again' } : {})}
              onChange={(on) => marks.set(row.name, on)}
            />
          )}
          <IconButton
            label={`Move ${what} ${index + 1} up`}
            icon={ArrowUp}
            disabled={disabled || index === 0}
            onClick={() => move(index, -1)}
          />
          <IconButton
            label={`Move ${what} ${index + 1} down`}
            icon={ArrowDown}
            disabled={disabled || index === rows.length - 1}
            onClick={() => move(index, 1)}
          />
          <IconButton
            label={`Remove ${what} ${index + 1}`}
            icon={X}
            disabled={disabled}
            onClick={() => onRows(rows.toSpliced(index, 1))}
          />
        </div>
      ))}
      <div className="pair-foot">
        <Button variant="quiet" icon={Plus} disabled={disabled} onClick={add}>
          Add a {what}
        </Button>
        {off === null ? null : <span className="meta">{off}</span>}
      </div>
    </div>
  );
}
