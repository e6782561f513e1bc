import { Child } from './process.ts';

/** Leaves a retained message on each of so many topics. */
export async function retain(port: number, topics: number): Promise<void> {
  const feed = {
    topics,
    messages: topics,
    qos: 0,
    version: 4,
    rate: 0,
    seconds: 0,
    retain: true,
    port,
  };
  const publisher = new Child('./publisher.ts', [JSON.stringify(feed)]);
  await publisher.next('ready');
  publisher.send({ kind: 'go' });
  await publisher.next('published');
  await publisher.end();
}
