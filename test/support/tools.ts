import { BROWSER, findTool, MOSQUITTO, thisMachine, type Tool } from '../../scripts/tools.ts';

const found = new Map<Tool, string>();

/** Path of the mosquitto program. Throws with the command that installs it. */
export function findMosquitto(): string {
  return find(MOSQUITTO);
}

/** Path of a Chromium, Chrome or Edge. Throws with the command that installs it. */
export function findChromium(): string {
  return find(BROWSER);
}

function find(tool: Tool): string {
  const known = found.get(tool);
  if (known !== undefined) return known;
  const result = findTool(tool, thisMachine);
  if ('missing' in result) throw new Error(result.missing);
  found.set(tool, result.path);
  return result.path;
}
