import type { Case } from './figure.ts';
import { PIPELINE_CASES } from './pipeline.ts';

export const CASES: readonly Case[] = [...PIPELINE_CASES];
