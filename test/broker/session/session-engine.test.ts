import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { EngineClient } from '../../../src-main/contract/api.ts';
import { ConnectionOptions, type ConnectionId } from '../../../src-main/contract/model/model.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { openEngine } from '../../support/engine/open-engine.ts';

afterEach(teardown);

const SECRET = 'hunter2-of-ann';

async function until(client: EngineClient, connection: ConnectionId, kind: string): Promise<void> {
  for await (const { connections } of client.stream('connections', {})) {
    if (connections.find(({ id }) => id === connection)?.state.kind === kind) return;
  }
}

test('Over the whole engine: packets, diagnostics, logs without secrets, and a history that outlives it.', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'topicscope-session-'));
  onTeardown(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const broker = await startMosquitto({ users: { ann: SECRET } });
  const options = ConnectionOptions.parse({
    name: 'Plant',
    protocol: 'mqtt',
    host: '127.0.0.1',
    port: broker.port,
    username: 'ann',
    password: SECRET,
    will: { topic: 'me', payload: 'gone' },
    userProperties: [{ name: 'who', value: 'me' }],
    version: '5',
    sessionExpiry: 60,
    keepAlive: 30,
  });
  const first = await openEngine(dataDir);
  const opened = await first.client.call('openConnection', { options, profileId: null });
  if (opened.kind === 'failed') throw new Error(opened.message);
  const connection = opened.id;
  await until(first.client, connection, 'online');
  const page = await first.client.call('readPackets', { connection, from: { index: -500 }, count: 500 });
  expect(page.kind === 'packets' && page.rows[0]?.type).toBe('CONNECT');
  const { value } = await first.client.stream('diagnostics', { connection })[Symbol.asyncIterator]().next();
  const { facts, life, recorder } = value.value;
  expect(facts.local).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(facts).toMatchObject({ remote: `127.0.0.1:${broker.port}`, will: { topic: 'me', size: 4 } });
  expect(facts.outcome).toMatchObject({ kind: 'new' });
  expect(facts.terms.find(({ key }: { key: string }) => key === 'keep-alive')).toMatchObject({
    asked: '30 s',
    granted: '30 s',
    differs: false,
  });
  expect(life.weGiveUpAt).toBeGreaterThan(Date.now());
  expect(recorder.lastSeq).toBeGreaterThan(2);
  const log = await first.client.call('exportLog', { connection });
  expect(log.kind === 'log' && log.text).toContain('Connected to 127.0.0.1');
  const appLog = await first.client.call('exportLog', { connection: null });
  expect(appLog.kind === 'log' && appLog.text).toContain('starts.');
  const set = await first.client.call('setRecorder', { connection, publish: { kind: 'excluded' } });
  expect(set).toMatchObject({ publish: { kind: 'excluded' }, leavingOut: true, bytes: 16_000_000 });
  const running = await first.client.call('connectionHistory', { connection });
  expect(running.attempts).toMatchObject([{ endedAt: null, version: '5', attempt: 1 }]);
  expect(running.uptimeShare).toBeGreaterThan(0);
  await broker.kill();
  await until(first.client, connection, 'waiting');
  await first.engine.shutdown(1_500);

  const second = await openEngine(dataDir);
  const again = await second.client.call('openConnection', { options, profileId: null });
  if (again.kind === 'failed') throw new Error(again.message);
  const { attempts } = await second.client.call('connectionHistory', { connection: again.id });
  const kept = attempts.find(({ onlineAt }) => onlineAt !== null);
  expect(kept).toMatchObject({ by: 'remote', sessionPresent: false });
  expect(kept?.phases.map(({ phase }) => phase)).toContain('handshaking');
  expect(kept?.reason?.message).not.toBe('');
  expect(JSON.stringify([log, appLog, attempts, page, value])).not.toContain(SECRET);
});
