// The control of a clear: a script that publishes empty messages and subscribes once to see what is left.
import { onGo, type Cleared, type ClearStart } from './clear-turn.ts';
import { connectBare, countRetained, plant, publishAll } from './retained-set.ts';

const { port, topics: count } = JSON.parse(process.argv[2] ?? '{}') as ClearStart;
const topics = plant(count);
const client = await connectBare(port);

onGo(
  async (): Promise<Cleared> => {
    const began = performance.now();
    await publishAll(client, topics, () => '');
    const left = await countRetained(client);
    return { ms: performance.now() - began, cleared: count - left };
  },
  () => client.endAsync(true),
);
