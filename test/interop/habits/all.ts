import type { Habit } from './habit.ts';
import { LINKS } from './links.ts';
import { STORED } from './stored.ts';

export const HABITS: readonly Habit[] = [...LINKS, ...STORED];
