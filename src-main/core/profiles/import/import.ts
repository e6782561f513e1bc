import { formatCounted, plural } from '../../text/amounts.ts';
import { failed, type Failure } from '../../../contract/base/errors.ts';
import type { ImportFormat } from '../../../contract/profiles/transfer.ts';
import type { Imported, ImportedProfile } from '../draft.ts';
import { explorerConnections, readExplorerConnection } from './import-mqtt-explorer.ts';
import { mqttxBackup, readMqttxConnection } from './import-mqttx.ts';
import { readLines } from './import-text.ts';
import { isObject, parseJson, textOf } from './json-value.ts';
import { Notes, Room } from './notes.ts';
import { ownFile, readOwnProfile } from './own-format.ts';

/** What a text turned out to be. */
export type ReadText =
  | { readonly kind: 'imported'; readonly imported: Imported }
  /** An export of ours under a passphrase: what is inside is such a text again. */
  | { readonly kind: 'sealed'; readonly sealed: unknown }
  | Failure;

/**
 * Reads profiles from a text of unknown origin, by what is in it and not by its name. Reads no other file
 * and resolves no variable; what a text names of them is `pending` until the user confirms it.
 */
export function readImport(text: string): ReadText {
  const start = text.trimStart().charAt(0);
  if (start === '') return failed('empty', 'There is nothing to import: the text is empty.', '');
  if (start === '{' || start === '[') return readJson(text);
  const foreign = otherFormat(text);
  if (foreign !== null) return foreign;
  const read = readLines(text);
  return 'kind' in read ? read : { kind: 'imported', imported: read };
}

function readJson(text: string): ReadText {
  const parsed = parseJson(text);
  if (!('value' in parsed)) return parsed;
  const file = parsed.value;
  const own = ownFile(file);
  if (own?.kind === 'failed') return own;
  if (own?.kind === 'sealed') return own;
  if (own !== null) return all('topicscope', own.profiles, readOwnProfile);
  const explorer = explorerConnections(file);
  if (explorer !== null) return all('mqtt-explorer', explorer, readExplorerConnection);
  const mqttx = mqttxBackup(file);
  if (mqttx !== null) return all('mqttx', mqttx.connections, (entry) => readMqttxConnection(entry, mqttx));
  return failed(
    'not-recognised',
    'The file is JSON, but of no program whose connections can be read.',
    'Import an export of this program, settings.json of MQTT Explorer, or a JSON backup of MQTTX.',
  );
}

/** Reads one entry after the other: a bad one does not keep the others out. */
function all(
  format: ImportFormat,
  entries: readonly unknown[],
  read: (entry: unknown) => ImportedProfile | null,
): ReadText {
  const profiles: ImportedProfile[] = [];
  const notes = new Notes();
  const room = new Room();
  for (const [index, entry] of entries.entries()) {
    if (room.isFull) {
      notes.add(
        `Only the first ${formatCounted(index, 'connection')} ${plural(index, 'was', 'were')} read: the file holds too much.`,
      );
      break;
    }
    const profile = read(entry);
    if (profile === null) notes.add(`Connection ${index + 1} could not be read: ${whyNot(entry)}`);
    else {
      profiles.push(profile);
      room.take(profile);
    }
  }
  if (profiles.length > 0) return { kind: 'imported', imported: { format, profiles, notes: notes.list } };
  return failed(
    'nothing-to-import',
    `The file holds no connection that could be read. ${notes.list[0] ?? 'Its list is empty.'}`,
    'Check that it was exported with its connections.',
  );
}

function whyNot(entry: unknown): string {
  if (!isObject(entry)) return 'it is not a set of fields.';
  const options = isObject(entry['options']) ? entry['options'] : entry;
  return textOf(options['host']) === undefined
    ? 'it names no host.'
    : 'its host or another field is not valid.';
}

/** Recognises other formats of the same programs, which have a message of their own. */
function otherFormat(text: string): Failure | null {
  const head = text.slice(0, 4_096);
  const advice = 'Export the connections as JSON there, and import that file.';
  if (head.startsWith('PK\u0003\u0004'))
    return failed('not-text', 'The file is an archive or a spreadsheet.', advice);
  if (/^\s*<\?xml|^\s*<[a-z]+[\s>]/i.test(head))
    return failed('xml', 'The file is XML, which is not read here.', advice);
  if (/^\s*-\s+\w+:\s/.test(head) || /^(?:clientId|connections?):\s/m.test(head)) {
    return failed('yaml', 'The file is YAML, which is not read here.', advice);
  }
  if (/^"?(?:\w+"?,"?){3,}/.test(head) && /clientId/.test(head)) {
    return failed('csv', 'The file is a table (CSV), which is not read here.', advice);
  }
  return head.includes('\0') ? failed('not-text', 'The file is not text.', advice) : null;
}
