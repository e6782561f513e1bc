import type { MqttVersion } from '../../contract/model.ts';

/** The version in CONNECT. */
export type WireVersion = '5' | '3.1.1' | '3.1';

/** What is known about the version a broker speaks; remembered over reconnects. */
export interface VersionMemory {
  readonly wanted: MqttVersion;
  /** The version that got a CONNACK with success before; null until then. */
  readonly proven: WireVersion | null;
  /** Version 5 was refused in this outage, so 3.1.1 is being tried. */
  readonly fallingBack: boolean;
}

export function versionMemory(wanted: MqttVersion): VersionMemory {
  return { wanted, proven: null, fallingBack: false };
}

/** The version of the next CONNECT. */
export function versionToTry(memory: VersionMemory): WireVersion {
  if (memory.wanted !== 'auto') return memory.wanted;
  if (memory.fallingBack) return '3.1.1';
  return memory.proven ?? '5';
}

/** A broker that spoke this version once will again. */
export function versionProven(memory: VersionMemory, version: WireVersion): VersionMemory {
  return { ...memory, proven: version, fallingBack: false };
}

/**
 * After a failed attempt: whether it looks like a broker that does not know version 5 (code 1 or
 * 132, or a close right after CONNECT), so that 3.1.1 is to be tried at once. Never twice in a row.
 */
export function versionRefused(
  memory: VersionMemory,
  looksUnknown: boolean,
): { memory: VersionMemory; again: boolean } {
  const again =
    looksUnknown && versionToTry(memory) === '5' && memory.wanted === 'auto' && memory.proven === null;
  if (again) return { memory: { ...memory, fallingBack: true }, again };
  // 3.1.1 did not help either, or something else went wrong: the next attempt starts from 5 again.
  return { memory: { ...memory, fallingBack: false }, again };
}
