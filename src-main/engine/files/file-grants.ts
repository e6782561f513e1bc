import { join } from 'node:path';
import { z } from 'zod';
import type { FileAccess } from '../../connection/base/allowed-files.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { Destination, destinationOf, isSameDestination } from '../../contract/profiles/destination.ts';
import { namedPath } from '../../core/profiles/named-path.ts';
import type { EnginePorts, NamedFile } from '../base/ports.ts';
import { JsonFile, plainFormat } from './json-file.ts';

/** What may be read, as what, and for whom: a key is not sent as a password, and a password not elsewhere. */
const Grant = z.object({
  as: z.enum(['password', 'variable', 'ca', 'cert', 'key', 'pfx']),
  name: z.string().max(4_096),
  for: Destination,
});
type Grant = z.infer<typeof Grant>;

/** `begun`: what profiles named before there were grants is among them. */
const Shape = z.object({ begun: z.boolean(), grants: z.array(Grant).max(10_000) });
type Grants = z.infer<typeof Shape>;
const NONE: Grants = { begun: false, grants: [] };

export interface GrantPorts extends Pick<EnginePorts, 'dataDir' | 'files' | 'prompt'> {
  now(): number;
}

/**
 * Which files and variables of the environment connections may read, where a person at the machine gives them: what
 * a page asks for is read once somebody has said so in a dialog of the system, and remembered in a file that no
 * page can write.
 */
export class FileGrants {
  readonly #ports: GrantPorts;
  readonly #file: JsonFile<Grants>;
  #grants: readonly Grant[] = [];
  #asking: Promise<unknown> = Promise.resolve();

  constructor(ports: GrantPorts) {
    this.#ports = ports;
    this.#file = new JsonFile(join(ports.dataDir, 'grants.json'), plainFormat(1, Shape, NONE), ports.now);
  }

  /** @param saved what was saved before there were grants may go on */
  async load(saved: readonly ConnectionOptions[]): Promise<void> {
    if (this.#ports.files.kind !== 'granted') return;
    const { data, problem } = await this.#file.load();
    this.#grants = data.grants;
    if (data.begun || problem !== null) return;
    await this.#add(saved.flatMap(wantedBy));
  }

  /** What a connection with these options may read. */
  accessFor(options: ConnectionOptions): FileAccess {
    if (this.#ports.files.kind !== 'granted') return this.#ports.files;
    const wanted = wantedBy(options);
    const refused = wanted.filter((one) => !this.#isGranted(one));
    // In two fields, and given for one of them: it is read for none.
    const given = wanted.filter(({ name }) => !refused.some((one) => one.name === name));
    return {
      kind: 'granted',
      paths: given.filter(({ as }) => as !== 'variable').map(({ name }) => name),
      variables: given.filter(({ as }) => as === 'variable').map(({ name }) => name),
    };
  }

  /** Asks a person for what is not given yet, one question at a time. Nothing is looked at before the answer. */
  allow(options: ConnectionOptions): Promise<Failure | null> {
    if (this.#ports.files.kind !== 'granted') return Promise.resolve(null);
    const next = this.#asking.then(() => this.#ask(options));
    this.#asking = next.catch(() => undefined);
    return next;
  }

  async #ask(options: ConnectionOptions): Promise<Failure | null> {
    const missing = wantedBy(options).filter((one) => !this.#isGranted(one));
    if (missing.length === 0) return null;
    const { to } = destinationOf(options);
    const said = (await this.#ports.prompt?.confirmFiles(missing, to)) ?? false;
    if (!said) {
      return failed(
        'file-not-given',
        'A file or variable that the profile names was not given to this connection.',
        'Connect again and confirm it in the dialog of the system, or change the profile.',
      );
    }
    await this.#add(missing);
    return null;
  }

  /** What cannot be written holds until the program ends. */
  async #add(grants: readonly Grant[]): Promise<void> {
    this.#grants = [...this.#grants, ...grants];
    await this.#file
      .update((stored) => ({ begun: true, grants: [...stored.grants, ...grants] }))
      .catch(() => undefined);
  }

  #isGranted(wanted: Grant): boolean {
    return this.#grants.some(
      (one) => one.as === wanted.as && one.name === wanted.name && isSameDestination(one.for, wanted.for),
    );
  }
}

function wantedBy(options: ConnectionOptions): Grant[] {
  const { passwordFrom, tls, protocol } = options;
  const files: NamedFile[] = [];
  if (passwordFrom.kind === 'file') files.push({ as: 'password', name: passwordFrom.path });
  if (passwordFrom.kind === 'environment') files.push({ as: 'variable', name: passwordFrom.name });
  for (const as of protocol === 'mqtts' || protocol === 'wss'
    ? (['ca', 'cert', 'key', 'pfx'] as const)
    : []) {
    const name = namedPath(as, tls[as]);
    if (name !== null) files.push({ as, name });
  }
  const to = destinationOf(options);
  return files.map((file) => ({ ...file, for: to }));
}
