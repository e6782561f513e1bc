/** What this process has used of the processor since then (ms). Others on the machine do not make it more. */
export function cpuMsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}

/** What the work used of the processor (ms): a bound of it holds on a busy machine as well. */
export function cpuMsOf(work: () => void): number {
  const began = process.cpuUsage();
  work();
  return cpuMsSince(began);
}
