import type { MqttVersion } from '../../../contract/model/model.ts';

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
 * After a failed attempt: whether it looks like a broker that does not know the version of CONNECT
 * (code 1 or 132, or a close right after it), so that another is to be tried at once. 3.1.1 is tried
 * once after 5. A version that is proven is not doubted because of a mere close; where it is `said`
 * that the version is unknown, another broker has taken the place, and everything is open again.
 */
export function versionRefused(
  memory: VersionMemory,
  looksUnknown: boolean,
  said: boolean,
): { memory: VersionMemory; again: boolean } {
  const isOpen = memory.wanted === 'auto' && looksUnknown;
  const tried = versionToTry(memory);
  if (isOpen && said && memory.proven !== null) {
    return { memory: { ...memory, proven: null, fallingBack: tried === '5' }, again: true };
  }
  const again = isOpen && tried === '5' && memory.proven === null;
  // Otherwise 3.1.1 did not help either, or something else went wrong: the next attempt starts from 5.
  return { memory: { ...memory, fallingBack: again }, again };
}
