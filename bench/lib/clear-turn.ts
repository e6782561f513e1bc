export interface ClearStart {
  readonly port: number;
  readonly topics: number;
}

/** What a clearing process reports of each run. */
export interface Cleared {
  readonly ms: number;
  readonly cleared: number;
}

/**
 * Says that this process is ready, and clears on each command, one after the other.
 *
 * @param end closes what the process holds, on the last command
 */
export function onGo(clear: () => Promise<Cleared>, end: () => Promise<void>): void {
  process.on('message', ({ kind }: { kind: 'go' | 'end' }) => {
    if (kind === 'go') void clear().then((cleared) => process.send?.({ kind: 'cleared', ...cleared }));
    else void end().then(() => process.send?.({ kind: 'ended' }));
  });
  process.send?.({ kind: 'ready' });
}
