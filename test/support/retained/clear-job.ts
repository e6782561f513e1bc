import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';
import type { Unkept } from '../../../src-main/engine/retained/listed-kept.ts';
import { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { ClearResult } from '../../../src-main/contract/session/outcomes.ts';
import { ClearJob } from '../../../src-main/engine/jobs/clear-job.ts';

type Cleared = readonly ClearResult[] | Failure;
type Answer = (keys: string[], unkept: Unkept) => Cleared | Promise<Cleared>;

export const result = (key: string, outcome: ClearResult['outcome']): ClearResult => ({
  key,
  topic: key,
  outcome,
  restorable: outcome.kind === 'cleared',
});
export const cleared = (key: string): ClearResult => result(key, { kind: 'cleared' });
export const cutOff = (key: string): ClearResult =>
  result(key, { kind: 'not-verified', failure: failed('probe-closed', 'x', '') });
export const unknown = (key: string): ClearResult =>
  result(key, { kind: 'not-verified', failure: failed('outcome-unknown', 'x', '') });
export const still = (key: string): ClearResult =>
  result(key, { kind: 'still-retained', failure: failed('still-retained', 'x', ''), at: 5 });
export const refused = (key: string): ClearResult =>
  result(key, { kind: 'refused', code: 135, failure: failed('not-authorized', 'x', '') });

export const notKept = (key: string): ClearResult =>
  result(key, { kind: 'not-kept', failure: failed('too-large-to-keep', 'x', '') });

const UNSENT = new Set(['refused', 'not-kept']);
const isLost = ({ outcome }: ClearResult): boolean =>
  outcome.kind === 'not-verified' && ['probe-closed', 'outcome-unknown'].includes(outcome.failure.code);

/** Others came first, as all together were too large. */
export const later = (key: string): ClearResult =>
  result(key, { kind: 'not-verified', failure: failed('later', 'x', '') });
const isLater = ({ outcome }: ClearResult): boolean =>
  outcome.kind === 'not-verified' && outcome.failure.code === 'later';

const isSilent = ({ outcome }: ClearResult): boolean =>
  outcome.kind === 'not-verified' && outcome.failure.code === 'unacknowledged';
/** It is checked all the same. */
const isUnconfirmed = (one: ClearResult): boolean =>
  isSilent(one) || (one.outcome.kind === 'refused' && one.outcome.code === 0x97);

/** A job over these topics. `answer`: what becomes of those that are sent together; `check`: of those asked for. */
export function start(
  keys: readonly string[],
  answer: Answer,
  check?: (keys: string[]) => readonly ClearResult[],
  findCleared: (keys: string[]) => readonly ClearResult[] | Promise<readonly ClearResult[]> = () => [],
  /** ms until each is acknowledged; NaN: at QoS 0 none is. */
  ms = 2,
) {
  /** What the broker says when it is asked afterwards. */
  const found = new Map<string, ClearResult>();
  /** Of these there is one in the trash. */
  const copies = new Set<string>();
  const asked: string[][] = [];
  const broker = { online: true, open: true, session: 1 };
  const reported: boolean[] = [];
  const keysAt = (places: Uint32Array): string[] => [...places].map((place) => keys[place] ?? '');
  const isCleared = ({ outcome }: ClearResult): boolean => outcome.kind === 'cleared';
  let finished = 0;
  let now = 1_000;
  let wake: () => void = () => undefined;
  const job = new ClearJob({
    id: 'j',
    connection: ConnectionId.parse('c'),
    title: 'plant/#',
    entry: 'e',
    finish: async () => void finished++,
    now: () => now,
    changed: (isUrgent = false) => void reported.push(isUrgent),
    broker: {
      keys,
      isOpen: () => broker.open,
      isOnline: () => broker.online,
      session: () => broker.session,
      restorable: () => true,
      copies: () => ({ count: copies.size, bytes: copies.size * 3 }),
      findCleared: async (some) => {
        const gone = new Set((await findCleared(keysAt(some))).map(({ key }) => key));
        return some.filter((place) => gone.has(keys[place] ?? ''));
      },
      check: async (some) => {
        await Promise.resolve();
        const asking = keysAt(some);
        const results = check?.(asking) ?? asking.map((key) => found.get(key) ?? cleared(key));
        const placed = results.map((one, at) => ({ place: some[at] ?? 0, outcome: one.outcome }));
        return {
          cleared: some.filter((_, at) => results[at] !== undefined && isCleared(results[at])),
          others: placed.filter(({ outcome }) => outcome.kind !== 'cleared'),
        };
      },
      changed: (signal) =>
        new Promise((resolve) => {
          if (broker.online) resolve();
          wake = resolve;
          signal.addEventListener('abort', () => resolve());
        }),
      async send(places, unkept) {
        const batch = keysAt(places);
        asked.push(batch);
        now += 100;
        const results = await answer(batch, unkept);
        if ('code' in results) return results;
        for (const one of results) {
          found.set(one.key, one);
          // Of what the broker denied the copy counts no longer.
          if (one.outcome.kind === 'refused') copies.delete(one.key);
          else copies.add(one.key);
        }
        const isUnsent = (one: ClearResult): boolean =>
          UNSENT.has(one.outcome.kind) || isLost(one) || isSilent(one) || isLater(one);
        return {
          places,
          sent: Uint8Array.from(results, (one) => Number(!isUnsent(one) || isUnconfirmed(one))),
          took: new Float32Array(places.length).fill(ms),
          later: new Set(places.filter((_, at) => results[at] !== undefined && isLater(results[at]))),
          unsent: new Map(
            results.flatMap((one, at) => (isUnsent(one) ? [[places[at] ?? 0, one.outcome] as const] : [])),
          ),
        };
      },
    },
  });
  const set = (change: Partial<typeof broker>) => {
    Object.assign(broker, change);
    wake();
  };
  return { job, asked, set, reported, finished: () => finished };
}

export const names = (count: number) => Array.from({ length: count }, (_, i) => `t/${i}`);
