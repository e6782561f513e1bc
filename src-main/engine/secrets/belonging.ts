import { z } from 'zod';
import type { Destination } from '../../contract/profiles/destination.ts';

/** What a saved secret belongs to. It opens for nothing else, whatever is written into the files. */
export interface Belonging {
  readonly profile: string;
  /** The path of its field. */
  readonly path: string;
  readonly for: Destination;
}

/** Headers and parameters change their places in the list, and their secrets go with them. */
function fieldOf(path: string): string {
  return path.replace(/\.\d+(?=\.|$)/g, '');
}

/** A text that is the same for the same belonging only. */
export function belongingText(kind: string, { profile, path, for: { to, via, checks } }: Belonging): string {
  return JSON.stringify([
    'topicscope secret 2',
    kind,
    profile,
    fieldOf(path),
    to,
    via,
    [...checks].toSorted(),
  ]);
}

/** A keychain authenticates nothing beside the text, so what it belongs to is a part of it. */
const Envelope = z.tuple([z.string(), z.string()]);
const MARK = 'topicscope-bound:';

export function inEnvelope(text: string, belonging: Belonging): string {
  return MARK + JSON.stringify([belongingText('keychain', belonging), text]);
}

/** Those that earlier versions sealed are not. */
export function isInEnvelope(sealed: string): boolean {
  return sealed.startsWith(MARK);
}

/** Null: it is of something else. */
export function outOfEnvelope(sealed: string, belonging: Belonging): string | null {
  if (!isInEnvelope(sealed)) return null;
  const [of, text] = Envelope.parse(JSON.parse(sealed.slice(MARK.length)));
  return of === belongingText('keychain', belonging) ? text : null;
}
