import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import { readFile } from '../../../state/browser/read-file.ts';
import { LATE, Latest } from '../../../state/engine/latest.ts';
import { MAX_CERTIFICATE_BYTES } from './certificate-file.ts';

/** A text field that a file can be read into. */
export interface ChosenFile {
  /** Why the file that was chosen last is not in the field. */
  readonly problem: Failure | null;
  readonly take: (file: File) => void;
  /** Something was typed: a file that is still read does not replace it. */
  readonly typed: () => void;
}

/**
 * Reads the file that was chosen last, while its field is on screen.
 *
 * @param textOf what the file puts into the field
 * @param onText of the newest draw: the form may have changed while the file was read
 */
export function useChosenFile(
  textOf: (bytes: Uint8Array, name: string) => string | Failure,
  onText: (text: string) => void,
): ChosenFile {
  const [problem, setProblem] = useState<Failure | null>(null);
  const [latest] = useState(() => new Latest());
  const newest = useRef(onText);
  useEffect(() => {
    newest.current = onText;
  });
  useEffect(() => () => latest.drop(), [latest]);
  const take = async (file: File) => {
    const read = await latest.answer(() => readFile(file, MAX_CERTIFICATE_BYTES));
    if (read === LATE) return;
    const text = read.kind === 'failed' ? read : textOf(read.bytes, file.name);
    if (typeof text !== 'string') return setProblem(text);
    setProblem(null);
    newest.current(text);
  };
  return {
    problem,
    take: (file) => void take(file),
    typed: () => {
      latest.drop();
      setProblem(null);
    },
  };
}
