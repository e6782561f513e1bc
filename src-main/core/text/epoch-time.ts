const EPOCH = /^1\d{9}(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?$/;

/** Whether a number as written is a time of these years since 1970, in s, ms, µs or ns. */
export function isEpochTime(digits: string): boolean {
  return EPOCH.test(digits);
}
