// What the engine takes to clear a subtree, from its start to its last check, as a window asks for it.
import type { Job } from '../../src-main/contract/session/jobs.ts';
import { until } from '../../test/support/engine/open-engine.ts';
import { teardown } from '../../test/support/teardown.ts';
import { onGo, type Cleared, type ClearStart } from './clear-turn.ts';
import { connected, hasReceived } from './connected.ts';

const { port, topics } = JSON.parse(process.argv[2] ?? '{}') as ClearStart;
const opened = await connected(port, topics);
const { client, id: connection } = opened;
/** Messages that it has received when all are there to be cleared. */
let there = topics;

const isOver = ({ state }: Job): boolean => ['done', 'stopped', 'failed'].includes(state.kind);

onGo(async (): Promise<Cleared> => {
  await hasReceived(opened, there);
  // It hears its own empty messages as well, before they are set again.
  there += 2 * topics;
  const scope = { kind: 'subtree', key: 'plant' } as const;
  const planned = await client.call('planClearing', { connection, scope });
  if (planned.kind !== 'plan') throw new Error(planned.message);
  const began = performance.now();
  const started = await client.call('startClearing', { plan: planned.plan, overLimit: true });
  if (started.kind !== 'started') throw new Error(started.message);
  const { jobs } = await until(client.stream('jobs', {}), (item) =>
    item.jobs.some((job) => job.id === started.job && isOver(job)),
  );
  const ms = performance.now() - began;
  return { ms, cleared: jobs.find(({ id }) => id === started.job)?.cleared ?? 0 };
}, teardown);
