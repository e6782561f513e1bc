import {
  BROWSER,
  findHeadless,
  findTool,
  MOSQUITTO,
  thisMachine,
  type ToolFound,
} from '../../scripts/tools.ts';

const found = new Map<string, string>();

/** Path of the mosquitto program. Throws with the command that installs it. */
export function findMosquitto(): string {
  return find('mosquitto', () => findTool(MOSQUITTO, thisMachine));
}

/** Path of a whole Chromium, Chrome or Edge, as people have it. Throws with the command that installs it. */
export function findChromium(): string {
  return find('browser', () => findTool(BROWSER, thisMachine));
}

/** Path of what draws pages with the least around them. Throws with the command that installs a browser. */
export function findPageDrawer(): string {
  return find('headless', () => findHeadless(thisMachine));
}

function find(what: string, look: () => ToolFound): string {
  const known = found.get(what);
  if (known !== undefined) return known;
  const result = look();
  if ('missing' in result) throw new Error(result.missing);
  found.set(what, result.path);
  return result.path;
}
