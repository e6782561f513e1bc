import type { AppLog } from './app-log.ts';
import type { EnginePorts } from './ports.ts';

/** Lines for the host also go to the log that can be exported. */
export function withLog(ports: EnginePorts, log: AppLog): EnginePorts {
  const logBoth = (line: string): void => {
    log.add(line);
    ports.log(line);
  };
  return { ...ports, log: logBoth };
}
