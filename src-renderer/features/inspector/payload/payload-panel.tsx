import { useCallback, useRef, type ReactNode } from 'react';
import { ArrowDownAZ, Braces, ChevronsDownUp, ChevronsUpDown, WrapText } from 'lucide-react';
import { useStore, type StoreApi } from 'zustand';
import type { MessageMeta } from '../../../../src-main/contract/model/message.ts';
import type { Inspector, InspectorState, Loaded } from '../../../state/inspector/inspector.ts';
import { useColumns } from '../../../ui/base/columns.ts';
import { Button, IconButton } from '../../../ui/controls/button.tsx';
import type { MenuAction } from '../../../ui/controls/menu.tsx';
import { Said, type Saying } from '../../../ui/feedback/said.tsx';
import { formatBytes } from '../../../ui/base/format.ts';
import { panelOf } from '../base/panel-of.ts';
import { CodeView } from './code-view.tsx';
import { FindBar } from '../text/find-bar.tsx';
import { JsonCode } from './json-code.tsx';
import { everyFold, type JsonLines, type LineFact } from './json-lines.ts';
import { toggledPath, type Reading } from './reading.ts';
import type { Rendered } from './render-payload.ts';
import type { DecodedReader } from '../../../state/decoding/decoded-reader.ts';
import { DecodedImage } from '../decoder/decoded-image.tsx';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { useFind } from '../text/use-find.ts';
import {
  useFromTop,
  useLast,
  usePayloadText,
  type PayloadForm,
  type PayloadText,
} from './use-payload-text.ts';
import './value.css';

/** A hex dump is laid out for the width of the panel, less its paddings. */
const HEX_COLUMNS = { text: 'code-hex', padding: 32, first: 72, room: panelOf };
const NO_ACTIONS = () => [];

interface PayloadPanelProps {
  readonly form: PayloadForm;
  readonly session: ConnectionSession;
  readonly inspector: Inspector;
  /** For the value: what the decoder makes of the payload where the window does not read it by itself. */
  readonly decoder: DecodedReader;
  readonly state: InspectorState;
  readonly reading: StoreApi<Reading>;
  readonly said: Saying;
  /** What can be done with a value in a document of JSON. */
  readonly actionsOf: (fact: LineFact) => readonly MenuAction[];
}

/** The bytes of the inspected message as value or text. */
export function PayloadPanel(props: PayloadPanelProps) {
  const { form, session, inspector, decoder, state, reading, said, actionsOf } = props;
  const { key, loaded, loading } = state;
  const options = useStore(reading);
  const body = useRef<HTMLDivElement>(null);
  const pre = useRef<HTMLPreElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  useFromTop(body, key);
  const columns = useColumns(body, HEX_COLUMNS);
  const text = usePayloadText(form, decoder, state, options, columns);
  const { foreign, rendered, shown, before, whole } = text;
  const setQuery = useCallback((query: string) => reading.setState({ query }), [reading]);
  const finding = useFind(loaded === null ? null : key, shown, pre, options.query, setQuery);
  const hasTools = useLast(loaded === null ? null : rendered.shape === 'json');
  const onSelect = useCallback(() => inspector.hold(), [inspector]);
  const onDrawn = useCallback(() => inspector.drawn(), [inspector]);
  const view = {
    pre,
    chunks: shown.chunks,
    before,
    bytesShown: rendered.bytes,
    bytesTotal: loaded?.meta.size ?? 0,
    onSelect,
    onDrawn,
  };
  return (
    <div ref={body} className="insp-body insp-value">
      <FindBar finding={finding} onLeave={() => panelOf(body.current)?.focus()}>
        <Said said={said} />
        {rendered.encoding === undefined ? null : <span className="val-encoding">{rendered.encoding}</span>}
        {hasTools ? <JsonTools reading={reading} whole={whole} lines={shown.lines} /> : null}
      </FindBar>
      {loaded === null ? null : (
        <Notes
          rendered={rendered}
          meta={loaded.meta}
          loading={loading}
          onMore={() => showMore(text, loaded, inspector, decoder)}
        />
      )}
      {foreign?.view === 'image' ? <DecodedImage session={session} decoded={foreign} /> : null}
      {loaded === null ? null : shown.lines === null ? (
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
          actionsOf={form === 'value' ? actionsOf : NO_ACTIONS}
          onToggle={(path) => reading.setState({ closed: toggledPath(options.closed, path) })}
        />
      )}
    </div>
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
  readonly meta: MessageMeta;
  readonly loading: boolean;
  readonly onMore: () => void;
}

/** What of the payload is not shown, or is shown otherwise than it is: above it, where it is read first. */
function Notes({ rendered, meta, loading, onMore }: NotesProps) {
  return (
    <>
      {rendered.note === null ? null : <p className="insp-note">{rendered.note}</p>}
      {meta.kept < meta.size ? (
        <p className="insp-note">
          Kept shortened: the first {formatBytes(meta.kept)} of {formatBytes(meta.size)}. The limit is a
          setting.
        </p>
      ) : null}
      {rendered.bytes < meta.kept ? (
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

interface JsonToolsProps {
  readonly reading: StoreApi<Reading>;
  readonly lines: JsonLines | null;
  /** All of it is here: a beginning cannot be sorted. */
  readonly whole: boolean;
}

/** How JSON is laid out. */
function JsonTools({ reading, lines, whole }: JsonToolsProps): ReactNode {
  const { wrap, sorted, compact, closed } = useStore(reading);
  return (
    <>
      {wrap || compact ? null : (
        <IconButton
          small
          label={closed.size === 0 ? 'Collapse the value' : 'Expand the value'}
          icon={closed.size === 0 ? ChevronsDownUp : ChevronsUpDown}
          aria-disabled={lines === null}
          onClick={() =>
            lines !== null && reading.setState({ closed: new Set(closed.size === 0 ? everyFold(lines) : []) })
          }
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
