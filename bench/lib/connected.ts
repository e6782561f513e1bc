import { ConnectionOptions, type ConnectionId } from '../../src-main/contract/model/model.ts';
import { newFolder, openEngine, until, type Opened } from '../../test/support/engine/open-engine.ts';

export type Connected = Opened & { readonly id: ConnectionId };

/** An engine of its own with a connection that has received so many messages. */
export async function connected(port: number, received: number, more: object = {}): Promise<Connected> {
  const opened = await openEngine(newFolder(), null, { totalMemory: 2 ** 34 });
  const options = ConnectionOptions.parse({
    name: 'Bench',
    protocol: 'mqtt',
    host: '127.0.0.1',
    port,
    ...more,
  });
  const answer = await opened.client.call('openConnection', { options, profileId: null });
  if (answer.kind !== 'opened') throw new Error(answer.message);
  await hasReceived(opened, received);
  return { ...opened, id: answer.id };
}

/** Resolves when its connection has received so many. */
export async function hasReceived({ client }: Opened, received: number): Promise<void> {
  await until(client.stream('connections', {}), ({ connections }) =>
    connections.some((one) => one.received >= received),
  );
}
