import { scanPath } from '../../query/grammar/json-path.ts';
import { JsonFinder, jsonString } from '../../query/match/json-find.ts';

/**
 * The field of a JSON text at a path such as `.motor.rpm`, `.axes[2]` or `.["a.b"]`, as text: strings without quotes,
 * all else as it is written, so that numbers keep their digits. Null where the text ends too early or goes on behind
 * the JSON, has no such field, or the path is none.
 */
export function jsonField(text: string, path: string): string | null {
  const scanned = scanPath(path, 1);
  if (scanned.kind === 'problem' || scanned.end < path.length) return null;
  const bytes = new TextEncoder().encode(text);
  const finder = new JsonFinder(scanned.path);
  if (!finder.find(bytes, 0, bytes.length)) return null;
  const found = new TextDecoder().decode(bytes.subarray(finder.start, finder.end));
  return found.startsWith('"') ? jsonString(bytes, finder.start, finder.end) : found;
}
