import { escapeUnsafe, shortened } from '../../../src-main/core/payload/visible.ts';
import { formatBytes } from '../../../src-main/core/text/amounts.ts';
import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';

/** A file a person chose, read whole; a failure names it where it is larger than `max` bytes or unreadable. */
export async function readFile(
  file: File,
  max: number,
): Promise<{ readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> } | Failure> {
  if (file.size > max) {
    return failed(
      'file-too-large',
      `${shownFileName(file)} is larger than ${formatBytes(max)}, the most that is read here.`,
      'Choose the right file, or a smaller one.',
    );
  }
  try {
    return { kind: 'bytes', bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch {
    return unreadable(file);
  }
}

export function unreadable(file: File): Failure {
  return failed(
    'file-unreadable',
    `${shownFileName(file)} could not be read: it is gone, a folder, or not yours to read.`,
    'Choose it again.',
  );
}

/** Characters of a name in a sentence. */
const NAME_CHARS = 120;

/** The name of a file as it may be shown: somebody else may have given it. */
export function shownFileName({ name }: Pick<File, 'name'>): string {
  return shortened(escapeUnsafe(name), NAME_CHARS);
}
