/** Latest and earliest that JavaScript has a date for, ms since the epoch. */
const LIMIT_MS = 8.64e15;

/** ISO 8601 in UTC of seconds since the epoch, as they are written; null where no date has that. */
export function isoSeconds(seconds: string): string | null {
  const value = Number(seconds);
  const ms = value * 1_000;
  if (!Number.isFinite(ms) || Math.abs(ms) > LIMIT_MS) return null;
  const iso = new Date(Math.round(ms)).toISOString();
  return /\.0*$|^-?\d+$/.test(seconds) ? iso.replace('.000Z', 'Z') : iso;
}

/** ISO 8601 in UTC of so many units since the epoch with all the digits a unit has; null where no date has that. */
export function isoOf(units: bigint, perSecond: 1n | 1_000n | 1_000_000n | 1_000_000_000n): string | null {
  let seconds = units / perSecond;
  let rest = units % perSecond;
  if (rest < 0n) {
    rest += perSecond;
    seconds -= 1n;
  }
  const ms = Number(seconds) * 1_000;
  if (Math.abs(ms) > LIMIT_MS) return null;
  const whole = new Date(ms).toISOString().replace('.000Z', '');
  const digits = String(perSecond).length - 1;
  return digits === 0 ? `${whole}Z` : `${whole}.${String(rest).padStart(digits, '0')}Z`;
}

/** Whether there is the day that an ISO 8601 date begins with: a 30th of February is taken for one in March, else. */
export function isDay(iso: string): boolean {
  const ms = Date.parse(`${iso.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(iso.slice(0, 10));
}

/** Before the year 1, ms: written out, the second year before it would look like the second after it. */
const NO_ERA_MS = -62_135_596_800_000;

/** The same time in the time zone of this computer, or nothing: `20 Nov 2026, 15:31:06 GMT+1`. */
export function localTime(iso: string): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms) || ms < NO_ERA_MS || (/^\d/.test(iso) && !isDay(iso))) return '';
  return local().format(ms);
}

let made: Intl.DateTimeFormat | null = null;

function local(): Intl.DateTimeFormat {
  made ??= new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
  return made;
}
