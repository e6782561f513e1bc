/** Bytes of a payload that are decoded. A longer one is read up to here, and marked as cut. */
export const MAX_INPUT = 33_554_432;
/** Bytes that a stage may unpack to, so that a bomb of some kB does not fill the memory. */
export const MAX_OUTPUT = 67_108_864;
/** Deepest nesting of containers. Real payloads have less, and readers are recursive. */
export const MAX_DEPTH = 256;
/** Values of one payload; each costs some 200 bytes here. */
export const MAX_VALUES = 300_000;
/** Bytes of an integer that is written in decimal digits: the time for that grows faster than they do. */
export const MAX_BIG = 4_096;
/** Steps of a chain: what is packed more often is a bomb or a mistake. */
export const MAX_STAGES = 8;
