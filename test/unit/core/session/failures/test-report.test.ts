import { expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { TestReport } from '../../../../../src-main/core/session/failures/test-report.ts';

test('A report lists each step with its time and findings, and skips what was not reached.', () => {
  const report = new TestReport('mqtts://h:8883', 1_000);
  report.skip('proxy', 'Not used.');
  expect(report.read(1_000)).toMatchObject({ kind: 'running', ms: 0, verdict: null });
  report.enter('lookup', 1_000);
  report.detail('lookup', '192.0.2.1 (IPv4)');
  report.detail('lookup', '192.0.2.1 (IPv4)');
  report.enter('tcp', 1_010.06);
  report.says('lookup', 'One address found.');
  expect(report.running).toBe('tcp');
  expect(
    report
      .read(1_015)
      .steps.map(({ state }) => state)
      .join(),
  ).toBe('ok,running,skipped,waiting,waiting,waiting,waiting');
  report.failed('tcp', failed('refused', 'Nothing listens.', 'Start it.'), 1_020.06);
  report.end({ message: 'Nothing listens.', advice: 'Start it.' }, 1_020.06);
  const end = report.read(9_999);
  expect(end).toMatchObject({ kind: 'failed', ms: 20.1, why: { code: 'refused' } });
  expect(end.steps.map(({ ms }) => ms)).toEqual([10.1, 10, null, null, null, null, null]);
  expect(end.asText).toBe(`Test of mqtts://h:8883: failed, 20.1 ms
Lookup     ok       10.1 ms  One address found.
    192.0.2.1 (IPv4)
TCP        FAILED   10 ms  Nothing listens.
Proxy      skipped   Not used.
TLS        skipped   Not reached.
WebSocket  skipped   Not reached.
CONNECT    skipped   Not reached.
SUBSCRIBE  skipped   Not reached.

Nothing listens. Start it.
`);
});

test('A step that is done again, as with another version, has its last time.', () => {
  const report = new TestReport('mqtt://h:1883', 0);
  for (const at of [0, 100]) {
    report.enter('tcp', at);
    report.enter('connect', at + 5);
  }
  report.done('connect', 'Accepted.', 107);
  expect(report.read(107).steps.filter(({ state }) => state === 'ok')).toMatchObject([
    { step: 'tcp', ms: 5 },
    { step: 'connect', ms: 2, result: 'Accepted.' },
  ]);
});
