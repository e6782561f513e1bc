import { wholeUnits } from '../payload/utf8.ts';

/** Of a name in that of a file, UTF-16 units. */
const MOST_NAME = 60;

/** A part of a file name made of what people call a thing, and the time: `plant-oslo 2026-11-20 14.31.07`. */
export function fileStem(name: string, at: Date): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  const short = plain.slice(0, wholeUnits(plain, MOST_NAME));
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}.${two(at.getMinutes())}.${two(at.getSeconds())}`;
  return `${short === '' ? 'connection' : short} ${day} ${time}`;
}
