import { useState } from 'react';
import { SlidersHorizontal } from 'lucide-react';
import { useStore } from 'zustand';
import { isFiltered } from '../../../state/diagnostics/packet-window.ts';
import type { PacketsStore } from '../../../state/diagnostics/packets.ts';
import { IconButton } from '../../../ui/controls/button.tsx';
import { Select, TextField } from '../../../ui/controls/field.tsx';
import { formatCount, formatCounted } from '../../../ui/base/format.ts';
import {
  packetIdOf,
  REASON_CHOICES,
  reasonChoice,
  reasonFilter,
  TYPE_CHOICES,
  typeChoice,
  type TimeMode,
} from './packet-labels.ts';

const DIRECTIONS = [
  { value: 'both', label: 'Both ways' },
  { value: 'in', label: 'Received' },
  { value: 'out', label: 'Sent' },
] as const;

const TIMES = [
  { value: 'clock', label: 'Clock' },
  { value: 'relative', label: 'Since first' },
  { value: 'delta', label: 'Since last' },
] as const;

interface FilterBarProps {
  readonly packets: PacketsStore;
  readonly time: TimeMode;
  readonly onTime: (time: TimeMode) => void;
  readonly children: React.ReactNode;
}

/** What is shown of the recording. In a narrow dock the lesser fields wait behind a button. */
export function FilterBar({ packets, time, onTime, children }: FilterBarProps) {
  const { filter, total, searched, problem } = useStore(packets.store);
  const [more, setMore] = useState(false);
  const lesser =
    filter.direction !== null ||
    filter.packetId !== null ||
    reasonChoice(filter) !== 'any' ||
    time !== 'clock';
  return (
    <div className="pk-filters" data-more={more || lesser ? '' : undefined}>
      <div className="pk-filters-line">
        <TextField
          label="Filter by topic"
          hideLabel
          mono
          type="search"
          className="pk-topic"
          placeholder="topic filter"
          value={filter.topicFilter}
          error={problem === null ? null : `${problem.message} ${problem.advice}`}
          onChange={(topicFilter) => packets.setFilter({ topicFilter })}
        />
        <Select
          label="Packet type"
          hideLabel
          value={typeChoice(filter)}
          options={TYPE_CHOICES}
          onChange={(value) => {
            const types = TYPE_CHOICES.find((choice) => choice.value === value)?.types ?? [];
            packets.setFilter({ types: [...types] });
          }}
        />
        <span className="pk-lesser">
          <Select
            label="Direction"
            hideLabel
            value={filter.direction ?? 'both'}
            options={DIRECTIONS}
            onChange={(value) => packets.setFilter({ direction: value === 'both' ? null : value })}
          />
          <PacketIdField packets={packets} value={filter.packetId} />
          <Select
            label="Reason"
            hideLabel
            value={reasonChoice(filter)}
            options={REASON_CHOICES}
            onChange={(value) => packets.setFilter(reasonFilter(value))}
          />
          <Select label="Time shown" hideLabel value={time} options={TIMES} onChange={onTime} />
        </span>
        <IconButton
          small
          className="pk-more-button"
          label="More filters"
          icon={SlidersHorizontal}
          aria-expanded={more || lesser}
          disabled={lesser}
          onClick={() => setMore(!more)}
        />
        <span className="doctor-bar-end">
          <span className="meta pk-count">
            {searched < 1
              ? `searching, ${Math.floor(searched * 100)} %`
              : isFiltered(filter)
                ? `${formatCount(total)} match`
                : formatCounted(total, 'packet')}
          </span>
          {children}
        </span>
      </div>
    </div>
  );
}

/** Keeps what is typed, and filters by it once it is a packet id. */
function PacketIdField({
  packets,
  value,
}: {
  readonly packets: PacketsStore;
  readonly value: number | null;
}) {
  const [text, setText] = useState(value === null ? '' : String(value));
  const broken = text.trim() !== '' && packetIdOf(text) === null;
  return (
    <TextField
      label="Packet id"
      hideLabel
      className="pk-id"
      placeholder="packet id"
      maxLength={5}
      value={text}
      error={broken ? '1 to 65535' : null}
      onChange={(next) => {
        setText(next);
        packets.setFilter({ packetId: packetIdOf(next) });
      }}
    />
  );
}
