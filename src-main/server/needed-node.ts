/** The oldest Node that runs this: major and minor. As in `scripts/check-node.mjs`, which has to run in older ones. */
const NEEDED = [22, 18] as const;

/**
 * What to say in a Node that is too old; null in any other. Whoever starts the built program by hand meets no
 * `npm start`, which brings a newer one along.
 *
 * @param version as in `process.versions.node`
 */
export function tooOldNode(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return null;
  return `Topicscope needs Node ${NEEDED.join('.')} or newer; this is ${version}. "npm start" brings its own.`;
}
