// CPU of other processes, read from outside, so that what is measured does nothing for it; and of this thread.
import { readFileSync } from 'node:fs';
import type { BareBrowser } from './bare-browser.ts';

/** Linux counts processor time in hundredths of a second, whatever its clock is (USER_HZ). */
const TICK_MS = 10;

/**
 * User and system time of all threads of a process since it started, ms, in steps of 10.
 * @throws where there is no /proc
 */
export function processCpuMs(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    throw new Error('CPU of other processes is read from /proc, which is not there.');
  }
  // The second field is the program's name in parentheses, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** As `processCpuMs`, of all processes of one kind of a browser together. */
export async function browserCpuMs(browser: BareBrowser, kind: 'renderer' | 'GPU'): Promise<number> {
  const { processInfo } = (await browser.send('SystemInfo.getProcessInfo')) as {
    processInfo: { type: string; cpuTime: number }[];
  };
  return processInfo
    .filter(({ type }) => type === kind)
    .reduce((sum, { cpuTime }) => sum + cpuTime * 1_000, 0);
}

/** Processor time of this very thread, ms: what other threads of the process compile or collect is not in it. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
