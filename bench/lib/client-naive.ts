// What other explorers do: mqtt.js in a worker, one postMessage a message, a Map per node of a tree.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import mqtt from 'mqtt';
import { END_TOPIC, hash } from './feed.ts';
import { answerReports, usageSince, type ClientStart } from './report.ts';

interface TreeNode {
  readonly children: Map<string, TreeNode>;
  count: number;
  payload: Uint8Array | null;
}

const node = (): TreeNode => ({ children: new Map(), count: 0, payload: null });

function insert(root: TreeNode, topic: string, payload: Uint8Array): void {
  let at = root;
  at.count++;
  for (const level of topic.split('/')) {
    let next = at.children.get(level);
    if (next === undefined) {
      next = node();
      at.children.set(level, next);
    }
    next.count++;
    at = next;
  }
  at.payload = payload;
}

function checksum(at: TreeNode, path: string): number {
  let sum = at.payload === null || path === END_TOPIC ? 0 : hash(Buffer.from(path), at.payload);
  for (const [level, child] of at.children) {
    sum = (sum + checksum(child, path === '' ? level : `${path}/${level}`)) % 2 ** 48;
  }
  return sum;
}

if (isMainThread) {
  const root = node();
  let received = 0;
  let usage = usageSince();
  const worker = new Worker(new URL(import.meta.url), {
    workerData: JSON.parse(process.argv[2] ?? '{}') as ClientStart,
  });
  worker.on('message', (message: { topic: string; payload: Uint8Array } | 'settled') => {
    if (message === 'settled') process.send?.({ kind: 'settled' });
    else if (message.topic !== END_TOPIC) {
      received++;
      insert(root, message.topic, message.payload);
    }
  });
  // The feeder hears the worker's PUBACK of the end; what is still on its way to the tree is waited for.
  const drained = async (): Promise<void> => {
    for (let before = -1; before !== received;) {
      before = received;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  answerReports(
    async () => {
      await drained();
      const ended = Number(process.hrtime.bigint()) / 1e6;
      return { received, checksum: checksum(root, ''), usage: usage(), extra: { ended } };
    },
    () => (usage = usageSince()),
  );
} else {
  const { port, version, qos } = workerData as ClientStart;
  const client = mqtt.connect({ host: '127.0.0.1', port, protocolVersion: version, reconnectPeriod: 0 });
  client.on('message', (topic, payload) => parentPort?.postMessage({ topic, payload }));
  client.on('connect', () => client.subscribe('#', { qos }, () => parentPort?.postMessage('settled')));
}
