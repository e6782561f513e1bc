import { z } from 'zod';
import { Failure } from '../../contract/base/errors.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { PublishOutcome } from '../../contract/session/outcomes.ts';

/** Messages that are published together. */
export interface Batch {
  readonly messages: readonly PublishMessage[];
  /** How often all of them. */
  readonly times: number;
  /** What cannot be sent keeps the others from being sent. */
  readonly stopAtError: boolean;
}

/** Problems that are listed one by one. */
const MOST_PROBLEMS = 20;

/** What became of a batch. */
export const BatchResult = z.object({
  /** Given to the broker. */
  sent: z.number(),
  /** At QoS 1 and 2; how long each took, ms. */
  acknowledged: z.array(z.number()),
  noSubscribers: z.number(),
  errors: z.number(),
  /** The first of them; `at` counts the messages of the batch from 0. */
  problems: z.array(z.object({ at: z.number(), failure: Failure })),
});
export type BatchResult = z.infer<typeof BatchResult>;

/** Publishes a batch at once; resolves when all of it has an outcome. */
export function publishBatch(
  { messages, times, stopAtError }: Batch,
  submit: (message: PublishMessage, settle: (outcome: PublishOutcome) => void) => void,
): Promise<BatchResult> {
  const result: BatchResult = { sent: 0, acknowledged: [], noSubscribers: 0, errors: 0, problems: [] };
  return new Promise((resolve) => {
    let open = 1;
    const closed = (): void => {
      if (--open === 0) resolve(result);
    };
    const add = (outcome: PublishOutcome, at: number): void => {
      if (outcome.kind === 'acknowledged') {
        result.acknowledged.push(outcome.ms);
        if (outcome.noSubscribers) result.noSubscribers++;
      } else if (outcome.kind !== 'sent') {
        result.errors++;
        if (outcome.kind === 'failed') result.sent--;
        const failure = outcome.kind === 'failed' ? outcome : outcome.failure;
        if (result.problems.length < MOST_PROBLEMS) result.problems.push({ at, failure });
      }
      closed();
    };
    for (let at = 0; at < messages.length * times; at++) {
      const message = messages[at % messages.length];
      if (message === undefined || (stopAtError && result.errors > 0)) break;
      open++;
      result.sent++;
      submit(message, (outcome) => add(outcome, at));
    }
    closed();
  });
}
