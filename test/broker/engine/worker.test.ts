import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { portPipe } from '../../../src-main/connection/port-pipe.ts';
import { workerApi, type WorkerClient, type WorkerStart } from '../../../src-main/connection/worker-api.ts';
import { ConnectionOptions, type ConnectionState } from '../../../src-main/contract/model/model.ts';
import type { ViewFrame } from '../../../src-main/contract/model/view.ts';
import { connectTo } from '../../../src-main/wire/client.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';

afterEach(teardown);

const spec = { anchor: null, offset: 0, rows: 200, filter: '', selected: null };

function startWorker(port: number): { client: WorkerClient; worker: Worker; exited: Promise<number> } {
  const start: WorkerStart = {
    options: ConnectionOptions.parse({
      name: 'test',
      protocol: 'mqtt',
      host: '127.0.0.1',
      port,
      backOff: { minMs: 100, maxMs: 200 },
    }),
    limits: { memoryBytes: 32 * 2 ** 20, topicCap: 100_000, maxPayloadBytes: 2 ** 20 },
    seed: 7,
    files: { kind: 'any' },
  };
  const worker = new Worker(new URL('../../../src-main/connection/worker.ts', import.meta.url), {
    workerData: start,
  });
  const exited = new Promise<number>((resolve) => worker.once('exit', resolve));
  onTeardown(async () => void (await worker.terminate()));
  return { client: connectTo(workerApi, portPipe(worker)), worker, exited };
}

async function untilState(client: WorkerClient, kind: ConnectionState['kind']): Promise<void> {
  for await (const { state } of client.stream('summary', {})) if (state.kind === kind) return;
}

test('A worker connects, shows a tree, publishes, survives its broker, and ends within the time it is given.', async () => {
  const broker = await startMosquitto();
  const { client, exited } = startWorker(broker.port);
  await client.call('connect', {});
  await untilState(client, 'online');
  const frames: ViewFrame[] = [];
  const view = client.stream('view', { view: 'main', spec });
  frames.push((await view.next()).value as ViewFrame);
  await client.call('updateView', { view: 'main', action: { kind: 'expand-all' } });
  const payload = new TextEncoder().encode('{"t":21.50}');
  const outcome = await client.call('publish', { topic: 'plant/line-1/t', payload, qos: 1, retain: true });
  expect(outcome).toMatchObject({ kind: 'acknowledged' });
  let rows = new Map<number, string>();
  for await (const frame of view) {
    for (const row of frame.rows) rows.set(row.id, row.topic);
    if ([...rows.values()].includes('plant/line-1/t')) break;
  }
  const read = await client.call('readMessage', {
    key: 'plant/line-1/t',
    which: 'latest',
    offset: 0,
    length: 100,
  });
  expect(read).toMatchObject({ kind: 'message', bytes: payload });
  await broker.kill();
  await untilState(client, 'waiting');
  await broker.restart();
  await untilState(client, 'online');
  const history = await client.call('readHistory', { key: 'plant/line-1/t', before: null, limit: 5 });
  expect(history.messages.length).toBeGreaterThanOrEqual(1);
  rows = new Map();
  await client.call('shutdown', { withinMs: 1_000 });
  await broker.waitForLog(/topicscope-\w+ disconnected/);
  client.close();
  expect(await exited).toBe(0);
});

test('Eight views are open at most; each frame comes when the last was taken, thirty a second at most.', async () => {
  const broker = await startMosquitto();
  const { client } = startWorker(broker.port);
  await client.call('connect', {});
  await untilState(client, 'online');
  const views = [];
  for (let i = 0; i < 8; i++) {
    const view = client.stream('view', { view: `v${i}`, spec });
    await view.next();
    views.push(view);
  }
  await expect(client.stream('view', { view: 'v8', spec }).next()).rejects.toMatchObject({
    code: 'too-many-streams',
  });
  await views[7]?.return?.();
  await expect(client.stream('view', { view: 'v0', spec }).next()).rejects.toMatchObject({
    code: 'bad-params',
  });
  let flooding = true;
  const flood = (async () => {
    while (flooding) {
      const payload = new TextEncoder().encode('x');
      await client.call('publish', { topic: 'flood', payload, qos: 0, retain: false });
    }
  })();
  // By the time they take, not by how many came in one: a slow machine sends fewer.
  const started = performance.now();
  for (let frames = 0; frames < 20; frames++) await views[0]?.next();
  const tookMs = performance.now() - started;
  flooding = false;
  await flood;
  expect(tookMs).toBeGreaterThan((18 * 1_000) / 30);
});

test('Diagnostics come four times a second at most while messages flood, and at once when the state changes.', async () => {
  const broker = await startMosquitto();
  const { client } = startWorker(broker.port);
  const diagnostics = client.stream('diagnostics', {});
  expect((await diagnostics.next()).value).toMatchObject({ value: { state: { kind: 'idle' } } });
  const asked = performance.now();
  await client.call('connect', {});
  for await (const news of diagnostics) if (JSON.stringify(news).includes('"online"')) break;
  expect(performance.now() - asked).toBeLessThan(1_000);
  const again = client.stream('diagnostics', {});
  const started = performance.now();
  for (let items = 0; items < 6; items++) {
    await client.call('pingNow', {});
    await again.next();
  }
  expect(performance.now() - started).toBeGreaterThan(4 * 250);
});

test('When whoever started it goes away, the worker ends by itself.', async () => {
  const broker = await startMosquitto();
  const { client, exited } = startWorker(broker.port);
  await client.call('connect', {});
  await untilState(client, 'online');
  client.close();
  expect(await exited).toBe(0);
  await broker.waitForLog(/topicscope-\w+ disconnected/);
});
