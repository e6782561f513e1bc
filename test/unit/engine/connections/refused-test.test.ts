import { expect, test } from 'vitest';
import { ConnectionTestReport, TestStepName } from '../../../../src-main/contract/connection-test.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { refusedTest } from '../../../../src-main/engine/connections/refused-test.ts';

const why = failed('secrets-locked', 'The vault is locked.', 'Unlock it.');
const options = ConnectionOptions.parse({
  name: 'Plant',
  protocol: 'wss',
  host: '2001:db8::1',
  port: 8084,
  path: '/mqtt?token=hunter2',
  username: 'hunter2-user',
  password: 'hunter2',
});

test('A test that could not begin says so at each step, and names the broker without what lets somebody in.', () => {
  const report = ConnectionTestReport.parse(refusedTest(options, why));
  expect(report).toMatchObject({ kind: 'failed', address: 'wss://[2001:db8::1]:8084', ms: 0, why });
  expect(report.asText).toBe('Test of wss://[2001:db8::1]:8084\nThe vault is locked. Unlock it.');
  expect(report.steps.map(({ step }) => step)).toEqual(TestStepName.options);
  expect(new Set(report.steps.map(({ state }) => state))).toEqual(new Set(['skipped']));
  expect(JSON.stringify(report)).not.toContain('hunter2');
});

test('What is no host is not repeated.', () => {
  const report = refusedTest(failed('bad-host', 'This is no host.', ''), why);
  expect([report.address, report.asText.includes('an invalid host')]).toEqual(['an invalid host', true]);
});
