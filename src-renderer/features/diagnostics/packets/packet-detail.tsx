import { useEffect, useMemo, useState } from 'react';
import { TriangleAlert } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { PacketField, PacketRow } from '../../../../src-main/contract/session/packets.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine, isFailure } from '../../../state/engine/call-engine.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { formatBytes, formatClockMs, formatCount } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { fieldAt, fieldRows } from './fields.ts';
import { FieldTree } from './field-tree.tsx';
import { HexGrid } from './hex-grid.tsx';
import { PacketFlow } from './packet-flow.tsx';
import { directionWord } from './packet-labels.ts';
import './packet-detail.css';

interface PacketDetailProps {
  readonly app: AppState;
  readonly connection: ConnectionId;
  /** Null: none is chosen. */
  readonly row: PacketRow | null;
}

/** `region` "Packet": the decoded fields of the active packet, and its bytes. */
export function PacketDetail({ app, connection, row }: PacketDetailProps) {
  // An id is used again and again: what is followed is the handshake that the packet on show belongs to.
  const [followed, setFollowed] = useState<number | null>(null);
  const shownFlow = row !== null && row.packetId !== null && followed === row.packetId ? row : null;
  return (
    <section aria-label="Packet" className="pk-detail">
      {row === null ? (
        <p className="diagnostics-wait tone-mut">Choose a packet to see its fields and bytes.</p>
      ) : (
        <>
          <header className="pk-title">
            <h3>{row.type === 'INVALID' ? 'Invalid' : row.type}</h3>
            <span className="tone-mut cut">
              number {formatCount(row.seq)}, {directionWord(row)} {formatClockMs(row.at)},{' '}
              {formatBytes(row.size)}
            </span>
            {row.packetId === null ? null : (
              <Button
                variant="quiet"
                aria-pressed={shownFlow !== null}
                onClick={() => setFollowed(shownFlow === null ? row.packetId : null)}
              >
                Follow packet id {row.packetId}
              </Button>
            )}
          </header>
          {row.broken === null ? null : (
            <p className="pk-broken tone-err">
              <Icon of={TriangleAlert} size={14} /> {row.broken.text}{' '}
              <span className="mono">{row.broken.rule}</span>
            </p>
          )}
          {shownFlow === null ? null : (
            <PacketFlow app={app} connection={connection} near={shownFlow} active={row.seq} />
          )}
          <Decoded key={row.seq} app={app} connection={connection} row={row} />
        </>
      )}
    </section>
  );
}

interface Loaded {
  readonly fields: readonly PacketField[];
  readonly bytes: Uint8Array;
  readonly blanked: boolean;
}

function Decoded({ app, connection, row }: PacketDetailProps & { readonly row: PacketRow }) {
  const [packet, setPacket] = useState<Loaded | Failure | null>(null);
  useEffect(() => {
    let wanted = true;
    void callEngine(() => app.engine.call('packetAt', { connection, seq: row.seq })).then((answer) => {
      if (wanted) setPacket(answer);
    });
    return () => void (wanted = false);
  }, [app, connection, row.seq]);
  if (packet === null) return null;
  if ('kind' in packet && isFailure(packet as { kind: string })) {
    const { message, advice } = packet as Failure;
    return (
      <p className="diagnostics-wait tone-mut">
        {message} {advice}
      </p>
    );
  }
  return <Fields packet={packet as Loaded} row={row} />;
}

function Fields({ packet, row }: { readonly packet: Loaded; readonly row: PacketRow }) {
  const { fields, bytes, blanked } = packet;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [marked, setMarked] = useState<string | null>(null);
  const rows = useMemo(() => fieldRows(fields, closed), [fields, closed]);
  const field = rows.find(({ path }) => path === marked)?.field;
  const toggle = (path: string) => {
    const next = new Set(closed);
    if (!next.delete(path)) next.add(path);
    setClosed(next);
  };
  return (
    <div className="pk-decoded">
      <FieldTree
        label="Fields"
        rows={rows}
        closed={closed}
        marked={marked}
        bytes={bytes}
        onMark={setMarked}
        onToggle={toggle}
      />
      <div className="pk-bytes">
        <HexGrid
          bytes={bytes}
          from={field?.offset ?? 0}
          to={field === undefined ? 0 : field.offset + field.length}
          onByte={(at) => setMarked(fieldAt(rows, at)?.path ?? null)}
        />
        <p className="meta">{keptWords(row, blanked)}</p>
      </div>
    </div>
  );
}

function keptWords({ size, kept }: PacketRow, blanked: boolean): string {
  const parts = [
    ...(kept < size ? [`The first ${formatBytes(kept)} of ${formatBytes(size)} are kept.`] : []),
    ...(blanked ? ['Secrets are overwritten with *.'] : []),
  ];
  return parts.join(' ');
}

/** A short failure beside what it is about. */
export function Problem({ failure }: { readonly failure: Failure }) {
  return (
    <StatusText tone="err" role="alert">
      {failure.message} {failure.advice}
    </StatusText>
  );
}
