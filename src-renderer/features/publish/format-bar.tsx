import { useId } from 'react';
import { ChevronDown, ChevronUp, Maximize2, Minimize2, Undo2, WandSparkles } from 'lucide-react';
import { prettyJson } from '../../../src-main/core/payload/json.ts';
import { countProperties } from '../../state/publish/draft-properties.ts';
import { exactText } from '../../state/publish/line-ends.ts';
import type { PayloadFormat } from '../../state/publish/payload-format.ts';
import type { PublishState, Publishing } from '../../state/publish/publish-drafts.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { Checkbox } from '../../ui/controls/field.tsx';
import '../../ui/controls/tabs.css';

const FORMATS: readonly (readonly [PayloadFormat, string])[] = [
  ['json', 'JSON'],
  ['text', 'Text'],
  ['hex', 'Hex'],
  ['base64', 'Base64'],
  ['cbor', 'CBOR'],
  ['msgpack', 'MessagePack'],
  ['protobuf', 'Protobuf'],
  ['file', 'File…'],
];

interface FormatBarProps {
  readonly publishing: Publishing;
  readonly state: PublishState;
  /** The payload is JSON that can be laid out anew. */
  readonly isJson: boolean;
  readonly propertiesOpen: boolean;
  readonly onProperties: (open: boolean) => void;
  /** The panel has the whole work area. */
  readonly large: boolean;
  readonly onLarge: (large: boolean) => void;
  /** Likewise, to look for what is saved. */
  readonly onSaved: () => void;
}

/** How the payload is written, and what goes with it. */
export function FormatBar(props: FormatBarProps) {
  const { publishing, state, isJson, propertiesOpen, onProperties, large, onLarge, onSaved } = props;
  const { draft, replaced } = state;
  const id = useId();
  const count = countProperties(draft.properties);
  return (
    <div className="pub-formats">
      {replaced === null ? null : (
        <Button
          variant="quiet"
          icon={Undo2}
          title="Bring back what was typed before"
          onClick={() => publishing.undoLoad()}
        >
          Undo
        </Button>
      )}
      {isJson ? (
        <Button
          variant="quiet"
          icon={WandSparkles}
          title="Indent the JSON; digits and order stay"
          onClick={() => tidy(publishing)}
        >
          Tidy
        </Button>
      ) : null}
      <label htmlFor={id} className="visually-hidden">
        Format
      </label>
      <select
        id={id}
        className="pub-format"
        value={draft.format}
        onChange={({ target }) => {
          const picked = FORMATS.find(([format]) => format === target.value);
          if (picked !== undefined) publishing.setFormat(picked[0]);
        }}
      >
        {FORMATS.map(([format, name]) => (
          <option key={format} value={format}>
            {name}
          </option>
        ))}
      </select>
      <Checkbox label="gzip" checked={draft.gzip} onChange={(gzip) => publishing.setGzip(gzip)} />
      <Button
        variant="quiet"
        aria-expanded={propertiesOpen}
        aria-description={count === 0 ? undefined : `${count} set`}
        onClick={() => onProperties(!propertiesOpen)}
      >
        Properties
        {count === 0 ? null : <small className="tab-detail" data-detail={count} />}
        {propertiesOpen ? <ChevronUp size={14} aria-hidden /> : <ChevronDown size={14} aria-hidden />}
      </Button>
      {large ? null : (
        <Button
          variant="quiet"
          title="Saved messages, variables and what was sent"
          data-saved=""
          onClick={onSaved}
        >
          Saved
        </Button>
      )}
      <IconButton
        small
        icon={large ? Minimize2 : Maximize2}
        label={large ? 'Shrink publish panel' : 'Enlarge publish panel'}
        onClick={() => onLarge(!large)}
      />
    </div>
  );
}

/** Nothing but white space changes: digits, escapes, the order of keys and duplicates stay. */
function tidy(publishing: Publishing): void {
  const text = exactText(publishing.store.getState().draft.payload);
  const marked = text.startsWith('\ufeff');
  const pretty = prettyJson(marked ? text.slice(1) : text, { maxChars: Infinity });
  if (pretty.kind === 'json' && pretty.complete)
    publishing.replacePayload(marked ? `\ufeff${pretty.text}` : pretty.text);
}
