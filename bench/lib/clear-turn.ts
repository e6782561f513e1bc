export interface ClearStart {
  readonly port: number;
  readonly topics: number;
}

/** What a process that clears tells of each time. */
export interface Cleared {
  readonly ms: number;
  readonly cleared: number;
}

/**
 * Says that this process is ready, and clears whenever it is told to, one time after the other.
 *
 * @param end lets go of what it holds, when it is told to
 */
export function onGo(clear: () => Promise<Cleared>, end: () => Promise<void>): void {
  process.on('message', ({ kind }: { kind: 'go' | 'end' }) => {
    if (kind === 'go') void clear().then((cleared) => process.send?.({ kind: 'cleared', ...cleared }));
    else void end().then(() => process.send?.({ kind: 'ended' }));
  });
  process.send?.({ kind: 'ready' });
}
