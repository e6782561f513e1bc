import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rectangle } from 'electron';
import writeFileAtomic from 'write-file-atomic';

/** Where the window was, and how it looked before the page could say so. */
export interface WindowState {
  /** Null: where the system puts it. Of the window when it is not maximised. */
  readonly bounds: Rectangle | null;
  readonly maximized: boolean;
  readonly theme: 'system' | 'light' | 'dark';
}

export const DEFAULT_STATE: WindowState = { bounds: null, maximized: false, theme: 'system' };

const FILE = 'window.json';
/** So much of the title bar has to be on a display, in px, so that the window can be moved. */
const GRIP_WIDTH = 120;
const GRIP_HEIGHT = 32;

/** A missing or broken file is no state: nothing is lost but a place on the screen. */
export async function loadWindowState(dataDir: string): Promise<WindowState> {
  try {
    return readWindowState(JSON.parse(await readFile(join(dataDir, FILE), 'utf8')));
  } catch {
    return DEFAULT_STATE;
  }
}

export async function saveWindowState(dataDir: string, state: WindowState): Promise<void> {
  await writeFileAtomic(join(dataDir, FILE), `${JSON.stringify(state)}\n`, { mode: 0o600 });
}

export function readWindowState(value: unknown): WindowState {
  if (typeof value !== 'object' || value === null) return DEFAULT_STATE;
  const { bounds, maximized, theme } = value as Readonly<Record<string, unknown>>;
  return {
    bounds: readBounds(bounds),
    maximized: maximized === true,
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
  };
}

function readBounds(value: unknown): Rectangle | null {
  if (typeof value !== 'object' || value === null) return null;
  const { x, y, width, height } = value as Readonly<Record<string, unknown>>;
  if (!isPixel(x) || !isPixel(y) || !isPixel(width) || !isPixel(height)) return null;
  return width < 1 || height < 1 ? null : { x, y, width, height };
}

/** Electron throws for numbers that no screen has. */
function isPixel(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 100_000;
}

/**
 * The bounds to open with: as they were where the window can still be taken hold of, else null. Displays
 * come and go between two starts. A window larger than its display is made to fit.
 */
export function fitBounds(bounds: Rectangle | null, workAreas: readonly Rectangle[]): Rectangle | null {
  if (bounds === null) return null;
  const area = workAreas.find((one) => holdsGrip(bounds, one));
  if (area === undefined) return null;
  return {
    ...bounds,
    width: Math.min(bounds.width, area.width),
    height: Math.min(bounds.height, area.height),
  };
}

function holdsGrip(bounds: Rectangle, area: Rectangle): boolean {
  const width = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  const fromTop = bounds.y - area.y;
  return width >= GRIP_WIDTH && fromTop >= 0 && fromTop <= area.height - GRIP_HEIGHT;
}
