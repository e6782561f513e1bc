import { scryptSync } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Work } from '../../../../src-main/connection/worker-api.ts';
import { HeavyWork } from '../../../../src-main/engine/base/heavy-work.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const WORKER = new URL('../../../../src-main/connection/worker.ts', import.meta.url);

function heavyWork(limitMs?: number): HeavyWork {
  const work = new HeavyWork({ workerUrl: WORKER, files: { kind: 'any' } }, limitMs);
  onTeardown(() => work.close());
  return work;
}

type Scrypt = Extract<Work, { kind: 'scrypt' }>;
const scrypt = (cost: Partial<Scrypt> = {}): Scrypt => ({
  kind: 'scrypt',
  passphrase: 'pässword',
  salt: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  N: 2 ** 10,
  r: 8,
  p: 1,
  bytes: 32,
  ...cost,
});
/** Takes this machine a minute at least. */
const ENDLESS = scrypt({ N: 2 ** 15, p: 2 ** 9 });

describe('Work that somebody else decides the size of', () => {
  test('gives what OpenSSL gives.', async () => {
    for (const cost of [{}, { N: 2 ** 12, p: 3 }, { r: 1, bytes: 64 }]) {
      const asked = scrypt(cost);
      const { passphrase, salt, N, r, p, bytes } = asked;
      const done = await heavyWork().run(asked);
      if (done.kind === 'failed') throw new Error(done.message);
      expect(Buffer.from(done.key)).toEqual(scryptSync(passphrase, salt, bytes, { N, r, p }));
    }
  });

  test('reads certificates with what the host allows.', async () => {
    const tls = { ca: import.meta.filename };
    const options = ConnectionOptions.parse({ name: '', protocol: 'mqtts', host: 'a', port: 8883, tls });
    const work = new HeavyWork({ workerUrl: WORKER, files: { kind: 'below', dir: '/nowhere' } });
    const done = await work.run({ kind: 'inspect-tls', options, now: 0 });
    if (done.kind === 'failed') throw new Error(done.message);
    expect(done.inspection.findings[0]).toMatchObject({ field: 'ca', code: 'file-unreadable' });
  });

  test('is done one by one, in the order it was asked for, and leaves this thread alone.', async () => {
    const work = heavyWork();
    const order: string[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const ask = async (name: string, cost: Partial<Scrypt>): Promise<void> => {
      await work.run(scrypt(cost));
      order.push(name);
    };
    await Promise.all([ask('heavy', { N: 2 ** 15 }), ask('light', {}), ask('lighter', { N: 2 })]);
    clearInterval(timer);
    expect(order).toEqual(['heavy', 'light', 'lighter']);
    expect(turns).toBeGreaterThan(20);
  });

  test('is stopped when it takes too long, and the next is done.', async () => {
    const work = heavyWork(5_000);
    const started = performance.now();
    const endless = work.run(ENDLESS);
    const next = work.run(scrypt());
    expect(await endless).toMatchObject({ kind: 'failed', code: 'too-slow' });
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(await next).toMatchObject({ kind: 'scrypt' });
  });

  test('is stopped when nobody waits for it any more; what was not begun is not begun.', async () => {
    const work = heavyWork();
    const gone = new AbortController();
    const running = work.run(ENDLESS, gone.signal);
    const waiting = work.run(ENDLESS, gone.signal);
    const next = work.run(scrypt());
    // The first is begun by then.
    await nextTurn();
    gone.abort();
    expect(await running).toMatchObject({ kind: 'failed', code: 'cancelled' });
    expect(await waiting).toMatchObject({ kind: 'failed', code: 'cancelled' });
    expect(await next).toMatchObject({ kind: 'scrypt' });
  });

  test('is stopped at the end, with all that waits.', async () => {
    const work = heavyWork();
    const asked = [work.run(ENDLESS), work.run(ENDLESS)];
    await nextTurn();
    work.close();
    // Not `too-slow`: it did not wait for its limit.
    for (const one of asked) expect(await one).toMatchObject({ kind: 'failed', code: 'closing' });
    expect(await work.run(scrypt())).toMatchObject({ kind: 'failed', code: 'closing' });
  });

  test.each([
    ['an N that is none', { N: 1_000 }],
    ['more memory than there is', { N: 2 ** 30, r: 2 ** 10 }],
  ])('that cannot be done is a failure: %s.', async (_, cost) => {
    expect(await heavyWork().run(scrypt(cost))).toMatchObject({ kind: 'failed', code: 'not-computable' });
  });

  test('that is asked for without end is refused after a while.', async () => {
    const work = heavyWork();
    const asked = Array.from({ length: 40 }, () => work.run(ENDLESS));
    work.close();
    const codes = (await Promise.all(asked)).map((one) => (one.kind === 'failed' ? one.code : one.kind));
    expect(codes.filter((code) => code === 'busy')).toHaveLength(8);
  });
});
