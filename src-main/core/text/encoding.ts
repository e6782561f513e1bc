import { failed, type Failure } from '../../contract/base/errors.ts';

/** UTF-8, or by its byte order mark UTF-16, which some Windows programs write. */
export function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

export function notText(): Failure {
  return failed('not-text', 'The file is not text in UTF-8.', 'Check whether it is the right file.');
}
