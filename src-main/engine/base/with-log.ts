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
