import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { WorkerClient } from '../../connection/worker-api.ts';
import type { EngineHandlers } from '../../contract/api.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionId } from '../../contract/model/model.ts';
import type { openPayloadCalls } from '../../contract/decoding/open-payload.ts';
import { fileStem } from '../../core/message/file-name.ts';
import { formatBytes } from '../../core/text/amounts.ts';
import { displayName } from '../../core/topics/levels.ts';
import { displayTopic } from '../../core/topics/names.ts';
import type { EnginePorts } from '../base/ports.ts';
import { openableAs } from './openable.ts';
import { readMessage } from './read-message.ts';

/** The most that is written for another program, bytes: they lie in memory meanwhile. */
const MAX_OPENED = 67_108_864;

type Params = z.output<(typeof openPayloadCalls)['openPayload']['params']>;

export interface OpenPayloadPorts extends Pick<EnginePorts, 'prompt' | 'opener'> {
  /** Throws where the connection was closed. */
  readonly worker: (id: ConnectionId) => Pick<WorkerClient, 'call'>;
  /** What divides the connection's topics into levels. */
  readonly separatorOf: (id: ConnectionId) => string;
}

/** Payloads that were opened in other programs: private files, which are removed when this one ends. */
export class OpenedPayloads {
  readonly #ports: OpenPayloadPorts;
  #folder: Promise<string> | null = null;
  /** A page may ask as often as it likes; a person answers one question at a time. */
  #isAsking = false;
  #count = 0;

  constructor(ports: OpenPayloadPorts) {
    this.#ports = ports;
  }

  handlers(): Pick<EngineHandlers, keyof typeof openPayloadCalls> {
    return {
      openPayload: async (params) => {
        if (this.#isAsking) return failed('busy', 'A dialog asks about another payload.', 'Answer it first.');
        this.#isAsking = true;
        try {
          return await this.#open(params);
        } finally {
          this.#isAsking = false;
        }
      },
    };
  }

  /** What other programs still hold open may stay behind. Rejects never. */
  async close(): Promise<void> {
    const folder = (await this.#folder?.catch(() => null)) ?? null;
    this.#folder = null;
    if (folder !== null) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }

  async #open({ connection, ...asked }: Params) {
    const { prompt, opener } = this.#ports;
    if (prompt === null || opener === null) return notHere();
    const read = await readMessage(this.#ports.worker(connection), asked, MAX_OPENED);
    if (read.kind === 'gone') return failed('gone', 'Not opened: this message is not kept any more.');
    const { meta, bytes } = read;
    if (bytes.length < meta.kept) return tooLarge(meta.kept);
    const openable = openableAs(bytes);
    if (openable.kind === 'refused') return refused(openable.why);
    const last = displayName(asked.key, this.#ports.separatorOf(connection));
    const name = `${fileStem(last === '' ? 'payload' : last, new Date(meta.at))}.${openable.extension}`;
    const question = { file: name, topic: displayTopic(asked.key), bytes: bytes.length, size: meta.size };
    if (!(await prompt.confirmOpen(question))) return { kind: 'cancelled' as const };
    return this.#write(name, bytes, meta.size, opener);
  }

  async #write(
    name: string,
    bytes: Uint8Array,
    size: number,
    opener: NonNullable<EnginePorts['opener']>,
  ): Promise<{ kind: 'opened'; file: string; bytes: number; size: number } | Failure> {
    try {
      this.#folder ??= mkdtemp(join(opener.tempDir, 'topicscope-'));
      // The same payload may be opened twice, and a file that a program has open is not written over.
      const path = join(await this.#folder, `${String(++this.#count)} ${name}`);
      await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
      const problem = await opener.open(path);
      if (problem !== '') return notOpened(problem);
      return { kind: 'opened', file: name, bytes: bytes.length, size };
    } catch (error) {
      this.#folder = null;
      return notOpened(error instanceof Error ? error.message : String(error));
    }
  }
}

function notHere(): Failure {
  const message = 'Only the desktop program opens payloads in other programs.';
  return failed('no-other-programs', message, 'Save the payload and open the file.');
}

function refused(why: string): Failure {
  const advice = 'Save the payload, and open the file yourself if you trust who sent it.';
  return failed('not-openable', `Not opened: ${why}.`, advice);
}

function tooLarge(bytes: number): Failure {
  const message = `Not opened: ${formatBytes(bytes)} is more than the ${formatBytes(MAX_OPENED)} that are handed on.`;
  return failed('too-large', message, 'Save the payload and open the file.');
}

function notOpened(why: string): Failure {
  return failed('not-opened', `Not opened: ${why}`, 'Save the payload and open the file.');
}
