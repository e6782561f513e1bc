import type { MqttVersion } from '../../../contract/model/model.ts';

/** The version in CONNECT. */
export type WireVersion = '5' | '3.1.1' | '3.1';

/** What is known about the version a broker speaks; remembered over reconnects. */
export interface VersionMemory {
  readonly wanted: MqttVersion;
  /** The version a broker is known to speak best; null while that is open. */
  readonly proven: WireVersion | null;
  /** Why 3.1.1 is being tried in place of 5; null while it is not. */
  readonly fallingBack: 'said' | 'closed' | null;
  /** Times in a row that version 5 met with a bare close where 3.1.1 then worked. */
  readonly closes: number;
}

/**
 * A connection that breaks before its CONNACK looks like a broker that does not know version 5. Once is
 * bad luck; so many times in a row, with 3.1.1 working each time, is the broker.
 */
const CLOSES_THAT_PROVE = 2;

export function versionMemory(wanted: MqttVersion): VersionMemory {
  return { wanted, proven: null, fallingBack: null, closes: 0 };
}

/** The version of the next CONNECT. */
export function versionToTry(memory: VersionMemory): WireVersion {
  if (memory.wanted !== 'auto') return memory.wanted;
  if (memory.fallingBack !== null) return '3.1.1';
  return memory.proven ?? '5';
}

/** After a CONNACK with success: a broker that spoke this version will again. */
export function versionProven(memory: VersionMemory, version: WireVersion): VersionMemory {
  if (memory.fallingBack !== 'closed') return { ...memory, proven: version, fallingBack: null, closes: 0 };
  const closes = memory.closes + 1;
  const proven = closes >= CLOSES_THAT_PROVE ? version : null;
  return { ...memory, proven, fallingBack: null, closes };
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
    const fallingBack = tried === '5' ? 'said' : null;
    return { memory: { ...memory, proven: null, fallingBack, closes: 0 }, again: true };
  }
  const again = isOpen && tried === '5' && memory.proven === null;
  // Otherwise 3.1.1 did not help either, or something else went wrong: the next attempt starts from 5.
  const fallingBack = again ? (said ? 'said' : 'closed') : null;
  return { memory: { ...memory, fallingBack }, again };
}
