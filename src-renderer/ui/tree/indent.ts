/** Pixels of a level, as long as there are few. */
const STEP = 16;
/** Levels with a whole step. */
const WHOLE = 4;
/** What all deeper levels share, however many: names need the room more. */
const SHARED = 40;
/** Levels beyond the whole ones that take half of what is shared. */
const HALF = 6;

/** How far a row is indented, px: whole steps at first, ever smaller ones below; 88 px at most. */
export function indentOf(level: number): number {
  const whole = Math.min(level - 1, WHOLE - 1) * STEP;
  const deeper = Math.max(0, level - WHOLE);
  return Math.round((whole + (SHARED * deeper) / (deeper + HALF)) * 10) / 10;
}
