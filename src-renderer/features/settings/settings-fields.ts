import type { Settings } from '../../../src-main/contract/model/settings.ts';
import { formatCount } from '../../ui/base/format.ts';

const MB = 1_000_000;

export type FieldName =
  | 'memoryBytes'
  | 'topicCap'
  | 'maxPayloadBytes'
  | 'trashBytes'
  | 'snapshotBytes'
  | 'connectTimeoutMs';
export type FieldTexts = Readonly<Record<FieldName, string>>;

interface Field {
  readonly label: string;
  readonly hint: string;
  /** What one unit on screen is in the setting. */
  readonly unit: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** The bounds are the contract's, in the units a person types. */
export const FIELDS: Readonly<Record<FieldName, Field>> = {
  memoryBytes: {
    label: 'Memory for one connection (MB)',
    hint: 'Topics and history together. When it is full the oldest messages make room, and are counted.',
    unit: MB,
    min: 16,
    max: 68_719,
    step: 64,
  },
  topicCap: {
    label: 'Topics kept for one connection',
    hint: 'Beyond it those not seen for longest are forgotten, and counted.',
    unit: 1,
    min: 1_000,
    max: 20_000_000,
    step: 100_000,
  },
  maxPayloadBytes: {
    label: 'Largest payload kept whole (kB)',
    hint: 'Longer ones are kept as their first bytes and say so.',
    unit: 1_000,
    min: 1,
    max: 268_435,
    step: 1_000,
  },
  trashBytes: {
    label: 'Trash for cleared messages (MB)',
    hint: 'On disk. Before it is exceeded you are asked. Nothing is deleted from it by itself.',
    unit: MB,
    min: 1,
    max: 68_719,
    step: 64,
  },
  snapshotBytes: {
    label: 'Kept snapshots (MB)',
    hint: 'On disk. Before it is exceeded you are asked. None is deleted by itself.',
    unit: MB,
    min: 1,
    max: 68_719,
    step: 64,
  },
  connectTimeoutMs: {
    label: 'Connect timeout (s)',
    hint: 'From looking up the name to the broker’s answer. It counts for connections opened from now on.',
    unit: 1_000,
    min: 1,
    max: 120,
    step: 1,
  },
};

export function textOf(settings: Settings): FieldTexts {
  const text = (name: FieldName) => String(Math.round(settings[name] / FIELDS[name].unit));
  return {
    memoryBytes: text('memoryBytes'),
    topicCap: text('topicCap'),
    maxPayloadBytes: text('maxPayloadBytes'),
    trashBytes: text('trashBytes'),
    snapshotBytes: text('snapshotBytes'),
    connectTimeoutMs: text('connectTimeoutMs'),
  };
}

/** The rule that is broken; null when the text is fine. */
export function fieldError(name: FieldName, text: string): string | null {
  const { min, max } = FIELDS[name];
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max
    ? null
    : `Enter a whole number from ${formatCount(min)} to ${formatCount(max)}.`;
}

/**
 * What to save; null while a field is wrong. A field that was not changed here is left out: it is rounded on screen,
 * and may have been changed in another window.
 *
 * @param before the fields as they were shown first
 */
export function readFields(texts: FieldTexts, before: FieldTexts): Partial<Pick<Settings, FieldName>> | null {
  const names = Object.keys(FIELDS) as FieldName[];
  if (names.some((name) => fieldError(name, texts[name]) !== null)) return null;
  const changed = names.filter((name) => texts[name] !== before[name]);
  return Object.fromEntries(changed.map((name) => [name, Number(texts[name]) * FIELDS[name].unit]));
}
