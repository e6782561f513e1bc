import { isShared } from '../../core/topics/filters.ts';
import { formatCounted, plural } from '../../core/text/amounts.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { subscribeRefusal } from '../../core/session/failures/subscribe-refusals.ts';
import {
  allowedQos,
  cannotSubscribe,
  checkSubscription,
} from '../../core/session/failures/subscription-rules.ts';
import type { TestReport } from '../../core/session/failures/test-report.ts';
import type { ServerLimits } from '../../contract/model/model.ts';
import type { Clock } from '../base/clock.ts';
import type { WireRequests } from '../link/wire-requests.ts';

type Request = ConnectionOptions['subscriptions'][number];

export interface SubscribeTest {
  readonly options: ConnectionOptions;
  readonly limits: ServerLimits;
  readonly clock: Clock;
  readonly requests: WireRequests;
  readonly report: TestReport;
  /** The link ended; the reason is reported elsewhere. */
  readonly isOver: () => boolean;
  /** A filter is asked for next. */
  readonly asking: (filter: string) => void;
}

/** Subscribes to one filter after the other, so that each answer has its filter; on MQTT 5, without retained messages. */
export async function testSubscriptions(test: SubscribeTest): Promise<void> {
  const { options, report, clock, isOver } = test;
  const wanted = options.subscriptions.filter(({ enabled }) => enabled);
  const tried = wanted.filter(({ filter }) => !isShared(filter));
  if (tried.length === 0) {
    const why = wanted.length === 0 ? 'The profile subscribes to nothing.' : SHARED;
    report.skip('subscribe', why);
    return;
  }
  report.enter('subscribe', clock.now());
  if (tried.length < wanted.length) report.detail('subscribe', SHARED);
  const deadline = clock.now() + options.connectTimeoutMs;
  const refusals: Failure[] = [];
  for (const request of tried) {
    const refusal = await judge(test, request, Math.max(1, deadline - clock.now()));
    if (isOver()) return;
    report.detail('subscribe', refusal.line);
    if (refusal.failure) refusals.push(refusal.failure);
  }
  conclude(report, clock.now(), tried.length, refusals);
}

const SHARED = 'Shared subscriptions are not tried: the test would take messages away from their groups.';

function conclude(report: TestReport, now: number, tried: number, refusals: readonly Failure[]): void {
  const [first] = refusals;
  const granted = tried - refusals.length;
  if (first && granted === 0) {
    report.failed('subscribe', first, now);
    const message = 'The broker accepts the connection, but none of the subscriptions.';
    report.end({ message, advice: `${first.message} ${first.advice}` }, now);
    return;
  }
  report.done('subscribe', `${granted} of ${formatCounted(tried, 'filter')} granted.`, now);
  if (!first) return;
  const message = `The connection works, but ${refusals.length} of ${formatCounted(tried, 'subscription')} ${plural(refusals.length, 'was', 'were')} refused.`;
  report.end({ message, advice: `${first.message} ${first.advice}` }, now);
}

interface Judged {
  readonly line: string;
  readonly failure: Failure | null;
}

async function judge(test: SubscribeTest, request: Request, withinMs: number): Promise<Judged> {
  const { filter } = request;
  const { serviceLimits } = test.options;
  const before = checkSubscription(request, serviceLimits) ?? cannotSubscribe(filter, test.limits)?.failure;
  if (before) return refusedBy(filter, before);
  test.asking(filter);
  const qos = allowedQos(request.qos, serviceLimits);
  const asked = { ...request, qos, retainHandling: 2 as const };
  const answer = await test.requests.subscribe([asked], 0, undefined, withinMs);
  if (answer.kind !== 'answered') return refusedBy(filter, noAnswer(filter));
  const code = answer.codes[0] ?? 128;
  if (code < 128) {
    const less = code < request.qos ? `, asked for ${request.qos}` : '';
    return { line: `${filter}: granted QoS ${code}${less}`, failure: null };
  }
  return refusedBy(filter, subscribeRefusal(filter, code, { reasonString: answer.reason ?? undefined }));
}

function refusedBy(filter: string, failure: Failure): Judged {
  return { line: `${filter}: refused. ${failure.message} ${failure.advice}`, failure };
}

function noAnswer(filter: string): Failure {
  return failed(
    'suback-timeout',
    `The broker did not answer the subscription to “${filter}” in time.`,
    'Try a lower QoS: some brokers do not answer QoS 2.',
  );
}
