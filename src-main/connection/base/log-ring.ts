import { escapeUnsafe } from '../../core/payload/visible.ts';
import { shownHex } from '../../core/packet-capture/read/text.ts';
import type { ConnectionState } from '../../contract/model/model.ts';
import type { LogEntry } from '../../contract/session/diagnostics.ts';
import { internalFault } from '../../core/session/failures/failures.ts';

/** Entries kept, for the export. */
const KEPT = 5_000;
/** The contract's limit of what Diagnostics shows. */
const SHOWN = 500;
/** Bytes of one piece of evidence: enough for a packet's head. */
const MOST_EVIDENCE = 256;

/** What happened on a connection, newest last. */
export class LogRing {
  readonly #entries: LogEntry[] = [];
  readonly #now: () => number;
  #seq = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Grows with each entry. */
  get seq(): number {
    return this.#seq;
  }

  add(level: LogEntry['level'], text: string, detail = '', evidence?: Uint8Array): void {
    this.#entries.push({
      seq: ++this.#seq,
      at: this.#now(),
      level,
      text,
      detail,
      ...(evidence ? { evidence: evidence.slice(0, MOST_EVIDENCE) } : {}),
    });
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  /** The newest 500. */
  entries(): LogEntry[] {
    return this.#entries.slice(-SHOWN);
  }

  /** All of it, one line an entry. */
  text(): string {
    return this.#entries.map(lineOf).join('');
  }
}

/** A mistake of ours, with the stack for whoever has to find it. */
export function logFault(log: LogRing, error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  log.add('error', internalFault(error).message, stack.slice(0, 2_000));
}

function lineOf({ at, level, text, detail, evidence }: LogEntry): string {
  const hex = evidence ? ` [${shownHex(evidence, 0, evidence.length, evidence.length)}]` : '';
  const words = escapeUnsafe(`${text} ${detail}${hex}`.replaceAll(/\s+/g, ' ').trim());
  return `${new Date(at).toISOString()}  ${level.padEnd(5)}  ${words}\n`;
}

/** A change of state, in a sentence. */
export function logState(log: LogRing, state: ConnectionState): void {
  switch (state.kind) {
    case 'resolving':
      return log.add('info', `Attempt ${state.attempt} begins.`);
    case 'online':
      log.add(
        'info',
        `Connected to ${state.address} with MQTT ${state.version}.`,
        `Client ID ${state.clientId}`,
      );
      for (const { message } of state.tls?.ignored ?? [])
        log.add('warn', message, 'It was accepted, because this check is turned off.');
      return;
    case 'waiting': {
      const { message, advice, evidence } = state.why;
      return log.add('warn', message, advice, evidence);
    }
    case 'stopped':
      if (state.why === null) return log.add('info', 'Disconnected.');
      return log.add(
        'error',
        state.why.message,
        `${state.why.advice} It is not tried again.`.trim(),
        state.why.evidence,
      );
    case 'idle':
    case 'connecting':
    case 'securing':
    case 'handshaking':
  }
}
