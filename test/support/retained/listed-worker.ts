import { TopicNames, type PackedNames } from '../../../src-main/core/retained/topic-names.ts';
import type { ClearResult } from '../../../src-main/contract/session/outcomes.ts';
import type { WorkerClient } from '../../../src-main/connection/worker-api.ts';

type Call = (name: string, params: unknown) => Promise<unknown>;

interface Params {
  readonly list: number;
  readonly places: Uint32Array;
}

interface NamedOutcome {
  readonly key: string;
  readonly outcome: ClearResult['outcome'];
}

/**
 * A worker that answers for topics by name behind the calls with places of a list that a job makes: names in its
 * answers are turned into places.
 */
export class ListedWorker {
  readonly opened: string[][] = [];
  readonly closed: number[] = [];
  readonly #lists = new Map<number, TopicNames>();
  readonly #named: Call;

  constructor(named: Call) {
    this.#named = named;
  }

  readonly call = (async (name: string, params: never) => this.#answer(name, params)) as WorkerClient['call'];

  /** As a worker that was started again. */
  forget(): void {
    this.#lists.clear();
  }

  async #answer(name: string, params: unknown): Promise<unknown> {
    if (name === 'openListed') {
      const names = new TopicNames(params as PackedNames);
      this.opened.push(names.keys([...Array(names.length).keys()]));
      this.#lists.set(this.opened.length, names);
      return { list: this.opened.length };
    }
    if (!LISTED.has(name)) return this.#named(name, params);
    const { list, places } = params as Params;
    if (name === 'closeListed') {
      this.closed.push(list);
      this.#lists.delete(list);
      return { kind: 'done' };
    }
    const names = this.#lists.get(list);
    if (names === undefined) throw new Error('This list is not known.');
    const keys = names.keys(places);
    const answer = (await this.#named(name, { keys })) as {
      cleared?: Uint32Array;
      unsent?: readonly NamedOutcome[];
      others?: readonly NamedOutcome[];
    };
    const placed = ({ key, outcome }: NamedOutcome) => ({ place: places[keys.indexOf(key)] ?? 0, outcome });
    const { cleared, unsent, others } = answer;
    return {
      ...answer,
      ...(cleared && { cleared: cleared.map((at) => places[at] ?? 0) }),
      ...(unsent && { unsent: unsent.map(placed) }),
      // Those of a fetch are returned by their names.
      ...(others && name === 'checkListed' && { others: others.map(placed) }),
    };
  }
}

const LISTED: ReadonlySet<string> = new Set([
  'fetchListed',
  'emptyListed',
  'clearedListed',
  'checkListed',
  'closeListed',
]);
