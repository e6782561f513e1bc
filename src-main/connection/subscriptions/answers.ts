import { quoted } from '../../core/topics/names.ts';
import type { z } from 'zod';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { SubscriptionRequest, SubscriptionStatus } from '../../contract/model/model.ts';
import { subscribeRefusal } from '../../core/session/failures/subscribe-refusals.ts';
import { isSystemFilter } from '../../core/topics/filters.ts';
import type { Clock } from '../base/clock.ts';
import type { LinkEnd } from '../link/link.ts';
import type { Answer } from '../link/wire-requests.ts';

type Request = z.output<typeof SubscriptionRequest>;
export type Result = SubscriptionStatus['result'];

/**
 * So many closes without a word are no coincidence. One is: a broker that is killed or restarted at that
 * moment, and the subscription would be lost for good.
 */
const CLOSES_TO_BLAME = 2;
/** Without `$SYS` little is lost, and each further try would end the session again. */
const CLOSES_TO_BLAME_SYSTEM = 1;

/** Codes of DISCONNECT that may answer a SUBSCRIBE; all others have nothing to do with it. */
const BLAMED_CODES = new Set([128, 129, 130, 131, 135, 143, 151, 158, 161, 162]);

/** Ends that say nothing; any other has a reason of its own. */
const SILENT_ENDS = new Set(['closed', 'reset', 'websocket-closed']);

/** @param entry `closes` counts closes without a word */
export function isToBlame(
  entry: { closes: number; readonly request: Pick<Request, 'filter'> },
  { by, code, ending }: LinkEnd,
): boolean {
  if (by !== 'remote') return false;
  // A reset is how a broker ends that dies with our SUBSCRIBE unread; one that refuses closes in order.
  const atOnce = isSystemFilter(entry.request.filter) && ending.failure.code !== 'reset';
  const most = atOnce ? CLOSES_TO_BLAME_SYSTEM : CLOSES_TO_BLAME;
  if (code !== null) return BLAMED_CODES.has(code);
  return SILENT_ENDS.has(ending.failure.code) && ++entry.closes >= most;
}

export function notSubscribed(filter: string): Failure {
  return failed('not-subscribed', `There is no subscription to ${quoted(filter)}.`, '');
}

export function noAnswer(filter: string): Failure {
  return failed(
    'suback-timeout',
    `The broker has not answered the subscription to ${quoted(filter)} yet.`,
    'It may still come. If it does not, try a lower QoS: some brokers do not answer QoS 2.',
  );
}

/** Whether it came to an end within `ms`; it goes on all the same. */
export async function inTime(clock: Clock, work: Promise<void>, ms: number): Promise<boolean> {
  let cancel = (): void => undefined;
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.after(ms, () => resolve(false));
  });
  const done = await Promise.race([work.then(() => true), late]);
  cancel();
  return done;
}

export function resultOf(request: Request, answer: Extract<Answer, { kind: 'answered' }>): Result {
  const code = answer.codes[0] ?? 128;
  if (code === 0 || code === 1 || code === 2) return { kind: 'granted', qos: code };
  const words = { reasonString: answer.reason ?? undefined };
  return { kind: 'refused', code, failure: subscribeRefusal(request.filter, code, words) };
}
