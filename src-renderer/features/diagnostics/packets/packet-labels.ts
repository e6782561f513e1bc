import type {
  PacketFilter,
  PacketRow,
  PacketType,
  RecorderStatus,
} from '../../../../src-main/contract/session/packets.ts';
import { formatBytes, formatClockMs, formatCount, formatCounted } from '../../../ui/base/format.ts';

/** How the time of a packet is shown: by the clock, since the first packet, since the row before. */
export type TimeMode = 'clock' | 'relative' | 'delta';

export function timeWords(
  mode: TimeMode,
  at: number,
  base: number | null,
  before: number | undefined,
): string {
  if (mode === 'clock') return formatClockMs(at);
  const from = mode === 'relative' ? base : before;
  if (from === undefined || from === null) return '';
  return secondsWords(at - from);
}

/** Seconds to the tenth of a millisecond, with a sign: `+0.0042`, `−1.2000`. */
function secondsWords(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1_000).toFixed(4)}`;
}

export function directionWord({ direction }: Pick<PacketRow, 'direction'>): 'received' | 'sent' {
  return direction === 'in' ? 'received' : 'sent';
}

export function flagWords({ dup, retain }: Pick<PacketRow, 'dup' | 'retain'>): string {
  return [...(dup ? ['dup'] : []), ...(retain ? ['retain'] : [])].join(' ');
}

/** A packet id as typed, 1 to 65535; null: none is typed, or what is typed is not one. */
export function packetIdOf(text: string): number | null {
  const id = /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : 0;
  return id >= 1 && id <= 65_535 ? id : null;
}

/** `Not authorized 0x87`; empty where there is none, or all is well. */
export function reasonWords({ reason, reasonName }: Pick<PacketRow, 'reason' | 'reasonName'>): string {
  if (reason === null) return '';
  const code = `0x${reason.toString(16).toUpperCase().padStart(2, '0')}`;
  return reasonName === null ? code : `${reasonName} ${code}`;
}

const ALL = 'all';

interface TypeGroup {
  readonly value: string;
  readonly label: string;
  readonly types: readonly PacketType[];
}

const GROUPS: readonly TypeGroup[] = [
  { value: ALL, label: 'All types', types: [] },
  {
    value: 'control',
    label: 'All but PUBLISH',
    types: [
      ...(['INVALID', 'CONNECT', 'CONNACK', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP', 'SUBSCRIBE'] as const),
      ...(['SUBACK', 'UNSUBSCRIBE', 'UNSUBACK', 'PINGREQ', 'PINGRESP', 'DISCONNECT', 'AUTH'] as const),
    ],
  },
  { value: 'link', label: 'Connecting', types: ['CONNECT', 'CONNACK', 'AUTH', 'DISCONNECT'] },
  {
    value: 'publishing',
    label: 'Publishing',
    types: ['PUBLISH', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP'],
  },
  {
    value: 'subscribing',
    label: 'Subscribing',
    types: ['SUBSCRIBE', 'SUBACK', 'UNSUBSCRIBE', 'UNSUBACK'],
  },
  { value: 'pings', label: 'Pings', types: ['PINGREQ', 'PINGRESP'] },
];

const SINGLE: readonly PacketType[] = [
  ...(['CONNECT', 'CONNACK', 'PUBLISH', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP', 'SUBSCRIBE'] as const),
  ...(['SUBACK', 'UNSUBSCRIBE', 'UNSUBACK', 'PINGREQ', 'PINGRESP', 'DISCONNECT', 'AUTH', 'INVALID'] as const),
];

/** Groups of packet types first, then each by itself. */
export const TYPE_CHOICES: readonly TypeGroup[] = [
  ...GROUPS,
  ...SINGLE.map((type) => ({ value: type, label: type === 'INVALID' ? 'Invalid' : type, types: [type] })),
];

export function typeChoice({ types }: Pick<PacketFilter, 'types'>): string {
  const wanted = types.join();
  return TYPE_CHOICES.find((choice) => choice.types.join() === wanted)?.value ?? ALL;
}

export const REASON_CHOICES = [
  { value: 'any', label: 'Any reason' },
  { value: 'notable', label: 'Not success' },
  { value: 'errors', label: 'Errors' },
  { value: 'broken', label: 'Rules broken' },
] as const;
type ReasonChoice = (typeof REASON_CHOICES)[number]['value'];

export function reasonFilter(choice: ReasonChoice): Pick<PacketFilter, 'reasonAtLeast' | 'brokenOnly'> {
  switch (choice) {
    case 'any':
      return { reasonAtLeast: null, brokenOnly: false };
    case 'notable':
      return { reasonAtLeast: 1, brokenOnly: false };
    case 'errors':
      return { reasonAtLeast: 128, brokenOnly: false };
    case 'broken':
      return { reasonAtLeast: null, brokenOnly: true };
  }
}

export function reasonChoice({ reasonAtLeast, brokenOnly }: PacketFilter): ReasonChoice {
  if (brokenOnly) return 'broken';
  if (reasonAtLeast === null) return 'any';
  return reasonAtLeast >= 128 ? 'errors' : 'notable';
}

/** What the recorder leaves out, as a sentence; empty where it holds everything. */
export function missingWords(recorder: RecorderStatus): string {
  const left = recorder.notRecordedIn + recorder.notRecordedOut;
  const parts: string[] = [];
  if (recorder.leavingOut) parts.push(leavingWords(recorder));
  if (left > 0) parts.push(`${formatCounted(left, 'packet')} not recorded so far.`);
  if (recorder.evicted > 0) {
    parts.push(
      `${formatCounted(recorder.evicted, 'older packet')} dropped (${formatBytes(recorder.bytes)} limit).`,
    );
  }
  if (recorder.deleted > 0) parts.push(`${formatCounted(recorder.deleted, 'packet')} deleted.`);
  return parts.join(' ');
}

function leavingWords({ publish }: RecorderStatus): string {
  switch (publish.kind) {
    case 'excluded':
      return 'PUBLISH packets and their acknowledgements are not recorded.';
    case 'sampled':
      return `Of PUBLISH packets, one in ${formatCount(publish.oneIn)} is recorded.`;
    case 'all':
    case 'auto':
      return 'PUBLISH packets come too fast: not all are recorded. Choose “Every PUBLISH” in the recorder settings to keep them.';
  }
}
