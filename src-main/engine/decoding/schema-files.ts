import { join } from 'node:path';
import { z } from 'zod';
import type { EngineHandlers } from '../../contract/api.ts';
import type { StreamSignal } from '../../contract/base/define.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { SchemaFile } from '../../contract/decoding/decoded.ts';
import type { DecoderAnswer, DecoderRequest } from '../../decoding/protocol.ts';
import { formatBytes } from '../../core/text/amounts.ts';
import { plainFormat } from '../files/json-file.ts';
import { SharedDocument } from '../files/shared-document.ts';
import { Observable } from '../base/observable.ts';

/** Files that are kept, and their characters together: each decoding that needs them takes all along. */
const MOST_FILES = 200;
const MOST_CHARS = 4_000_000;

type Stored = readonly SchemaFile[];
type Handlers = Pick<EngineHandlers, 'saveSchema' | 'removeSchema' | 'schemas'>;

export interface SchemaPorts {
  readonly dataDir: string;
  readonly now: () => number;
  readonly ask: (request: DecoderRequest) => Promise<DecoderAnswer | Failure>;
}

/** `.proto` files and schemas of Avro, for all profiles; a rule names what it needs of them. */
export class SchemaFiles {
  readonly #ports: SchemaPorts;
  readonly #files = new Observable<Stored>([]);
  readonly #document: SharedDocument<SchemaFile[]>;

  constructor(ports: SchemaPorts) {
    this.#ports = ports;
    this.#document = new SharedDocument(
      'The schemas',
      join(ports.dataDir, 'schemas.json'),
      plainFormat(1, z.array(SchemaFile), []),
      ports.now,
      (files) => this.#files.set(files),
    );
  }

  get files(): Stored {
    return this.#files.value;
  }

  async load(): Promise<void> {
    await this.#document.load();
  }

  close(): void {
    this.#document.close();
  }

  handlers(): Handlers {
    return {
      saveSchema: (file) => this.#save(file),
      removeSchema: async ({ name }) => (await this.#change(without(name))) ?? { kind: 'done' },
      schemas: (_, signal) => this.#follow(signal),
    };
  }

  /** A file that cannot be read is kept all the same: what it imports may come later. */
  async #save(file: SchemaFile): Promise<{ kind: 'done' } | Failure> {
    const next = [...without(file.name)(this.#files.value), file];
    const chars = next.reduce((sum, { text }) => sum + text.length, 0);
    if (next.length > MOST_FILES || chars > MOST_CHARS) return tooMuch();
    return (await this.#change((files) => [...without(file.name)(files), file])) ?? { kind: 'done' };
  }

  #change(change: (files: Stored) => SchemaFile[]): Promise<Failure | null> {
    return this.#document.change(change);
  }

  async *#follow(signal: StreamSignal) {
    for await (const schemas of this.#files.follow(signal)) {
      const files = [];
      for (const { name } of schemas) {
        const answer = await this.#ports.ask({ kind: 'schema', name, schemas });
        const read = answer.kind === 'schema' ? answer : null;
        const problem = answer.kind === 'failed' ? answer : problemOf(read?.problem ?? null);
        files.push({ name, types: [...(read?.types ?? [])], problem });
      }
      yield { files };
    }
  }
}

function without(name: string): (files: Stored) => SchemaFile[] {
  return (files) => files.filter((one) => one.name !== name);
}

function problemOf(words: string | null): Failure | null {
  return words === null ? null : failed('bad-schema', words, 'Mend the file, or add what it imports.');
}

function tooMuch(): Failure {
  return failed(
    'too-many-schemas',
    `At most ${MOST_FILES} files of together ${formatBytes(MOST_CHARS)} are kept.`,
    'Remove some first.',
  );
}
