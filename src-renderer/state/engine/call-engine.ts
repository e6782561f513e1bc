import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';

/** A call whose pipe may break: the break becomes a failure a person can read. */
export async function callEngine<T>(ask: () => Promise<T>): Promise<T | Failure> {
  try {
    return await ask();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return failed('engine-unreachable', 'The engine did not answer.', `${why} Try again in a moment.`);
  }
}

/** Whether an answer is the expected failure. */
export function isFailure(answer: { readonly kind: string }): answer is Failure {
  return answer.kind === 'failed';
}
