import { ProtocolError } from '../../contract/base/errors.ts';

/** A line for the log about a call that could not be answered; null where that is in order. */
export function faultLine(error: unknown, method: string): string | null {
  const asked = method === '' ? 'a window' : method;
  if (error instanceof ProtocolError) {
    // Typed answers to what a window asked too late or too often: no fault of the program.
    return error.code === 'closed' ? null : `${asked} was refused: ${error.message}`;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `a fault while answering ${asked}: ${what}`;
}
