import type { SavedHead } from '../../../../src-main/contract/session/sending.ts';

/** A row of the tree of saved messages. */
export type SavedRow =
  | {
      readonly kind: 'folder';
      /** Unique among all. */
      readonly key: string;
      readonly name: string;
      /** 1 is the top. */
      readonly level: number;
      readonly open: boolean;
      /** Messages in it and below. */
      readonly count: number;
    }
  | { readonly kind: 'message'; readonly key: string; readonly level: number; readonly message: SavedHead };

interface Folder {
  readonly name: string;
  readonly key: string;
  readonly folders: Map<string, Folder>;
  readonly messages: SavedHead[];
}

/**
 * Those of the profile and those for all, in their folders.
 *
 * @param profile whose messages are shown; null: only those for all
 * @param closed keys of folders
 * @param sought a part of a name or topic; empty: all
 */
export function savedRows(
  saved: readonly SavedHead[],
  profile: { readonly id: string; readonly name: string } | null,
  closed: ReadonlySet<string>,
  sought: string,
): readonly SavedRow[] {
  const word = sought.trim().toLowerCase();
  const fits = ({ name, topic, folder }: SavedHead) =>
    word === '' || [name, topic, folder].some((text) => text.toLowerCase().includes(word));
  const own = folderOf('own', profile?.name ?? '');
  const all = folderOf('all', 'Everywhere');
  for (const message of saved.filter(fits)) {
    if (message.profile === null) put(all, message);
    else if (message.profile === profile?.id) put(own, message);
  }
  // What is sought is in sight whatever was closed.
  const isOpen = (key: string) => word !== '' || !closed.has(key);
  return [own, all].filter((root) => countOf(root) > 0).flatMap((root) => rowsOf(root, 1, isOpen));
}

function folderOf(key: string, name: string): Folder {
  return { key, name, folders: new Map(), messages: [] };
}

function put(root: Folder, message: SavedHead): void {
  let folder = root;
  for (const name of message.folder.split('/').filter((level) => level !== '')) {
    const next = folder.folders.get(name) ?? folderOf(`${folder.key}/${name}`, name);
    folder.folders.set(name, next);
    folder = next;
  }
  folder.messages.push(message);
}

function countOf({ folders, messages }: Folder): number {
  return [...folders.values()].reduce((sum, one) => sum + countOf(one), messages.length);
}

function rowsOf(folder: Folder, level: number, isOpen: (key: string) => boolean): readonly SavedRow[] {
  const { key, name, folders, messages } = folder;
  const open = isOpen(key);
  const head: SavedRow = { kind: 'folder', key, name, level, open, count: countOf(folder) };
  if (!open) return [head];
  return [
    head,
    ...[...folders.values()].flatMap((one) => rowsOf(one, level + 1, isOpen)),
    ...messages.map((message): SavedRow => ({ kind: 'message', key: message.id, level: level + 1, message })),
  ];
}
