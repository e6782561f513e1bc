import { useEffect, useState } from 'react';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useStore } from 'zustand';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { PacketRow } from '../../../../src-main/contract/session/packets.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine } from '../../../state/engine/call-engine.ts';
import type { Handshake } from '../../../state/diagnostics/packets.ts';
import { formatClockMs, formatDuration } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { directionWord, reasonWords } from './packet-labels.ts';

interface PacketFlowProps {
  readonly app: AppState;
  readonly connection: ConnectionId;
  /** A packet of the handshake. */
  readonly near: PacketRow;
  /** Sequence number of the packet on show. */
  readonly active: number;
}

/** What was answered, and to the question for which packet. */
export interface Given {
  readonly near: number;
  readonly answer: Handshake | Failure;
}

/** What is known of the handshake of a packet: of another one that has the same id nothing is shown. */
export function flowFor(given: Given | null, seq: number): Handshake | Failure | null {
  if (given === null) return null;
  const { near, answer } = given;
  const isPart = answer.kind === 'flow' && answer.steps.some(({ packet }) => packet.seq === seq);
  return near === seq || isPart ? answer : null;
}

/** `list` "Handshake": the packets that belong to one packet id, with how long each took to come. */
export function PacketFlow({ app, connection, near, active }: PacketFlowProps) {
  const [given, setGiven] = useState<Given | null>(null);
  const flow = flowFor(given, near.seq);
  const lastSeq = useStore(app.diagnostics.store, ({ latest }) => latest?.recorder.lastSeq ?? 0);
  const waiting = flow !== null && flow.kind === 'flow' && !flow.complete;
  // While an answer is awaited, each new packet may be it.
  const awaited = waiting ? lastSeq : 0;
  useEffect(() => {
    let wanted = true;
    const { packetId, seq } = near;
    if (packetId === null) return;
    void callEngine(() => app.engine.call('packetFlow', { connection, packetId, near: seq })).then(
      (answer) => {
        if (wanted) setGiven({ near: seq, answer });
      },
    );
    return () => void (wanted = false);
  }, [app, connection, near, awaited]);
  if (flow === null) return null;
  if (flow.kind === 'failed') {
    return (
      <p className="pk-flow tone-mut">
        {flow.message} {flow.advice}
      </p>
    );
  }
  return (
    <div className="pk-flow">
      <ol aria-label="Handshake">
        {flow.steps.map(({ packet, sinceFirst, sincePrevious }, index) => (
          <li key={packet.seq}>
            <button
              type="button"
              className="pk-step"
              aria-current={packet.seq === active ? 'true' : undefined}
              onClick={() => void app.diagnostics.packets.show(packet)}
            >
              <Icon of={packet.direction === 'in' ? ArrowDown : ArrowUp} size={12} />
              <b>{packet.type}</b>
              <span className="visually-hidden">{directionWord(packet)}</span>
              <span className="tone-mut">{reasonWords(packet)}</span>
              <span className="num">
                {index === 0
                  ? formatClockMs(packet.at)
                  : `after ${formatDuration(Math.max(0, sincePrevious))}`}
              </span>
              <span className="num tone-mut">
                {index > 1 ? `${formatDuration(Math.max(0, sinceFirst))} in all` : ''}
              </span>
            </button>
          </li>
        ))}
      </ol>
      <p className={flow.complete ? 'meta' : 'meta tone-warn'}>
        {flow.complete ? completeWords(flow) : flow.missing}
      </p>
    </div>
  );
}

/** `Publish we sent, complete in 42 ms.` */
function completeWords({ what, startedBy, steps }: Handshake): string {
  const name = `${what.slice(0, 1).toUpperCase()}${what.slice(1)}`;
  const who = startedBy === 'client' ? 'we' : 'the broker';
  const last = steps.at(-1);
  return `${name} ${who} sent, complete in ${formatDuration(Math.max(0, last?.sinceFirst ?? 0))}.`;
}
