import { useEffect, useRef, useState } from 'react';
import { ClipboardCopy, History as HistoryIcon, Pin } from 'lucide-react';
import { useStore } from 'zustand';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';
import { copied } from '../../../state/browser/copy-text.ts';
import {
  COMPARED_BYTES,
  type Against,
  type Comparing,
  type ComparingState,
  type Kept,
} from '../../../state/inspector/comparing.ts';
import type { History } from '../../../state/inspector/inspector-history.ts';
import { formatBytes, formatClockMs } from '../../../ui/base/format.ts';
import { Button, IconButton } from '../../../ui/controls/button.tsx';
import { CopyButton } from '../../../ui/controls/copy-button.tsx';
import { Checkbox, Select } from '../../../ui/controls/field.tsx';
import { ChooseMessage } from './choose-message.tsx';
import { DifferenceGrid } from './difference-grid.tsx';
import { useDifference, type Difference, type Differing } from './use-difference.ts';
import './diff.css';

interface DiffPanelProps {
  readonly comparing: Comparing;
  readonly history: History;
}

/** The shown message beside another one: fields of JSON, lines of text, or bytes. */
export function DiffPanel({ comparing, history }: DiffPanelProps) {
  const state = useStore(comparing.store);
  const { pair } = state;
  const [onlyChanges, setOnlyChanges] = useState(true);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [choosing, setChoosing] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    comparing.watch(true);
    return () => comparing.watch(false);
  }, [comparing]);
  const differing = useDifference(pair, onlyChanges, closed);
  const { shown } = differing;
  const toggle = (id: string) =>
    setClosed((now) => new Set(now.has(id) ? [...now].filter((one) => one !== id) : [...now, id]));

  return (
    <div ref={body} className="diff">
      <div className="diff-bar">
        <Select
          label="Compare against"
          hideLabel
          value={state.against}
          options={optionsOf(state)}
          onChange={(against) => comparing.against(against)}
        />
        <IconButton small label="Choose a message" icon={HistoryIcon} onClick={() => setChoosing(true)} />
        <IconButton
          small
          label="Pin this message"
          title="Compare with the shown message from now on"
          icon={Pin}
          aria-disabled={pair === null}
          onClick={() => void comparing.pin()}
        />
        <span className="diff-only">
          <Checkbox label="Only changes" checked={onlyChanges} onChange={setOnlyChanges} />
        </span>
      </div>
      <Notes {...state} />
      <Progress {...differing} pair={pair} />
      {shown === null ? null : (
        <>
          <DifferenceGrid
            body={body}
            rows={shown.rows}
            field={shown.by === 'bytes' ? 'Offset' : shown.by === 'lines' ? 'Line' : 'Field'}
            before={formatClockMs(shown.before.message.meta.at)}
            now={formatClockMs(shown.now.message.meta.at)}
            onToggle={toggle}
          />
          {shown.cut ? <p className="insp-note">The list is cut here: there is more.</p> : null}
          <Summary difference={shown} hidden={onlyChanges} />
        </>
      )}
      {choosing ? (
        <ChooseMessage
          history={history}
          now={pair?.now.message.meta.seq ?? null}
          onChoose={(seq) => {
            setChoosing(false);
            void comparing.choose(seq);
          }}
          onClose={() => setChoosing(false)}
        />
      ) : null}
    </div>
  );
}

/** What is to be known before the differences are read. */
function Notes({ pair, problem }: ComparingState) {
  const before = pair?.before ?? null;
  return (
    <>
      {problem === null ? null : <p className="insp-note">Not compared: {problem}.</p>}
      {pair !== null && before === null ? (
        <p className="insp-note">
          There is no message before this one to compare with. Choose another one, or wait for the next.
        </p>
      ) : null}
      {before !== null && pair?.now.key !== before.key ? (
        <p className="insp-note">
          Pinned from <bdi className="mono">{displayTopic(before.key)}</bdi>
        </p>
      ) : null}
      {before !== null && pair !== null && isShortened(before, pair.now.message.meta.size) ? (
        <p className="insp-note">Of each message the first {formatBytes(COMPARED_BYTES)} are compared.</p>
      ) : null}
    </>
  );
}

function isShortened(before: Kept, size: number): boolean {
  return before.message.meta.kept > COMPARED_BYTES || size > COMPARED_BYTES;
}

function optionsOf({ chosen, pinned }: ComparingState): readonly { value: Against; label: string }[] {
  const at = ({ message }: Kept) => formatClockMs(message.meta.at);
  return [
    { value: 'previous', label: 'Previous message' },
    ...(chosen === null ? [] : [{ value: 'chosen' as const, label: `Chosen, ${at(chosen)}` }]),
    ...(pinned === null ? [] : [{ value: 'pinned' as const, label: `Pinned, ${at(pinned)}` }]),
  ];
}

/** How far a large pair is, and what became of it. */
function Progress({ shown, isComparing, problem, stop, pair }: Differing & Pick<ComparingState, 'pair'>) {
  const before = pair?.before ?? null;
  if (pair === null || before === null) return null;
  const sizes = [before, pair.now].map(({ message }) => formatBytes(message.bytes.length));
  return (
    <>
      {isComparing ? (
        <p className="insp-more">
          <span>Comparing {sizes.join(' with ')}…</span>
          {stop === null ? null : <Button onClick={stop}>Stop comparing</Button>}
        </p>
      ) : null}
      {isComparing || problem === null ? null : <p className="insp-note">Not compared: {problem}.</p>}
      {shown?.coarse === true ? (
        <p className="insp-note">Too many fields or lines to compare one by one: their bytes are compared.</p>
      ) : null}
    </>
  );
}

function Summary({ difference, hidden }: { readonly difference: Difference; readonly hidden: boolean }) {
  const { summary, patch } = difference;
  const { main, rest } = summary;
  return (
    <div className="diff-summary">
      <strong>{main}</strong>
      <span className="tone-mut cut">
        {rest}
        {hidden ? ' and hidden' : ''}
      </span>
      {patch === null ? null : (
        <span className="diff-patch">
          <CopyButton
            label="Copy as JSON Patch"
            icon={ClipboardCopy}
            copy={async () => copied(await patch(), 'Copied as JSON Patch')}
          />
        </span>
      )}
    </div>
  );
}
