import type { AppLog } from './app-log.ts';
import type { EnginePorts } from './ports.ts';

/** What the host is told is also in the log that can be exported. */
export function withLog(ports: EnginePorts, log: AppLog): EnginePorts {
  const told = (line: string): void => {
    log.add(line);
    ports.log(line);
  };
  return { ...ports, log: told };
}

export function definedOnly<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(patch).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
