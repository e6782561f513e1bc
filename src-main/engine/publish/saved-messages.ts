import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { SavedPlace, type MessageTemplate, type SavedHead } from '../../contract/session/sending.ts';
import { Observable } from '../base/observable.ts';
import type { Format } from '../files/json-file.ts';
import { SharedDocument } from '../files/shared-document.ts';
import { StoredTemplate, storedTemplate } from './stored-template.ts';

/** Bound of the list, so that a runaway script cannot fill the disk. */
const MOST = 2_000;
/** A larger payload is a file that one has anyway. */
const MOST_PAYLOAD = 2 ** 20;

const Entry = SavedPlace.extend({
  id: z.string().min(1).max(64),
  format: z.string().max(16),
  template: StoredTemplate,
});
type Entry = Omit<z.infer<typeof Entry>, 'template'> & { readonly template: MessageTemplate };

const Shape = z.looseObject({ messages: z.array(z.unknown()) });

export const SAVED_FORMAT: Format<readonly Entry[]> = {
  version: 1,
  empty: [],
  read(data) {
    const entries = new Map<string, Entry>();
    const broken: unknown[] = [];
    for (const one of Shape.parse(data).messages) {
      const { success, data: entry } = Entry.safeParse(one);
      if (success && !entries.has(entry.id)) entries.set(entry.id, entry);
      else broken.push(one);
    }
    return { data: [...entries.values()], broken };
  },
  write: (entries) => ({
    messages: entries.map((one) => ({ ...one, template: storedTemplate(one.template) })),
  }),
};

export interface SavedList {
  /** By folder and name. */
  readonly messages: SavedHead[];
  readonly problem: Failure | null;
}

/** Messages that a person keeps, of each profile and for all. Several programs may change the file at a time. */
export class SavedMessages {
  readonly list = new Observable<SavedList>({ messages: [], problem: null });
  readonly #document: SharedDocument<readonly Entry[]>;

  constructor(dataDir: string, now: () => number) {
    this.#document = new SharedDocument(
      'The saved messages',
      join(dataDir, 'messages.json'),
      SAVED_FORMAT,
      now,
      (entries) =>
        this.list.set({
          messages: entries.map(headOf).toSorted(byPlace),
          problem: this.#document.problem,
        }),
    );
  }

  async load(): Promise<void> {
    await this.#document.load();
  }

  close(): void {
    this.#document.close();
  }

  read(id: string): { readonly template: MessageTemplate; readonly format: string } | null {
    return this.#document.value.find((one) => one.id === id) ?? null;
  }

  /** @param id of the one that it takes the place of; null: a new one */
  async save(
    id: string | null,
    place: SavedPlace,
    template: MessageTemplate,
    format: string,
  ): Promise<string | Failure> {
    if (template.payload.length > MOST_PAYLOAD) {
      return failed(
        'too-large-to-save',
        'The payload is larger than 1 MB, the most that is saved with a message.',
        'Keep the file, and choose it when you publish.',
      );
    }
    if (id === null && this.#document.value.length >= MOST) {
      return failed('too-many-saved', `More than ${MOST} messages are not saved.`, 'Remove some first.');
    }
    const entry: Entry = { id: id ?? randomUUID(), ...place, format, template };
    const failure = await this.#document.change((entries) =>
      entries.some((one) => one.id === entry.id)
        ? entries.map((one) => (one.id === entry.id ? entry : one))
        : [...entries, entry],
    );
    return failure ?? entry.id;
  }

  move(id: string, place: SavedPlace): Promise<Failure | null> {
    return this.#document.change((entries) =>
      entries.map((one) => (one.id === id ? { ...one, ...place } : one)),
    );
  }

  remove(ids: readonly string[]): Promise<Failure | null> {
    return this.#document.change((entries) => entries.filter(({ id }) => !ids.includes(id)));
  }
}

function headOf({ id, profile, folder, name, template }: Entry): SavedHead {
  return { id, profile, folder, name, topic: template.topic, qos: template.qos };
}

function byPlace(a: SavedHead, b: SavedHead): number {
  return a.folder.localeCompare(b.folder) || a.name.localeCompare(b.name);
}
