/** Unsent acknowledgements and packets of ours beyond which reading stops: 262,144 PUBACKs. */
export const MAX_UNSENT = 1_048_576;

/**
 * In a flood the acknowledgements of several reads leave together, after this turn or when there are
 * 8,192: writing to the socket takes as long as taking in a dozen messages.
 */
export const ACKS_AT_ONCE = 32_768;

/** Bytes read for mqtt.js beyond which reading stops. */
export const MAX_WAITING = 16 * 1_048_576;

/** Reading stands still this long because nothing is taken from us: the connection is given up. */
export const STUCK_MS = 10_000;

/** How often a stop is looked at. */
export const STUCK_CHECK_MS = 50;

/** Time a last DISCONNECT gets to leave before the socket is destroyed. */
export const FAREWELL_MS = 250;

/** What was received before the broker's end may take mqtt.js this long. */
export const LAST_WORDS_MS = 1_000;

/**
 * Bytes of one control packet that are kept for reading it. A SUBACK for all 65,535 filters of one
 * SUBSCRIBE has 64 kB; only user properties make one larger.
 */
export const MAX_CONTROL_PACKET = 1_048_576;

/** First bytes of the offending packet that go to the log. */
export const MAX_EVIDENCE = 256;

/** Bytes of what breaks a rule that are recorded: who speaks another protocol says it in fewer. */
export const MAX_BROKEN = 16_384;
