import { TestStepName, type ConnectionTestReport } from '../../contract/connection-test.ts';
import type { Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { hostAndPort } from '../../core/profiles/shown-address.ts';

/** The report of a test that could not begin. */
export function refusedTest(options: ConnectionOptions | Failure, why: Failure): ConnectionTestReport {
  // An invalid host is not shown: it may be any text.
  const address = 'kind' in options ? 'an invalid host' : `${options.protocol}://${hostAndPort(options)}`;
  const { message, advice } = why;
  const steps = TestStepName.options.map((step) => ({
    step,
    state: 'skipped' as const,
    ms: null,
    result: 'The test could not begin.',
    details: [],
  }));
  const asText = `Test of ${address}\n${message} ${advice}`;
  return { kind: 'failed', address, steps, ms: 0, verdict: { message, advice }, why, asText };
}
