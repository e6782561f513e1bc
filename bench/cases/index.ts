import { CONNECT_CASES } from './connect.ts';
import { DECODE_CASES } from './decode.ts';
import type { Case } from './figure.ts';
import { FILTER_CASES } from './filter.ts';
import { INSPECT_CASES } from './inspect.ts';
import { LIGHT_CASES } from './light.ts';
import { SILENCE_CASES } from './silence.ts';
import { MEMORY_CASES } from './memory.ts';
import { MOSQUITTO_CASES } from './mosquitto.ts';
import { ORDER_CASES } from './order.ts';
import { OUTAGE_CASES } from './outage.ts';
import { PIPELINE_CASES } from './pipeline.ts';
import { PROBE_CASES } from './probe.ts';
import { RETAINED_CASES } from './retained.ts';
import { SEARCH_CASES } from './search.ts';
import { SERIES_CASES } from './series.ts';
import { SEVERAL_CASES } from './several.ts';
import { WINDOW_CASES } from './window.ts';

export const CASES: readonly Case[] = [
  ...CONNECT_CASES,
  ...PIPELINE_CASES,
  ...MOSQUITTO_CASES,
  ...OUTAGE_CASES,
  ...RETAINED_CASES,
  ...SERIES_CASES,
  ...PROBE_CASES,
  ...SEVERAL_CASES,
  ...WINDOW_CASES,
  ...FILTER_CASES,
  ...INSPECT_CASES,
  ...LIGHT_CASES,
  ...SILENCE_CASES,
  ...MEMORY_CASES,
  ...SEARCH_CASES,
  ...DECODE_CASES,
  ...ORDER_CASES,
];
