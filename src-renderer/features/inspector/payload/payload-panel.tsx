import { useCallback, useRef, type ReactNode, type RefObject } from 'react';
import { ArrowDownAZ, Braces, ChevronsDownUp, ChevronsUpDown, WrapText } from 'lucide-react';
import { useStore, type StoreApi } from 'zustand';
import type { MessageMeta } from '../../../../src-main/contract/model/message.ts';
import type { Inspector, InspectorState, Loaded } from '../../../state/inspector/inspector.ts';
import { useColumns } from '../../../ui/base/columns.ts';
import { Button, IconButton } from '../../../ui/controls/button.tsx';
import type { MenuAction } from '../../../ui/controls/menu.tsx';
import { OutcomeNote, type ShownOutcome } from '../../../ui/feedback/outcome-note.tsx';
import { formatBytes, formatCounted } from '../../../ui/base/format.ts';
import { panelOf } from '../base/panel-of.ts';
import { PagesCode } from '../pages/pages-code.tsx';
import { CodeView } from './code-view.tsx';
import { FindBar } from '../text/find-bar.tsx';
import { JsonCode } from './json-code.tsx';
import type { LineFact } from '../base/line-fact.ts';
import { everyFold, type JsonLines } from './json-lines.ts';
import { toggledPath, type Reading } from './reading.ts';
import type { Rendered } from './render-payload.ts';
import type { DecodedReader } from '../../../state/decoding/decoded-reader.ts';
import { DecodedImage } from '../decoder/decoded-image.tsx';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { useFind } from '../text/use-find.ts';
import { useMessageMenu } from '../base/use-message-menu.tsx';
import { usePagedText, type PagedText } from './use-paged-text.ts';
import {
  useFromTop,
  useKept,
  useLast,
  usePayloadText,
  type PayloadForm,
  type PayloadText,
} from './use-payload-text.ts';
import './value.css';

/** A hex dump is laid out for the width of the panel, less its paddings. */
const HEX_COLUMNS = { text: 'code-hex', padding: 32, first: 72, room: panelOf };
/** Rows of a text that is wrapped by itself, beside its line numbers. */
const ROW_COLUMNS = { text: 'pages-text', padding: 104, first: 60, room: panelOf };
const NO_ACTIONS = () => [];

interface PayloadPanelProps {
  readonly form: PayloadForm;
  readonly session: ConnectionSession;
  readonly inspector: Inspector;
  /** For the value: what the decoder makes of the payload where the window does not read it by itself. */
  readonly decoder: DecodedReader;
  readonly state: InspectorState;
  readonly reading: StoreApi<Reading>;
  readonly outcome: ShownOutcome;
  /** What can be done with a value in a document of JSON. */
  readonly actionsOf: (fact: LineFact) => readonly MenuAction[];
  /** What can be done with the message as a whole. */
  readonly menuItems: () => readonly MenuAction[];
}

/** The bytes of the inspected message as value or text. */
export function PayloadPanel(props: PayloadPanelProps) {
  const { form, session, inspector, decoder, state, reading, outcome } = props;
  const { key, loaded, loading } = state;
  const options = useStore(reading);
  const body = useRef<HTMLDivElement>(null);
  const pre = useRef<HTMLPreElement>(null);
  const columns = useColumns(body, HEX_COLUMNS);
  const kept = useKept(state);
  useFromTop(body, kept.key);
  const text = usePayloadText(form, decoder, kept, options, columns);
  const { foreign, rendered, shown, whole } = text;
  const setQuery = useCallback((query: string) => reading.setState({ query }), [reading]);
  const rowColumns = useColumns(body, ROW_COLUMNS);
  const paged = usePagedText(session, form, kept, text, options, rowColumns, setQuery);
  const isPaged = paged.opened !== null;
  const ownQuery = isPaged ? '' : options.query;
  const finding = useFind(loaded === null ? null : key, shown, pre, ownQuery, setQuery);
  const hasTools = useLast(loaded === null ? null : rendered.shape === 'json');
  const folds = isPaged
    ? { isClosed: paged.view.closed.size > 0, toggle: paged.toggleFolds }
    : foldsOf(reading, options, shown.lines);
  const menu = useMessageMenu(body, props.menuItems);
  return (
    <div ref={body} className="insp-body insp-value" onContextMenu={menu.open}>
      <FindBar
        finding={isPaged ? paged.view.finding : finding}
        onLeave={() => panelOf(body.current)?.focus()}
      >
        <OutcomeNote outcome={outcome} />
        {rendered.encoding === undefined ? null : <span className="val-encoding">{rendered.encoding}</span>}
        {hasTools ? (
          <JsonTools reading={reading} isPaged={isPaged} whole={whole || isPaged} folds={folds} />
        ) : null}
      </FindBar>
      {loaded === null ? null : (
        <Notes
          rendered={rendered}
          paged={paged}
          meta={loaded.meta}
          loading={loading}
          onMore={() => showMore(text, loaded, inspector, decoder)}
        />
      )}
      {foreign?.view === 'image' ? <DecodedImage session={session} decoded={foreign} /> : null}
      <Code {...props} {...{ kept, text, paged, pre }} />
      {menu.drawn}
    </div>
  );
}

interface CodeProps extends PayloadPanelProps {
  /** What is drawn; out of sight while it is not `state`. */
  readonly kept: InspectorState;
  readonly text: PayloadText;
  readonly paged: PagedText;
  readonly pre: RefObject<HTMLPreElement | null>;
}

/** The text itself: by pages, line by line, or as one. */
function Code({ form, inspector, state, kept, reading, actionsOf, text, paged, pre }: CodeProps) {
  const { loaded } = kept;
  const isAway = kept !== state;
  const { rendered, shown, before } = text;
  const options = useStore(reading);
  const gutter = useRef<HTMLDivElement>(null);
  const onSelect = useCallback(() => inspector.hold(), [inspector]);
  const onDrawn = useCallback(() => inspector.drawn(), [inspector]);
  const actions = form === 'value' && !isAway ? actionsOf : NO_ACTIONS;
  if (loaded === null || (isAway && paged.opened !== null)) return null;
  if (paged.pages !== null && paged.opened !== null)
    return (
      <PagesCode
        pages={paged.pages}
        opened={paged.opened}
        view={paged.view}
        bytesTotal={loaded.meta.size}
        bytesKept={loaded.meta.kept}
        actionsOf={actions}
        onHold={onSelect}
        onDrawn={onDrawn}
      />
    );
  const view = {
    pre,
    chunks: shown.chunks,
    before,
    bytesShown: rendered.bytes,
    bytesTotal: loaded.meta.size,
    isAway,
    onSelect,
    onDrawn,
  };
  return shown.lines === null ? (
    <CodeView
      {...view}
      gutter={gutter}
      text={shown.text}
      folds={null}
      json={rendered.shape === 'json'}
      hex={rendered.shape === 'hex'}
      wrap={shown.wrap}
    />
  ) : (
    <JsonCode
      {...view}
      lines={shown.lines}
      goTo={options.goTo}
      onGone={() => reading.setState({ goTo: null })}
      actionsOf={actions}
      onToggle={(path) => reading.setState({ closed: toggledPath(options.closed, path) })}
    />
  );
}

/** The next part of what is shown: of the dump, of what the decoder made of it, or of the message. */
function showMore(
  { foreign, rendered, moreHex }: PayloadText,
  { bytes }: Loaded,
  inspector: Inspector,
  decoder: DecodedReader,
): void {
  const isHex = rendered.shape === 'hex';
  if (foreign !== null && !isHex) return void decoder.more();
  if (isHex) moreHex();
  if (rendered.bytes >= bytes.length - 3 || !isHex) inspector.more();
  else inspector.hold();
}

interface NotesProps {
  readonly rendered: Rendered;
  readonly paged: PagedText;
  readonly meta: MessageMeta;
  readonly loading: boolean;
  readonly onMore: () => void;
}

/** What of the payload is not shown, or is shown otherwise than it is: above it, where it is read first. */
function Notes({ rendered, paged, meta, loading, onMore }: NotesProps) {
  const { opened, problem, view } = paged;
  const note = opened === null ? rendered.note : (opened.note ?? rendered.note);
  return (
    <>
      {note === null ? null : <p className="insp-note">{note}</p>}
      {meta.kept < meta.size ? (
        <p className="insp-note">
          Kept shortened: the first {formatBytes(meta.kept)} of {formatBytes(meta.size)}. The limit is a
          setting.
        </p>
      ) : null}
      {problem === null ? null : <p className="insp-note">Not laid out whole: {problem}</p>}
      {view.problem === null ? null : (
        <p className="insp-note">Not all lines could be read: {view.problem}</p>
      )}
      {opened !== null ? (
        <p className="insp-more">
          {laidOutWords(opened.bytes, meta)} laid out in {formatCounted(opened.lines, 'line')}
        </p>
      ) : rendered.bytes < meta.kept ? (
        <p className="insp-more">
          <span>
            {formatBytes(rendered.bytes)} of {formatBytes(meta.kept)} shown
          </span>
          <Button onClick={onMore} aria-disabled={loading}>
            Show more
          </Button>
        </p>
      ) : null}
      {rendered.shape === 'empty' ? <p className="insp-note">The payload is empty (0 bytes).</p> : null}
    </>
  );
}

/** @param bytes that are laid out; of what was decoded they are not those of the message, and 0 */
function laidOutWords(bytes: number, { kept, size }: NotesProps['meta']): string {
  if (bytes > 0 && bytes < kept - 3) return `The first ${formatBytes(bytes)} of ${formatBytes(kept)}`;
  return kept < size ? 'All that is kept' : 'All of it';
}

/** Parts of a document that can all be closed, or opened again. */
interface AllFolds {
  readonly isClosed: boolean;
  readonly toggle: () => void;
}

/** Null: nothing is shown line by line. */
function foldsOf(reading: StoreApi<Reading>, { closed }: Reading, lines: JsonLines | null): AllFolds | null {
  if (lines === null) return null;
  const isClosed = closed.size > 0;
  return { isClosed, toggle: () => reading.setState({ closed: new Set(isClosed ? [] : everyFold(lines)) }) };
}

interface JsonToolsProps {
  readonly reading: StoreApi<Reading>;
  readonly isPaged: boolean;
  readonly folds: AllFolds | null;
  /** All of it is here: a beginning cannot be sorted. */
  readonly whole: boolean;
}

/** How JSON is laid out. */
function JsonTools({ reading, isPaged, folds, whole }: JsonToolsProps): ReactNode {
  const { wrap, sorted, compact } = useStore(reading);
  const label = folds?.isClosed === true ? 'Expand the value' : 'Collapse the value';
  return (
    <>
      {compact || (wrap && !isPaged) ? null : (
        <IconButton
          small
          label={label}
          icon={folds?.isClosed === true ? ChevronsUpDown : ChevronsDownUp}
          aria-disabled={folds === null}
          onClick={folds?.toggle}
        />
      )}
      <IconButton
        small
        label="Wrap lines"
        icon={WrapText}
        aria-pressed={wrap}
        onClick={() => reading.setState({ wrap: !wrap })}
      />
      <IconButton
        small
        label="Sort keys"
        icon={ArrowDownAZ}
        aria-pressed={sorted}
        disabled={!whole}
        onClick={() => reading.setState({ sorted: !sorted })}
      />
      <IconButton
        small
        label="One line"
        title="Without indentation, on one line"
        icon={Braces}
        aria-pressed={compact}
        disabled={!whole}
        onClick={() => reading.setState({ compact: !compact })}
      />
    </>
  );
}
