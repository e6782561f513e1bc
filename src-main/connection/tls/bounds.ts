/**
 * Rounds of key derivation of one key; 2,000,000 take about a second. OpenSSL writes 2,048, careful people
 * 600,000.
 */
export const MOST_ROUNDS = 2_000_000;
/** Of all keys of a file together: each part of a PKCS#12 file has one of its own. */
export const MOST_ROUNDS_IN_ALL = 4_000_000;
