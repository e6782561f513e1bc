import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { portPipe } from '../../../src-main/connection/port-pipe.ts';
import { connectTo } from '../../../src-main/wire/client.ts';
import { testApi } from '../../contract/api.ts';

const WORKER = new URL('../../support/engine/count-worker.ts', import.meta.url);

describe('a pipe to a worker', () => {
  it('carries calls and streams, and lets the worker end by itself when it is closed', async () => {
    const worker = new Worker(WORKER);
    const client = connectTo(testApi, portPipe(worker));
    expect(await client.call('add', { a: 1, deep: { b: 2 } })).toEqual({ sum: 3 });
    const stream = client.stream('forever', {});
    await stream.next();
    client.close();
    expect(await once(worker, 'exit')).toEqual([0]);
    expect(worker.listenerCount('message')).toBe(0);
    expect(worker.listenerCount('exit')).toBe(0);
  });

  it('closes when the worker is ended', async () => {
    const worker = new Worker(WORKER);
    const client = connectTo(testApi, portPipe(worker));
    const never = client.call('never', {});
    await client.call('echo', { value: 1 });
    await worker.terminate();
    await expect(never).rejects.toMatchObject({ code: 'closed' });
    expect(await client.closed).toBe('the other side ended');
  });

  it('closes when the worker dies of an error, which stays with the worker', async () => {
    const worker = new Worker(WORKER, { workerData: 'dies' });
    const client = connectTo(testApi, portPipe(worker));
    const never = client.call('never', {});
    client.call('wrong', {}).catch(() => undefined);
    await expect(never).rejects.toMatchObject({ code: 'closed' });
    expect(await client.closed).toBe('the other side failed');
    await worker.terminate();
  });

  it('leaves nothing on a port, whoever closes', async () => {
    const { port1, port2 } = new MessageChannel();
    const [here, there] = [portPipe(port1), portPipe(port2)];
    const reasons: string[] = [];
    here.onMessage(() => undefined);
    there.onMessage(() => undefined);
    here.onClose((reason) => reasons.push(`here: ${reason}`));
    const closed = new Promise<string>((resolve) => there.onClose(resolve));
    here.close('enough');
    here.close('again');
    expect(await closed).toBe('enough');
    expect(reasons).toEqual(['here: enough']);
    for (const port of [port1, port2]) {
      for (const event of ['message', 'messageerror', 'close']) expect(port.listenerCount(event)).toBe(0);
    }
    here.send({ late: true });
  });

  it('copies only the part of a buffer that is meant', async () => {
    const { port1, port2 } = new MessageChannel();
    const [here, there] = [portPipe(port1), portPipe(port2)];
    const arrived = new Promise<unknown>((resolve) => there.onMessage(resolve));
    here.send({ bytes: new Uint8Array(1_000_000).subarray(5, 9) });
    const { bytes } = (await arrived) as { bytes: Uint8Array };
    expect([bytes.byteLength, bytes.buffer.byteLength]).toEqual([4, 4]);
    here.close('the test is over');
  });
});
